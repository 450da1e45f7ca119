#include "lab_fixture.h"

#include "lab/ledger.h"
#include "lab/place.h"
#include "lab/private.h"

static struct err *sleep_in_lab(
	struct lab *lab, const struct fixture *f, const char *cgroup, const char *script, int *id)
{
	const char *const argv[] = { "/bin/sh", "-c", script, "sh", f->mark, NULL };
	const char *const env[] = { "PATH=/usr/bin:/bin", NULL };
	struct spawn s = { .argv = argv, .env = env, .cgroup = cgroup, .out = -1, .err = -1 };

	return lab_daemon_start(lab, "sleeper", &s, id);
}

/* What a run has under way: a daemon, one that left its session, one in a control group, a mount,
 * and files. */
static void be_busy(struct lab *lab, const struct fixture *f)
{
	_cleanup_(freep) char *cgroup = NULL, *script = NULL;
	int id;

	no_error(sleep_in_lab(lab, f, NULL, "sleep $1", &id));
	no_error(sleep_in_lab(lab, f, NULL, "setsid sh -c \"sleep $1 & sleep $1\" & exit", &id));
	no_error(lab_cgroup(lab, "busy", &cgroup));
	no_error(sleep_in_lab(lab, f, cgroup, "trap '' TERM; sleep $1; sleep $1", &id));
	/* files of another id: an ordinary user can remove them in the namespace alone */
	script = xasprintf(
		"set -e; cd %s; mkdir -p store/merged store/layer/bin; "
		"echo x >store/layer/bin/sh; chown -R 7:7 store/layer; chmod 700 store/layer; "
		"mount -t tmpfs none store/merged",
		lab->dir);
	assert_int_equal(in_lab(lab, script, NULL), 0);
	all_sleep(f, 5);
}

/* A run in a program of its own, busy; its pid. */
static pid_t busy_run(struct fixture *f)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		dup2(ready[1], 1);
		execl("/proc/self/exe", "test", "busy", f->dir, f->run, f->mark, (char *)NULL);
		_exit(127);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void heard(int signal)
{
	(void)signal;
}

/* That program: busy DIR RUN MARK. */
static int busy_main(char **argv)
{
	struct fixture f = { .dir = argv[2] };

	snprintf(f.run, sizeof(f.run), "%s", argv[3]);
	snprintf(f.mark, sizeof(f.mark), "%s", argv[4]);
	signal(SIGINT, heard); /* not ignored: that would be inherited */
	be_busy(open_lab(&f), &f);
	if (write(1, "x", 1) != 1)
		return 1;
	for (;;)
		pause();
}

static void killed(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void nothing_outlives_a_killed_run(void **state)
{
	struct fixture *f = *state;

	killed(busy_run(f));
	assert_true(all_end(f));
	assert_false(is_mounted(f->dir));
}

static void clean_removes_what_a_killed_run_left(void **state)
{
	struct fixture *f = *state;
	_cleanup_(strv_done) struct strv says = STRV_INIT, again = STRV_INIT;
	_cleanup_(freep) char *names = NULL;
	_cleanup_(freep) char *group = xasprintf("removed the control group /tare/%s", f->run);
	const char *why;

	killed(busy_run(f));
	assert_true(all_end(f));
	no_error(lab_clean(f->dir, false, &says));
	assert_int_equal(strv_has(&says, group), cgroup_probe(&why) != CGROUP_NONE);
	assert_int_equal(cgroup_inode(f->run), 0);
	names = names_in(f->dir);
	assert_string_equal(names, "CACHEDIR.TAG keep ledger lock over ports ");
	no_error(lab_clean(f->dir, false, &again));
	assert_int_equal(again.count, 0);
}

static void the_next_run_recovers(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *store = path_join(f->dir, "store");
	struct lab *lab;

	killed(busy_run(f));
	lab = open_lab(f);
	assert_int_equal(cgroup_inode(f->run), 0);
	assert_false(path_exists(store));
	assert_int_equal(in_lab(lab, "true", NULL), 0);
	lab_close(lab);
}

/* Ctrl-C reaches the foreground's process group: tare, which ends its builds in order, and not what
 * it runs in the lab. */
static void an_interrupt_is_for_tare_alone(void **state)
{
	struct fixture *f = *state;
	pid_t pid = busy_run(f);

	assert_int_equal(kill(-pid, SIGINT), 0);
	nanosleep(&(struct timespec){ 0, 200000000 }, NULL);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	assert_true(sleepers(f) >= 5);
	killed(pid);
	assert_true(all_end(f));
}

/* The supervisor dies, tare lives: an error, and closing works. */
static void the_supervisor_is_killed(struct fixture *f, pid_t (*who)(struct lab *lab))
{
	struct lab *lab = open_lab(f);
	_cleanup_(err_freep) struct err *e = NULL;
	int id;

	be_busy(lab, f);
	assert_int_equal(kill(who(lab), SIGKILL), 0);
	assert_true(all_end(f));
	e = sleep_in_lab(lab, f, NULL, "sleep $1", &id);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_IO);
	lab_close(lab);
	assert_false(is_mounted(f->dir));
	assert_int_equal(cgroup_inode(f->run), 0);
}

