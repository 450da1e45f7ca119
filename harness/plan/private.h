/* What the files of plan/ share. */
#ifndef PLAN_PRIVATE_H
#define PLAN_PRIVATE_H

#include "plan/plan.h"

/* Fill in what was not asked for. */
void spec_defaults(struct plan_spec *s);
/* Add the cells of one variant on every engine. */
void expand_variant(struct plan *p, const struct scenario *s, size_t scenario_at, size_t variant_at,
	bool has_mounts, const struct plan_engine *engines, size_t engine_count, plan_cannot cannot);
/* Lay out all slots: block by block, scenario by scenario. */
void lay_out(struct plan *p, size_t scenario_count);
/* Whether one of the variant's steps has a cache mount. */
struct err *variant_has_mounts(const struct scenario *s, const struct variant *v, bool *out);

#endif
