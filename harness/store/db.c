#include "store/db.h"

static enum err_kind fail_kind(int code)
{
	return code == SQLITE_BUSY || code == SQLITE_LOCKED ? ERR_AGAIN : ERR_IO;
}

/* What a user can do about it; NULL where nothing is known to help. */
static const char *fail_next(int code)
{
	switch (code) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "another process writes to it: wait for it, or name another with --db";
	case SQLITE_FULL:
		return "free some space and run again with --resume: what was recorded is kept";
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return "make the file and its directory writable, or name another with --db";
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return "the file is damaged: restore a copy, or try sqlite3 FILE .recover";
	}
	return NULL;
}

struct err *store_fail(sqlite3 *db, const char *path)
{
	int code = sqlite3_errcode(db) & 0xff;
	const char *next = fail_next(code);
	struct err *e = err_new(fail_kind(code), "database: %s", sqlite3_errmsg(db));

	if (code == SQLITE_IOERR && sqlite3_system_errno(db))
		e = err_wrap(e, "%s", strerror(sqlite3_system_errno(db)));
	e = err_at(e, "%s", path);
	return next ? err_next(e, "%s", next) : e;
}

struct err *store_stmt(struct store *st, const char *sql, sqlite3_stmt **out)
{
	struct store_stmt *s;

	for (size_t i = 0; i < st->stmt_count; i++)
		if (st->stmts[i].sql == sql) {
			*out = st->stmts[i].q;
			return NULL;
		}
	sqlite3_stmt *q;
	if (sqlite3_prepare_v3(st->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL) != SQLITE_OK)
		return store_fail(st->db, st->path);
	s = GROW(st->stmts, st->stmt_count, st->stmt_room);
	s->sql = sql;
	*out = s->q = q;
	return NULL;
}

void store_resetp(sqlite3_stmt **q)
{
	if (*q) {
		sqlite3_reset(*q);
		sqlite3_clear_bindings(*q);
	}
}

struct err *store_next(struct store *st, sqlite3_stmt *q, bool *row)
{
	int code = sqlite3_step(q);

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return store_fail(st->db, st->path);
	*row = code == SQLITE_ROW;
	return NULL;
}

struct err *store_run(struct store *st, sqlite3_stmt *q)
{
	_cleanup_(store_resetp) sqlite3_stmt *held = q;
	bool row;

	return store_next(st, held, &row);
}

struct err *store_insert(struct store *st, sqlite3_stmt *q, int64_t *id)
{
	TRY(store_run(st, q));
	*id = sqlite3_last_insert_rowid(st->db);
	return NULL;
}

struct err *store_one(struct store *st, sqlite3_stmt *q, int64_t *out)
{
	_cleanup_(store_resetp) sqlite3_stmt *held = q;
	bool row;

	TRY(store_next(st, held, &row));
	if (row)
		*out = sqlite3_column_int64(held, 0);
	return NULL;
}

struct err *store_begin(struct store *st, struct store_txn *txn)
{
	/* IMMEDIATE: a transaction that reads first and then waits for a writer would fail */
	static const char sql_begin[] = "BEGIN IMMEDIATE";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_begin, &q));
	TRY(store_run(st, q));
	txn->st = st;
	return NULL;
}

struct err *store_commit(struct store_txn *txn)
{
	static const char sql_commit[] = "COMMIT";
	sqlite3_stmt *q;

	TRY(store_stmt(txn->st, sql_commit, &q));
	TRY(store_run(txn->st, q));
	txn->st = NULL;
	return NULL;
}

void store_forget(struct store *st)
{
	for (size_t i = 0; i < STORE_IDS; i++) {
		str_done(&st->ids[i].key);
		st->ids[i].sql = NULL;
	}
	for (size_t i = 0; i < STORE_BASES; i++) {
		manifest_done(&st->bases[i].manifest);
		memset(&st->bases[i], 0, sizeof(st->bases[i]));
	}
	for (size_t i = 0; i < STORE_CONTENTS; i++) {
		contents_unref(st->contents[i].of);
		st->contents[i] = (struct store_content){ 0 };
	}
}

void store_rollback(struct store_txn *txn)
{
	struct store *st = TAKE_PTR(txn->st);

	if (!st)
		return;
	/* some errors (a full disk, I/O) have rolled back already */
	if (!sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	store_forget(st);
}
