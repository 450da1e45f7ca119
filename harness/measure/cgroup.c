#include "measure/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "base/file.h"
#include "measure/hierarchy.h"

#define KILL_LIMIT_NS (10 * SECOND_NS)
#define DEPTH_CEILING 32
#define PROCS_CEILING (64 << 20)

DEFINE_CLEANUP(DIR *, closedir)

/* Asked without making anything: of /tare where it exists, else of its parent. */
static const char *writable(const struct hierarchy *h)
{
	_cleanup_(strv_done) struct strv dirs = STRV_INIT;

	hierarchy_dirs(h, "", &dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		char *dir = dirs.items[i];

		if (!path_exists(dir))
			*strrchr(dir, '/') = '\0';
		if (access(dir, W_OK) < 0)
			return errno == EROFS ? "control groups are mounted read-only"
					      : "this user may not make control groups";
	}
	return NULL;
}

enum cgroup_kind cgroup_probe(const char **why)
{
	_cleanup_(hierarchy_done) struct hierarchy h = { 0 };

	hierarchy_find(&h);
	*why = "neither cgroup v2 nor v1 with cpuacct and memory is mounted";
	if (h.kind == CGROUP_NONE)
		return CGROUP_NONE;
	*why = writable(&h);
	return *why ? CGROUP_NONE : h.kind;
}

static struct err *check_name(const char *name)
{
	if (!*name || *name == '/' || strstr(name, ".."))
		return err_new(ERR_INPUT, "not a name of a control group: %s", name);
	return NULL;
}

/* v2 counts in a group only what its parent enables. */
static void enable_controllers(const char *dir)
{
	_cleanup_(freep) char *path = path_join(dir, "cgroup.subtree_control");
	static const char *const wanted[] = { "+cpu", "+memory", "+io" };
	_cleanup_(closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

	for (size_t i = 0; fd >= 0 && i < ARRAY_SIZE(wanted); i++)
		if (write(fd, wanted[i], strlen(wanted[i])) < 0)
			continue; /* each on its own: what is missing is absent in usage */
}

/* mkdir -p of `dir`, from `top` on, which is /tare itself. */
static struct err *make_below(const char *top, const char *dir, bool v2)
{
	_cleanup_(freep) char *part = xstrdup(dir);

	for (char *slash = part + strlen(top); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return err_sys(part, errno);
		if (v2)
			enable_controllers(part);
		*slash = '/';
	}
	return mkdir(part, 0755) < 0 && errno != EEXIST ? err_sys(part, errno) : NULL;
}

struct err *cgroup_make(const char *name)
{
	_cleanup_(hierarchy_done) struct hierarchy h = { 0 };
	_cleanup_(strv_done) struct strv dirs = STRV_INIT, tops = STRV_INIT;

	TRY(check_name(name));
	hierarchy_find(&h);
	if (h.kind == CGROUP_NONE)
		return err_new(ERR_TOOL, "no control groups are mounted");
	hierarchy_dirs(&h, "", &tops);
	hierarchy_dirs(&h, name, &dirs);
	if (h.kind == CGROUP_V2)
		enable_controllers(h.unified);
	for (size_t i = 0; i < dirs.count; i++)
		TRY(make_below(tops.items[i], dirs.items[i], h.kind == CGROUP_V2));
	return NULL;
}

/* Call `each` for `dir` and every group below it, deepest first. */
static void walk(const char *dir, int depth, void (*each)(const char *dir, void *ctx), void *ctx)
{
	_cleanup_(closedirp) DIR *d = depth < DEPTH_CEILING ? opendir(dir) : NULL;
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		_cleanup_(freep) char *below = NULL;

		if (entry->d_type != DT_DIR || *entry->d_name == '.')
			continue;
		below = path_join(dir, entry->d_name);
		walk(below, depth + 1, each, ctx);
	}
	if (d)
		each(dir, ctx);
}

struct killing {
	const char *name;
	size_t count; /* processes that were still there */
};

static bool is_member(pid_t pid, const char *name)
{
	_cleanup_(freep) char *path = xasprintf("/proc/%d/cgroup", (int)pid);
	_cleanup_(freep) char *place = xasprintf("/tare/%s", name);
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *gone = file_read(path, 1 << 20, &text);
	const char *at = strstr(str_get(&text), place);

	return !gone && at && strchr("/\n", at[strlen(place)]);
}

