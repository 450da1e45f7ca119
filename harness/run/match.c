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

static const struct df_step *step_of(const struct df_graph *g, const struct step *s)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->steps[i].stage == s->stage && g->steps[i].index == s->index)
			return &g->steps[i];
	return NULL;
}

/* What each step depends on, as the Dockerfile says. */
static void fill_parents(const struct df_graph *g, struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		struct step *s = &steps->items[i];
		const struct df_step *at = s->stage >= 0 ? step_of(g, s) : NULL;

		for (size_t k = 0; at && k < at->parent_count; k++) {
			const struct df_step *p = &g->steps[at->parents[k]];

			*GROW(s->parents, s->parent_count,
				s->parent_room) = (struct step_ref){ p->stage, p->index };
		}
	}
}

struct err *trial_match(struct trial *t)
{
	const struct df_graph *g = t->now.graph;
	_cleanup_(freep) struct step_slot *slots = xcalloc(g->count, sizeof(*slots));

	for (size_t i = 0; i < g->count; i++)
		fill_slot(g, &g->steps[i], &slots[i]);
	TRY(t->engine->engine->match(t->engine->state, slots, g->count, &t->sample.steps));
	fill_parents(g, &t->sample.steps);
	return NULL;
}
