#include "lab/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "lab/private.h"

#define HELLO_MS 30000
#define END_MS	 10000

/* Field 22 of stat; the name before it may hold anything, so from the last parenthesis on. */
int64_t pid_start_ticks(pid_t pid)
{
	_cleanup_(freep) char *path = xasprintf("/proc/%d/stat", (int)pid);
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv fields = STRV_INIT;
	_cleanup_(err_freep) struct err *gone = file_read(path, 4096, &text);
	const char *after = gone ? NULL : strrchr(str_get(&text), ')');
	int64_t start;

	if (!after)
		return 0;
	strv_split(&fields, after, ' ');
	return fields.count > 20 && str_to_i64(fields.items[20], &start) ? start : 0;
}

/* Not all of ours: what the init holds is to be seen in its /proc by whatever runs in the lab. */
static void environment(struct strv *env)
{
	static const char *const passed[] = { "PATH", "HOME", "XDG_RUNTIME_DIR", "ASAN_OPTIONS",
		"UBSAN_OPTIONS", "LSAN_OPTIONS" };

	strv_add(env, "LC_ALL=C");
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		if (getenv(passed[i]))
			strv_addf(env, "%s=%s", passed[i], getenv(passed[i]));
}

/* In a session of its own: a Ctrl-C is for tare, which ends its builds in order. */
static struct err *spawn_outer(const char *dir, bool root, int sock, pid_t *pid)
{
	char *argv[] = { "tare", "supervise", (char *)dir, root ? "root" : "user", NULL };
	_cleanup_(strv_done) struct strv env = STRV_INIT;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int failed;

	environment(&env);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, sock, SUPERVISOR_SOCK);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID);
	failed = posix_spawn(pid, LAB_SELF, &actions, &attr, argv, env.items);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return failed ? err_new(ERR_TOOL, "cannot start the supervisor: %s", strerror(failed))
		      : NULL;
}

static struct err *err_hello(const struct supervisor_hello *h)
{
	struct err *e = err_new((enum err_kind)h->kind, "%s", h->what);

	if (*h->at)
		err_at(e, "%s", h->at);
	if (*h->next)
		err_next(e, "%s", h->next);
	return e;
}

static struct err *receive_hello(int sock, struct supervisor_hello *h)
{
	struct pollfd fd = { sock, POLLIN, 0 };
	int64_t deadline = clock_mono_ns() + HELLO_MS * INT64_C(1000000);
	ssize_t got;

	while (poll(&fd, 1, HELLO_MS) < 0 && errno == EINTR)
		if (clock_mono_ns() > deadline)
			break;
	got = recv(sock, h, sizeof(*h), MSG_DONTWAIT);
	if (got == 0)
		return err_new(ERR_TOOL, "the lab's supervisor ended before it began");
	if (got != (ssize_t)sizeof(*h))
		return err_new(ERR_TOOL, "the lab's supervisor did not answer");
	return h->kind ? err_hello(h) : NULL;
}

static struct err *record(struct ledger *ledger, const char *name, pid_t pid)
{
	return ledger_add(ledger, ACT_SUPERVISOR, name, pid, pid_start_ticks(pid));
}

static struct err *introduce(const struct supervisor *s, struct ledger *ledger)
{
	struct supervisor_hello hello;

	TRY(record(ledger, "outer", s->outer));
	TRY(receive_hello(s->sock, &hello));
	TRY(record(ledger, "init", hello.init));
	if (send(s->sock, "", 1, MSG_NOSIGNAL) != 1)
		return err_new(ERR_TOOL, "the lab's supervisor ended before it began");
	return receive_hello(s->sock, &hello);
}

struct err *supervisor_start(
	const char *dir, bool root, struct ledger *ledger, struct supervisor *out)
{
	struct supervisor s = { .sock = -1 };
	int ends[2];
	struct err *e;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys("socketpair", errno);
	s.sock = ends[0];
	e = spawn_outer(dir, root, ends[1], &s.outer);
	close(ends[1]);
	if (!e)
		e = introduce(&s, ledger);
	if (e) {
		supervisor_stop(&s);
		return e;
	}
	*out = s;
	return NULL;
}

/* It ends by itself when the socket closes; the init's death takes all with it, and our child
 * ends after that. */
void supervisor_stop(struct supervisor *s)
{
	_cleanup_(closep) int pidfd = -1;
	struct pollfd fd;

	closep(&s->sock);
	s->sock = -1;
	if (!s->outer)
		return;
	pidfd = (int)syscall(SYS_pidfd_open, s->outer, 0);
	fd = (struct pollfd){ pidfd, POLLIN, 0 };
	if (pidfd < 0 || poll(&fd, 1, END_MS) <= 0)
		kill(s->outer, SIGKILL);
	while (waitpid(s->outer, NULL, 0) < 0 && errno == EINTR)
		;
	s->outer = 0;
}
