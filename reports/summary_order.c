/* The order of a run's cells, and the tables that they fall into. */
#include "reports/summary.h"

/* Where a word first appears among the cells: tables keep the order that was asked for. */
static size_t first_use(const struct run_summary *rs, const struct cell *c,
	bool (*same)(const struct cell *, const struct cell *))
{
	size_t i = 0;

	while (i < rs->cell_row_count && !same(&rs->cell_rows[i], c))
		i++;
	return i;
}

static bool same_variant(const struct cell *a, const struct cell *b)
{
	return str_eq(a->project, b->project) && str_eq(a->scenario, b->scenario) &&
	       str_eq(a->variant, b->variant);
}

static bool same_engine(const struct cell *a, const struct cell *b)
{
	return str_eq(a->engine, b->engine);
}

bool cells_share_table(const struct cell *a, const struct cell *b)
{
	return same_variant(a, b) && a->output == b->output &&
	       link_equal(&a->link, &b->link);
}

bool cells_share_primes(const struct cell *a, const struct cell *b)
{
	return cells_share_table(a, b) && same_engine(a, b) && a->cache.mode == b->cache.mode &&
	       a->cache.depth == b->cache.depth;
}

/* max before min: who keeps all stages stands above who keeps the last. */
static int depth_rank(enum cache_depth d)
{
	return d == DEPTH_MIN ? 2 : d == DEPTH_MAX ? 1 : 0;
}

/* Where an engine stands among those of the run, in the order that was asked for. */
static size_t engine_place(const struct run_summary *rs, const struct cell *c)
{
	size_t i = 0;

	while (i < rs->run->engine_count && !str_eq(rs->run->engines[i].engine, c->engine))
		i++;
	return i;
}

#define ORDER(a, b)                                                                                \
	do {                                                                                       \
		if ((a) != (b))                                                                    \
			return (a) < (b) ? -1 : 1;                                                 \
	} while (0)

static int cell_order(const void *pa, const void *pb, void *ctx)
{
	const struct run_summary *rs = ctx;
	const struct cell *a = ((const struct cell_sum *)pa)->cell;
	const struct cell *b = ((const struct cell_sum *)pb)->cell;

	ORDER(first_use(rs, a, same_variant), first_use(rs, b, same_variant));
	ORDER(a->output, b->output);
	ORDER(a->link.rtt_ns, b->link.rtt_ns);
	ORDER(a->link.rate_bytes_s, b->link.rate_bytes_s);
	ORDER(engine_place(rs, a), engine_place(rs, b));
	ORDER(first_use(rs, a, same_engine), first_use(rs, b, same_engine));
	ORDER(a->cache.mode, b->cache.mode);
	ORDER(depth_rank(a->cache.depth), depth_rank(b->cache.depth));
	ORDER(a->state, b->state);
	ORDER(a->edit, b->edit);
	ORDER(a, b);
	return 0;
}

void summary_sort(struct run_summary *rs)
{
	qsort_r(rs->cells, rs->count, sizeof(*rs->cells), cell_order, rs);
}

static void group_add(struct sum_group *g, const struct cell_sum *c)
{
	g->count++;
	if (!c->n)
		return;
	if (!g->n_low || c->n < g->n_low)
		g->n_low = c->n;
	if (c->n > g->n_high)
		g->n_high = c->n;
}

/* A table whose warm rows share one edit says it in its title. */
static void group_edit(const struct run_summary *rs, struct sum_group *g)
{
	bool seen = false;

	g->one_edit = true;
	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &rs->cells[i];

		/* cold, as is the cell without it: the title would not tell them apart */
		g->one_edit &= !c->has_row || c->cell->edit != EDIT_CATALOGUE;
		if (!c->has_row || c->cell->state != STATE_WARM)
			continue;
		if (!seen)
			g->edit = c->cell->edit;
		g->one_edit &= g->edit == c->cell->edit;
		seen = true;
	}
}

void summary_groups(struct run_summary *rs)
{
	struct sum_group *g = NULL;

	for (size_t i = 0; i < rs->count; i++) {
		if (!g || !cells_share_table(rs->cells[g->first].cell, rs->cells[i].cell)) {
			g = GROW(rs->groups, rs->group_count, rs->group_room);
			g->first = i;
		}
		group_add(g, &rs->cells[i]);
	}
	for (size_t i = 0; i < rs->group_count; i++)
		group_edit(rs, &rs->groups[i]);
}
