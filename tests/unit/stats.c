/* stats/: against numbers that others computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base/err.h"
#include "base/random.h"
#include "stats/stats.h"

/* numpy 2 and scipy 1.17: x = round(default_rng(5).normal(1.5, 2, n), 2); the median with the order
 * statistics that scipy.stats.binom.cdf(k, n, 1/2) <= 0.025 allows; the median of the Walsh averages
 * with those that scipy.stats._wilcoxon.WilcoxonDistribution(n).cdf(k) <= 0.025 allows, above n = 25
 * floor(mean - norm.ppf(0.975) * sd + 0.5). */
static const struct {
	size_t n;
	double x[40];
	double median[3], shift[3];
} samples[] = {
	{ 1,
		{ -0.1 },
		{ -0.1, -0.1, -0.1 }, { -0.1, -0.1, -0.1 } },
	{ 2,
		{ -1.15, 1 },
		{ -0.075, -1.15, 1 }, { -0.075, -1.15, 1 } },
	{ 3,
		{ 2.34, 3.77, 1.72 },
		{ 2.34, 1.72, 3.77 }, { 2.5425, 1.72, 3.77 } },
	{ 5,
		{ 0.39, -0.07, 3, 4.77, 2.05 },
		{ 2.05, -0.07, 4.77 }, { 2.05, -0.07, 4.77 } },
	{ 6,
		{ -0.97, -0.42, 4.7, 1.91, -1.96, 1.33 },
		{ 0.455, -1.96, 4.7 }, { 0.47, -1.96, 4.7 } },
	{ 7,
		{ -0.83, 0.24, 0.52, 0.07, 2.61, 1.37, 0.32 },
		{ 0.32, -0.83, 2.61 }, { 0.4, -0.295, 1.565 } },
	{ 10,
		{ 2.32, 3.16, -1.79, 0.99, -0.46, 1.15, -1.08, 1.54, 1.42, 0.89 },
		{ 1.07, -1.08, 2.32 }, { 0.99, -0.32, 1.93 } },
	{ 13,
		{ -0.6, 0.71, -0.68, -1.21, 1.95, -0.72, 3.84, 2.93, -2.5, 2.04, -0.7, 1.57, 1.59 },
		{ 0.71, -0.72, 2.04 }, { 0.625, -0.68, 1.805 } },
	{ 25,
		{ -2.48, 1.03, 0.99, 3.42, -0.86, 2.98, -0.7, 0.84, -0.18, 4.4, 2.64, 6.36, 2.78,
			3.19, 3.18, 0.29, 1.36, 4.2, 0.71, 1.88, 1.46, 2.72, 0.77, 1.2, 1.98 },
		{ 1.46, 0.84, 2.78 }, { 1.775, 0.985, 2.555 } },
	{ 26,
		{ 1.71, -0.23, 3.29, -1.1, -0.9, -1.06, 3.43, 0.78, -0.44, -0.77, 2.34, -0.61, -1.04,
			2.73, -0.89, 0.86, 1.49, 0.61, 1.39, 4.18, 0.47, -1.02, -2.17, 1.09, 0.8, 2.03 },
		{ 0.695, -0.77, 1.49 }, { 0.62, -0.1, 1.32 } },
	{ 40,
		{ 0.57, 0.54, 0.06, 0.46, 1.82, 0.74, 1.7, 5.3, 2.46, -1.65, 4.97, 2.2, -0.38, 3.31,
			1.54, 0.27, 0.23, -0.49, 1.6, 3.64, 0.85, 2.34, 5.25, -0.93, 2.02, 0.89, -0.62,
			-0.55, 1.47, 2.37, 0.44, 1.61, 2.94, 2.09, 3.24, 2.42, 2.48, 5.15, 2.75, 1.76 },
		{ 1.655, 0.74, 2.34 }, { 1.6025, 1.04, 2.19 } },
};

static void same(const char *what, size_t n, double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-9))
		fail_msg("%s of n = %zu: %.12g, not %.12g", what, n, got, wanted);
}

static void medians_are_scipys(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		size_t n = samples[i].n;
		struct estimate e = stats_median(samples[i].x, NULL, n);

		same("median", n, e.at, samples[i].median[0]);
		same("low", n, e.low, samples[i].median[1]);
		same("high", n, e.high, samples[i].median[2]);
		assert_int_equal(e.n, n);
		assert_int_equal(e.is_range, n < 6);
		assert_true(e.known && !e.high_open);
	}
}

