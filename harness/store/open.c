#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>

#include "base/clock.h"
#include "base/file.h"

/* What the first bytes of a file say, read without SQLite: opening a file with it may already
 * replay a log into it. */
struct header {
	bool absent, empty;
	uint32_t application;
	int version;
};
#define HEADER_BYTES 100
/* The log of SQLite is written back to the database when it holds 1000 pages. */
#define LOG_BYTES      (68 * LOG_STEP_BYTES)
#define LOG_STEP_BYTES (64 * 1024)

char *store_where(const char *given)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (given)
		return xstrdup(given);
	if (data && *data == '/')
		return path_join(data, "tare/tare.db");
	if (home && *home == '/')
		return path_join(home, ".local/share/tare/tare.db");
	return xstrdup("./tare.db");
}

static uint32_t big_endian(const unsigned char *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static struct err *header_parse(const char *path, const unsigned char *bytes, ssize_t n,
	struct header *out)
{
	*out = (struct header){ .empty = n == 0 };
	if (out->empty)
		return NULL;
	if (n < HEADER_BYTES || memcmp(bytes, "SQLite format 3", 16) != 0)
		return schema_foreign(path);
	out->version = (int)big_endian(bytes + 60);
	out->application = big_endian(bytes + 68);
	if (out->application != STORE_APPLICATION_ID)
		return schema_foreign(path);
	return out->version > schema_version ? schema_newer(path, out->version) : NULL;
}

static struct err *header_read(const char *path, struct header *out)
{
	unsigned char bytes[HEADER_BYTES];
	struct stat st;
	/* a FIFO would make an open wait for its writer */
	_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 && errno == ENOENT) {
		*out = (struct header){ .absent = true };
		return NULL;
	}
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_wrap(err_sys(path, errno), "database");
	if (!S_ISREG(st.st_mode))
		return schema_foreign(path);
	ssize_t n = pread(fd, bytes, sizeof(bytes), 0);
	if (n < 0)
		return err_wrap(err_sys(path, errno), "database");
	return header_parse(path, bytes, n, out);
}

static struct err *unmeasured(const char *path)
{
	return err_next(err_at(err_new(ERR_INPUT, "there is no database yet: nothing was measured"),
				"%s", path),
		"tare run measures; --db names another database");
}

static struct err *read_only(const char *path)
{
	return err_next(err_at(err_new(ERR_IO, "the database is read-only"), "%s", path),
		"make it writable, or name another with --db");
}

