/* What the files of plan/ share. */
#ifndef PLAN_PRIVATE_H
#define PLAN_PRIVATE_H

#include "plan/plan.h"

/* Fill in what was not asked for; but for how many samples. */
void spec_defaults(struct plan_spec *s, struct scenario *const *scenarios, size_t scenario_count);
/* Add the cells of one variant on every engine. */
void expand_variant(struct plan *p, const struct scenario *s, size_t scenario_at, size_t variant_at,
	bool has_mounts, const struct plan_engine *engines, size_t engine_count, plan_cannot cannot);
/* Lay out all slots, block by block, scenario by scenario; until decided, the first block. */
void lay_out(struct plan *p);
/* Lay out one more block: a sample of each cell of each scenario that `wanted` marks. */
void lay_wanted(struct plan *p, const bool *wanted);

/* compare.c: which cells are compared: each with its reference (the variant listed first; else the
 * cold build without a cache, of the same edit where there is one; else the engine listed first). */
void compare_cells(struct plan *p);
/* The same for what the scenarios claim of build.wall: both cells are compared, on each engine, until
 * the claim is told as well. */
void compare_claims(struct plan *p, struct scenario *const *scenarios);
/* decide.c: where all samples of the last block are done, judge the comparisons and lay out the next
 * block; none where all are settled. */
void close_block(struct plan *p);
/* Compare neighbours in the ranking wherever all that are ranked have been told from their
 * reference. True: there are new comparisons. */
bool compare_neighbours(struct plan *p);
/* Whether one of the variant's steps has a cache mount. */
struct err *variant_has_mounts(const struct scenario *s, const struct variant *v, bool *out);

#endif
