#include "lab_fixture.h"

#include <fcntl.h>

#include "base/http.h"

static void opens_and_closes(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *url = xasprintf("http://127.0.0.1:%d/v2/", lab->base_port);
	_cleanup_(http_answer_done) struct http_answer answer = { 0 };
	_cleanup_(freep) char *names = NULL;
	struct http ask = { .url = url };

	no_error(http_do(&ask, &answer));
	assert_int_equal(answer.status, 200);
	assert_false(is_mounted(f->dir));
	lab_close(lab);
	names = names_in(f->dir);
	assert_string_equal(names, "CACHEDIR.TAG keep ledger lock log over ports ");
}

static void is_a_world_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(str_done) struct str out = STR_INIT;

	assert_int_equal(
		in_lab(lab, "readlink /proc/1/exe; id -u; ls -d /proc/[0-9]* | wc -l", &out), 0);
	assert_non_null(strstr(str_get(&out), "test-lab_open\n0\n"));
	assert_int_equal(in_lab(lab, "test $(ls -d /proc/[0-9]* | wc -l) -lt 12", NULL), 0);
	lab_close(lab);
}

static const struct {
	const char *path;
	bool hidden; /* what the machine has there is not seen */
} places[] = {
	{ "/var/lib/containers/cache", true },
	{ "/run/libpod", true },
	{ "/run/containers/storage", true },
	{ "/run/netns", true },
	{ "/run/docker", true },
	{ "/opt/containerd", true },
	{ "/etc/docker", false },
	{ "/dev/shm", true },
};

/* What engines write there, stays there. */
static void covers_what_engines_write_to(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *shared = xasprintf("/dev/shm/tare-%s", f->mark);
	struct lab *lab;

	no_error(file_replace(shared, 0600, "x", 1));
	lab = open_lab(f);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *path = places[i].path;
		_cleanup_(freep) char *file = xasprintf("%s/%s", path, f->mark);
		_cleanup_(freep) char *script = xasprintf(
			"%s echo x >%s", places[i].hidden ? "! ls -A . | grep . &&" : "", file);
		_cleanup_(freep) char *there = xasprintf(
			"mkdir -p %s && cd %s && %s", path, path, script);
		bool was = path_exists(path);

		if (!lab->root && !str_eq(path, "/dev/shm"))
			continue;
		print_message("  %s\n", path);
		assert_int_equal(in_lab(lab, there, NULL), 0);
		assert_false(path_exists(file));
		assert_int_equal(path_exists(path), was);
	}
	lab_close(lab);
	unlink(shared);
}

static void the_machine_stays_readable(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *run = names_in("/run"), *var = names_in("/var/lib");
	_cleanup_(str_done) struct str inside = STR_INIT, both = STR_INIT;

	str_addf(&both, "%s\n%s\n", run, var);
	assert_int_equal(in_lab(lab,
				 "for d in /run /var/lib; do for n in $(LC_ALL=C ls $d); do "
				 "printf '%s ' $n; done; echo; done",
				 &inside),
		0);
	assert_string_equal(str_get(&inside), str_get(&both));
	lab_close(lab);
}

static void a_second_run_is_told_to_wait(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f), *other = NULL;
	_cleanup_(strv_done) struct strv says = STRV_INIT;
	_cleanup_(freep) char *next = xasprintf(
		"wait for process %d, or set TARE_LAB to another directory", (int)getpid());
	struct err *e = lab_open(f->dir, f->run, (struct link){ 0 }, &other);

	assert_non_null(e);
	assert_int_equal(e->kind, ERR_AGAIN);
	assert_string_equal(e->what, "another run holds this lab");
	assert_string_equal(e->next, next);
	err_free(e);
	e = lab_clean(f->dir, true, &says);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_AGAIN);
	err_free(e);
	assert_int_equal(in_lab(lab, "true", NULL), 0);
	lab_close(lab);
}

static struct spawn sleeper(const struct fixture *f, const char *script, const char *argv[6])
{
	static const char *const env[] = { "PATH=/usr/bin:/bin", NULL };

	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = script;
	argv[3] = "sh";
	argv[4] = f->mark;
	argv[5] = NULL;
	return (struct spawn){ .argv = argv, .env = env, .out = -1, .err = -1 };
}

