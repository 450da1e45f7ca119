/* store/: each write, sync and allocation fails in turn, or the process is killed: what was
 * recorded is there, whole, and what failed is not there at all. */
#include "store_same.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* What fails: the countdown reaches 0 at the operation that does, and all after it do too where
 * `stays` is set. */
struct fault {
	long left; /* < 0: off */
	bool stays;
	int code;
	long seen;
};
static struct fault *io_fault(void)
{
	static struct fault f = { -1 };

	return &f;
}
static struct fault *mem_fault(void)
{
	static struct fault f = { -1 };

	return &f;
}

static bool strikes(struct fault *f)
{
	f->seen++;
	if (f->left < 0)
		return false;
	if (f->left > 0) {
		f->left--;
		return false;
	}
	if (!f->stays)
		f->left = -1;
	return true;
}

/* A VFS over the real one: its files are the real ones with other methods. */
struct shim_file {
	sqlite3_file base;
	void *align;
};

/* The real file lies behind ours. */
static sqlite3_file *real_of(sqlite3_file *f)
{
	return (sqlite3_file *)((struct shim_file *)f + 1);
}

static int shim_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}
static int shim_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}
static int shim_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (strikes(io_fault()))
		return io_fault()->code;
	return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}
static int shim_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	if (strikes(io_fault()))
		return SQLITE_IOERR_TRUNCATE;
	return real_of(f)->pMethods->xTruncate(real_of(f), n);
}
static int shim_sync(sqlite3_file *f, int flags)
{
	if (strikes(io_fault()))
		return SQLITE_IOERR_FSYNC;
	return real_of(f)->pMethods->xSync(real_of(f), flags);
}
static int shim_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), n);
}
static int shim_lock(sqlite3_file *f, int kind)
{
	return real_of(f)->pMethods->xLock(real_of(f), kind);
}
static int shim_unlock(sqlite3_file *f, int kind)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), kind);
}
static int shim_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}
static int shim_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}
static int shim_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}
static int shim_device(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}
static int shim_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}
static int shim_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), at, n, flags);
}
static void shim_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}
static int shim_shm_unmap(sqlite3_file *f, int gone)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), gone);
}

static const sqlite3_io_methods shim_methods = {
	2, shim_close, shim_read, shim_write, shim_truncate, shim_sync, shim_size, shim_lock,
	shim_unlock, shim_reserved, shim_control, shim_sector, shim_device, shim_shm_map,
	shim_shm_lock, shim_shm_barrier, shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	sqlite3_vfs *real = vfs->pAppData;
	int code = real->xOpen(real, name, real_of(f), flags, out);

	f->pMethods = real_of(f)->pMethods ? &shim_methods : NULL;
	return code;
}

static void shim_install(sqlite3_vfs *shim)
{
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	*shim = *real;
	shim->zName = "faults";
	shim->pAppData = real;
	shim->szOsFile = real->szOsFile + (int)sizeof(struct shim_file);
	shim->xOpen = shim_open;
	sqlite3_vfs_register(shim, 1);
}

/* SQLite's allocator, which may fail. */
static sqlite3_mem_methods *real_mem(void)
{
	static sqlite3_mem_methods m;

	return &m;
}
static void *fault_malloc(int n)
{
	return strikes(mem_fault()) ? NULL : real_mem()->xMalloc(n);
}
static void *fault_realloc(void *p, int n)
{
	return strikes(mem_fault()) ? NULL : real_mem()->xRealloc(p, n);
}

static void mem_install(void)
{
	sqlite3_mem_methods m;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, real_mem());
	m = *real_mem();
	m.xMalloc = fault_malloc;
	m.xRealloc = fault_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &m);
}

/* The story: open, a run, a cell, `samples` samples, its end. Each sample that was recorded is
 * counted, whatever becomes of the rest. */
static struct err *story(const char *db, int samples, long *recorded)
{
	_cleanup_(store_closep) struct store *st = NULL;
	_cleanup_(run_freep) struct run *run = fixture_run(0);
	_cleanup_(cell_done) struct cell cell = { 0 };