static pid_t outer_of(struct lab *lab)
{
	return lab->private->supervisor.outer;
}

static pid_t init_of(struct lab *lab)
{
	_cleanup_(acts_done) struct acts acts = { 0 };

	no_error(ledger_read(lab->private->ledger, &acts));
	for (size_t i = 0; i < acts.count; i++)
		if (str_eq(acts.items[i].name, "init"))
			return (pid_t)acts.items[i].a;
	fail_msg("the ledger names no init");
	return 0;
}

static void outside_the_namespace(void **state)
{
	the_supervisor_is_killed(*state, outer_of);
}

static void its_init(void **state)
{
	the_supervisor_is_killed(*state, init_of);
}

static pid_t a_sleeper(const struct fixture *f)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sleep", "sleep", f->mark, (char *)NULL);
		_exit(127);
	}
	all_sleep(f, 1);
	return pid;
}

/* A lab as a killed run leaves it, its ledger naming a process. */
static void left_with(struct fixture *f, enum act_kind kind, const char *name, int64_t a, int64_t b)
{
	_cleanup_(ledger_closep) struct ledger *l = NULL;
	_cleanup_(freep) char *path = NULL;
	bool found;

	no_error(place_open(f->dir, true, &path, &found));
	no_error(ledger_open(path, &l));
	no_error(ledger_add(l, kind, name, a, b));
}

static void a_number_given_anew_is_not_signalled(void **state)
{
	struct fixture *f = *state;
	_cleanup_(strv_done) struct strv says = STRV_INIT;
	pid_t pid = a_sleeper(f);
	int64_t start = pid_start_ticks(pid);

	left_with(f, ACT_SUPERVISOR, "outer", pid, start - 1);
	no_error(lab_clean(f->dir, false, &says));
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	left_with(f, ACT_SUPERVISOR, "outer", pid, start);
	no_error(lab_clean(f->dir, false, &says));
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(says.count, 1);
}

static void a_group_made_anew_is_not_removed(void **state)
{
	struct fixture *f = *state;
	_cleanup_(strv_done) struct strv says = STRV_INIT;
	const char *why;

	if (cgroup_probe(&why) == CGROUP_NONE)
		skip();
	no_error(cgroup_make(f->run));
	left_with(f, ACT_CGROUP, f->run, cgroup_inode(f->run) + 1, 0);
	no_error(lab_clean(f->dir, false, &says));
	assert_int_not_equal(cgroup_inode(f->run), 0);
	left_with(f, ACT_CGROUP, f->run, cgroup_inode(f->run), 0);
	no_error(lab_clean(f->dir, false, &says));
	assert_int_equal(cgroup_inode(f->run), 0);
}

#define LAB_TEST(f) cmocka_unit_test_setup_teardown(f, fixture_make, fixture_drop)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(nothing_outlives_a_killed_run),
		LAB_TEST(clean_removes_what_a_killed_run_left),
		LAB_TEST(the_next_run_recovers),
		LAB_TEST(an_interrupt_is_for_tare_alone),
		LAB_TEST(outside_the_namespace),
		LAB_TEST(its_init),
		LAB_TEST(a_number_given_anew_is_not_signalled),
		LAB_TEST(a_group_made_anew_is_not_removed),
	};
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	if (argc == 5 && str_eq(argv[1], "busy"))
		return busy_main(argv);
	return cmocka_run_group_tests_name("lab_kill", tests, NULL, NULL);
}
