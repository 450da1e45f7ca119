#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/term.h"

#define GRACE_NS     (10 * SECOND_NS)
#define STOP_SEEN_MS 100

extern char **environ;

struct pipes {
	int in[2], out[2], err[2];
};

static void pipes_done(struct pipes *p)
{
	int *ends[] = { p->in, p->out, p->err };

	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 2; k++)
			closep(&ends[i][k]);
}

static void close_end(int *fd)
{
	closep(fd);
	*fd = -1;
}

static struct err *start(const struct proc *p, struct pipes *pipes, pid_t *pid)
{
	_cleanup_(freep) char *program = path_find_program(NULL, p->argv[0]);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int failed;

	if (!program)
		return err_next(err_new(ERR_TOOL, "the program %s is not here", p->argv[0]),
			"install it; tare doctor says what is missing");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipes->in[0], 0);
	posix_spawn_file_actions_adddup2(&actions, pipes->out[1], 1);
	posix_spawn_file_actions_adddup2(&actions, pipes->err[1], 2);
	if (p->cwd)
		posix_spawn_file_actions_addchdir_np(&actions, p->cwd);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	failed = posix_spawn(pid, program, &actions, &attr, (char *const *)p->argv,
		p->env ? (char *const *)p->env : environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return failed ? err_at(err_new(ERR_TOOL, "cannot start %s: %s", program, strerror(failed)),
				"%s", program) :
			NULL;
}

/* Read what there is; keeps `ceiling` bytes and drops the rest; closes at the end. */
static void take(int *fd, size_t ceiling, struct str *to)
{
	char block[16384];
	ssize_t n = read(*fd, block, sizeof(block));

	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		close_end(fd);
	if (n > 0 && to->len < ceiling)
		str_addn(to, block, to->len + (size_t)n > ceiling ? ceiling - to->len : (size_t)n);
}

static void give(int *fd, const char **input)
{
	ssize_t n = **input ? write(*fd, *input, strlen(*input)) : 0;

	if (n > 0)
		*input += n;
	if (!**input || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_end(fd);
}

/* Its whole group is asked to end, and has a little time for it. */
static void ask_to_end(pid_t pid, struct proc_result *r, int64_t *deadline)
{
	r->stopped = true;
	kill(-pid, SIGTERM);
	*deadline = clock_mono_ns() + GRACE_NS;
}

/* Milliseconds to wait for something to read: *stop is looked at in between. */
static int patience(const struct proc *p, int64_t left_ns)
{
	int64_t ms = left_ns / 1000000 + 1;

	return (int)(p->stop && ms > STOP_SEEN_MS ? STOP_SEEN_MS : ms);
}

/* Feed and drain until both outputs end or the deadline passes; false: it passed. */
static bool exchange(const struct proc *p, pid_t pid, struct pipes *pipes, struct proc_result *r)
{
	int64_t limit = p->timeout_ns ? p->timeout_ns : 30 * SECOND_NS;
	int64_t deadline = clock_mono_ns() + limit;
	size_t ceiling = p->ceiling ? p->ceiling : 1 << 20;
	const char *input = p->input ? p->input : "";

	if (!*input)
		close_end(&pipes->in[1]);
	while (pipes->out[0] >= 0 || pipes->err[0] >= 0) {
		struct pollfd fds[] = { { pipes->out[0], POLLIN, 0 }, { pipes->err[0], POLLIN, 0 },
			{ pipes->in[1], POLLOUT, 0 } };
		int64_t left;

		if (p->stop && *p->stop && !r->stopped)
			ask_to_end(pid, r, &deadline);
		left = deadline - clock_mono_ns();
		if (left <= 0)
			return false;
		if (poll(fds, 3, patience(p, left)) <= 0)
			continue;
		if (fds[0].revents)
			take(&pipes->out[0], ceiling, &r->out);
		if (fds[1].revents)
			take(&pipes->err[0], ceiling, &r->err);
		if (fds[2].revents)
			give(&pipes->in[1], &input);
	}
	return true;
}

/* What it started tidies up as well, and is killed when that takes too long. */
static void end_group(pid_t pid)
{
	const struct timespec pause = { 0, STOP_SEEN_MS * INT64_C(1000000) };
	int64_t deadline = clock_mono_ns() + GRACE_NS;

	while (kill(-pid, 0) == 0 && clock_mono_ns() < deadline)
		nanosleep(&pause, NULL);
	kill(-pid, SIGKILL);
}

/* Wait for the child; past `deadline` its group is killed. */
static void reap(pid_t pid, bool in_time, struct proc_result *r)
{
	int status = 0;

	if (!in_time) {
		kill(-pid, SIGKILL);
		r->timed_out = !r->stopped;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r->stopped)
		end_group(pid);
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct err *proc_run(const struct proc *p, struct proc_result *out)
{
	_cleanup_(pipes_done) struct pipes pipes = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	struct proc_result r = { 0 };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	pid_t pid;

	if (pipe2(pipes.in, O_CLOEXEC) < 0 || pipe2(pipes.out, O_CLOEXEC) < 0 ||
		pipe2(pipes.err, O_CLOEXEC) < 0)
		return err_sys(p->argv[0], errno);
	TRY(start(p, &pipes, &pid));
	close_end(&pipes.in[0]);
	close_end(&pipes.out[1]);
	close_end(&pipes.err[1]);
	fcntl(pipes.in[1], F_SETFL, O_NONBLOCK);
	sigaction(SIGPIPE, &ignore, &before);
	reap(pid, exchange(p, pid, &pipes, &r), &r);
	sigaction(SIGPIPE, &before, NULL);
	*out = r;
	return NULL;
}

/* The last line that says something. */
static void last_line(const char *text, struct str *to)
{
	const char *end = text + strlen(text), *from;

	while (end > text && (end[-1] == '\n' || end[-1] == ' '))
		end--;
	for (from = end; from > text && from[-1] != '\n';)
		from--;
	term_encode(to, from, (size_t)(end - from));
}

struct err *proc_check(const struct proc *p, struct proc_result *out)
{
	_cleanup_(str_done) struct str line = STR_INIT;
	_cleanup_(proc_result_done) struct proc_result r = { 0 };

	TRY(proc_run(p, &r));
	if (r.stopped)
		return err_new(ERR_AGAIN, "interrupted");
	if (r.timed_out)
		return err_new(ERR_TOOL, "%s did not answer in time", p->argv[0]);
	if (r.status) {
		last_line(r.err.len ? str_get(&r.err) : str_get(&r.out), &line);
		return err_new(ERR_TOOL, "%s ended with exit code %d: %s", p->argv[0], r.status,
			str_get(&line));
	}
	*out = r;
	r = (struct proc_result){ 0 };
	return NULL;
}

void proc_result_done(struct proc_result *r)
{
	str_done(&r->out);
	str_done(&r->err);
}
