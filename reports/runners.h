/* Which cells are runners: the same program on different final stages. */
#ifndef REPORTS_RUNNERS_H
#define REPORTS_RUNNERS_H

#include "reports/summary.h"

/* The language of a runner scenario ("python" of "runner-python"), borrowed; else NULL. */
const char *runner_language(const struct cell *c);
/* A variant on an engine: any of its cells whose image was read tells. */
struct runner {
	const struct cell *cell;
	const struct estimate *v[METRIC_COUNT]; /* NULL: not known */
	const char *no_start; /* why its image did not start, foreign; NULL: it did, or nobody tried */
};
struct runners {
	struct runner *items;
	size_t count, room;
};
/* Whether cell i is the first of its scenario. */
bool runners_begin(const struct run_summary *rs, size_t i);
/* The variants of the scenario of cell `first`, from there on, the largest image first. All is
 * borrowed. */
void runners_of(const struct run_summary *rs, size_t first, struct runners *out);
void runners_done(struct runners *r);
/* "no start", or, where that says nothing of the image (its port was taken), "not started". */
const char *runner_no_start(const struct runner *r);
/* The runners of a run on a terminal: a table a language, and below it which do not start, and why;
 * and of other scenarios those whose images were started. Nothing where there are none. */
struct err *runners_show(const struct run_summary *rs, FILE *f, struct term t);
/* Whether cell i is the first of its runner and engine, in its run, whose image size is known. */
bool runner_with_size(const struct run_summary *rs, size_t i);

#endif
