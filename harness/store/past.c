/* A cell's samples over all runs, with the few values that trends are drawn from. */
#include "store/sample.h"
#include "store/summary.h"

/* The value of the n-th metric that was asked for, where the sample has it. */
#define VALUE(n) "LEFT JOIN value v" n " ON v" n ".sample = s.id AND v" n ".metric = ?" n " "

static void read_past(sqlite3_stmt *q, struct past *p)
{
	p->run = sqlite3_column_int64(q, 0);
	p->sample = sqlite3_column_int64(q, 1);
	p->input_set = sqlite3_column_int64(q, 2);
	p->failed = sqlite3_column_int(q, 3);
	p->censored = sqlite3_column_int(q, 4);
	p->is_void = sqlite3_column_int(q, 5);
	p->finding = sqlite3_column_int(q, 6);
	p->standin = sqlite3_column_int(q, 7);
	for (int m = 0; m < PAST_METRICS; m++) {
		p->known[m] = sqlite3_column_type(q, 8 + m) != SQLITE_NULL;
		p->v[m] = sqlite3_column_double(q, 8 + m);
	}
}

struct pasts {
	struct past *items;
	size_t count, room;
};

static void pasts_done(struct pasts *p)
{
	free(p->items);
}

/* The walk is store_series', along the key of run_cell; a limit in runs is found by that key, too. */
struct err *store_past(struct store *st, int64_t cell, const enum metric metrics[PAST_METRICS],
	size_t runs, struct past **out, size_t *count)
{
	static const char sql_past[] =
		"SELECT rc.run, s.id, coalesce(s.input_set, 0), s.status NOT IN ('ok', 'timeout'), "
		"s.status = 'timeout', s.checks_failed & ?8 <> 0, s.checks_failed & ?9 <> 0, "
		"s.standin, v1.v, v2.v, v3.v, v4.v, v5.v FROM run_cell rc "
		"CROSS JOIN sample s ON s.cell = rc.cell AND s.run = rc.run "
		VALUE("1") VALUE("2") VALUE("3") VALUE("4") VALUE("5")
		"WHERE rc.cell = ?6 AND s.kind = 'timed' AND rc.start_unix_ns >= coalesce("
		"(SELECT start_unix_ns FROM run_cell WHERE cell = ?6 "
		"ORDER BY start_unix_ns DESC, run DESC LIMIT 1 OFFSET ?7), 0) "
		"ORDER BY rc.start_unix_ns DESC, rc.run DESC, s.id DESC";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(pasts_done) struct pasts all = { 0 };
	bool row;

	TRY(store_stmt(st, sql_past, &q));
	for (int m = 0; m < PAST_METRICS; m++)
		sqlite3_bind_int(q, m + 1, (int)metrics[m]);
	sqlite3_bind_int64(q, 6, cell);
	sqlite3_bind_int64(q, 7, runs ? (int64_t)runs - 1 : INT64_MAX);
	sqlite3_bind_int64(q, 8, store_class_bits(CHECK_VOID));
	sqlite3_bind_int64(q, 9, store_class_bits(CHECK_FINDING));
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			break;
		read_past(q, GROW(all.items, all.count, all.room));
	}
	*count = all.count;
	*out = TAKE_PTR(all.items);
	return NULL;
}

struct err *store_read_inputs(struct store *st, int64_t input_set, struct sample *out)
{
	return store_inputs(st, input_set, out);
}

struct err *store_read_steps(struct store *st, int64_t sample, struct sample *out)
{
	out->id = sample;
	TRY(store_get_known(st, sample, &out->values));
	return store_get_steps(st, out);
}

/* With max(), the other columns are of the row that holds it. */
struct err *store_latest_runs(struct store *st, const char *branch, int64_t **out, size_t *count)
{
	static const char sql_latest[] =
		"SELECT max(run.start_unix_ns), run.id FROM (SELECT v.scenario AS scenario, "
		"(SELECT rc.run FROM run_cell rc CROSS JOIN run r ON r.id = rc.run "
		"WHERE rc.cell = c.id AND r.branch IS ?1 AND r.end_unix_ns IS NOT NULL "
		"ORDER BY rc.start_unix_ns DESC, rc.run DESC LIMIT 1) AS id "
		"FROM cell c JOIN variant v ON v.id = c.variant) l JOIN run ON run.id = l.id "
		"GROUP BY l.scenario ORDER BY 1 DESC, 2 DESC";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(freep) int64_t *ids = NULL;
	size_t n = 0, room = 0;
	bool row;

	TRY(store_stmt(st, sql_latest, &q));
	store_bind_text(q, 1, branch);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			break;
		int64_t id = sqlite3_column_int64(q, 1);
		if (n && ids[n - 1] == id)
			continue;
		*GROW(ids, n, room) = id;
	}
	*count = n;
	*out = TAKE_PTR(ids);
	return NULL;
}
