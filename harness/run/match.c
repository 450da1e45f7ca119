/* Where each step that an engine told stands in the Dockerfile: the engine knows how it names and
 * numbers them, we know the Dockerfile. */
#include "run/private.h"

static const char *stage_name(const struct df_graph *g, int stage)
{
	return g->dockerfile->stages[stage].name;
}

static void fill_slot(const struct df_graph *g, const struct df_step *at, struct step_slot *out)
{
	*out = (struct step_slot){
		.stage = at->stage,
		.index = at->index,
		.line = at->instruction->line,
		.stage_name = stage_name(g, at->stage),
		.position = at->position,
		.total = at->total,
		.text = at->instruction->original,
		.parents = at->parents,
		.parent_count = at->parent_count,
	};
}

struct err *trial_match(struct trial *t)
{
	const struct df_graph *g = t->now.graph;
	_cleanup_(freep) struct step_slot *slots = xcalloc(g->count, sizeof(*slots));

	for (size_t i = 0; i < g->count; i++)
		fill_slot(g, &g->steps[i], &slots[i]);
	return t->engine->engine->match(t->engine->state, slots, g->count, &t->sample.steps);
}
