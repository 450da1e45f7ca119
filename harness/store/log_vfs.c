/* A VFS under which SQLite's log is written in one piece a commit. SQLite writes each page of a
 * commit by two calls of its own, which cost as much as all the rest of recording a sample. What
 * follows on is held until the sync that ends the commit, or until anything else is asked of the
 * file; so it relies on synchronous=FULL, where no commit is seen before its sync. */
#include "store/db.h"

#define VFS_NAME   "tare-log"
/* SQLite's own VFS writes less than 128 KiB at a time, and nothing of a multiple of it. */
#define HELD_BYTES (64 * 1024)

/* A log; SQLite's own file lies behind it. */
struct log_file {
	sqlite3_file base;
	char *held;
	sqlite3_int64 at;
	int bytes;
};

static struct log_file *log_of(sqlite3_file *f)
{
	return (struct log_file *)f;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
	return (sqlite3_file *)(log_of(f) + 1);
}

/* Whatever becomes of it, nothing is held afterwards: an error ends the transaction. */
static int flush(sqlite3_file *f)
{
	struct log_file *log = log_of(f);
	int bytes = log->bytes;

	log->bytes = 0;
	if (!bytes)
		return SQLITE_OK;
	return real_of(f)->pMethods->xWrite(real_of(f), log->held, bytes, log->at);
}

static int log_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct log_file *log = log_of(f);

	if (log->bytes && (at != log->at + log->bytes || n > HELD_BYTES - log->bytes)) {
		int code = flush(f);
		if (code != SQLITE_OK)
			return code;
	}
	if (n > HELD_BYTES)
		return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
	if (!log->bytes)
		log->at = at;
	memcpy(log->held + log->bytes, p, (size_t)n);
	log->bytes += n;
	return SQLITE_OK;
}

static int log_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	int code = flush(f);

	return code == SQLITE_OK ? real_of(f)->pMethods->xRead(real_of(f), p, n, at) : code;
}

static int log_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int code = flush(f);

	return code == SQLITE_OK ? real_of(f)->pMethods->xTruncate(real_of(f), size) : code;
}

static int log_sync(sqlite3_file *f, int flags)
{
	int code = flush(f);

	return code == SQLITE_OK ? real_of(f)->pMethods->xSync(real_of(f), flags) : code;
}

static int log_size(sqlite3_file *f, sqlite3_int64 *size)
{
	int code = flush(f);

	return code == SQLITE_OK ? real_of(f)->pMethods->xFileSize(real_of(f), size) : code;
}

static int log_close(sqlite3_file *f)
{
	int flushed = flush(f), closed = real_of(f)->pMethods->xClose(real_of(f));

	free(log_of(f)->held);
	return flushed == SQLITE_OK ? closed : flushed;
}

static int log_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int log_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int log_device(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

/* A log is never locked: the database's file is. */
static const sqlite3_io_methods log_methods = {
	.iVersion = 1, .xClose = log_close, .xRead = log_read, .xWrite = log_write,
	.xTruncate = log_truncate, .xSync = log_sync, .xFileSize = log_size,
	.xFileControl = log_control, .xSectorSize = log_sector,
	.xDeviceCharacteristics = log_device,
};

static int log_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	sqlite3_vfs *real = vfs->pAppData;
	int code;

	if (!(flags & SQLITE_OPEN_WAL))
		return real->xOpen(real, name, f, flags, out);
	*log_of(f) = (struct log_file){ 0 };
	code = real->xOpen(real, name, real_of(f), flags, out);
	if (code != SQLITE_OK)
		return code;
	log_of(f)->held = xcalloc(1, HELD_BYTES);
	f->pMethods = &log_methods;
	return SQLITE_OK;
}

const char *store_log_vfs(void)
{
	sqlite3_vfs *vfs;

	if (sqlite3_initialize() == SQLITE_OK && !sqlite3_vfs_find(VFS_NAME)) {
		vfs = NEW(sqlite3_vfs); /* SQLite's for as long as the program runs */
		*vfs = *sqlite3_vfs_find(NULL);
		vfs->pAppData = sqlite3_vfs_find(NULL);
		vfs->zName = VFS_NAME;
		vfs->szOsFile += (int)sizeof(struct log_file);
		vfs->xOpen = log_open;
		sqlite3_vfs_register(vfs, 0);
	}
	return VFS_NAME;
}
