#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "measure/spawn.h"

/* A server in a child of ours. It is a subreaper, as the init of a namespace is. */
struct served {
	int sock;
	pid_t pid;
};

static int serve(void **state)
{
	struct served *s = NEW(struct served);
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	s->pid = fork();
	if (s->pid == 0) {
		close(ends[0]);
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		spawn_serve(ends[1]);
		_exit(0);
	}
	close(ends[1]);
	s->sock = ends[0];
	*state = s;
	return 0;
}

static int unserve(void **state)
{
	struct served *s = *state;
	int status;

	close(s->sock);
	assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
	free(s);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static const char *const path_env[] = { "PATH=/usr/bin:/bin", NULL };

static struct spawn shell(const char *const argv[4], const char *script)
{
	((const char **)argv)[0] = "/bin/sh";
	((const char **)argv)[1] = "-c";
	((const char **)argv)[2] = script;
	((const char **)argv)[3] = NULL;
	return (struct spawn){ .argv = argv,
		.env = path_env,
		.uid = geteuid(),
		.gid = getegid(),
		.out = -1,
		.err = -1 };
}

static void no_error(struct err *e)
{
	if (e)
		fail_msg("%s", e->what);
}

/* All lines as "FD:TEXT|". */
struct heard {
	struct str text;
	int64_t first_ns, last_ns;
	int fail_at; /* the line that the sink refuses; 0: none */
	int count;
};

static struct err *hear(void *ctx, int fd, const char *line, size_t n, int64_t at_ns)
{
	struct heard *h = ctx;

	assert_int_equal(strlen(line), n);
	if (++h->count == h->fail_at)
		return err_new(ERR_IO, "the sink is full");
	str_addf(&h->text, "%d:%.40s|", fd, line);
	h->first_ns = h->first_ns ? h->first_ns : at_ns;
	h->last_ns = at_ns;
	return NULL;
}

static const struct {
	const char *name, *script;
	int status;
	const char *lines;
} programs[] = {
	{ "nothing", "exit 0", 0, "" },
	{ "a status is passed through", "exit 7", 7, "" },
	{ "a signal is 128 + n", "kill -TERM $$", 143, "" },
	{ "one line", "echo one", 0, "1:one|" },
	{ "a last line without newline", "printf 'a\\nb'", 0, "1:a|1:b|" },
	{ "standard error", "echo x >&2; exit 3", 3, "2:x|" },
	{ "empty lines count", "printf '\\n\\nz\\n'", 0, "1:|1:|1:z|" },
	{ "a NUL becomes a space", "printf 'a\\0b\\n'", 0, "1:a b|" },
	{ "a half line waits for its end", "printf a; sleep 0.05; echo b", 0, "1:ab|" },
	{ "stdin is empty", "cat; echo end", 0, "1:end|" },
	{ "no descriptor leaks in", "ls /proc/self/fd | tr '\\n' ' '", 0, "1:0 1 2 3 |" },
};

static void runs_programs(void **state)
{
	struct served *s = *state;

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		const char *argv[4];
		struct spawn p = shell(argv, programs[i].script);
		struct heard heard = { 0 };
		struct line_sink sink = { hear, &heard };
		struct timed t;

		print_message("  %s\n", programs[i].name);
		no_error(spawn_timed(s->sock, &p, MINUTE_NS, NULL, &sink, &t));
		assert_int_equal(t.end.status, programs[i].status);
		assert_string_equal(str_get(&heard.text), programs[i].lines);
		assert_false(t.timed_out || t.interrupted || t.end.running);
		str_done(&heard.text);
		timed_done(&t);
	}
}

static void stamps_lines_as_they_arrive(void **state)
{
	struct served *s = *state;
	const char *argv[4];
	struct spawn p = shell(argv, "echo a; sleep 0.3; echo b >&2");
	struct heard heard = { 0 };
	struct line_sink sink = { hear, &heard };
	struct timed t;
	int64_t wall_ns;

	no_error(spawn_timed(s->sock, &p, MINUTE_NS, NULL, &sink, &t));
	wall_ns = t.end.end_ns - t.end.start_ns;
	assert_string_equal(str_get(&heard.text), "1:a|2:b|");
	assert_in_range(heard.last_ns - heard.first_ns, 290000000, 2 * SECOND_NS);
	assert_true(heard.last_ns <= wall_ns + 50000000);
	assert_in_range(wall_ns, 300000000, 3 * SECOND_NS);
	str_done(&heard.text);
	timed_done(&t);
}

