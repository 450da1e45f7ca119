/* The sentences that answer what a run asked, and the words of its tables. */
#ifndef REPORTS_ANSWER_H
#define REPORTS_ANSWER_H

#include "reports/figure.h"
#include "reports/summary.h"

/* "pip-order/manifest-first, deps edit, output push, n = 6". */
void group_title(struct str *s, const struct run_summary *rs, const struct sum_group *g);
/* A cell below its engine's name, without what the title says: "registry:max", "none, cold",
 * "store, source edit". */
void cell_in_group(struct str *s, const struct sum_group *g, const struct cell *c);
/* Its median, or what it has instead: "48.2 s", "> 30 min", "failed", "void", "–". */
void cell_figure(struct str *s, struct scale k, const struct cell_sum *c);
/* What this table answers: a paragraph an engine. Nothing where nothing can be said. `named`, here
 * and below: each begins with its scenario, for sentences of several runs meet; where they are of
 * one run they do where that has several. */
void group_answers(const struct run_summary *rs, const struct sum_group *g, bool named,
	struct strv *out);
/* What the run was built to decide, a sentence a comparison; else how the other variants of a scenario
 * compare with the one listed first: a sentence an engine. */
void answer_variants(const struct run_summary *rs, bool named, struct strv *out);
/* Of each runner scenario and engine: what the smallest image that starts saves against the largest. */
void answer_runners(const struct run_summary *rs, struct strv *out);
/* All of them: variants, runners, then each table's. */
void run_answers(const struct run_summary *rs, bool named, struct strv *out);

#endif