	fixture_cell(&cell, 1);
	TRY(store_open(db, STORE_WRITE, &st));
	TRY(store_add_run(st, run));
	TRY(store_list_cell(st, run->id, &cell));
	for (long n = 0; n < samples; n++) {
		_cleanup_(sample_done) struct sample s = { 0 };
		fixture_sample(&s, run->id, cell.id, n);
		struct err *e = store_add_sample(st, &s);
		if (e) {
			assert_int_equal(s.id, 0);
			return e;
		}
		++*recorded;
	}
	return store_end_run(st, run, FIXTURE_START + HOUR_NS);
}

static void unbroken(const char *path)
{
	static const char *const checks[] = { "PRAGMA integrity_check", "PRAGMA foreign_key_check" };
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		sqlite3_stmt *q;
		assert_int_equal(sqlite3_prepare_v2(db, checks[i], -1, &q, NULL), SQLITE_OK);
		if (sqlite3_step(q) == SQLITE_ROW)
			same_text((const char *)sqlite3_column_text(q, 0), "ok");
		sqlite3_finalize(q);
	}
	sqlite3_close(db);
}

/* The samples of a run are the first ones of the fixture, each whole. */
static size_t whole(struct store *st, const struct run *run)
{
	struct sample *s;
	size_t count;

	ok(store_samples(st, run->id, &s, &count));
	for (size_t i = 0; i < count; i++) {
		_cleanup_(sample_done) struct sample wanted = { 0 };
		_cleanup_(manifest_done) struct manifest m = { 0 };
		fixture_sample(&wanted, run->id, s[i].cell_id, (long)i);
		same_sample(&s[i], &wanted);
		ok(store_manifest(st, s[i].id, &m));
		same_manifest(&m, &wanted.manifest);
	}
	samples_free(s, count);
	return count;
}

/* What was reported as recorded is there, and at most one more: a commit whose last word was lost.
 */
static void all_is_there(const char *db, long recorded)
{
	struct run **runs;
	struct store *st;
	size_t count;
	long there = 0;

	if (access(db, F_OK) < 0) {
		assert_int_equal(recorded, 0);
		return;
	}
	ok(store_open(db, STORE_WRITE, &st));
	ok(store_runs(st, 0, &runs, &count));
	for (size_t i = 0; i < count; i++)
		there += (long)whole(st, runs[i]);
	runs_free(runs, count);
	store_close(st);
	if (there < recorded || there > recorded + 1)
		fail_msg("%ld samples were recorded, %ld are there", recorded, there);
	unbroken(db);
}

/* Runs the story with the k-th operation failing, for every `step`-th k (prime, so that runs differ
 * in what they meet) until none fails. */
static void each_fails(struct fault *f, int code, bool stays, long step)
{
	long k = 0, failed = 0;

	for (bool over = false; !over; k += step) {
		_cleanup_(place_done) struct place p = place_new();
		long recorded = 0;

		*f = (struct fault){ k, stays, code, 0 };
		_cleanup_(err_freep) struct err *e = story(p.db, 2, &recorded);
		over = f->seen <= k;
		*f = (struct fault){ -1 };
		if (e) {
			failed++;
			assert_int_equal(e->kind, ERR_IO);
			same_text(e->at, p.db);
		}
		all_is_there(p.db, recorded);
		if (over)
			assert_null(e);
	}
	print_message("  %ld of %ld failed\n", failed, k);
	assert_true(failed * step > 20);
}

static void each_write_fails_once(void **state)
{
	each_fails(io_fault(), SQLITE_IOERR_WRITE, false, 5);
}

static void the_disk_is_full_from_then_on(void **state)
{
	each_fails(io_fault(), SQLITE_FULL, true, 7);
}

static void each_allocation_fails(void **state)
{
	each_fails(mem_fault(), 0, false, 97);
}

