#include "measure/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdnoreturn.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/clock.h"

/* Everything down to launch_child runs in the vfork child: system calls only. */
static noreturn void fail(struct launch *l, enum wire_step step)
{
	l->step = step;
	l->error = errno;
	_exit(127);
}

/* v1's "tasks" moves the calling thread without stopping the machine's forks for a grace period,
 * which cgroup.procs would. */
static void join(struct launch *l)
{
	for (char *const *file = l->cgroup_files; file && *file; file++) {
		int fd = open(*file, O_WRONLY | O_CLOEXEC);

		if (fd < 0 || write(fd, "0", 1) != 1)
			fail(l, WIRE_CGROUP);
		close(fd);
	}
}

static void become(struct launch *l)
{
	bool same = l->uid == geteuid() && l->gid == getegid();

	if (!same && setgroups(1, &l->gid) < 0)
		fail(l, WIRE_USER);
	if (setresgid(l->gid, l->gid, l->gid) < 0 || setresuid(l->uid, l->uid, l->uid) < 0)
		fail(l, WIRE_USER);
}

static noreturn void launch_child(struct launch *l)
{
	sigset_t none;

	join(l);
	l->start_ns = clock_mono_ns();
	setpgid(0, 0);
	if (dup2(l->in, 0) < 0 || dup2(l->out, 1) < 0 || dup2(l->err, 2) < 0)
		fail(l, WIRE_FORK);
	become(l);
	if (chdir(l->cwd) < 0)
		fail(l, WIRE_CWD);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* last: a change of user clears it */
	execve(l->argv[0], l->argv, l->env);
	fail(l, WIRE_EXEC);
}

pid_t launch(struct launch *l)
{
	pid_t pid;

	l->step = WIRE_FORK;
	l->error = 0;
	pid = vfork();
	if (pid == 0)
		launch_child(l);
	if (pid < 0)
		l->error = errno;
	if (!l->error)
		return pid;
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return -1;
}