static void shifts_are_scipys(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		size_t n = samples[i].n;
		struct estimate e = stats_shift(samples[i].x, n);

		same("shift", n, e.at, samples[i].shift[0]);
		same("low", n, e.low, samples[i].shift[1]);
		same("high", n, e.high, samples[i].shift[2]);
		assert_int_equal(e.n, n);
		assert_int_equal(e.is_range, n < 6);
		assert_true(e.known && !e.high_open);
	}
}

/* Of 1 to n: the interval is its ranks. scipy.stats.binom.cdf. */
static const struct {
	size_t n, low, high;
} ranks[] = {
	{ 6, 1, 6 }, { 7, 1, 7 }, { 8, 1, 8 }, { 9, 2, 8 }, { 12, 3, 10 }, { 17, 5, 13 },
	{ 30, 10, 21 }, { 100, 40, 61 }, { 2000, 956, 1045 },
};

static void intervals_of_medians_are_exact(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranks); i++) {
		size_t n = ranks[i].n;
		_cleanup_(freep) double *x = xcalloc(n, sizeof(*x));

		for (size_t k = 0; k < n; k++)
			x[k] = (double)(n - k);
		struct estimate e = stats_median(x, NULL, n);
		same("low", n, e.low, (double)ranks[i].low);
		same("high", n, e.high, (double)ranks[i].high);
	}
}

/* Time-outs at limit 9, written as -9: where they leave the median, and its interval. */
static const struct {
	const char *name;
	size_t n;
	double x[8];
	bool known, high_open;
	double at, low, high;
} censored[] = {
	{ "one of seven", 7, { 1, 2, 3, -9, 4, 5, 6 }, true, true, 4, 1, 9 },
	{ "above all, whatever its limit", 7, { 11, 12, 13, -9, 14, 15, 16 }, true, true, 14, 11, 9 },
	{ "half: the upper middle is one", 6, { 1, -9, 2, -9, 3, -9 }, false, true, 0, 1, 9 },
	{ "less than half of six", 6, { 1, -9, 2, -9, 3, 4 }, true, true, 3.5, 1, 9 },
	{ "all", 3, { -9, -9, -9 }, false, true, 0, 9, 9 },
	{ "one of three", 3, { 1, -9, 2 }, true, true, 2, 1, 9 },
	{ "none", 3, { 1, 2, 3 }, true, false, 2, 1, 3 },
	{ "nothing", 0, { 0 }, false, false, 0, 0, 0 },
};

static void a_median_on_a_timeout_is_absent(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(censored); i++) {
		double x[8];
		bool c[8];

		print_message("  %s\n", censored[i].name);
		for (size_t k = 0; k < censored[i].n; k++) {
			x[k] = fabs(censored[i].x[k]);
			c[k] = censored[i].x[k] < 0;
		}
		struct estimate e = stats_median(x, c, censored[i].n);
		assert_int_equal(e.known, censored[i].known);
		assert_int_equal(e.high_open, censored[i].high_open);
		if (e.known)
			same("median", e.n, e.at, censored[i].at);
		same("low", e.n, e.low, censored[i].low);
		same("high", e.n, e.high, censored[i].high);
	}
}

#define NUMBER(at, low, high, n) { at, low, high, n, (n) < 6, true, false }

static const struct {
	const char *name;
	struct estimate prime, cold, gain;
	enum pays pays;
	double builds;
} break_evens[] = {
	{ "a dearer prime", NUMBER(60, 58, 62, 3), NUMBER(48, 47, 49, 6), NUMBER(5, 4, 6, 6),
		PAYS_AFTER, 3 },
	{ "rounded up", NUMBER(58.1, 57, 59, 3), NUMBER(48, 47, 49, 6), NUMBER(5, 4, 6, 6),
		PAYS_AFTER, 3 },
	{ "whole", NUMBER(0.3, 0.2, 0.4, 3), NUMBER(0, 0, 0, 6), NUMBER(0.1, 0.1, 0.1, 6),
		PAYS_AFTER, 3 },
	{ "a free prime", NUMBER(47, 46, 48, 3), NUMBER(48, 47, 49, 6), NUMBER(5, 4, 6, 6),
		PAYS_AFTER, 1 },
	{ "gain may be 0", NUMBER(60, 58, 62, 3), NUMBER(48, 47, 49, 6), NUMBER(1, -1, 3, 6),
		PAYS_TIE, 0 },
	{ "gain touches 0", NUMBER(60, 58, 62, 3), NUMBER(48, 47, 49, 6), NUMBER(1, 0, 3, 6),
		PAYS_TIE, 0 },
	{ "a loss", NUMBER(60, 58, 62, 3), NUMBER(48, 47, 49, 6), NUMBER(-2, -3, -1, 6),
		PAYS_NEVER, 0 },
	{ "two primes", NUMBER(60, 58, 62, 2), NUMBER(48, 47, 49, 6), NUMBER(5, 4, 6, 6),
		PAYS_UNKNOWN, 0 },
	{ "no gain known", NUMBER(60, 58, 62, 3), NUMBER(48, 47, 49, 6), { .n = 0 },
		PAYS_UNKNOWN, 0 },
};

