#include "store/schema.h"

const struct schema_step schema_steps[] = {
	{ schema_v1 },
	{ schema_v2 },
	{ schema_v3 },
};
const int schema_version = ARRAY_SIZE(schema_steps);

struct err *schema_foreign(const char *path)
{
	struct err *e = err_new(ERR_INPUT, "not a tare database; it was left as it is");

	return err_next(err_at(e, "%s", path), "name another file with --db");
}

struct err *schema_newer(const char *path, int version)
{
	return err_next(err_at(err_new(ERR_INPUT, "the database is of a newer tare "
						  "(schema %d, this one knows %d)",
				       version, schema_version),
				"%s", path),
		"use that tare, or name another file with --db");
}

static struct err *pragma(struct store *st, const char *sql, int64_t *out)
{
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql, &q));
	return store_one(st, q, out);
}

struct err *schema_state(struct store *st, int *version, bool *ours)
{
	static const char sql_application[] = "PRAGMA application_id";
	static const char sql_version[] = "PRAGMA user_version";
	static const char sql_tables[] = "SELECT count(*) FROM sqlite_schema";
	int64_t application = 0, user = 0, tables = 0;

	TRY(pragma(st, sql_application, &application));
	TRY(pragma(st, sql_version, &user));
	TRY(pragma(st, sql_tables, &tables));
	*version = (int)user;
	*ours = user > 0 ? application == STORE_APPLICATION_ID : !user && !application && !tables;
	return NULL;
}

static struct err *script(struct store *st, const char *sql)
{
	if (sqlite3_exec(st->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(st->db, st->path);
	return NULL;
}

/* A step that leaves a row without what it points at must not be committed. */
static struct err *references_hold(struct store *st)
{
	static const char sql_check[] = "PRAGMA foreign_key_check";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_check, &q));
	TRY(store_next(st, q, &row));
	if (!row)
		return NULL;
	return err_at(err_new(ERR_IO, "the migration would leave rows of %s without their parents",
			      store_col_peek(q, 0)),
		"%s", st->path);
}

static struct err *climb(struct store *st, const struct schema_step *steps, int from, int to)
{
	_cleanup_(str_done) struct str stamp = STR_INIT;

	for (int i = from; i < to; i++)
		TRY(err_wrap(script(st, steps[i].sql), "schema %d", i + 1));
	TRY(references_hold(st));
	str_addf(&stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		STORE_APPLICATION_ID, to);
	return script(st, str_get(&stamp));
}

static struct err *migrate(struct store *st, const struct schema_step *steps, int version)
{
	_cleanup_(store_rollback) struct store_txn txn = { 0 };
	int from;
	bool ours;

	TRY(store_begin(st, &txn));
	TRY(schema_state(st, &from, &ours));
	if (!ours)
		return schema_foreign(st->path);
	if (from > version)
		return schema_newer(st->path, from);
	if (from < version)
		TRY(climb(st, steps, from, version));
	return store_commit(&txn);
}

struct err *schema_migrate(struct store *st, const struct schema_step *steps, int version)
{
	int from;
	bool ours;

	TRY(schema_state(st, &from, &ours));
	/* a step may rebuild a table that others point at; whole again before the commit */
	TRY(script(st, "PRAGMA foreign_keys = OFF"));
	if (!ours || from != version)
		TRY(migrate(st, steps, version));
	return script(st, "PRAGMA foreign_keys = ON");
}

static struct err *metric_word(struct store *st, int m)
{
	static const char sql_metric[] =
		"INSERT INTO metric (id, name, unit, better, kind) VALUES (?1, ?2, ?3, ?4, ?5) "
		"ON CONFLICT DO NOTHING";
	static const char *const better[] = { "less", "more", "none" };
	static const char *const kind[] = { "exact", "estimate" };
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_metric, &q));
	sqlite3_bind_int(q, 1, m);
	store_bind_text(q, 2, metric_table[m].name);
	store_bind_text(q, 3, metric_table[m].unit);
	store_bind_text(q, 4, better[metric_table[m].better]);
	store_bind_text(q, 5, kind[metric_table[m].kind]);
	return store_run(st, q);
}

static struct err *check_word(struct store *st, int c)
{
	static const char sql_check[] =
		"INSERT INTO check_def (id, name, class, text) VALUES (?1, ?2, ?3, ?4) "
		"ON CONFLICT DO NOTHING";
	static const char *const class[] = { "void", "finding" };
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_check, &q));
	sqlite3_bind_int(q, 1, c);
	store_bind_text(q, 2, check_table[c].name);
	store_bind_text(q, 3, class[check_table[c].class]);
	store_bind_text(q, 4, check_table[c].text);
	return store_run(st, q);
}

struct err *schema_words(struct store *st)
{
	static const char sql_count[] =
		"SELECT (SELECT count(*) FROM metric WHERE id < ?1) + "
		"(SELECT count(*) FROM check_def WHERE id < ?2)";
	_cleanup_(store_rollback) struct store_txn txn = { 0 };
	sqlite3_stmt *q;
	int64_t have = 0;

	TRY(store_stmt(st, sql_count, &q));
	sqlite3_bind_int(q, 1, METRIC_COUNT);
	sqlite3_bind_int(q, 2, CHECK_COUNT);
	TRY(store_one(st, q, &have));
	if (have == METRIC_COUNT + CHECK_COUNT)
		return NULL;
	TRY(store_begin(st, &txn));
	for (int m = 0; m < METRIC_COUNT; m++)
		TRY(metric_word(st, m));
	for (int c = 0; c < CHECK_COUNT; c++)
		TRY(check_word(st, c));
	return store_commit(&txn);
}
