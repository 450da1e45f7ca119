#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lab/cover.h"
#include "lab/hidden.h"
#include "lab/idmap.h"
#include "lab/supervisor.h"
#include "measure/spawn.h"

static bool say(const struct supervisor_hello *h)
{
	return send(SUPERVISOR_SOCK, h, sizeof(*h), MSG_NOSIGNAL) == (ssize_t)sizeof(*h);
}

static void copy_text(char *to, size_t room, const char *text)
{
	snprintf(to, room, "%s", text ? text : "");
}

static void say_error(const struct err *e)
{
	struct supervisor_hello h = { .kind = e->kind };

	copy_text(h.what, sizeof(h.what), e->what);
	copy_text(h.at, sizeof(h.at), e->at);
	copy_text(h.next, sizeof(h.next), e->next);
	say(&h);
}

static struct err *set_up(const char *dir, bool root)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_new(ERR_TOOL, "cannot keep mounts to the lab: %s", strerror(errno));
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return err_next(err_new(ERR_TOOL, "cannot mount /proc in the lab's namespace: %s",
					strerror(errno)),
			"in a container, run it with --privileged or an unmasked /proc");
	return cover_all(dir, root);
}

/* Pid 1 of the lab. That it returns ends every process in it. */
static int init(const char *dir, bool root)
{
	_cleanup_(err_freep) struct err *e = NULL;
	struct supervisor_hello well = { 0 };
	char go;

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* after the namespaces: making them clears it */
	if (recv(SUPERVISOR_SOCK, &go, 1, 0) != 1)
		return 1;
	e = set_up(dir, root);
	if (e)
		say_error(e);
	if (e || !say(&well))
		return 1;
	spawn_serve(SUPERVISOR_SOCK);
	return 0;
}

/* The end of whoever started us is the end of us, also if that was before prctl. */
static bool die_with_parent(void)
{
	struct pollfd fd = { SUPERVISOR_SOCK, 0, 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return poll(&fd, 1, 0) >= 0 && !(fd.revents & (POLLHUP | POLLERR | POLLNVAL));
}

static pid_t clone_init(bool root)
{
	unsigned long flags = CLONE_NEWPID | CLONE_NEWNS | (root ? 0 : CLONE_NEWUSER);

	return (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
}

static struct err *err_clone(bool root)
{
	return err_next(err_new(ERR_TOOL, "cannot make the lab's namespaces: %s", strerror(errno)),
		root ? "in a container, run it with --privileged"
		     : "allow unprivileged user namespaces, or run as root");
}

static struct err *outer(const char *dir, bool root)
{
	struct supervisor_hello hello = { 0 };

	hello.init = clone_init(root);
	if (hello.init == 0)
		_exit(init(dir, root));
	if (hello.init < 0)
		return err_clone(root);
	if (!root)
		TRY(idmap_set(hello.init));
	say(&hello);
	close(SUPERVISOR_SOCK); /* or nobody would see that the init is gone */
	while (waitpid(hello.init, NULL, 0) < 0 && errno == EINTR)
		;
	return NULL;
}

int lab_supervise(int argc, char **argv)
{
	_cleanup_(err_freep) struct err *e = NULL;

	if (argc != 4 || !die_with_parent())
		return ERR_INPUT;
	close_range(SUPERVISOR_SOCK + 1, ~0U, 0);
	fcntl(SUPERVISOR_SOCK, F_SETFD, FD_CLOEXEC);
	e = outer(argv[2], str_eq(argv[3], "root"));
	if (e)
		say_error(e);
	return e ? (int)e->kind : 0;
}
