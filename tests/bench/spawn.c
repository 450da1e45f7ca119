/* What measuring costs. The median time of a static true, as the lab's supervisor measures it with
 * a control group, against hyperfine -N's in the same run: at most 1.1 of it. And the CPU that tare
 * and its supervisor use during a build of two seconds that prints: at most 0.5 %. */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/proc.h"
#include "base/random.h"
#include "lab/hidden.h"
#include "lab/place.h"
#include "lab/private.h"
#include "measure/cgroup.h"

#define PAIRS	     11
#define RUNS	     200
#define TIME_CEILING 1.1
#define CPU_CEILING  0.005
#define SKIPPED	     77

struct bench {
	char place[64]; /* what the lab's directory lies in */
	char *dir, *cgroup;
	struct ledger *ledger;
	struct supervisor supervisor;
	pid_t init;
};

static void need(struct err *e)
{
	if (!e)
		return;
	fprintf(stderr, "bench-spawn: %s %s\n", e->what, e->at ? e->at : "");
	exit(1);
}

static void set_up(struct bench *b)
{
	_cleanup_(freep) char *dir = NULL;
	_cleanup_(acts_done) struct acts acts = { 0 };
	char run[13];
	const char *why;
	bool found;

	snprintf(b->place, sizeof(b->place), "/tmp/tare-bench-XXXXXX");
	if (!mkdtemp(b->place))
		need(err_sys(b->place, errno));
	dir = path_join(b->place, "lab");
	need(place_open(dir, true, &b->dir, &found));
	need(ledger_open(b->dir, &b->ledger));
	need(supervisor_start(b->dir, geteuid() == 0, b->ledger, &b->supervisor));
	need(ledger_read(b->ledger, &acts));
	b->init = (pid_t)acts.items[1].a;
	if (cgroup_probe(&why) == CGROUP_NONE)
		return;
	random_hex(run, 12);
	b->cgroup = xstrdup(run);
	need(cgroup_make(b->cgroup));
}

static void tear_down(struct bench *b)
{
	supervisor_stop(&b->supervisor);
	if (b->cgroup)
		need(cgroup_remove(b->cgroup));
	ledger_close(b->ledger);
	need(dir_remove(b->place));
	free(b->cgroup);
	free(b->dir);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static double ours_s(const struct bench *b, const char *program)
{
	const char *const argv[] = { program, "true", NULL }, *const env[] = { "A=B", NULL };
	struct spawn s = { .argv = argv, .env = env, .cgroup = b->cgroup };
	double took[RUNS];

	for (int i = 0; i < RUNS; i++) {
		struct timed t;

		need(spawn_timed(b->supervisor.sock, &s, MINUTE_NS, NULL, NULL, &t));
		took[i] = (double)(t.end.end_ns - t.end.start_ns) / 1e9;
		timed_done(&t);
	}
	return median(took, RUNS);
}

static double hyperfine_s(const struct bench *b, const char *program)
{
	_cleanup_(freep) char *command = xasprintf("%s true", program);
	_cleanup_(freep) char *file = path_join(b->place, "hyperfine.json");
	_cleanup_(freep) char *runs = xasprintf("%d", RUNS);
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	const char *const argv[] = { "hyperfine", "-N", "--warmup", "3", "--runs", runs,
		"--export-json", file, command, NULL };
	struct proc p = { .argv = argv, .timeout_ns = MINUTE_NS };
	struct proc_result r;
	struct json_at result;

	need(proc_check(&p, &r));
	proc_result_done(&r);
	need(file_read(file, 1 << 20, &text));
	need(json_parse(file, text.buf, text.len, &doc));
	result = json_element(json_member(json_root(doc), "results"), 0);
	return json_number_value(json_member(result, "median").value);
}

static bool time_of_true(const struct bench *b, const char *program)
{
	double ratio[PAIRS], ours[PAIRS], theirs[PAIRS], r;

	for (int i = 0; i < PAIRS; i++) {
		/* who goes first changes, as the machine may warm up or slow down */
		if (i % 2)
			ours[i] = ours_s(b, program);
		theirs[i] = hyperfine_s(b, program);
		if (i % 2 == 0)
			ours[i] = ours_s(b, program);
		ratio[i] = ours[i] / theirs[i];
	}
	r = median(ratio, PAIRS);
	printf("true: %.3f ms measured, %.3f ms by hyperfine -N; ratio %.3f (at most %.1f), "
	       "%d pairs of %d\n",
		median(ours, PAIRS) * 1e3, median(theirs, PAIRS) * 1e3, r, TIME_CEILING, PAIRS,
		RUNS);
	return r <= TIME_CEILING;
}

static double cpu_of(pid_t pid)
{
	_cleanup_(freep) char *path = xasprintf("/proc/%d/schedstat", (int)pid);
	_cleanup_(str_done) struct str text = STR_INIT;

	need(file_read(path, 4096, &text));
	return (double)strtoll(text.buf, NULL, 10) / 1e9;
}

static double cpu_s(const struct bench *b)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6 +
	       cpu_of(b->supervisor.outer) + cpu_of(b->init);
}

static struct err *count(void *ctx, int fd, const char *line, size_t n, int64_t at_ns)
{
	++*(int *)ctx;
	return NULL;
}

/* 200 lines in two seconds, with memory sampled. */
static double share_of_a_build(const struct bench *b)
{
	const char *const argv[] = { "/bin/sh", "-c",
		"i=0; while [ $i -lt 100 ]; do echo \"#$i RUN a step that says something\"; "
		"echo err >&2; sleep 0.019; i=$((i+1)); done",
		NULL };
	const char *const env[] = { "PATH=/usr/bin:/bin", NULL };
	struct spawn s = { .argv = argv, .env = env, .cgroup = b->cgroup };
	struct cgroup_meter *m = NULL;
	struct usage usage = { 0 };
	struct timed t;
	int lines = 0;
	struct line_sink sink = { count, &lines };
	double before = cpu_s(b), used, wall;

	if (b->cgroup)
		need(cgroup_meter_start(b->cgroup, &m));
	need(spawn_timed(b->supervisor.sock, &s, MINUTE_NS, NULL, &sink, &t));
	if (m)
		need(cgroup_meter_stop(m, &usage));
	used = cpu_s(b) - before;
	wall = (double)(t.end.end_ns - t.end.start_ns) / 1e9;
	usage_done(&usage);
	timed_done(&t);
	return lines == 200 ? used / wall : 1;
}

static bool cpu_of_a_build(const struct bench *b)
{
	double share[9], r;

	for (size_t i = 0; i < ARRAY_SIZE(share); i++)
		share[i] = share_of_a_build(b);
	r = median(share, ARRAY_SIZE(share));
	printf("own CPU in a build of 2 s: %.3f %% (at most %.1f %%), 9 builds\n", r * 100,
		CPU_CEILING * 100);
	return r <= CPU_CEILING;
}

int main(int argc, char **argv)
{
	_cleanup_(freep) char *hyperfine = path_find_program(NULL, "hyperfine");
	_cleanup_(freep) char *busybox = path_find_program(NULL, "busybox"); /* static in Debian */
	struct bench b = { .supervisor = { .sock = -1 } };
	bool fast, idle;
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	if (!hyperfine || !busybox) {
		puts("skipped: hyperfine and busybox-static are needed");
		return SKIPPED;
	}
	set_up(&b);
	fast = time_of_true(&b, busybox);
	idle = cpu_of_a_build(&b);
	tear_down(&b);
	return fast && idle ? 0 : 1;
}
