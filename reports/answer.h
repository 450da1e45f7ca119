/* The sentences that answer what a run asked, and the words of its tables. */
#ifndef REPORTS_ANSWER_H
#define REPORTS_ANSWER_H

#include "reports/summary.h"

/* "pip-order/manifest-first, deps edit, output push, n = 6". */
void group_title(struct str *s, const struct run_summary *rs, const struct sum_group *g);
/* What this table answers: a paragraph an engine. Nothing where nothing can be said. */
void group_answers(const struct run_summary *rs, const struct sum_group *g, struct strv *out);

#endif
