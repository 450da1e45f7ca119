#include "store/summary.h"

static struct err *insert_run(struct store *st, struct run *run, int64_t environment, int64_t *id)
{
	static const char sql_add[] =
		"INSERT INTO run (uuid, start_unix_ns, project, commit_id, merge_base, branch, "
		"ci_job, tag, dirty, version, command, seed, environment) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	store_bind_uuid(q, 1, run->uuid);
	sqlite3_bind_int64(q, 2, run->start_unix_ns);
	store_bind_text(q, 3, run->project);
	store_bind_text(q, 4, run->commit);
	store_bind_text(q, 5, run->merge_base);
	store_bind_text(q, 6, run->branch);
	store_bind_text(q, 7, run->ci_job);
	store_bind_text(q, 8, run->tag);
	sqlite3_bind_int(q, 9, run->dirty);
	store_bind_text(q, 10, run->version);
	store_bind_text(q, 11, run->command);
	sqlite3_bind_int64(q, 12, (int64_t)run->seed);
	sqlite3_bind_int64(q, 13, environment);
	return store_insert(st, q, id);
}

static struct err *insert_engine(struct store *st, int64_t run, size_t place,
	const struct engine_facts *e)
{
	static const char sql_add[] =
		"INSERT INTO run_engine (run, place, engine, version, storage_driver, network, "
		"rootless, more) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	int64_t more;
	sqlite3_stmt *q;

	TRY(store_fact_set(st, &e->more, &more));
	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, run);
	sqlite3_bind_int64(q, 2, (int64_t)place);
	store_bind_text(q, 3, e->engine);
	store_bind_text(q, 4, e->version);
	store_bind_text(q, 5, e->storage_driver);
	store_bind_text(q, 6, e->network);
	sqlite3_bind_int(q, 7, e->rootless);
	sqlite3_bind_int64(q, 8, more);
	return store_run(st, q);
}

static struct err *put_plan(struct store *st, int64_t run, const char *plan_json)
{
	static const char sql_plan[] =
		"INSERT INTO run_plan (run, json) VALUES (?1, ?2) "
		"ON CONFLICT (run) DO UPDATE SET json = excluded.json";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_plan, &q));
	sqlite3_bind_int64(q, 1, run);
	store_bind_text(q, 2, plan_json);
	return store_run(st, q);
}

struct err *store_add_run(struct store *st, struct run *run)
{
	_cleanup_(store_rollback) struct store_txn txn = { 0 };
	int64_t environment, id;

	TRY(store_begin(st, &txn));
	TRY(store_fact_set(st, &run->env, &environment));
	TRY(insert_run(st, run, environment, &id));
	for (size_t i = 0; i < run->engine_count; i++)
		TRY(insert_engine(st, id, i, &run->engines[i]));
	if (run->plan)
		TRY(put_plan(st, id, run->plan));
	TRY(store_commit(&txn));
	run->id = id;
	return NULL;
}

struct err *store_set_plan(struct store *st, int64_t run, const char *plan_json)
{
	_cleanup_(store_rollback) struct store_txn txn = { 0 };

	TRY(store_begin(st, &txn));
	TRY(store_mutable(st, run));
	TRY(put_plan(st, run, plan_json));
	return store_commit(&txn);
}

struct err *store_mutable(struct store *st, int64_t run)
{
	static const char sql_open[] = "SELECT end_unix_ns IS NULL FROM run WHERE id = ?1";
	int64_t mutable = -1;
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_open, &q));
	sqlite3_bind_int64(q, 1, run);
	TRY(store_one(st, q, &mutable));
	if (mutable == 1)
		return NULL;
	return err_at(mutable ? err_new(ERR_INPUT, "no such run") :
				err_new(ERR_INPUT, "the run has ended: nothing can be added to it"),
		"%s", st->path);
}

struct err *store_end_run(struct store *st, struct run *run, int64_t end_unix_ns)
{
	static const char sql_end[] = "UPDATE run SET end_unix_ns = ?2 WHERE id = ?1";
	_cleanup_(store_rollback) struct store_txn txn = { 0 };
	sqlite3_stmt *q;

	TRY(store_begin(st, &txn));
	TRY(store_mutable(st, run->id));
	TRY(store_summarise(st, run->id));
	TRY(store_stmt(st, sql_end, &q));
	sqlite3_bind_int64(q, 1, run->id);
	sqlite3_bind_int64(q, 2, end_unix_ns);
	TRY(store_run(st, q));
	TRY(store_commit(&txn));
	run->end_unix_ns = end_unix_ns;
	return NULL;
}