static void a_prime_pays_after_builds(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(break_evens); i++) {
		double builds = 0;

		print_message("  %s\n", break_evens[i].name);
		assert_int_equal(stats_break_even(break_evens[i].prime, break_evens[i].cold,
					 break_evens[i].gain, &builds),
			break_evens[i].pays);
		same("builds", i, builds, break_evens[i].builds);
	}
}

static const struct {
	const char *name;
	size_t n;
	double x[8];
	unsigned out; /* bit i: x[i] is one */
} outliers[] = {
	{ "none", 6, { 10, 11, 9, 10.5, 9.5, 10 }, 0 },
	{ "one high", 7, { 10, 11, 9, 10.5, 9.5, 10, 30 }, 1 << 6 },
	{ "one low", 7, { 1, 10, 11, 9, 10.5, 9.5, 10 }, 1 },
	{ "just inside 3.5 x 1.4826 x 1", 5, { 9, 10, 11, 10, 15.18 }, 0 },
	{ "just outside", 5, { 9, 10, 11, 10, 15.2 }, 1 << 4 },
	{ "more than half equal: by the mean", 8, { 5, 5, 5, 5, 5, 5, 5, 9 }, 1 << 7 },
	{ "all equal", 4, { 5, 5, 5, 5 }, 0 },
	{ "one", 1, { 5 }, 0 },
	{ "nothing", 0, { 0 }, 0 },
};

static void outliers_are_labelled(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(outliers); i++) {
		bool out[8] = { false };
		unsigned bits = 0;

		print_message("  %s\n", outliers[i].name);
		stats_outliers(outliers[i].x, outliers[i].n, out);
		for (size_t k = 0; k < 8; k++)
			bits |= (unsigned)out[k] << k;
		assert_int_equal(bits, outliers[i].out);
	}
}

/* How often the intervals hold the truth, over samples of a skewed distribution for the median, of
 * a symmetric one for the shift: at least 95 %, and not always. */
#define TRIALS 4000
static void intervals_cover(void **state)
{
	static const size_t sizes[] = { 6, 9, 20, 30 };
	struct rng rng;

	rng_seed(&rng, 11);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t n = sizes[i], median = 0, shift = 0;
		for (size_t t = 0; t < TRIALS; t++) {
			double x[30], d[30];
			for (size_t k = 0; k < n; k++) {
				x[k] = -log(1 - rng_unit(&rng));
				d[k] = rng_unit(&rng) + rng_unit(&rng) - 1;
			}
			struct estimate m = stats_median(x, NULL, n), s = stats_shift(d, n);
			median += m.low <= M_LN2 && M_LN2 <= m.high;
			shift += s.low <= 0 && 0 <= s.high;
		}
		print_message("  n = %zu: %zu and %zu of %d\n", n, median, shift, TRIALS);
		/* 3 standard errors of 4000 trials at 95 % */
		assert_true(median >= TRIALS * 0.94 && median < TRIALS * 0.99);
		assert_true(shift >= TRIALS * 0.94 && shift < TRIALS * 0.99);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medians_are_scipys),
		cmocka_unit_test(shifts_are_scipys),
		cmocka_unit_test(intervals_of_medians_are_exact),
		cmocka_unit_test(a_median_on_a_timeout_is_absent),
		cmocka_unit_test(a_prime_pays_after_builds),
		cmocka_unit_test(outliers_are_labelled),
		cmocka_unit_test(intervals_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