static void stops_a_stubborn_daemon(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	const char *argv[6];
	struct spawn s = sleeper(f, "trap '' TERM; sleep $1 & while :; do wait; done", argv);
	int id;

	no_error(lab_daemon_start(lab, "stubborn", &s, &id));
	all_sleep(f, 2);
	no_error(lab_daemon_stop(lab, id, SECOND_NS / 5));
	assert_true(all_end(f));
	no_error(lab_daemon_stop(lab, id, SECOND_NS / 5));
	lab_close(lab);
}

/* A build that runs out of time ends with all that left its session; what the lab runs does not.
 * With a control group, and without. */
static void a_timeout_spares_the_lab(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *url = xasprintf("http://127.0.0.1:%d/v2/", lab->base_port);
	struct http ask = { .url = url };

	for (int with = 0; with < 2; with++) {
		_cleanup_(http_answer_done) struct http_answer answer = { 0 };
		_cleanup_(freep) char *cgroup = NULL;
		const char *argv[6];
		struct spawn s = sleeper(f,
			"setsid sh -c \"trap '' TERM; (sleep $1 &) ; sleep $1\" & sleep $1", argv);
		struct timed t;

		if (with)
			no_error(lab_cgroup(lab, "build", &cgroup));
		s.cgroup = cgroup;
		no_error(spawn_timed(lab->sock, &s, SECOND_NS / 2, NULL, NULL, &t));
		assert_true(t.timed_out);
		assert_true(all_end(f));
		timed_done(&t);
		no_error(http_do(&ask, &answer));
		assert_int_equal(answer.status, 200);
	}
	lab_close(lab);
}

static void a_daemon_that_fails_is_quoted(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	const char *argv[6];
	struct spawn s = sleeper(f, "printf 'first\\nno \\033[31mred\\n' >&2; exit 1", argv);
	_cleanup_(err_freep) struct err *e = NULL;
	int64_t start = clock_mono_ns();
	int id;

	no_error(lab_daemon_start(lab, "broken", &s, &id));
	e = lab_wait_socket(lab, "broken", "/nonexistent", 20 * SECOND_NS);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_TOOL);
	assert_string_equal(e->what, "broken ended; it said: first\nno \\x1b[31mred");
	assert_true(clock_mono_ns() - start < 5 * SECOND_NS);
	lab_close(lab);
}

/* As an engine's store looks: mounts in it, and a tree that is nested deeper than descriptors
 * reach. */
static void removes_a_store(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *store = path_join(lab->dir, "store");
	_cleanup_(freep) char *script = xasprintf(
		"set -e; mkdir -p %s/overlay %s/a; cd %s; mount --bind overlay overlay; "
		"mkdir overlay/merged; mount -t tmpfs none overlay/merged; "
		"echo x >overlay/merged/file; ln -s /etc a/link; mkdir -m 000 a/closed; cd a; "
		"i=0; while [ $i -lt 1500 ]; do mkdir d; cd d; i=$((i+1)); done",
		store, store, store);
	_cleanup_(freep) char *outside = path_join(lab->dir, "../x");

	assert_int_equal(in_lab(lab, script, NULL), 0);
	no_error(lab_remove(lab, store));
	assert_false(path_exists(store));
	no_error(lab_remove(lab, store));
	{
		_cleanup_(err_freep) struct err *e = lab_remove(lab, outside);

		assert_non_null(e);
	}
	assert_true(path_exists("/etc/passwd"));
	lab_close(lab);
}

static void gives_cgroups(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *name = NULL, *group = NULL;
	const char *argv[6];
	struct spawn s = sleeper(f, "sleep $1", argv);
	int id;

	no_error(lab_cgroup(lab, "one", &name));
	if (!lab->cgroup) {
		assert_null(name);
		lab_close(lab);
		skip();
	}
	group = xasprintf("%s/one", f->run);
	assert_string_equal(name, group);
	s.cgroup = name;
	no_error(lab_daemon_start(lab, "grouped", &s, &id));
	assert_true(cgroup_inode(name) != 0);
	lab_close(lab);
	assert_int_equal(cgroup_inode(f->run), 0);
	assert_true(all_end(f));
}

static const struct {
	const char *name, *variable[3]; /* TARE_LAB, XDG_CACHE_HOME, HOME */
	const char *dir;		/* NULL: an error */
} wheres[] = {
	{ "TARE_LAB first", { "/a", "/b", "/c" }, "/a" },
	{ "XDG", { NULL, "/b", "/c" }, "/b/tare/lab" },
	{ "a relative XDG is ignored", { NULL, "b", "/c" }, "/c/.cache/tare/lab" },
	{ "HOME", { NULL, NULL, "/c" }, "/c/.cache/tare/lab" },
	{ "empty is not set", { "", "", "/c" }, "/c/.cache/tare/lab" },
	{ "nothing", { NULL, NULL, NULL }, NULL },
};

