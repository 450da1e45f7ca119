/* A context of 10,000 files copied, hashed and recorded in a new store, in pairs with `cp -a`: at
 * most twice its CPU. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../must.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "base/random.h"
#include "scenario/scenario.h"
#include "store/store.h"

#define PAIRS	    11
#define DIRECTORIES 100
#define FILES	    100 /* in each */
#define CPU_CEILING 2.0

/* Files as a source tree has them: most are small, a few are not. */
static void context_fill(const char *dir)
{
	static const char dockerfile[] = "FROM scratch\nCOPY . /app/\n";
	static const char ignore[] = ".git\n**/*.log\nDockerfile\n";
	_cleanup_(freep) char *file = path_join(dir, "Dockerfile");
	_cleanup_(freep) char *ignored = path_join(dir, ".dockerignore");
	_cleanup_(freep) char *text = xcalloc(65536, 1);
	struct rng rng;

	rng_seed(&rng, 5);
	for (size_t i = 0; i < 65536; i++)
		text[i] = (char)('a' + rng_below(&rng, 26));
	for (int d = 0; d < DIRECTORIES; d++) {
		_cleanup_(freep) char *sub = xasprintf(
			"%s/package%02d/module%d", dir, d / 10, d % 10);

		must(dir_make(sub, 0755));
		for (int f = 0; f < FILES; f++) {
			_cleanup_(freep) char *path = xasprintf("%s/source%d.c", sub, f);
			size_t most = (size_t)1 << (8 + rng_below(&rng, f % 20 ? 6 : 9));

			must(file_replace(path, 0644, text, rng_below(&rng, most)));
		}
	}
	must(file_replace(file, 0644, dockerfile, sizeof(dockerfile) - 1));
	must(file_replace(ignored, 0644, ignore, sizeof(ignore) - 1));
}

static double cpu_s(int who)
{
	struct rusage use;

	getrusage(who, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	       (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static double cp_cpu_s(const char *from, const char *to)
{
	const char *const argv[] = { "cp", "-a", from, to, NULL };
	struct proc p = { .argv = argv };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };
	double before = cpu_s(RUSAGE_CHILDREN);

	must(proc_check(&p, &r));
	return cpu_s(RUSAGE_CHILDREN) - before;
}

static struct store *store_new(const char *path, struct sample *sample)
{
	struct store *st = NULL;
	struct run run = { .version = (char *)"bench",
		.command = (char *)"bench",
		.project = (char *)"bench",
		.start_unix_ns = clock_unix_ns() };
	struct cell cell = { .project = (char *)"bench",
		.scenario = (char *)"bench",
		.variant = (char *)"default",
		.engine = (char *)"none" };

	uuid_v7(run.uuid);
	must(store_open(path, STORE_WRITE, &st));
	must(store_add_run(st, &run));
	must(store_add_cell(st, &cell));
	sample->run_id = run.id;
	sample->cell_id = cell.id;
	return st;
}

static double tare_cpu_s(const struct scenario *s, const char *to, const char *db)
{
	struct sample sample = { .start_unix_ns = clock_unix_ns() };
	_cleanup_(store_closep) struct store *st = store_new(db, &sample);
	_cleanup_(copy_freep) struct copy *c = NULL;
	double before = cpu_s(RUSAGE_SELF), cpu;

	must(copy_make(s, &s->variants[0], to, NULL, &c));
	sample.manifest = c->manifest;
	must(store_add_sample(st, &sample));
	cpu = cpu_s(RUSAGE_SELF) - before;
	if (c->manifest.count < DIRECTORIES * FILES)
		must(err_new(ERR_CHECK, "only %zu files were listed", c->manifest.count));
	return cpu;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return v[n / 2];
}

int main(void)
{
	char top[] = "/tmp/tare-bench-XXXXXX";
	double cp[PAIRS], tare[PAIRS], ratio[PAIRS], middle;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(freep) char *context = NULL;

	if (!mkdtemp(top))
		must(err_sys(top, errno));
	context = path_join(top, "context");
	must(dir_make(context, 0755));
	context_fill(context);
	must(scenario_load(context, NULL, &s));
	for (int i = -1; i < PAIRS; i++) { /* the first is not counted: it fills the page cache */
		_cleanup_(freep) char *theirs = xasprintf("%s/cp%d", top, i);
		_cleanup_(freep) char *ours = xasprintf("%s/tare%d", top, i);
		_cleanup_(freep) char *db = xasprintf("%s/%d.db", top, i);
		double a = i % 2 ? cp_cpu_s(context, theirs) : 0;
		double b = tare_cpu_s(s, ours, db);

		a = i % 2 ? a : cp_cpu_s(context, theirs);
		if (i >= 0)
			cp[i] = a, tare[i] = b, ratio[i] = b / a;
		must(dir_remove(theirs));
		must(dir_remove(ours));
	}
	must(dir_remove(top));
	middle = median(ratio, PAIRS);
	printf("context of 10,000 files: CPU %.3f s, cp -a %.3f s, ratio %.2f (at most %.1f, n = %d)\n",
		median(tare, PAIRS), median(cp, PAIRS), middle, CPU_CEILING, PAIRS);
	return middle <= CPU_CEILING ? 0 : 1;
}
