/* Change points over 200 to 100,000 points: at most 1.5 ms at 200 and 80 ms at 10,000 (otava's on
 * the machine where the figure was set), and about linear in between. CPU time, the best of some
 * runs. */
#include <time.h>

#include "base/err.h"
#include "stats/stats.h"
#include "tests/stats/noise.h"

static const struct {
	size_t n;
	int runs;
	double limit_ms; /* 0: none of its own */
} sizes[] = { { 200, 50, 1.5 }, { 1000, 20, 0 }, { 10000, 5, 80 }, { 100000, 2, 0 } };
/* How much dearer a point of the longest series may be than one of 1,000. */
#define GROWTH_MOST 3.0

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static double best_ms(size_t n, int runs)
{
	_cleanup_(freep) double *x = xcalloc(n, sizeof(*x));
	_cleanup_(freep) size_t *found = xcalloc(n, sizeof(*found));
	double best = INFINITY;
	struct rng rng;

	rng_seed(&rng, n);
	for (int run = 0; run < runs; run++) {
		for (size_t i = 0; i < n; i++)
			x[i] = 0.03 * noise_normal(&rng) + (i / 70 % 2 ? 0.1 : 0);
		double begin = now_ms();

		stats_changes(x, n, found);
		best = fmin(best, now_ms() - begin);
	}
	return best;
}

int main(void)
{
	double per_point[ARRAY_SIZE(sizes)];
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		double ms = best_ms(sizes[i].n, sizes[i].runs);

		per_point[i] = ms / (double)sizes[i].n;
		printf("n = %zu: %.3f ms, %.3f us a point\n", sizes[i].n, ms, 1000 * per_point[i]);
		failed |= sizes[i].limit_ms > 0 && ms > sizes[i].limit_ms;
	}
	failed |= per_point[ARRAY_SIZE(sizes) - 1] > GROWTH_MOST * per_point[1];
	return failed;
}