static void knows_where(void **state)
{
	static const char *const names[] = { "TARE_LAB", "XDG_CACHE_HOME", "HOME" };
	_cleanup_(freep) char *home = xstrdup(getenv("HOME") ? getenv("HOME") : "/");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wheres); i++) {
		_cleanup_(err_freep) struct err *e = NULL;
		_cleanup_(freep) char *dir = NULL;

		print_message("  %s\n", wheres[i].name);
		for (int v = 0; v < 3; v++)
			if (wheres[i].variable[v])
				setenv(names[v], wheres[i].variable[v], 1);
			else
				unsetenv(names[v]);
		e = lab_where(&dir);
		assert_int_equal(e ? e->kind : 0, wheres[i].dir ? 0 : ERR_INPUT);
		if (wheres[i].dir)
			assert_string_equal(dir, wheres[i].dir);
	}
	setenv("HOME", home, 1);
}

static struct err *refusal(struct fixture *f)
{
	struct lab *lab = NULL;
	struct err *e = lab_open(f->dir, f->run, (struct link){ 0 }, &lab);

	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INPUT);
	assert_non_null(e->next);
	return e;
}

static void refuses_a_directory_open_to_others(void **state)
{
	struct fixture *f = *state;
	_cleanup_(err_freep) struct err *e = NULL;
	struct stat st;

	assert_int_equal(mkdir(f->dir, 0700), 0);
	assert_int_equal(chmod(f->dir, 0750), 0);
	e = refusal(f);
	assert_string_equal(e->what, "the lab directory is open to others (mode 0750)");
	assert_int_equal(stat(f->dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(chmod(f->dir, 0700), 0);
}

static void refuses_another_users_directory(void **state)
{
	struct fixture *f = *state;
	_cleanup_(err_freep) struct err *e = NULL;

	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir(f->dir, 0700), 0);
	assert_int_equal(chown(f->dir, 4242, 4242), 0);
	e = refusal(f);
	assert_string_equal(e->what, "the lab directory is another user's (4242)");
	assert_int_equal(chown(f->dir, 0, 0), 0);
}

/* TARE_LAB=$HOME must not empty it. */
static void refuses_a_directory_of_other_things(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *file = path_join(f->dir, "thesis.tex");
	_cleanup_(strv_done) struct strv says = STRV_INIT;
	_cleanup_(err_freep) struct err *e = NULL, *clean = NULL;

	assert_int_equal(mkdir(f->dir, 0700), 0);
	no_error(file_replace(file, 0600, "x", 1));
	e = refusal(f);
	assert_string_equal(e->what, "the directory holds other things and is no lab");
	clean = lab_clean(f->dir, true, &says);
	assert_non_null(clean);
	assert_true(path_exists(file));
	unlink(file);
}

/* fixture_drop leaves a directory that never became a lab. */
static int drop_plain(void **state)
{
	struct fixture *f = *state;

	rmdir(f->dir);
	return fixture_drop(state);
}

#define LAB_TEST(f)   cmocka_unit_test_setup_teardown(f, fixture_make, fixture_drop)
#define PLAIN_TEST(f) cmocka_unit_test_setup_teardown(f, fixture_make, drop_plain)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_where),
		LAB_TEST(opens_and_closes),
		LAB_TEST(is_a_world_of_its_own),
		LAB_TEST(covers_what_engines_write_to),
		LAB_TEST(the_machine_stays_readable),
		LAB_TEST(a_second_run_is_told_to_wait),
		LAB_TEST(stops_a_stubborn_daemon),
		LAB_TEST(a_timeout_spares_the_lab),
		LAB_TEST(a_daemon_that_fails_is_quoted),
		LAB_TEST(removes_a_store),
		LAB_TEST(gives_cgroups),
		PLAIN_TEST(refuses_a_directory_open_to_others),
		PLAIN_TEST(refuses_another_users_directory),
		PLAIN_TEST(refuses_a_directory_of_other_things),
	};
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	return cmocka_run_group_tests_name("lab_open", tests, NULL, NULL);
}
