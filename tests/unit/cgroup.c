#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "measure/cgroup.h"
#include "measure/hierarchy.h"
#include "measure/machine.h"

static void no_error(struct err *e)
{
	if (e)
		fail_msg("%s", e->what);
}

static int name_new(void **state)
{
	char hex[13];

	random_hex(hex, 12);
	*state = xasprintf("unit-%s", hex);
	return 0;
}

static int name_drop(void **state)
{
	const char *why;

	if (cgroup_probe(&why) != CGROUP_NONE)
		no_error(cgroup_remove(*state));
	assert_int_equal(cgroup_inode(*state), 0);
	free(*state);
	return 0;
}

static void need_cgroups(void)
{
	const char *why;

	if (cgroup_probe(&why) != CGROUP_NONE)
		return;
	print_message("  %s\n", why);
	skip();
}

static const char *const bad_names[] = { "", "/abs", "..", "a/../b", "../../x" };

static void refuses_names_that_lead_out(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_names); i++) {
		struct err *(*const calls[])(
			const char *) = { cgroup_make, cgroup_remove, cgroup_kill };

		for (size_t k = 0; k < ARRAY_SIZE(calls); k++) {
			_cleanup_(err_freep) struct err *e = calls[k](bad_names[i]);

			assert_non_null(e);
			assert_int_equal(e->kind, ERR_INPUT);
		}
	}
}

/* A child that joins the group and then does as told. */
static pid_t member(const char *name, void (*does)(void))
{
	_cleanup_(strv_done) struct strv files = STRV_INIT;
	pid_t pid;

	hierarchy_join_files(name, &files);
	pid = fork();
	if (pid)
		return pid;
	for (size_t i = 0; i < files.count; i++) {
		int fd = open(files.items[i], O_WRONLY);

		if (fd < 0 || write(fd, "0", 1) != 1)
			_exit(99);
	}
	does();
	_exit(0);
}

static void sleeps(void)
{
	for (;;)
		pause();
}

static void does_nothing(void)
{
}

static void burns(void)
{
	int64_t until;
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	until = ts.tv_sec * SECOND_NS + ts.tv_nsec + 300 * INT64_C(1000000);
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	while (ts.tv_sec * SECOND_NS + ts.tv_nsec < until);
}

#define HELD_BYTES (64 << 20)

static void holds_memory(void)
{
	volatile char *p = mmap(
		NULL, HELD_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (size_t i = 0; i < HELD_BYTES; i += 4096)
		p[i] = 1;
	nanosleep(&(struct timespec){ 0, 150000000 }, NULL);
}

static void kills_members_wherever_they_are(void **state)
{
	_cleanup_(freep) char *below = NULL;
	pid_t pids[2];
	int status;

	need_cgroups();
	below = xasprintf("%s/a/b", (char *)*state);
	no_error(cgroup_make(*state));
	no_error(cgroup_make(below));
	pids[0] = member(*state, sleeps);
	pids[1] = member(below, sleeps);
	nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
	no_error(cgroup_kill(*state));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	assert_int_not_equal(cgroup_inode(below), 0);
	no_error(cgroup_remove(*state));
	assert_int_equal(cgroup_inode(below), 0);
	no_error(cgroup_remove(*state));
}

static void remove_kills_first(void **state)
{
	int status;
	pid_t pid;

	need_cgroups();
	no_error(cgroup_make(*state));
	pid = member(*state, sleeps);
	nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
	no_error(cgroup_remove(*state));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static struct usage cost_of(const char *name, void (*does)(void))
{
	struct cgroup_meter *m;
	struct usage u;
	int status;
	pid_t pid;

	no_error(cgroup_meter_start(name, &m));
	pid = member(name, does);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	no_error(cgroup_meter_stop(m, &u));
	return u;
}

static void counts_cpu_and_memory(void **state)
{
	_cleanup_(usage_done) struct usage burnt = { 0 }, held = { 0 }, idle = { 0 };

	need_cgroups();
	no_error(cgroup_make(*state));
	burnt = cost_of(*state, burns);
	assert_true(burnt.cpu_known);
	assert_in_range(burnt.cpu_ns, 300000000, 450000000);
	held = cost_of(*state, holds_memory);
	assert_true(held.mem_known);
	assert_in_range(held.mem_peak_bytes, HELD_BYTES, HELD_BYTES + (48 << 20));
	idle = cost_of(*state, does_nothing);
	assert_true(idle.cpu_ns < 50000000);
	assert_true(idle.mem_peak_bytes < HELD_BYTES / 2);
	/* what is not counted says so */
	assert_int_equal(burnt.disk_known, burnt.why == NULL);
}

static void an_absent_group_is_an_error(void **state)
{
	struct cgroup_meter *m;
	_cleanup_(err_freep) struct err *e = NULL;

	need_cgroups();
	e = cgroup_meter_start(*state, &m);
	assert_non_null(e);
}

#define MS INT64_C(1000000)

static const struct {
	const char *name;
	int64_t mono, boot, real;
	const char *fault;
} clocks[] = {
	{ "all alike", SECOND_NS, SECOND_NS, SECOND_NS, NULL },
	{ "a slew is no jump", HOUR_NS, HOUR_NS, HOUR_NS + SECOND_NS, NULL },
	{ "a little apart", SECOND_NS, SECOND_NS + MS, SECOND_NS - 2 * MS, NULL },
	{ "set forward", SECOND_NS, SECOND_NS, 2 * SECOND_NS, "the clock was set forward" },
	{ "set back", SECOND_NS, SECOND_NS, 0, "the clock was set back" },
	{ "suspended", SECOND_NS, 61 * SECOND_NS, 61 * SECOND_NS, "the machine was suspended" },
	{ "backwards", -1, 0, 0, "the monotonic clock went back" },
};

static void tells_what_the_clock_did(void **state)
{
	struct clock_mark before = { 5 * HOUR_NS, 6 * HOUR_NS, 400000 * HOUR_NS };
	struct clock_mark now = clock_mark();

	for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
		struct clock_mark after = { before.mono_ns + clocks[i].mono,
			before.boot_ns + clocks[i].boot, before.real_ns + clocks[i].real };
		const char *fault = clock_fault(before, after);

		print_message("  %s\n", clocks[i].name);
		if (clocks[i].fault)
			assert_string_equal(fault, clocks[i].fault);
		else
			assert_null(fault);
	}
	assert_null(clock_fault(now, clock_mark()));
}

static const char *const facts_there[] = { "cpu.cores", "mem.bytes", "kernel", "arch", "virt",
	"cgroup", "load.start", "user" };

static void knows_the_machine(void **state)
{
	struct facts facts = { 0 };

	machine_facts(&facts);
	for (size_t i = 0; i < ARRAY_SIZE(facts_there); i++) {
		const char *value = facts_get(&facts, facts_there[i]);

		print_message("  %s: %s\n", facts_there[i], value ? value : "-");
		assert_non_null(value);
		assert_null(strchr(value, '\n'));
	}
	facts_done(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_names_that_lead_out),
		cmocka_unit_test_setup_teardown(
			kills_members_wherever_they_are, name_new, name_drop),
		cmocka_unit_test_setup_teardown(remove_kills_first, name_new, name_drop),
		cmocka_unit_test_setup_teardown(counts_cpu_and_memory, name_new, name_drop),
		cmocka_unit_test_setup_teardown(an_absent_group_is_an_error, name_new, name_drop),
		cmocka_unit_test(tells_what_the_clock_did),
		cmocka_unit_test(knows_the_machine),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
