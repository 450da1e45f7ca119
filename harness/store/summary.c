#include "store/summary.h"

/* The values of one metric of one cell in one run, sorted; censored ones last. */
struct group {
	int64_t cell, metric;
	double *v;
	size_t count, room;
	size_t known; /* the rest are time-outs: at least their limit, above all others */
};

static void group_done(struct group *g)
{
	free(g->v);
}

int64_t store_class_bits(enum check_class class)
{
	uint64_t bits = 0;

	for (int c = 0; c < CHECK_COUNT; c++)
		if (check_table[c].class == class)
			bits |= UINT64_C(1) << c;
	return (int64_t)bits;
}

/* Of two middle values the mean; none where it falls on a time-out. */
static void bind_median(sqlite3_stmt *q, int i, const struct group *g)
{
	size_t high = g->count / 2, low = (g->count - 1) / 2;

	if (high < g->known)
		sqlite3_bind_double(q, i, (g->v[low] + g->v[high]) / 2);
	else
		sqlite3_bind_null(q, i);
}

static struct err *add_summary(struct store *st, int64_t run, const struct group *g)
{
	static const char sql_add[] =
		"INSERT INTO summary (cell, run, metric, n, median, low, high) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	sqlite3_stmt *q;

	if (!g->count)
		return NULL;
	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, g->cell);
	sqlite3_bind_int64(q, 2, run);
	sqlite3_bind_int64(q, 3, g->metric);
	sqlite3_bind_int64(q, 4, (int64_t)g->count);
	bind_median(q, 5, g);
	sqlite3_bind_double(q, 6, g->v[0]);
	sqlite3_bind_double(q, 7, g->v[g->count - 1]);
	return store_run(st, q);
}

struct err *store_summarise(struct store *st, int64_t run)
{
	static const char sql_values[] =
		"SELECT s.cell, v.metric, s.kind = 'timed' AND s.status = 'timeout' AS censored, v.v "
		"FROM run_cell rc "
		"CROSS JOIN sample s ON s.cell = rc.cell AND s.run = rc.run "
		"CROSS JOIN value v ON v.sample = s.id "
		"WHERE rc.run = ?1 AND s.kind <> 'prime' "
		"AND (s.kind = 'start' OR s.status IN ('ok', 'timeout')) "
		"AND s.checks_failed & ?2 = 0 ORDER BY 1, 2, 3, 4";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(group_done) struct group g = { 0 };
	bool row;

	TRY(store_stmt(st, sql_values, &q));
	sqlite3_bind_int64(q, 1, run);
	sqlite3_bind_int64(q, 2, store_class_bits(CHECK_VOID));
	for (;;) {
		TRY(store_next(st, q, &row));
		int64_t cell = sqlite3_column_int64(q, 0), metric = sqlite3_column_int64(q, 1);
		if (!row || cell != g.cell || metric != g.metric) {
			TRY(add_summary(st, run, &g));
			g.cell = cell;
			g.metric = metric;
			g.count = g.known = 0;
		}
		if (!row)
			return NULL;
		*GROW(g.v, g.count, g.room) = sqlite3_column_double(q, 3);
		g.known += !sqlite3_column_int(q, 2);
	}
}