static void keeps_the_tail_and_counts_all(void **state)
{
	struct served *s = *state;
	const char *argv[4];
	struct spawn p = shell(
		argv, "head -c 3000000 /dev/zero | tr '\\0' x; echo; seq 100000; echo last");
	struct heard heard = { 0 };
	struct line_sink sink = { hear, &heard };
	struct timed t;

	no_error(spawn_timed(s->sock, &p, MINUTE_NS, NULL, &sink, &t));
	assert_int_equal(heard.count, 100002);
	assert_int_equal(t.log_bytes, 3000001 + 588895 + 5);
	assert_int_equal(t.tail.len, 64 << 10);
	assert_true(str_ends(str_get(&t.tail), "\n100000\nlast\n"));
	str_done(&heard.text);
	timed_done(&t);
}

static bool alive(const char *pid_file)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	no_error(file_read(pid_file, 100, &text));
	return kill((pid_t)strtol(str_get(&text), NULL, 10), 0) == 0;
}

/* A process that left the group, and one that ignores what can be ignored. */
static void ends_the_tree_at_the_deadline(void **state)
{
	struct served *s = *state;
	char file[] = "/tmp/tare-spawn-XXXXXX";
	_cleanup_(closep) int fd = mkstemp(file);
	_cleanup_(freep) char *script = xasprintf(
		"trap '' TERM INT; setsid sh -c 'echo $$ >%s; sleep 1000' & sleep 1000", file);
	const char *argv[4];
	struct spawn p = shell(argv, script);
	struct timed t;
	int64_t start = clock_mono_ns();

	no_error(spawn_timed(s->sock, &p, 300 * INT64_C(1000000), NULL, NULL, &t));
	assert_true(t.timed_out);
	assert_int_equal(t.end.status, 128 + SIGKILL);
	assert_in_range(clock_mono_ns() - start, 300000000, 3 * SECOND_NS);
	assert_false(alive(file));
	unlink(file);
	timed_done(&t);
}

/* Another program of the server, a daemon, and what it started, live on. */
static void spares_the_daemons(void **state)
{
	struct served *s = *state;
	const char *argv[4], *other[4];
	struct spawn daemon = shell(other, "sleep 999 & wait"), p = shell(argv, "sleep 998");
	struct spawned end;
	struct timed t;
	int id;

	no_error(spawn_start(s->sock, &daemon, &id));
	no_error(spawn_timed(s->sock, &p, 100 * INT64_C(1000000), NULL, NULL, &t));
	assert_true(t.timed_out);
	no_error(spawn_wait(s->sock, id, 0, &end));
	assert_true(end.running);
	no_error(spawn_kill(s->sock, id, SIGKILL, true));
	no_error(spawn_wait(s->sock, id, INT64_MAX, &end));
	assert_int_equal(end.status, 128 + SIGKILL);
	timed_done(&t);
}

static volatile int stop_now;

static void on_alarm(int signal)
{
	stop_now = signal;
}

static void stops_when_told(void **state)
{
	struct served *s = *state;
	const char *argv[4];
	struct spawn p = shell(argv, "echo begun; sleep 1000");
	struct sigaction act = { .sa_handler = on_alarm };
	struct timed t;

	stop_now = 0;
	sigaction(SIGALRM, &act, NULL);
	alarm(1);
	no_error(spawn_timed(s->sock, &p, INT64_MAX, &stop_now, NULL, &t));
	assert_true(t.interrupted);
	assert_false(t.timed_out);
	assert_string_equal(str_get(&t.tail), "begun\n");
	timed_done(&t);
}

/* The command ends, a grandchild keeps its pipe open: bounded, and the grandchild ends. */
static void does_not_wait_for_a_grandchild(void **state)
{
	struct served *s = *state;
	const char *argv[4];
	struct spawn p = shell(argv, "sleep 1000 & echo done; exit 4");
	struct timed t;
	int64_t start = clock_mono_ns();

	no_error(spawn_timed(s->sock, &p, MINUTE_NS, NULL, NULL, &t));
	assert_int_equal(t.end.status, 4);
	assert_false(t.timed_out);
	assert_string_equal(str_get(&t.tail), "done\n");
	assert_true(t.end.end_ns - t.end.start_ns < SECOND_NS / 2);
	assert_true(clock_mono_ns() - start < 3 * SECOND_NS);
	timed_done(&t);
}

static void a_failing_sink_ends_the_program(void **state)
{
	struct served *s = *state;
	const char *argv[4];
	struct spawn p = shell(argv, "echo a; echo b; sleep 1000");
	struct heard heard = { .fail_at = 2 };
	struct line_sink sink = { hear, &heard };
	struct timed t;
	_cleanup_(err_freep) struct err *e = spawn_timed(s->sock, &p, MINUTE_NS, NULL, &sink, &t);

	assert_non_null(e);
	assert_string_equal(e->what, "the sink is full");
	str_done(&heard.text);
}

