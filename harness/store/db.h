/* Private to store/: the connection, its prepared statements, transactions, and binding. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "store/store.h"

/* "TARE": what tells our files from other SQLite databases. */
#define STORE_APPLICATION_ID 0x54415245
/* How long a writer waits for another one. */
#define STORE_BUSY_MS 10000

struct store_stmt {
	const char *sql; /* told apart by address: each statement is one static array */
	sqlite3_stmt *q;
};

/* Ids of dimension rows seen lately, so that a sample costs few look-ups. */
struct store_id {
	const char *sql; /* the look-up, told apart by address */
	struct str key;  /* what makes the row: its fields, one after the other */
	int64_t id;
};
#define STORE_IDS 512

/* A manifest that others are stored as differences to, kept in memory. */
struct store_base {
	int64_t id;
	int depth;
	struct manifest manifest;
};
#define STORE_BASES 8

/* What is in a layer, as it was read last. */
struct store_content {
	int64_t id;
	struct layer_contents *of;
};
#define STORE_CONTENTS 256

struct store {
	sqlite3 *db;
	char *path;
	struct store_stmt *stmts;
	size_t stmt_count, stmt_room;
	struct store_id ids[STORE_IDS];
	struct store_base bases[STORE_BASES];
	size_t next_base;
	struct store_content contents[STORE_CONTENTS]; /* by id */
};

/* The VFS that a database is written through; registered on first use. */
const char *store_log_vfs(void);
/* The error that SQLite just reported, as ours. */
struct err *store_fail(sqlite3 *db, const char *path);
/* A statement, prepared once; the store owns it. */
struct err *store_stmt(struct store *st, const char *sql, sqlite3_stmt **out);
/* Run a statement that returns no rows, and make it ready for the next use. */
struct err *store_run(struct store *st, sqlite3_stmt *q);
/* The same for an INSERT, with the id of the new row. */
struct err *store_insert(struct store *st, sqlite3_stmt *q, int64_t *id);
/* The next row; *row is false after the last one. */
struct err *store_next(struct store *st, sqlite3_stmt *q, bool *row);
/* The first column of the first row; *out stays as it is where there is no row. */
struct err *store_one(struct store *st, sqlite3_stmt *q, int64_t *out);
/* Ends a read on every way out of its function. */
void store_resetp(sqlite3_stmt **q);

/* A transaction that is rolled back on every way out but store_commit. */
struct store_txn {
	struct store *st; /* NULL: none is open */
};
/* Waits for other writers; ERR_AGAIN when they take too long. */
struct err *store_begin(struct store *st, struct store_txn *txn);
/* On disk when it returns; an error leaves the transaction open, for its cleanup to roll back. */
struct err *store_commit(struct store_txn *txn);
/* Nothing where none is open. */
void store_rollback(struct store_txn *txn);
/* Empty what is kept in memory of rows: after a rollback they may not be there any more. */
void store_forget(struct store *st);

/* Binding; NULL, "" (digests) and negative sizes become NULL. Text is bound as the bytes it is. */
void store_bind_text(sqlite3_stmt *q, int i, const char *text);
/* A size or time of which less than 0 is unknown. */
void store_bind_size(sqlite3_stmt *q, int i, int64_t n);
/* Hex digits after `prefix` as a BLOB; what is anything else stays text, which a STRICT column
 * refuses by name. */
void store_bind_hex(sqlite3_stmt *q, int i, const char *prefix, const char *text);
/* "sha256:...". */
void store_bind_digest(sqlite3_stmt *q, int i, const char *digest);
/* Its 16 bytes. */
void store_bind_uuid(sqlite3_stmt *q, int i, const char *uuid);

/* Columns. Strings are the caller's, NULL where NULL. Where memory runs out in one of them, the
 * next store_next of the statement says so: every read goes on to the end of its rows. */
char *store_col_text(sqlite3_stmt *q, int i);
/* Borrowed until the next row; never NULL. */
const char *store_col_peek(sqlite3_stmt *q, int i);
/* -1 for NULL. */
int64_t store_col_size(sqlite3_stmt *q, int i);
/* "" for NULL, or what is no such digest; so below. */
void store_col_digest(sqlite3_stmt *q, int i, char digest[DIGEST_SIZE]);
/* 32 hex digits. */
void store_col_xxh(sqlite3_stmt *q, int i, char hex[XXH_SIZE]);
/* With its dashes. */
void store_col_uuid(sqlite3_stmt *q, int i, char uuid[UUID_SIZE]);
/* A word of a table of names; ERR_IO where this program does not know it. */
struct err *store_col_word(struct store *st, sqlite3_stmt *q, int i, const char *const *names,
	int *out);

#endif
