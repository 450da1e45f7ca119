/* Where each step that an engine told stands in the Dockerfile: by stage and position, never by its
 * text (BuildKit prints expanded arguments, and two stages may have one name). */
#include "run/private.h"

static bool one_stage_built(const struct df_graph *g)
{
	for (size_t i = 1; i < g->count; i++)
		if (g->steps[i].stage != g->steps[0].stage)
			return false;
	return true;
}

/* The name under which BuildKit shows a stage: its own, or "stage-N"; none when it is the only one
 * of the file. */
static bool is_shown_as(const struct df_graph *g, int stage, const char *shown)
{
	const struct df_stage *s = &g->dockerfile->stages[stage];
	_cleanup_(freep) char *numbered = xasprintf("stage-%d", stage);

	if (!shown)
		return one_stage_built(g);
	return strcasecmp(shown, s->name ? s->name : numbered) == 0;
}

static bool is_place_of(const struct df_graph *g, const struct df_step *at, const struct step *s)
{
	if (s->stage >= 0)
		return s->stage == at->stage && s->index == at->index;
	return s->position == at->position && s->total == at->total &&
	       is_shown_as(g, at->stage, s->stage_name);
}

static void take_place(struct step *s, const struct df_step *at)
{
	s->stage = at->stage;
	s->index = at->index;
	s->line = at->instruction->line;
}

static void match_one(const struct df_graph *g, struct step *s, bool *taken)
{
	for (size_t i = 0; i < g->count; i++)
		if (!taken[i] && is_place_of(g, &g->steps[i], s)) {
			taken[i] = true;
			take_place(s, &g->steps[i]);
			return;
		}
	s->stage = s->index = -1;
}

void trial_match(struct trial *t)
{
	const struct df_graph *g = t->now.graph;
	_cleanup_(freep) bool *taken = xcalloc(g->count, sizeof(*taken));

	for (size_t i = 0; i < t->sample.steps.count; i++)
		match_one(g, &t->sample.steps.items[i], taken);
}
