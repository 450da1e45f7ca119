#include "measure/cgroup.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "base/file.h"
#include "measure/hierarchy.h"

#define SAMPLE_NS    (50 * 1000000L)
#define STAT_CEILING (1 << 20)

struct cgroup_meter {
	enum cgroup_kind kind;
	char *cpu_file, *memory_file, *io_file; /* io_file: v2 only */
	int64_t cpu_start_ns, io_start_bytes;
	pthread_t sampler;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t ended;
	bool ending;
	int64_t peak_bytes; /* -1: never read */
};

/* The number after the line's first word `key`; -1 when there is none. */
static int64_t stat_value(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, n) == 0 && line[n] == ' ')
			return strtoll(line + n + 1, NULL, 10);
	}
	return -1;
}

/* -1: cannot be read. v1 has the number alone, in ns; v2 a line, in us. */
static int64_t read_cpu_ns(const struct cgroup_meter *m)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *e = file_read(m->cpu_file, STAT_CEILING, &text);
	int64_t us;

	if (e)
		return -1;
	if (m->kind == CGROUP_V1)
		return strtoll(str_get(&text), NULL, 10);
	us = stat_value(str_get(&text), "usage_usec");
	return us < 0 ? -1 : us * 1000;
}

/* Anonymous memory only: the page cache that a build fills is no cost of it. */
static int64_t read_memory_bytes(const struct cgroup_meter *m)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *e = file_read(m->memory_file, STAT_CEILING, &text);

	return e ? -1 : stat_value(str_get(&text), m->kind == CGROUP_V1 ? "total_rss" : "anon");
}

/* The sum of all devices' wbytes=; -1 where it is not counted. */
static int64_t read_io_bytes(const struct cgroup_meter *m)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *e = m->io_file ? file_read(m->io_file, STAT_CEILING, &text)
							: NULL;
	static const char key[] = " wbytes=";
	int64_t sum = 0;

	if (e || !m->io_file)
		return -1;
	for (const char *at = str_get(&text); (at = strstr(at, key)); at += sizeof(key))
		sum += strtoll(at + sizeof(key) - 1, NULL, 10);
	return sum;
}

static void sample(struct cgroup_meter *m)
{
	int64_t bytes = read_memory_bytes(m);

	if (bytes > m->peak_bytes)
		m->peak_bytes = bytes;
}

static void *sampler(void *ctx)
{
	struct cgroup_meter *m = ctx;
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	pthread_mutex_lock(&m->lock);
	while (!m->ending) {
		sample(m);
		at.tv_nsec += SAMPLE_NS;
		at.tv_sec += at.tv_nsec / 1000000000;
		at.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&m->ended, &m->lock, &at);
	}
	sample(m);
	pthread_mutex_unlock(&m->lock);
	return NULL;
}

static void meter_free(struct cgroup_meter *m)
{
	pthread_mutex_destroy(&m->lock);
	pthread_cond_destroy(&m->ended);
	free(m->cpu_file);
	free(m->memory_file);
	free(m->io_file);
	free(m);
}
DEFINE_CLEANUP(struct cgroup_meter *, meter_free)

static struct cgroup_meter *meter_new(const char *name)
{
	_cleanup_(hierarchy_done) struct hierarchy h = { 0 };
	_cleanup_(strv_done) struct strv dirs = STRV_INIT;
	struct cgroup_meter *m = NEW(struct cgroup_meter);
	pthread_condattr_t attr;

	pthread_mutex_init(&m->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&m->ended, &attr);
	pthread_condattr_destroy(&attr);
	m->peak_bytes = -1;
	hierarchy_find(&h);
	hierarchy_dirs(&h, name, &dirs);
	m->kind = h.kind;
	if (h.kind == CGROUP_NONE)
		return m;
	m->cpu_file = path_join(dirs.items[0], h.kind == CGROUP_V1 ? "cpuacct.usage" : "cpu.stat");
	m->memory_file = path_join(dirs.items[dirs.count - 1], "memory.stat");
	m->io_file = h.kind == CGROUP_V2 ? path_join(dirs.items[0], "io.stat") : NULL;
	return m;
}

/* The thread must not take the signals that main waits for. */
static int start_sampler(struct cgroup_meter *m)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&m->sampler, NULL, sampler, m);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

struct err *cgroup_meter_start(const char *name, struct cgroup_meter **out)
{
	_cleanup_(meter_freep) struct cgroup_meter *m = meter_new(name);
	int failed;

	if (m->kind == CGROUP_NONE)
		return err_new(ERR_TOOL, "no control groups are mounted");
	m->cpu_start_ns = read_cpu_ns(m);
	if (m->cpu_start_ns < 0)
		return err_sys(m->cpu_file, errno);
	m->io_start_bytes = read_io_bytes(m);
	failed = start_sampler(m);
	if (failed)
		return err_sys("thread", failed);
	*out = TAKE_PTR(m);
	return NULL;
}

static void say_why(struct usage *u, const struct cgroup_meter *m)
{
	_cleanup_(str_done) struct str why = STR_INIT;

	if (!u->cpu_known)
		str_add(&why, "CPU: the control group is gone; ");
	if (!u->mem_known)
		str_add(&why, m->peak_bytes < 0 ? "memory: the control group has no memory.stat; "
						: "memory: too short to be sampled; ");
	if (!u->disk_known)
		str_add(&why, m->kind == CGROUP_V1 ? "disk: cgroup v1 counts no buffered writes; "
						   : "disk: the control group has no io.stat; ");
	if (why.len > 2)
		u->why = xstrndup(why.buf, why.len - 2);
}

struct err *cgroup_meter_stop(struct cgroup_meter *m, struct usage *out)
{
	_cleanup_(meter_freep) struct cgroup_meter *own = m;
	struct usage u = { 0 };
	int64_t cpu_ns, io_bytes;

	pthread_mutex_lock(&m->lock);
	m->ending = true;
	pthread_cond_signal(&m->ended);
	pthread_mutex_unlock(&m->lock);
	pthread_join(m->sampler, NULL);
	cpu_ns = read_cpu_ns(own);
	io_bytes = read_io_bytes(own);
	u.cpu_known = cpu_ns >= 0;
	u.cpu_ns = u.cpu_known ? cpu_ns - m->cpu_start_ns : 0;
	u.mem_known = m->peak_bytes > 0; /* 0: no sample fell into the build */
	u.mem_peak_bytes = u.mem_known ? m->peak_bytes : 0;
	u.disk_known = io_bytes >= 0 && m->io_start_bytes >= 0;
	u.disk_written_bytes = u.disk_known ? io_bytes - m->io_start_bytes : 0;
	say_why(&u, m);
	*out = u;
	return NULL;
}

void usage_done(struct usage *u)
{
	free(u->why);
}
