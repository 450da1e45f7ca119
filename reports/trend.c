#include "reports/trend.h"

#define SAMPLES_READ 1000

/* The points of one run, which stand together, as one median. */
static void add_run(struct cell_trend *t, const struct point *p, size_t count)
{
	_cleanup_(freep) double *x = xcalloc(count, sizeof(*x));
	_cleanup_(freep) bool *censored = xcalloc(count, sizeof(*censored));
	struct trend_run r = { .run = p->run, .start_unix_ns = p->start_unix_ns };

	for (size_t i = 0; i < count; i++) {
		x[i] = p[i].v;
		censored[i] = p[i].censored;
		r.finding |= p[i].finding;
	}
	r.wall = stats_median(x, censored, count);
	*GROW(t->runs, t->count, t->room) = r;
}

static void oldest_first(struct cell_trend *t)
{
	for (size_t i = 0; i < t->count / 2; i++) {
		struct trend_run r = t->runs[i];

		t->runs[i] = t->runs[t->count - 1 - i];
		t->runs[t->count - 1 - i] = r;
	}
}

static struct err *trend_load(struct store *st, const struct cell_sum *c, struct cell_trend *t)
{
	_cleanup_(freep) struct point *series = NULL;
	size_t count, from = 0, kept = 0;

	t->cell = c;
	TRY(store_series(st, c->cell->id, M_BUILD_WALL, SAMPLES_READ, &series, &count));
	for (size_t i = 0; i < count; i++)
		if (series[i].standin == c->standin)
			series[kept++] = series[i];
	t->left_out = count - kept;
	for (size_t i = 1; i <= kept; i++) {
		if (i < kept && series[i].run == series[from].run)
			continue;
		add_run(t, &series[from], i - from);
		from = i;
	}
	oldest_first(t);
	return NULL;
}

struct err *trends_load(struct store *st, const struct run_summary *rs, size_t limit,
	struct cell_trend **out, size_t *count)
{
	struct cell_trend *all = xcalloc(limit + 1, sizeof(*all));
	struct err *e = NULL;
	size_t n = 0;

	for (size_t i = 0; i < rs->count && n < limit && !e; i++)
		if (rs->cells[i].n)
			e = trend_load(st, &rs->cells[i], &all[n++]);
	if (e) {
		trends_free(all, n);
		return e;
	}
	*out = all;
	*count = n;
	return NULL;
}

void trends_free(struct cell_trend *t, size_t count)
{
	for (size_t i = 0; t && i < count; i++)
		free(t[i].runs);
	free(t);
}