static const struct {
	const char *name, *program, *cwd, *cgroup;
	uid_t uid;
	const char *what;
} failures[] = {
	{ "no such program", "/nonexistent", NULL, NULL, 0,
		"cannot start /nonexistent: No such file or directory" },
	{ "not executable", "/etc/passwd", NULL, NULL, 0,
		"cannot start /etc/passwd: Permission denied" },
	{ "no such directory", "/bin/true", "/nonexistent", NULL, 0,
		"cannot start /bin/true in that directory: No such file or directory" },
	{ "no such cgroup", "/bin/true", NULL, "unit/absent", 0,
		"cannot put /bin/true into the cgroup unit/absent: No such file or directory" },
};

static void says_which_step_failed(void **state)
{
	struct served *s = *state;

	for (size_t i = 0; i < ARRAY_SIZE(failures); i++) {
		const char *argv[] = { failures[i].program, NULL };
		struct spawn p = { .argv = argv,
			.env = path_env,
			.cwd = failures[i].cwd,
			.cgroup = failures[i].cgroup,
			.uid = geteuid(),
			.gid = getegid(),
			.out = -1,
			.err = -1 };
		_cleanup_(err_freep) struct err *e = NULL;
		int id;

		print_message("  %s\n", failures[i].name);
		e = spawn_start(s->sock, &p, &id);
		assert_non_null(e);
		assert_int_equal(e->kind, ERR_TOOL);
		assert_string_equal(e->what, failures[i].what);
	}
}

static void becomes_another_user(void **state)
{
	struct served *s = *state;
	const char *argv[4];
	struct spawn p = shell(argv, "id -u; id -g; id -G");
	struct timed t;

	if (geteuid() != 0)
		skip();
	p.uid = 65534;
	p.gid = 65533;
	no_error(spawn_timed(s->sock, &p, MINUTE_NS, NULL, NULL, &t));
	assert_string_equal(str_get(&t.tail), "65534\n65533\n65533\n");
	timed_done(&t);
}

static void an_ended_id_is_forgotten(void **state)
{
	struct served *s = *state;
	const char *argv[4];
	struct spawn p = shell(argv, "exit 5");
	_cleanup_(err_freep) struct err *e = NULL;
	struct spawned end;
	int id;

	no_error(spawn_start(s->sock, &p, &id));
	no_error(spawn_wait(s->sock, id, INT64_MAX, &end));
	assert_int_equal(end.status, 5);
	e = spawn_wait(s->sock, id, 0, &end);
	assert_non_null(e);
	no_error(spawn_kill(s->sock, id, SIGTERM, true));
}

static void a_large_environment_passes(void **state)
{
	struct served *s = *state;
	_cleanup_(freep) char *big = xcalloc(1, 120001);
	const char *env[12] = { NULL };
	const char *argv[4];
	struct spawn p = shell(argv, "echo ${#V}");
	struct timed t;

	memset(big, 'v', 120000);
	memcpy(big, "V=", 2);
	for (int i = 0; i < 11; i++)
		env[i] = big;
	p.env = env;
	no_error(spawn_timed(s->sock, &p, MINUTE_NS, NULL, NULL, &t));
	assert_string_equal(str_get(&t.tail), "119998\n");
	timed_done(&t);
}

static void a_dead_server_is_an_error(void **state)
{
	struct served *s;
	const char *argv[4];
	struct spawn p = shell(argv, "exit 0");
	_cleanup_(err_freep) struct err *e = NULL;
	int id;

	serve((void **)&s);
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	e = spawn_start(s->sock, &p, &id);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_IO);
	close(s->sock);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_programs),
		cmocka_unit_test(stamps_lines_as_they_arrive),
		cmocka_unit_test(keeps_the_tail_and_counts_all),
		cmocka_unit_test(ends_the_tree_at_the_deadline),
		cmocka_unit_test(spares_the_daemons),
		cmocka_unit_test(stops_when_told),
		cmocka_unit_test(does_not_wait_for_a_grandchild),
		cmocka_unit_test(a_failing_sink_ends_the_program),
		cmocka_unit_test(says_which_step_failed),
		cmocka_unit_test(becomes_another_user),
		cmocka_unit_test(an_ended_id_is_forgotten),
		cmocka_unit_test(a_large_environment_passes),
		cmocka_unit_test(a_dead_server_is_an_error),
	};

	return cmocka_run_group_tests_name("spawn", tests, serve, unserve);
}
