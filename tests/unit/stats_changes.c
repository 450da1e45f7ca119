/* stats/: change points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "stats/order.h"
#include "stats/partition.h"
#include "tests/stats/histories.h"

/* The clipped cost of a stretch at its best level, which is the mean of some that lie together. */
static double stretch_cost(const double *x, size_t n, double clip)
{
	double sorted[16], least = INFINITY;

	memcpy(sorted, x, n * sizeof(*x));
	stats_sort(sorted, n);
	for (size_t from = 0; from < n; from++) {
		double sum = 0;

		for (size_t to = from + 1; to <= n; to++) {
			double cost = 0;

			sum += sorted[to - 1];
			for (size_t i = 0; i < n; i++) {
				double d = x[i] - sum / (double)(to - from);

				cost += fmin(d * d, clip * clip);
			}
			least = fmin(least, cost);
		}
	}
	return least;
}

static double cuts_cost(
	const double *x, size_t n, double clip, double penalty, const size_t *starts, size_t count)
{
	double sum = penalty * (double)count;

	for (size_t i = 0; i <= count; i++) {
		size_t from = i ? starts[i - 1] : 0, to = i < count ? starts[i] : n;

		sum += stretch_cost(x + from, to - from, clip);
	}
	return sum;
}

/* Against all 2^(n - 1) ways to cut. */
static void partitions_are_the_best_there_are(void **state)
{
	struct rng rng;

	rng_seed(&rng, 9);
	for (size_t trial = 0; trial < 60; trial++) {
		size_t n = 2 + trial % 9, starts[16], count;
		double x[16], least = INFINITY, clip = 0.5 + rng_unit(&rng) * 2,
			      penalty = rng_unit(&rng) * 4;

		for (size_t i = 0; i < n; i++)
			x[i] = noise_normal(&rng) + (i > n / 2 ? 2 : 0) +
			       (rng_unit(&rng) < 0.1 ? 9 : 0);
		for (unsigned cuts = 0; cuts < 1u << (n - 1); cuts++) {
			size_t all[16], k = 0;

			for (size_t i = 1; i < n; i++)
				if (cuts >> (i - 1) & 1)
					all[k++] = i;
			least = fmin(least, cuts_cost(x, n, clip, penalty, all, k));
		}
		count = stats_partition(x, n, clip, penalty, starts);
		if (fabs(cuts_cost(x, n, clip, penalty, starts, count) - least) > 1e-9)
			fail_msg("trial %zu: not the least cost", trial);
	}
}

/* Forty points: noise of 2 %, and what is added from each point on. */
static const struct {
	const char *name;
	double noise, step;
	size_t at, length; /* the step's first point; how long it lasts, 0: to the end */
	double slope;	   /* over all */
	size_t count, changes[2];
} cases[] = {
	{ "nothing", 0.02, 0, 0, 0, 0, 0, { 0 } },
	{ "constant", 0, 0, 0, 0, 0, 0, { 0 } },
	{ "a step without noise", 0, 0.1, 20, 0, 0, 1, { 20 } },
	{ "a step", 0.02, 0.2, 20, 0, 0, 1, { 20 } },
	{ "a step down", 0.02, -0.2, 13, 0, 0, 1, { 13 } },
	{ "there and back", 0.02, 0.3, 10, 12, 0, 2, { 10, 22 } },
	{ "a spike", 0.02, 0.7, 20, 1, 0, 0, { 0 } },
	{ "two spikes on end", 0.02, 0.7, 20, 2, 0, 0, { 0 } },
	{ "five points since", 0.02, 0.2, 35, 0, 0, 1, { 35 } },
	{ "a rounding", 0, 0.001, 20, 0, 0, 0, { 0 } },
	{ "drift", 0.02, 0, 0, 0, 0.15, 0, { 0 } },
};

static void changes_are_told_from_nuisances(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double x[40];
		size_t found[40], count;
		struct rng rng;

		print_message("  %s\n", cases[i].name);
		rng_seed(&rng, 10);
		for (size_t t = 0; t < 40; t++) {
			size_t end = cases[i].length ? cases[i].at + cases[i].length : 40;

			x[t] = cases[i].noise * noise_normal(&rng) +
			       cases[i].slope * (double)t / 40;
			x[t] += t >= cases[i].at && t < end ? cases[i].step : 0;
		}
		count = stats_changes(x, 40, found);
		assert_int_equal(count, cases[i].count);
		for (size_t k = 0; k < count; k++)
			assert_in_range(found[k], cases[i].changes[k] - 1, cases[i].changes[k] + 1);
	}
}

static void few_points_have_no_changes(void **state)
{
	static const double x[] = { 0, 0, 1, 1, 1 };
	size_t found[8];

	for (size_t n = 0; n <= 5; n++)
		assert_int_equal(stats_changes(x, n, found), 0);
}

/* Time grows with the points: a million end, and the one step is found. */
static void a_million_points_end(void **state)
{
	size_t n = 1000000;
	_cleanup_(freep) double *x = xcalloc(n, sizeof(*x));
	_cleanup_(freep) size_t *found = xcalloc(n, sizeof(*found));
	struct rng rng;

	rng_seed(&rng, 1);
	for (size_t i = 0; i < n; i++)
		x[i] = 0.03 * noise_normal(&rng) + (i >= 600000 ? 0.2 : 0);
	assert_int_equal(stats_changes(x, n, found), 1);
	assert_in_range(found[0], 599999, 600001);
}

/* One set of 200 at a seed that nothing was tuned on. The figures over many sets, with the other
 * methods', are tests/stats/changes.c's. */
static void false_alarms_are_rare(void **state)
{
	size_t alarms = 0, points = 0;
	struct rng rng;

	rng_seed(&rng, 4711);
	for (size_t i = 0; i < HISTORIES; i++) {
		size_t found[POINTS], n, false_here;
		struct history h;

		history_draw(&h, i, &rng);
		n = stats_changes(h.x, POINTS, found);
		false_here = n;
		for (size_t k = 0; k < h.change_count; k++)
			for (size_t j = 0; j < n; j++)
				if (found[j] + 2 >= h.changes[k] && found[j] <= h.changes[k] + 2) {
					false_here--;
					break;
				}
		alarms += false_here;
		points += POINTS;
	}
	print_message("  %zu false alarms in %zu points\n", alarms, points);
	/* 0.65 a 1000 points, and two standard errors */
	assert_in_range(alarms, 0, 36);
}

static void autocorrelation_is_of_lag_one(void **state)
{
	static const double up[] = { 1, 2, 3, 4, 5 }, turns[] = { 1, -1, 1, -1 },
			    equal[] = { 2, 2, 2 };

	/* numpy: sum((x[:-1] - m) * (x[1:] - m)) / sum((x - m) ** 2) */
	assert_true(fabs(stats_autocorrelation(up, 5) - 0.4) < 1e-12);
	assert_true(fabs(stats_autocorrelation(turns, 4) + 0.75) < 1e-12);
	assert_true(stats_autocorrelation(equal, 3) == 0);
	assert_true(stats_autocorrelation(equal, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(partitions_are_the_best_there_are),
		cmocka_unit_test(changes_are_told_from_nuisances),
		cmocka_unit_test(few_points_have_no_changes),
		cmocka_unit_test(a_million_points_end),
		cmocka_unit_test(false_alarms_are_rare),
		cmocka_unit_test(autocorrelation_is_of_lag_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
