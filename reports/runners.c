#include "reports/runners.h"

#define PREFIX "runner-"

const char *runner_language(const struct cell *c)
{
	return str_starts(c->scenario, PREFIX) ? c->scenario + strlen(PREFIX) : NULL;
}

static bool has_size(const struct cell_sum *c)
{
	return runner_language(c->cell) && c->n && c->metrics[M_IMAGE_SIZE].known;
}

bool runner_with_size(const struct run_summary *rs, size_t i)
{
	const struct cell *c = rs->cells[i].cell;

	if (!has_size(&rs->cells[i]))
		return false;
	for (size_t k = 0; k < i; k++) {
		const struct cell *o = rs->cells[k].cell;

		if (has_size(&rs->cells[k]) && str_eq(o->scenario, c->scenario) &&
			str_eq(o->variant, c->variant) && str_eq(o->engine, c->engine))
			return false;
	}
	return true;
}

bool runners_begin(const struct run_summary *rs, size_t i)
{
	return !i || !str_eq(rs->cells[i].cell->scenario, rs->cells[i - 1].cell->scenario) ||
	       !str_eq(rs->cells[i].cell->project, rs->cells[i - 1].cell->project);
}

static struct runner *runner_of(struct runners *all, const struct cell *c)
{
	for (size_t i = 0; i < all->count; i++)
		if (str_eq(all->items[i].cell->variant, c->variant) &&
			str_eq(all->items[i].cell->engine, c->engine))
			return &all->items[i];

	struct runner *r = GROW(all->items, all->count, all->room);

	r->cell = c;
	return r;
}

static void add_cell(struct runners *all, const struct cell_sum *c)
{
	struct runner *r;

	if (!c->n)
		return;
	r = runner_of(all, c->cell);
	r->no_start = c->no_start ? c->no_start : r->no_start;
	for (int m = 0; m < METRIC_COUNT; m++)
		if (!r->v[m] && c->metrics[m].known)
			r->v[m] = &c->metrics[m];
}

static int by_size(const void *pa, const void *pb)
{
	const struct runner *a = pa, *b = pb;
	double sa = a->v[M_IMAGE_SIZE] ? a->v[M_IMAGE_SIZE]->at : 0;
	double sb = b->v[M_IMAGE_SIZE] ? b->v[M_IMAGE_SIZE]->at : 0;
	int words = strcmp(a->cell->variant, b->cell->variant);

	if (sa != sb)
		return sa > sb ? -1 : 1;
	return words ? words : strcmp(a->cell->engine, b->cell->engine);
}

void runners_of(const struct run_summary *rs, size_t first, struct runners *out)
{
	const struct cell *of = rs->cells[first].cell;

	for (size_t i = first; i < rs->count; i++)
		if (str_eq(rs->cells[i].cell->scenario, of->scenario) &&
			str_eq(rs->cells[i].cell->project, of->project))
			add_cell(out, &rs->cells[i]);
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), by_size);
}

void runners_done(struct runners *r)
{
	free(r->items);
}

const char *runner_no_start(const struct runner *r)
{
	return r->v[M_START_OK] ? "no start" : "not started";
}
