/* store_open: what is no database of ours stays as it is; what is older is brought up. */
#include "store_same.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "store/schema.h"

/* Make a database with SQLite itself. */
static void make(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void make_tare(const char *path)
{
	struct store *st;

	ok(store_open(path, STORE_WRITE, &st));
	store_close(st);
}

static void write_text(const char *path, const char *text)
{
	ok(file_replace(path, 0644, text, strlen(text)));
}

static void make_newer(const char *path)
{
	make_tare(path);
	make(path, "PRAGMA user_version = 99; CREATE TABLE later (a);");
}

static void make_other(const char *path)
{
	make(path, "CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA user_version = 1;");
}

static void make_other_log(const char *path)
{
	make(path, "PRAGMA application_id = 7; PRAGMA journal_mode = WAL; CREATE TABLE t (a);");
}

static void make_text(const char *path)
{
	write_text(path, "notes, not a database\n");
}

static void make_magic(const char *path)
{
	write_text(path, "SQLite format 3");
}

static void make_negative(const char *path)
{
	make_tare(path);
	make(path, "PRAGMA user_version = -1");
}

static const struct {
	const char *name, *what;
	void (*make)(const char *path);
} refused[] = {
	{ "a text", "not a tare database", make_text },
	{ "the magic alone", "not a tare database", make_magic },
	{ "another program's database", "not a tare database", make_other },
	{ "one with a log", "not a tare database", make_other_log },
	{ "a version that cannot be", "not a tare database", make_negative },
	{ "a newer tare's", "newer tare (schema 99, this one knows 3)", make_newer },
};

static void what_is_not_ours_is_left_as_it_is(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		for (int mode = STORE_READ; mode <= STORE_WRITE; mode++) {
			_cleanup_(place_done) struct place p = place_new();
			_cleanup_(str_done) struct str before = STR_INIT, after = STR_INIT;
			_cleanup_(err_freep) struct err *e = NULL;
			struct store *st = NULL;

			print_message("  %s, %s\n", refused[i].name, mode ? "write" : "read");
			refused[i].make(p.db);
			ok(file_read(p.db, 1 << 20, &before));
			e = store_open(p.db, (enum store_mode)mode, &st);
			assert_non_null(e);
			assert_int_equal(e->kind, ERR_INPUT);
			assert_non_null(strstr(e->what, refused[i].what));
			same_text(e->at, p.db);
			assert_non_null(e->next);
			ok(file_read(p.db, 1 << 20, &after));
			assert_int_equal(before.len, after.len);
			assert_memory_equal(before.buf, after.buf, before.len);
		}
}

static void a_fifo_or_directory_is_refused_at_once(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	struct store *st = NULL;

	assert_int_equal(mkfifo(p.db, 0600), 0);
	for (int mode = STORE_READ; mode <= STORE_WRITE; mode++) {
		_cleanup_(err_freep) struct err *fifo = store_open(p.db, (enum store_mode)mode, &st);
		_cleanup_(err_freep) struct err *dir = store_open(p.dir, (enum store_mode)mode, &st);

		assert_int_equal(fifo->kind, ERR_INPUT);
		assert_int_equal(dir->kind, ERR_INPUT);
	}
}

static void reading_what_is_not_there_says_so(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	struct store *st = NULL;

	for (int empty = 0; empty < 2; empty++) {
		if (empty)
			write_text(p.db, "");
		_cleanup_(err_freep) struct err *e = store_open(p.db, STORE_READ, &st);
		assert_int_equal(e->kind, ERR_INPUT);
		assert_non_null(strstr(e->what, "nothing was measured"));
	}
}

/* Names that SQLite would take for something else than a file, and directories that are missing. */
static const char *const names[] = { "tare.db", "a/b/c/tare.db", "file:x?mode=memory", ":memory:",
	"a b%20#?.db" };

static void any_name_is_a_file(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	_cleanup_(closep) int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(chdir(p.dir), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct stat sb;
		struct store *st;

		make_tare(names[i]);
		assert_int_equal(stat(names[i], &sb), 0);
		assert_true(sb.st_size > 4096);
		ok(store_open(names[i], STORE_READ, &st));
		same_text(store_path(st), names[i]);
		store_close(st);
	}
	assert_int_equal(fchdir(here), 0);
}

static void an_empty_file_becomes_one(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	struct store *st;

	write_text(p.db, "");
	make_tare(p.db);
	ok(store_open(p.db, STORE_READ, &st));
	store_close(st);
}

/* One file is left: no log, no shared memory. */
static void closing_leaves_one_file(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	_cleanup_(freep) char *log = xasprintf("%s-wal", p.db), *shm = xasprintf("%s-shm", p.db);
	struct store *st;

	make_tare(p.db);
	ok(store_open(p.db, STORE_READ, &st));
	store_close(st);
	assert_false(path_exists(log));
	assert_false(path_exists(shm));
}

/* Runs `body` as a user who owns nothing; returns its exit status. */
static int as_nobody(int (*body)(const struct place *p), const struct place *p)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
			_exit(99);
		_exit(body(p));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int writing_fails(const struct place *p)
{
	struct store *st = NULL;
	struct err *e = store_open(p->db, STORE_WRITE, &st);

	if (!e)
		return 1;
	return e->kind == ERR_IO && strstr(e->what, "read-only") && e->next ? 0 : 2;
}

static int reading_works(const struct place *p)
{
	struct run **runs = NULL;
	struct store *st = NULL;
	size_t count = 0;

	if (store_open(p->db, STORE_READ, &st) || store_runs(st, 0, &runs, &count))
		return 1;
	runs_free(runs, count);
	store_close(st);
	return count == 1 ? 0 : 2;
}

static int unreadable_says_so(const struct place *p)
{
	struct store *st = NULL;
	struct err *e = store_open(p->db, STORE_READ, &st);

	return e && e->kind == ERR_IO ? 0 : 1;
}

static void a_read_only_database_is_read(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	_cleanup_(run_freep) struct run *run = fixture_run(0);
	struct store *st;

	ok(store_open(p.db, STORE_WRITE, &st));
	ok(store_add_run(st, run));
	store_close(st);
	assert_int_equal(chmod(p.db, 0444), 0);
	assert_int_equal(chmod(p.dir, 0555), 0);
	assert_int_equal(as_nobody(writing_fails, &p), 0);
	assert_int_equal(as_nobody(reading_works, &p), 0);
	assert_int_equal(chmod(p.db, 0000), 0);
	assert_int_equal(as_nobody(unreadable_says_so, &p), 0);
	assert_int_equal(chmod(p.dir, 0755), 0);
}

static void two_may_create_it_at_once(void **state)
{
	_cleanup_(place_done) struct place p = place_new();

	for (int i = 0; i < 4; i++)
		if (fork() == 0) {
			struct store *st = NULL;
			struct err *e = store_open(p.db, STORE_WRITE, &st);
			_exit(e ? 1 : 0);
		}
	for (int i = 0; i < 4; i++) {
		int status;
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
}

/* Migration: the mechanism, with steps of the test's own. */
static const struct schema_step steps[] = {
	{ "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;"
	  "CREATE TABLE child (parent INTEGER REFERENCES parent) STRICT;"
	  "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1);" },
	{ "CREATE TABLE wider (id INTEGER PRIMARY KEY, name TEXT) STRICT;"
	  "INSERT INTO wider SELECT id, 'n' FROM parent; DROP TABLE parent;"
	  "ALTER TABLE wider RENAME TO parent;" },
	{ "ALTER TABLE child ADD COLUMN more TEXT" },
};
static const struct schema_step broken[] = {
	{ "" }, { "CREATE TABLE half (a); CREATE TABLE half (a);" },
};
static const struct schema_step orphaning[] = { { "" }, { "DELETE FROM parent" } };

/* A store on a bare connection, as schema_migrate wants it. */
static struct store *bare(const char *path)
{
	struct store *st = NEW(struct store);

	st->path = xstrdup(path);
	assert_int_equal(sqlite3_open(path, &st->db), SQLITE_OK);
	return st;
}

static int number(struct store *st, const char *sql)
{
	sqlite3_stmt *q;

	assert_int_equal(sqlite3_prepare_v2(st->db, sql, -1, &q, NULL), SQLITE_OK);
	int n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int(q, 0) : -1;
	sqlite3_finalize(q);
	return n;
}

static void an_old_schema_climbs_step_by_step(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	struct store *st = bare(p.db);

	ok(schema_migrate(st, steps, 1));
	assert_int_equal(number(st, "PRAGMA user_version"), 1);
	ok(schema_migrate(st, steps, 3));
	assert_int_equal(number(st, "PRAGMA user_version"), 3);
	assert_int_equal(number(st, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(st, "SELECT count(*) FROM child JOIN parent ON parent = id "
				    "WHERE name = 'n' AND more IS NULL"), 1);
	ok(schema_migrate(st, steps, 3));
	_cleanup_(err_freep) struct err *e = schema_migrate(st, steps, 2);
	assert_int_equal(e->kind, ERR_INPUT);
	store_close(st);
}

static void a_step_that_fails_leaves_the_old(void **state)
{
	const struct schema_step *const bad[] = { broken, orphaning };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_(place_done) struct place p = place_new();
		struct store *st = bare(p.db);

		ok(schema_migrate(st, steps, 1));
		_cleanup_(err_freep) struct err *e = schema_migrate(st, bad[i], 2);
		assert_non_null(e);
		assert_int_equal(e->kind, ERR_IO);
		assert_int_equal(number(st, "PRAGMA user_version"), 1);
		assert_int_equal(number(st, "SELECT count(*) FROM sqlite_schema"), 2);
		assert_int_equal(number(st, "SELECT count(*) FROM parent"), 1);
		store_close(st);
	}
}

static void every_table_is_strict(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	struct store *st;

	ok(store_open(p.db, STORE_WRITE, &st));
	assert_int_equal(number(st, "SELECT count(*) FROM pragma_table_list "
				    "WHERE schema = 'main' AND name NOT LIKE 'sqlite%' "
				    "AND NOT strict"), 0);
	assert_int_equal(number(st, "SELECT count(*) FROM metric"), METRIC_COUNT);
	assert_int_equal(number(st, "SELECT count(*) FROM check_def"), CHECK_COUNT);
	assert_int_equal(number(st, "PRAGMA synchronous"), 2);
	assert_int_equal(number(st, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(st, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
	store_close(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_ours_is_left_as_it_is),
		cmocka_unit_test(a_fifo_or_directory_is_refused_at_once),
		cmocka_unit_test(reading_what_is_not_there_says_so),
		cmocka_unit_test(any_name_is_a_file),
		cmocka_unit_test(an_empty_file_becomes_one),
		cmocka_unit_test(closing_leaves_one_file),
		cmocka_unit_test(a_read_only_database_is_read),
		cmocka_unit_test(two_may_create_it_at_once),
		cmocka_unit_test(an_old_schema_climbs_step_by_step),
		cmocka_unit_test(a_step_that_fails_leaves_the_old),
		cmocka_unit_test(every_table_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
