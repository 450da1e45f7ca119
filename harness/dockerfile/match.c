/* Steps by the numbers that engines print. BuildKit's need its vertexes: engine/match.c. */
#include "dockerfile/dockerfile.h"

/* The stage that is the nth of those that are built. */
static int nth_built(const struct df_graph *g, int n)
{
	int stage = -1;

	while (n > 0 && (size_t)++stage < g->dockerfile->stage_count)
		n -= g->built[stage];
	return n == 0 ? stage : -1;
}

/* buildah numbers all stages up to the target, skipped ones too; a version that leaves those out
 * is known by its total. */
static int stage_of(const struct df_graph *g, int stage, int stages)
{
	if (stages == 0)
		return g->built_count == 1 ? g->target : -1;
	if (stages == g->target + 1)
		return stage - 1;
	return stages == g->built_count ? nth_built(g, stage) : -1;
}

ssize_t graph_match_buildah(const struct df_graph *g, int stage, int stages, int number)
{
	int at = stage_of(g, stage, stages);

	for (size_t i = 0; i < g->count && at >= 0; i++)
		if (g->steps[i].stage == at && g->steps[i].number == number)
			return (ssize_t)i;
	return -1;
}

ssize_t graph_match_legacy(const struct df_graph *g, int number)
{
	for (size_t i = 0; i < g->count && number > 0; i++)
		if (g->steps[i].file_number == number)
			return (ssize_t)i;
	return -1;
}
