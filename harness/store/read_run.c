#include "store/dimension.h"

/* What read_run takes, in its order. */
#define RUN_COLUMNS                                                                                \
	"run.id, uuid, start_unix_ns, coalesce(end_unix_ns, 0), project, commit_id, merge_base, "  \
	"branch, ci_job, tag, dirty, version, command, seed, environment "

static struct err *read_run(struct store *st, sqlite3_stmt *q, struct run **out)
{
	_cleanup_(run_freep) struct run *r = NEW(struct run);

	r->id = sqlite3_column_int64(q, 0);
	store_col_uuid(q, 1, r->uuid);
	r->start_unix_ns = sqlite3_column_int64(q, 2);
	r->end_unix_ns = sqlite3_column_int64(q, 3);
	r->project = store_col_text(q, 4);
	r->commit = store_col_text(q, 5);
	r->merge_base = store_col_text(q, 6);
	r->branch = store_col_text(q, 7);
	r->ci_job = store_col_text(q, 8);
	r->tag = store_col_text(q, 9);
	r->dirty = sqlite3_column_int(q, 10);
	r->version = store_col_text(q, 11);
	r->command = store_col_text(q, 12);
	r->seed = (uint64_t)sqlite3_column_int64(q, 13);
	TRY(store_facts(st, sqlite3_column_int64(q, 14), &r->env));
	*out = TAKE_PTR(r);
	return NULL;
}

struct err *store_read_engines(struct store *st, struct run *r)
{
	static const char sql_engines[] =
		"SELECT engine, version, storage_driver, network, rootless, more FROM run_engine "
		"WHERE run = ?1 ORDER BY place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_engines, &q));
	sqlite3_bind_int64(q, 1, r->id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		struct engine_facts *e = GROW(r->engines, r->engine_count, r->engine_room);
		e->engine = store_col_text(q, 0);
		e->version = store_col_text(q, 1);
		e->storage_driver = store_col_text(q, 2);
		e->network = store_col_text(q, 3);
		e->rootless = sqlite3_column_int(q, 4);
		TRY(store_facts(st, sqlite3_column_int64(q, 5), &e->more));
	}
}

static struct err *read_plan(struct store *st, struct run *r)
{
	static const char sql_plan[] = "SELECT json FROM run_plan WHERE run = ?1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_plan, &q));
	sqlite3_bind_int64(q, 1, r->id);
	TRY(store_next(st, q, &row));
	if (row)
		r->plan = store_col_text(q, 0);
	return row ? store_next(st, q, &row) : NULL;
}

/* The run of the first row of q, whole; NULL where there is no row. */
static struct err *whole_run(struct store *st, sqlite3_stmt *q, struct run **out)
{
	_cleanup_(run_freep) struct run *r = NULL;
	_cleanup_(store_resetp) sqlite3_stmt *held = q;
	bool row;

	TRY(store_next(st, held, &row));
	if (row) {
		TRY(read_run(st, held, &r));
		TRY(store_read_engines(st, r));
		TRY(read_plan(st, r));
		TRY(store_next(st, held, &row));
	}
	*out = TAKE_PTR(r);
	return NULL;
}

struct err *store_run_by_id(struct store *st, int64_t id, struct run **out)
{
	static const char sql_run[] = "SELECT " RUN_COLUMNS "FROM run WHERE id = ?1";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_run, &q));
	sqlite3_bind_int64(q, 1, id);
	return whole_run(st, q, out);
}

struct err *store_unfinished(struct store *st, struct run **out)
{
	static const char sql_run[] =
		"SELECT " RUN_COLUMNS "FROM run WHERE end_unix_ns IS NULL "
		"ORDER BY start_unix_ns DESC, id DESC LIMIT 1";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_run, &q));
	return whole_run(st, q, out);
}

struct runs {
	struct run **items;
	size_t count, room;
};

static void runs_done(struct runs *r)
{
	runs_free(r->items, r->count);
}

static struct err *read_runs(struct store *st, sqlite3_stmt *q, struct run ***out, size_t *count)
{
	_cleanup_(runs_done) struct runs runs = { 0 };
	bool row;

	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			break;
		TRY(read_run(st, q, GROW(runs.items, runs.count, runs.room)));
	}
	*count = runs.count;
	*out = TAKE_PTR(runs.items);
	return NULL;
}

struct err *store_runs(struct store *st, size_t limit, struct run ***out, size_t *count)
{
	static const char sql_runs[] =
		"SELECT " RUN_COLUMNS "FROM run ORDER BY start_unix_ns DESC, id DESC LIMIT ?1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;

	TRY(store_stmt(st, sql_runs, &q));
	sqlite3_bind_int64(q, 1, limit ? (int64_t)limit : -1);
	return read_runs(st, q, out, count);
}

struct err *store_tagged(struct store *st, const char *tag, struct run ***out, size_t *count)
{
	static const char sql_tagged[] =
		"SELECT " RUN_COLUMNS "FROM run WHERE tag = ?1 ORDER BY start_unix_ns, id";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;

	TRY(store_stmt(st, sql_tagged, &q));
	store_bind_text(q, 1, tag);
	return read_runs(st, q, out, count);
}

void runs_free(struct run **runs, size_t count)
{
	for (size_t i = 0; runs && i < count; i++)
		run_free(runs[i]);
	free(runs);
}