/* Reading with the k-th allocation failing says so, or gives all. */
static void a_read_is_whole_or_fails(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	struct run *run = NULL;
	struct store *st;
	long recorded = 0, failed = 0;
	bool over = false;

	ok(story(p.db, 1, &recorded));
	ok(store_open(p.db, STORE_READ, &st));
	ok(store_find_run(st, "latest", &run));
	for (long k = 0; !over; k++) {
		struct sample *s = NULL;
		size_t count = 0;

		*mem_fault() = (struct fault){ k, false, 0, 0 };
		_cleanup_(err_freep) struct err *e = store_samples(st, run->id, &s, &count);
		over = mem_fault()->seen <= k;
		*mem_fault() = (struct fault){ -1 };
		failed += e != NULL;
		if (!e) {
			_cleanup_(sample_done) struct sample wanted = { 0 };
			fixture_sample(&wanted, run->id, s->cell_id, 0);
			assert_int_equal(count, 1);
			same_sample(s, &wanted);
		}
		samples_free(s, count);
	}
	print_message("  %ld failed\n", failed);
	assert_true(failed > 5);
	run_free(run);
	store_close(st);
}

static void a_full_disk_says_what_to_do(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	_cleanup_(err_freep) struct err *e = NULL;
	long recorded = 0;

	ok(story(p.db, 1, &recorded));
	*io_fault() = (struct fault){ 0, true, SQLITE_FULL, 0 };
	e = story(p.db, 1, &recorded);
	*io_fault() = (struct fault){ -1 };
	assert_int_equal(e->kind, ERR_IO);
	assert_non_null(strstr(e->what, "full"));
	assert_non_null(strstr(e->next, "--resume"));
}

/* The same connection goes on after a sample that failed. */
static void a_later_sample_is_recorded(void **state)
{
	for (long k = 0; k < 2; k++) {
		_cleanup_(place_done) struct place p = place_new();
		_cleanup_(run_freep) struct run *run = fixture_run(0);
		_cleanup_(cell_done) struct cell cell = { 0 };
		_cleanup_(sample_done) struct sample s = { 0 };
		struct store *st;

		ok(store_open(p.db, STORE_WRITE, &st));
		ok(store_add_run(st, run));
		fixture_cell(&cell, 1);
		ok(store_add_cell(st, &cell));
		fixture_sample(&s, run->id, cell.id, 0);
		*io_fault() = (struct fault){ k, false, SQLITE_FULL, 0 };
		_cleanup_(err_freep) struct err *e = store_add_sample(st, &s);
		*io_fault() = (struct fault){ -1 };
		assert_non_null(e);
		assert_int_equal(whole(st, run), 0);
		ok(store_add_sample(st, &s));
		assert_int_equal(whole(st, run), 1);
		store_close(st);
		unbroken(p.db);
	}
}

/* The child counts what it recorded where the parent sees it. */
static void a_killed_run_keeps_what_it_recorded(void **state)
{
	long *count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	for (int i = 0; i < 12; i++) {
		_cleanup_(place_done) struct place p = place_new();
		pid_t pid;

		*count = 0;
		pid = fork();
		if (pid == 0) {
			err_free(story(p.db, 1000000, count));
			_exit(0);
		}
		while (*(volatile long *)count < i && waitpid(pid, NULL, WNOHANG) == 0)
			usleep(100);
		usleep((useconds_t)(i * 300));
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		print_message("  %ld recorded\n", *count);
		all_is_there(p.db, *count);
	}
	munmap(count, sizeof(*count));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_write_fails_once),
		cmocka_unit_test(the_disk_is_full_from_then_on),
		cmocka_unit_test(each_allocation_fails),
		cmocka_unit_test(a_read_is_whole_or_fails),
		cmocka_unit_test(a_full_disk_says_what_to_do),
		cmocka_unit_test(a_later_sample_is_recorded),
		cmocka_unit_test(a_killed_run_keeps_what_it_recorded),
	};
	static sqlite3_vfs shim; /* SQLite keeps it */

	mem_install();
	shim_install(&shim);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