/* Signal through a pidfd, and only one that is a member still: its number may have been given to
 * another since the list was read. */
static void kill_member(pid_t pid, const char *name)
{
	_cleanup_(closep) int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (pidfd >= 0 && is_member(pid, name))
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

/* v2 can kill a group at once, also one that forks faster than a list is read. */
static void kill_whole(const char *dir)
{
	_cleanup_(freep) char *path = path_join(dir, "cgroup.kill");
	_cleanup_(closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, "1", 1) < 0)
		return; /* then one by one */
}

static void kill_in(const char *dir, void *ctx)
{
	_cleanup_(freep) char *procs = path_join(dir, "cgroup.procs");
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv pids = STRV_INIT;
	_cleanup_(err_freep) struct err *gone = file_read(procs, PROCS_CEILING, &text);
	struct killing *k = ctx;
	int64_t pid;

	if (!gone && text.len)
		kill_whole(dir);
	if (!gone)
		strv_split(&pids, str_get(&text), '\n');
	for (size_t i = 0; i < pids.count; i++) {
		if (!str_to_i64(pids.items[i], &pid))
			continue;
		k->count++;
		if (pid > 0) /* 0: of another PID namespace */
			kill_member((pid_t)pid, k->name);
	}
}

static size_t kill_once(const struct strv *dirs, const char *name)
{
	struct killing k = { .name = name };

	for (size_t i = 0; i < dirs->count; i++)
		walk(dirs->items[i], 0, kill_in, &k);
	return k.count;
}

static struct err *kill_all(const struct strv *dirs, const char *name)
{
	int64_t deadline = clock_mono_ns() + KILL_LIMIT_NS;

	while (kill_once(dirs, name)) {
		if (clock_mono_ns() > deadline)
			return err_at(err_new(ERR_IO, "processes do not end when killed"),
				"cgroup /tare/%s", name);
		nanosleep(&(struct timespec){ 0, 5000000 }, NULL);
	}
	return NULL;
}

struct err *cgroup_kill(const char *name)
{
	_cleanup_(hierarchy_done) struct hierarchy h = { 0 };
	_cleanup_(strv_done) struct strv dirs = STRV_INIT;

	TRY(check_name(name));
	hierarchy_find(&h);
	hierarchy_all_dirs(&h, name, &dirs);
	return kill_all(&dirs, name);
}

/* *(int *)ctx keeps the errno of the first that stays. */
static void remove_one(const char *dir, void *ctx)
{
	int *failed = ctx, tries = 0;

	/* a group stays busy for a moment after its last process was killed */
	while (rmdir(dir) < 0) {
		if (errno == ENOENT)
			return;
		if (errno != EBUSY || ++tries == 200) {
			*failed = *failed ? *failed : errno;
			return;
		}
		nanosleep(&(struct timespec){ 0, 5000000 }, NULL);
	}
}

/* The last of all labs takes /tare with it; while another is there this fails, as it should. */
static void remove_empty_top(const struct hierarchy *h)
{
	_cleanup_(strv_done) struct strv tops = STRV_INIT;

	hierarchy_all_dirs(h, "", &tops);
	for (size_t i = 0; i < tops.count; i++)
		rmdir(tops.items[i]);
}

struct err *cgroup_remove(const char *name)
{
	_cleanup_(hierarchy_done) struct hierarchy h = { 0 };
	_cleanup_(strv_done) struct strv dirs = STRV_INIT;
	int failed = 0;

	TRY(check_name(name));
	hierarchy_find(&h);
	hierarchy_all_dirs(&h, name, &dirs);
	TRY(kill_all(&dirs, name));
	for (size_t i = 0; i < dirs.count; i++)
		walk(dirs.items[i], 0, remove_one, &failed);
	remove_empty_top(&h);
	return failed ? err_at(err_new(ERR_IO, "cannot remove the control group: %s",
				       strerror(failed)),
				"/tare/%s", name)
		      : NULL;
}

int64_t cgroup_inode(const char *name)
{
	_cleanup_(hierarchy_done) struct hierarchy h = { 0 };
	_cleanup_(strv_done) struct strv dirs = STRV_INIT;
	struct stat st;

	hierarchy_find(&h);
	hierarchy_dirs(&h, name, &dirs);
	return dirs.count && stat(dirs.items[0], &st) == 0 ? (int64_t)st.st_ino : 0;
}

char *cgroup_path(const char *name)
{
	return xasprintf("/tare/%s", name);
}
