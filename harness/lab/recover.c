#include "lab/recover.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "base/file.h"
#include "lab/mounts.h"
#include "lab/supervisor.h"
#include "lab/tree.h"
#include "measure/cgroup.h"

#define END_MS 10000

static void say(struct strv *says, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct strv *says, const char *fmt, ...)
{
	_cleanup_(str_done) struct str line = STR_INIT;
	va_list ap;

	if (!says)
		return;
	va_start(ap, fmt);
	str_vaddf(&line, fmt, ap);
	va_end(ap);
	strv_add(says, str_get(&line));
}

/* The pidfd first, then the look: so that it cannot become another's between the two. */
static struct err *end_process(const struct act *act, struct strv *says)
{
	_cleanup_(closep) int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)act->a, 0);
	struct pollfd fd = { pidfd, POLLIN, 0 };

	if (pidfd < 0 || !act->b || pid_start_ticks((pid_t)act->a) != act->b)
		return NULL;
	if (syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) < 0)
		return errno == ESRCH ? NULL : err_sys("a killed run's supervisor", errno);
	if (poll(&fd, 1, END_MS) <= 0)
		return err_new(
			ERR_IO, "process %lld of a killed run does not end", (long long)act->a);
	say(says, "ended process %lld", (long long)act->a);
	return NULL;
}

static struct err *remove_cgroup(const struct act *act, struct strv *says)
{
	int64_t inode = cgroup_inode(act->name);

	if (!inode || (act->a && act->a != inode))
		return NULL;
	TRY(cgroup_remove(act->name));
	say(says, "removed the control group /tare/%s", act->name);
	return NULL;
}

static struct err *undo(const struct act *act, struct strv *says)
{
	switch (act->kind) {
	case ACT_SUPERVISOR:
		return end_process(act, says);
	case ACT_CGROUP:
		return remove_cgroup(act, says);
	case ACT_KINDS:
		break;
	}
	return NULL;
}

static struct err *undo_all(const struct acts *acts, struct strv *says)
{
	/* processes first: what they hold goes with them */
	for (size_t i = 0; i < acts->count; i++)
		if (acts->items[i].kind == ACT_SUPERVISOR)
			TRY(undo(&acts->items[i], says));
	for (size_t i = 0; i < acts->count; i++)
		if (acts->items[i].kind != ACT_SUPERVISOR)
			TRY(undo(&acts->items[i], says));
	return NULL;
}

struct err *recover(const char *dir, struct ledger *ledger, struct strv *says)
{
	_cleanup_(acts_done) struct acts acts = { 0 };

	TRY(ledger_read(ledger, &acts));
	TRY(undo_all(&acts, says));
	TRY(mounts_remove(dir, false, says));
	return ledger_clear(ledger);
}

static bool outlives(const char *name, bool log)
{
	static const char *const kept[] = { "CACHEDIR.TAG", "keep", "ledger", "lock", "over",
		"ports", "lost+found", NULL };

	for (const char *const *k = kept; *k; k++)
		if (str_eq(name, *k))
			return true;
	return !log && str_eq(name, "log");
}

struct err *recover_files(struct lab *lab, bool log, struct strv *says)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;

	TRY(tree_names(lab->dir, &names));
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_(freep) char *path = path_join(lab->dir, names.items[i]);

		if (outlives(names.items[i], log))
			continue;
		TRY(lab->sock >= 0 ? lab_remove(lab, path) : tree_remove(path));
		say(says, "removed %s", path);
	}
	return NULL;
}