/* Open with SQLite; `flags` are SQLITE_OPEN_*. */
static struct err *connect(struct store *st, const char *name, int flags)
{
	if (sqlite3_open_v2(name, &st->db, flags | SQLITE_OPEN_NOMUTEX, store_log_vfs()) !=
		SQLITE_OK)
		return st->db ? store_fail(st->db, st->path)
			      : err_at(err_new(ERR_IO, "out of memory"), "%s", st->path);
	sqlite3_extended_result_codes(st->db, 1);
	sqlite3_busy_timeout(st->db, STORE_BUSY_MS);
	sqlite3_db_config(st->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(st->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(st->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(st->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(st->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(st->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	/* until its version is known, leave the log as it was found */
	sqlite3_db_config(st->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return NULL;
}

static struct err *set(struct store *st, const char *pragmas)
{
	if (sqlite3_exec(st->db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(st->db, st->path);
	return NULL;
}

static struct store *store_new(const char *path)
{
	struct store *st = NEW(struct store);

	st->path = xstrdup(path);
	return st;
}

/* Append zeroes until the log has its size; all or nothing. */
static void fill_log(sqlite3_file *log)
{
	_cleanup_(freep) char *zeroes = xcalloc(1, LOG_STEP_BYTES);
	sqlite3_int64 before, size;

	if (log->pMethods->xFileSize(log, &before) != SQLITE_OK)
		return;
	for (size = before; size < LOG_BYTES; size += LOG_STEP_BYTES)
		if (log->pMethods->xWrite(log, zeroes, LOG_STEP_BYTES, size) != SQLITE_OK) {
			log->pMethods->xTruncate(log, before);
			return;
		}
}

/* Let the log have its size from the start: a commit that makes a file grow costs about twice one
 * that does not. What lies behind the last commit is no log to SQLite, whatever it holds. Only an
 * optimisation: a disk that is too full for it may still hold the samples. */
static struct err *widen_log(struct store *st)
{
	_cleanup_(store_rollback) struct store_txn txn = { 0 };
	sqlite3_file *log = NULL;

	TRY(store_begin(st, &txn)); /* nobody else writes meanwhile */
	sqlite3_file_control(st->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log && log->pMethods)
		fill_log(log);
	return NULL;
}

/* The path as SQLite takes it for a file, whatever it begins with ("file:", ":memory:"). */
static char *file_name(const char *path)
{
	return *path == '/' ? xstrdup(path) : path_join(".", path);
}

static struct err *parent_make(const char *path)
{
	_cleanup_(freep) char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');

	if (!slash || slash == dir)
		return NULL;
	*slash = '\0';
	return path_exists(dir) ? NULL : err_wrap(dir_make(dir, 0755), "database");
}

/* Switch to a write-ahead log. Where another process opens the same new file, SQLite does not wait
 * for it here, whatever the busy timeout: so we do. */
static struct err *use_log(struct store *st)
{
	int64_t deadline = clock_mono_ns() + STORE_BUSY_MS * INT64_C(1000000);
	struct err *e;

	while ((e = set(st, "PRAGMA journal_mode = WAL")) && e->kind == ERR_AGAIN &&
		clock_mono_ns() < deadline) {
		err_free(e);
		usleep(20000);
	}
	return e;
}

static struct err *open_write(const char *path, const struct header *h, struct store **out)
{
	_cleanup_(store_closep) struct store *st = store_new(path);
	_cleanup_(freep) char *name = file_name(path);

	if (h->absent)
		TRY(parent_make(path));
	else if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0)
		return read_only(path);
	TRY(connect(st, name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
	if (sqlite3_db_readonly(st->db, "main"))
		return read_only(path);
	TRY(set(st, "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"));
	TRY(schema_migrate(st, schema_steps, schema_version));
	TRY(use_log(st));
	TRY(schema_words(st));
	TRY(widen_log(st));
	sqlite3_db_config(st->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	*out = TAKE_PTR(st);
	return NULL;
}

/* The file as it lies there, for a directory in which SQLite cannot keep its log and its shared
 * memory; only where no log waits to be read. */
static struct err *connect_immutable(struct store *st)
{
	_cleanup_(str_done) struct str uri = STR_INIT;
	_cleanup_(freep) char *log = xasprintf("%s-wal", st->path), *real = NULL;
	struct stat wal;

	if (stat(log, &wal) == 0 && wal.st_size > 0)
		return store_fail(st->db, st->path);
	real = realpath(st->path, NULL);
	if (!real)
		return err_sys(st->path, errno);
	str_add(&uri, "file:");
	for (const char *c = real; *c; c++)
		str_addf(&uri, strchr("%?#", *c) ? "%%%02x" : "%c", *c);
	str_add(&uri, "?immutable=1");
	sqlite3_close(TAKE_PTR(st->db));
	return connect(st, str_get(&uri), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

/* Whether SQLite would have to write to read it, and cannot. */
static bool must_write(struct store *st)
{
	int code;

	if (sqlite3_exec(st->db, "PRAGMA schema_version", NULL, NULL, NULL) == SQLITE_OK)
		return false;
	code = sqlite3_errcode(st->db) & 0xff;
	return code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
}

static struct err *open_read(const char *path, struct store **out, int *version)
{
	_cleanup_(store_closep) struct store *st = store_new(path);
	_cleanup_(freep) char *name = file_name(path);
	bool ours;

	/* not SQLITE_OPEN_READONLY: such a connection leaves its log behind when it closes */
	TRY(connect(st, name, SQLITE_OPEN_READWRITE));
	if (must_write(st))
		TRY(connect_immutable(st));
	/* a report reads cell by cell, each from all over the file: with less, every page is read for
	 * each of them */
	TRY(set(st, "PRAGMA query_only = ON; PRAGMA synchronous = FULL;"
		    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -40000;")); /* kB */
	TRY(schema_state(st, version, &ours));
	if (!ours)
		return schema_foreign(path);
	if (*version > schema_version)
		return schema_newer(path, *version);
	sqlite3_db_config(st->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	*out = TAKE_PTR(st);
	return NULL;
}

/* Read a database that an older program wrote: it is migrated first. */
static struct err *open_older(const char *path, const struct header *h, struct store **out)
{
	_cleanup_(store_closep) struct store *st = NULL;
	int version;

	TRY(err_wrap(open_write(path, h, &st), "bring it to this version's schema"));
	store_close(TAKE_PTR(st));
	return open_read(path, out, &version);
}

struct err *store_open(const char *path, enum store_mode mode, struct store **out)
{
	_cleanup_(store_closep) struct store *st = NULL;
	struct header h;
	int version;

	TRY(header_read(path, &h));
	if (mode == STORE_WRITE)
		return open_write(path, &h, out);
	if (h.absent || h.empty)
		return unmeasured(path);
	TRY(open_read(path, &st, &version));
	if (!version)
		return unmeasured(path);
	if (version == schema_version) {
		*out = TAKE_PTR(st);
		return NULL;
	}
	store_close(TAKE_PTR(st));
	return open_older(path, &h, out);
}

void store_close(struct store *st)
{
	if (!st)
		return;
	for (size_t i = 0; i < st->stmt_count; i++)
		sqlite3_finalize(st->stmts[i].q);
	free(st->stmts);
	store_forget(st);
	sqlite3_close(st->db);
	free(st->path);
	free(st);
}

const char *store_path(const struct store *st)
{
	return st->path;
}
