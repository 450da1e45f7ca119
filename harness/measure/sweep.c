#include "measure/sweep.h"

#include <dirent.h>
#include <signal.h>

#include "base/clock.h"
#include "base/file.h"

DEFINE_CLEANUP(DIR *, closedir)

struct process {
	pid_t pid, parent;
	bool zombie;
};

struct table {
	struct process *items;
	size_t count, room;
};

static void table_done(struct table *t)
{
	free(t->items);
}

/* "PID (NAME) STATE PPID ...": the name may hold anything, so from the last parenthesis on. */
static bool stat_parse(const char *text, struct process *p)
{
	const char *after = strrchr(text, ')');
	char state;

	if (!after || sscanf(after, ") %c %d", &state, &p->parent) != 2)
		return false;
	p->zombie = state == 'Z' || state == 'X';
	return true;
}

/* One that is gone before it was read is left out. */
static void table_add(struct table *t, const char *name)
{
	_cleanup_(freep) char *path = xasprintf("/proc/%s/stat", name);
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *gone = NULL;
	struct process p;
	int64_t pid;

	if (!str_to_i64(name, &pid))
		return;
	p.pid = (pid_t)pid;
	gone = file_read(path, 4096, &text);
	if (!gone && stat_parse(str_get(&text), &p))
		*GROW(t->items, t->count, t->room) = p;
}

static void table_read(struct table *t)
{
	_cleanup_(closedirp) DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc)))
		table_add(t, entry->d_name);
}

static const struct process *table_find(const struct table *t, pid_t pid)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].pid == pid)
			return &t->items[i];
	return NULL;
}

/* The direct child of ours that it descends from, itself perhaps; 0 when it is none of ours. */
static pid_t root_of(const struct table *t, const struct process *p)
{
	pid_t self = getpid();

	for (size_t depth = 0; p && depth < t->count; depth++) {
		if (p->parent == self)
			return p->pid;
		p = table_find(t, p->parent);
	}
	return 0;
}

static bool is_spared(const pid_t *spared, size_t n, pid_t pid)
{
	for (size_t i = 0; i < n; i++)
		if (spared[i] == pid)
			return true;
	return false;
}

/* How many were still there to be killed. */
static size_t sweep_once(const pid_t *spared, size_t spared_count)
{
	_cleanup_(table_done) struct table t = { 0 };
	size_t killed = 0;

	table_read(&t);
	for (size_t i = 0; i < t.count; i++) {
		pid_t root = t.items[i].zombie ? 0 : root_of(&t, &t.items[i]);

		if (root && !is_spared(spared, spared_count, root)) {
			kill(t.items[i].pid, SIGKILL);
			killed++;
		}
	}
	return killed;
}

void sweep_descendants(const pid_t *spared, size_t spared_count)
{
	int64_t deadline = clock_mono_ns() + 2 * SECOND_NS;

	while (sweep_once(spared, spared_count) && clock_mono_ns() < deadline)
		nanosleep(&(struct timespec){ 0, 2000000 }, NULL);
}
