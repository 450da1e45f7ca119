/* Which cells are runners: the same program on different final stages. */
#ifndef REPORTS_RUNNERS_H
#define REPORTS_RUNNERS_H

#include "reports/summary.h"

/* The language of a runner scenario ("python" of "runner-python"), borrowed; else NULL. */
const char *runner_language(const struct cell *c);
/* Whether cell i is the first of its runner and engine, in its run, whose image size is known. */
bool runner_with_size(const struct run_summary *rs, size_t i);

#endif
