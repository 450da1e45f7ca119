/* Recording a sample, durably, against the least that durable can cost: pairs in turns, each one
 * fdatasync of 8 KiB appended to a file beside the database, then one sample. */
#include <errno.h>
#include <fcntl.h>

#include "../unit/store_fixture.h"
#include "../must.h"

#define PAIRS     101
#define BYTES     8192
#define MAX_RATIO 1.5
#define MAX_CPU_S 0.25e-3

struct setup {
	struct place place;
	struct store *st;
	struct run *run;
	struct cell cells[5];
	int fd;
};

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void open_all(struct setup *b)
{
	_cleanup_(freep) char *path = NULL;

	b->place = place_new();
	path = xasprintf("%s/reference", b->place.dir);
	b->fd = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	must(store_open(b->place.db, STORE_WRITE, &b->st));
	b->run = fixture_run(0);
	must(store_add_run(b->st, b->run));
	for (int i = 0; i < 5; i++) {
		fixture_cell(&b->cells[i], i);
		must(store_add_cell(b->st, &b->cells[i]));
	}
}

static void close_all(struct setup *b)
{
	for (int i = 0; i < 5; i++)
		cell_done(&b->cells[i]);
	run_free(b->run);
	store_close(b->st);
	close(b->fd);
	place_done(&b->place);
}

static double sync_once(struct setup *b, double *cpu)
{
	static const char bytes[BYTES] = { 1 };
	double cpu_start = cpu_s();
	int64_t start = clock_mono_ns();

	must(file_write_all(b->fd, "reference", bytes, sizeof(bytes)));
	if (fdatasync(b->fd) < 0)
		must(err_sys("reference", errno));
	double wall = (double)(clock_mono_ns() - start) * 1e-9;
	*cpu = cpu_s() - cpu_start;
	return wall;
}

static double record_once(struct setup *b, long n, double *cpu)
{
	_cleanup_(sample_done) struct sample s = { 0 };

	fixture_sample(&s, b->run->id, b->cells[n % 5].id, n);
	double cpu_start = cpu_s();
	int64_t start = clock_mono_ns();
	must(store_add_sample(b->st, &s));
	double wall = (double)(clock_mono_ns() - start) * 1e-9;
	*cpu = cpu_s() - cpu_start;
	return wall;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), ascending);
	return x[n / 2];
}

int main(void)
{
	static double reference[PAIRS], ratio[PAIRS], wall[PAIRS], cpu[PAIRS], sync_cpu[PAIRS];
	struct setup b = { 0 };

	open_all(&b);
	for (long n = 0; n < PAIRS; n++) {
		reference[n] = sync_once(&b, &sync_cpu[n]);
		wall[n] = record_once(&b, n, &cpu[n]);
		ratio[n] = wall[n] / reference[n];
	}
	close_all(&b);
	double r = median(ratio, PAIRS), c = median(cpu, PAIRS), sync_c = median(sync_cpu, PAIRS);
	printf("store a sample, wall   %.3f ms, one fdatasync of 8 KiB %.3f ms, ratio %.2f, limit %.2f\n",
		median(wall, PAIRS) * 1e3, median(reference, PAIRS) * 1e3, r, MAX_RATIO);
	printf("store a sample, cpu    %.3f ms, of one fdatasync %.3f ms, ratio %.2f, limit %.3f ms\n",
		c * 1e3, sync_c * 1e3, c / sync_c, MAX_CPU_S * 1e3);
	return r > MAX_RATIO || c > MAX_CPU_S;
}
