/* stats/: comparisons, against numbers that others computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base/err.h"
#include "stats/bounds.h"
#include "stats/normal.h"
#include "stats/pairs.h"
#include "stats/sums.h"
#include "stats/order.h"

static void near(const char *what, double got, double wanted, double by)
{
	if (!(fabs(got - wanted) <= by))
		fail_msg("%s: %.12g, not %.12g", what, got, wanted);
}

/* scipy.stats.norm.sf and .isf */
static void tails_are_scipys(void **state)
{
	near("sf 0.5", stats_normal_above(0.5), 0.308537538725987, 1e-14);
	near("sf 5", stats_normal_above(5), 2.86651571879193e-07, 1e-18);
	near("sf -1.3", stats_normal_above(-1.3), 0.90319951541439, 1e-14);
	near("isf 0.025", stats_normal_upper(0.025), 1.95996398454005, 1e-9);
	near("isf 0.9", stats_normal_upper(0.9), -1.28155156554460, 1e-9);
}

/* Every order statistic of the sums is the one of the sums made and sorted. */
static void sums_are_ranked_without_being_made(void **state)
{
	double x[9] = { -3, -1, -1, 0, 0.25, 2, 2, 2, 7 }, y[4] = { -5, 0.5, 0.5, 3 }, all[45];
	struct sums both = { .x = x, .y = y, .nx = 9, .ny = 4 }, walsh = { .x = x, .nx = 9 };
	size_t n = 0;

	for (size_t i = 0; i < 9; i++)
		for (size_t j = 0; j < 4; j++)
			all[n++] = x[i] + y[j];
	stats_sort(all, n);
	assert_int_equal(stats_sums_count(&both), n);
	for (size_t k = 1; k <= n; k++)
		near("sum", stats_sums_kth(&both, k), all[k - 1], 0);
	near("middle", stats_sums_middle(&both), stats_middle(all, n), 0);
	n = 0;
	for (size_t i = 0; i < 9; i++)
		for (size_t j = i; j < 9; j++)
			all[n++] = (x[i] + x[j]) / 2;
	stats_sort(all, n);
	assert_int_equal(stats_sums_count(&walsh), n);
	for (size_t k = 1; k <= n; k++)
		near("mean", stats_sums_kth(&walsh, k), all[k - 1], 0);
	near("middle", stats_sums_middle(&walsh), stats_middle(all, n), 0);
}

/* scipy 1.16: default_rng(8); mannwhitneyu(b, a) with method exact where no value is there twice
 * and both are at most 50 together, else asymptotic with continuity; the interval from the sorted
 * differences at the ranks that its null distribution's cdf, or norm.ppf, gives. */
static const struct {
	size_t na, nb;
	double alpha;
	double a[30], b[40];
	double at, low, high, p;
	bool known;
} unpaired[] = {
	{ 8, 8, 0.05, /* exact */
		{ -1.738, -1.337, -1.361, -0.352, -2.313, -0.189, -0.957, 0.894 },
		{ 1.457, 1.892, 1.267, 0.447, 1.36, 2.005, -0.154, 1.11 }, 2.209, 1.183, 3.098,
		0.000621600621601, true },
	{ 3, 4, 0.05, /* exact: no interval with so few */
		{ -0.043, 1.44, -0.837 }, { -0.302, 0.362, 0.258, -1.639 }, -0.5305, 0, 0,
		0.857142857143, false },
	{ 4, 4, 0.05, /* exact */
		{ 0.36, -0.118, -0.24, -0.155 }, { 2.219, 0.184, 3.552, 1.139 }, 1.619, -0.176,
		3.792, 0.0571428571429, true },
	{ 5, 9, 0.01, /* exact */
		{ -2.241, -0.082, 1.457, -0.519, 1.551 },
		{ 2.557, 0.137, -1.465, -0.235, 2.187, 0.183, -0.511, -0.338, 1 }, 0.265, -1.968,
		3.076, 0.699300699301, true },
	{ 25, 25, 0.05, /* exact */
		{ -0.026, 0.872, 0.989, -0.932, -0.157, -1.134, 0.072, -1.151, -1.2, 2.123, 0.032,
			0.643, 2.538, 0.786, -0.114, 0.055, -0.744, 1.094, -0.33, 1.763, -0.345,
			-0.354, -0.419, 0.626, 0.187 },
		{ 1.771, -0.153, 0.69, 2.338, 0.16, 0.933, 1.972, 0.953, -0.235, -1.662, 2.793,
			0.83, 1.661, -0.076, 2.218, 0.92, 0.45, -0.502, 0.768, -0.087, 0.177,
			-1.223, -0.091, 0.56, -0.851 },
		0.334, -0.157, 0.998, 0.202232570189, true },
	{ 10, 12, 0.05, /* normal: ties */
		{ 0, 1, 0, -1, -1, 1, -2, 0, 0, 0 }, { 1, 0, 3, 1, -1, 0, 1, 1, -1, 2, -1, 0 }, 1,
		0, 2, 0.21631119163, true },
	{ 30, 40, 0.05, /* normal: many */
		{ 0.85, 1.7, -0.08, -0.31, 1.27, -1.07, 0.28, 0.23, 1.01, 0.3, -0.27, 0.61, -1.13,
			0.81, -0.67, -0.91, -0.37, 0.05, 0.71, -0.21, 0.74, 0.98, -0.11, -0.98,
			0.92, 0.28, -2.12, -0.99, 0.14, -1.37 },
		{ -0.18, -1.21, 0.9, 0.74, 0.68, 1.95, 0.15, 0.21, 2.52, -0.8, 1.23, -0.82, 0.74,
			2.62, 0.77, -0.27, 2.88, -0.04, 0.29, 0.8, -0.84, 1.62, 2.12, 1.26, 0.83,
			0.35, 1.39, -2.65, 0.38, 0.76, -1.49, 0.93, 0.37, 0.47, 0.6, 1.08, 0.96,
			-0.54, 0.38, 0.32 },
		0.515, 0.06, 1.01, 0.0264583263328, true },
};

static void unpaired_samples_are_scipys(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(unpaired); i++) {
		double a[30], b[40];
		struct effect e;

		print_message("  %zu and %zu\n", unpaired[i].na, unpaired[i].nb);
		memcpy(a, unpaired[i].a, sizeof(a));
		memcpy(b, unpaired[i].b, sizeof(b));
		e = stats_unpaired(a, unpaired[i].na, b, unpaired[i].nb, unpaired[i].alpha);
		near("shift", e.at, unpaired[i].at, 1e-9);
		near("p", e.p, unpaired[i].p, 1e-10);
		assert_int_equal(e.known, unpaired[i].known);
		near("low", e.low, unpaired[i].low, 1e-9);
		near("high", e.high, unpaired[i].high, 1e-9);
	}
}

static void unpaired_samples_that_say_nothing(void **state)
{
	double one[1] = { 1 }, two[1] = { 2 }, same[8] = { 3, 3, 3, 3, 3, 3, 3, 3 }, again[8];
	struct effect e;

	assert_false(stats_unpaired(one, 0, two, 1, 0.05).known);
	assert_false(stats_unpaired(one, 1, two, 1, 0.05).known);
	memcpy(again, same, sizeof(same));
	e = stats_unpaired(same, 8, again, 8, 0.05);
	near("p of equal constants", e.p, 1, 0);
	assert_true(e.known && e.low == 0 && e.high == 0);
}

/* A million a side: not a matrix of 10^12 differences. */
static void unpaired_millions_end(void **state)
{
	size_t n = 1000000;
	_cleanup_(freep) double *a = xcalloc(n, sizeof(*a)), *b = xcalloc(n, sizeof(*b));
	struct effect e;

	for (size_t i = 0; i < n; i++) {
		a[i] = (double)((i * 7919) % n);
		b[i] = (double)((i * 104729) % n) + 1000;
	}
	e = stats_unpaired(a, n, b, n, 0.05);
	near("shift", e.at, 1000, 1e-6);
	assert_true(e.known && e.low < 1000 && e.high > 1000 && e.low > 0);
}

/* scipy.stats.fisher_exact; the resolution by asking it for each greater count. */
static const struct {
	size_t ka, na, kb, nb;
	double p, resolution;
} rates[] = {
	{ 0, 10, 5, 10, 0.0325077399381, 0.5 },
	{ 1, 30, 6, 30, 0.102789716973, 0.233333333333 },
	{ 0, 8, 1, 8, 1, 0.625 },
	{ 3, 20, 3, 20, 1, 0.35 },
	{ 5, 10, 0, 10, 0.0325077399381, 0.5 },
	{ 0, 200, 9, 100, 3.95867443726e-05, 0.03 },
	{ 10, 1000, 30, 1000, 0.00200833356183, 0.012 },
	{ 0, 3, 0, 3, 1, -1 },
	{ 0, 0, 1, 3, 1, -1 },
};

static void rates_are_fishers(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		struct rates r = stats_rates(
			rates[i].ka, rates[i].na, rates[i].kb, rates[i].nb, 0.05);

		print_message("  %zu of %zu, %zu of %zu\n", rates[i].ka, rates[i].na, rates[i].kb,
			rates[i].nb);
		near("p", r.p, rates[i].p, 1e-9);
		near("resolution", r.resolution, rates[i].resolution, 1e-9);
	}
}

/* Benjamini & Hochberg 1995, their example of 15 tests: four found at 5 %. */
static void many_comparisons_are_theirs(void **state)
{
	static const double p[] = { 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
		0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000 };

	near("fifteen", stats_many_level(p, 15, 0.05), 0.05 * 4 / 15, 1e-15);
	near("one", stats_many_level(p, 1, 0.05), 0.05, 0);
	near("none found", stats_many_level(p + 9, 6, 0.05), 0.05 / 6, 1e-15);
	near("nothing", stats_many_level(p, 0, 0.05), 0.05, 0);
}

#define EFFECT(at_, low_, high_)                                                                   \
	{                                                                                          \
		.at = at_, .low = low_, .high = high_, .known = true, .n = 9                       \
	}
static const struct {
	const char *name;
	struct effect e;
	enum verdict verdict;
} verdicts[] = {
	{ "a certain +4 % is slower, not the same", EFFECT(0.039, 0.030, 0.048), VERDICT_SLOWER },
	{ "a certain -4 %", EFFECT(-0.039, -0.048, -0.030), VERDICT_FASTER },
	{ "a certain +2 % is below the threshold", EFFECT(0.02, 0.01, 0.03), VERDICT_SAME },
	{ "just at the threshold", EFFECT(0.0295588022415444, 0.001, 0.06), VERDICT_SLOWER },
	{ "below it, and not within the margin", EFFECT(0.028, 0.001, 0.06), VERDICT_INCONCLUSIVE },
	{ "touches 0", EFFECT(0.06, 0, 0.12), VERDICT_INCONCLUSIVE },
	{ "the margin itself is within", EFFECT(0, -0.0487901641694320, 0.0487901641694320),
		VERDICT_SAME },
	{ "wider", EFFECT(0, -0.049, 0.04), VERDICT_INCONCLUSIVE },
	{ "B timed out: slower all the same",
		{ .at = 0.5, .low = 0.2, .high = 0.9, .known = true, .high_open = true },
		VERDICT_SLOWER },
	{ "B timed out: never faster",
		{ .at = -0.5, .low = -0.9, .high = -0.2, .known = true, .high_open = true },
		VERDICT_INCONCLUSIVE },
	{ "A timed out: never slower",
		{ .at = 0.5, .low = 0.2, .high = 0.9, .known = true, .low_open = true },
		VERDICT_INCONCLUSIVE },
	{ "a time-out is not the same", { .known = true, .high_open = true },
		VERDICT_INCONCLUSIVE },
	{ "no interval", { .at = 1 }, VERDICT_INCONCLUSIVE },
};

static void verdicts_are_the_designs(void **state)
{
	static const struct rules rules = RULES_DEFAULT;

	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++) {
		print_message("  %s\n", verdicts[i].name);
		assert_string_equal(verdict_names[stats_verdict(&verdicts[i].e, &rules)],
			verdict_names[verdicts[i].verdict]);
	}
}

static void an_inconclusive_says_what_it_could_have_shown(void **state)
{
	static const struct rules rules = RULES_DEFAULT;
	struct effect e = EFFECT(0, -0.1, 0.1), none = { .n = 3 };

	near("resolution", stats_resolution(&e), expm1(0.1), 1e-12);
	/* (0.1 / ln 1.05)^2 = 4.2 times as many pairs as the nine there are */
	near("builds", stats_builds_needed(&e, &rules), 58, 0);
	near("none", stats_resolution(&none), -1, 0);
	near("none", stats_builds_needed(&none, &rules), -1, 0);
}

/* What a plan of n builds can decide agrees with simulation (tests/stats/figures.c): 3 %, +10 %. */
static void power_is_in_builds(void **state)
{
	near("10 %", stats_power(0.03, 0.10, 0.05, 0.98), 16, 2);
	assert_true(stats_power(0.03, 0.05, 0.05, 0.98) > stats_power(0.03, 0.10, 0.05, 0.98));
	assert_true(stats_power(0.08, 0.02, 0.05, 0.9) > 2 * BOUNDS_LAST);
}

/* Where a look spends next to nothing its bound is one for several levels. */
static bool levels_differ(size_t n, double sd)
{
	static const double levels[] = { 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005 };

	for (size_t i = 1; i < ARRAY_SIZE(levels); i++)
		if (!(stats_bound(n, sd, levels[i]) > stats_bound(n, sd, levels[i - 1])))
			return false;
	return true;
}

static void bounds_and_p_values_are_each_others_inverse(void **state)
{
	size_t differ = 0;

	static const double sds[] = { 0, 0.04, 0.07, 0.2, INFINITY };

	for (size_t n = BOUNDS_FIRST; n <= BOUNDS_LAST + 5; n++) {
		if (!stats_is_look(n))
			continue;
		for (size_t h = 0; h < ARRAY_SIZE(sds); h++) {
			double sd = sds[h];

			differ += levels_differ(n, sd);
			for (double alpha = 0.0006; alpha < 0.2; alpha *= 1.7) {
				double p = stats_bound_p(n, sd, -stats_bound(n, sd, alpha));

				if (levels_differ(n, sd))
					near("p", p, alpha, 1e-9);
				assert_true(p <= alpha + 1e-9);
			}
			near("far", stats_bound_p(n, sd, 1e9), 0.0005, 0);
			near("near", stats_bound_p(n, sd, 0.1), 1, 0);
		}
	}
	assert_true(differ > 40); /* of 115 */
}

/* Computed apart, in Python, from the same six pairs: the spike of B in the third is an outlier, so
 * its pair is left out; median of the Walsh averages of the rest, and their mean; the error from
 * the spread within the arms, less here than from the nine differences of neighbours. */
static const struct pair six[] = {
	{ .a = 0.00, .b = 0.11, .b_first = true },
	{ .a = 0.02, .b = 0.08 },
	{ .a = -0.01, .b = 0.80 },
	{ .a = 0.03, .b = 0.10, .b_first = true },
	{ .a = 0.01, .b = 0.13 },
	{ .a = -0.02, .b = 0.09 },
};

static void a_fit_leaves_spikes_their_count_only(void **state)
{
	struct pair_fit f = stats_pair_fit(six, 6);
	bool a[6], b[6];

	assert_int_equal(f.clean, 5);
	near("at", f.at, 0.09, 1e-12);
	near("middle", f.middle, 0.094, 1e-12);
	near("error", f.error, 0.011981467170407618, 1e-12);
	near("sd", f.sd, 0.03214965007585619, 1e-12);
	stats_pair_outliers(six, 6, a, b);
	for (size_t i = 0; i < 6; i++) {
		assert_false(a[i]);
		assert_int_equal(b[i], i == 2);
	}
}

static void pairs_are_known_from_four_on(void **state)
{
	struct pair equal[6] = { 0 }, step[6];

	for (size_t i = 0; i < 6; i++)
		step[i] = (struct pair){ .b = 0.1 };
	assert_false(stats_pairs(six, 0, 0.05).known);
	assert_false(stats_pairs(six, 3, 0.05).known);
	assert_true(stats_pairs(six, 4, 0.05).known);
	assert_true(stats_pairs(six, 6, 0.05).known);
	/* constant series have no noise: their difference is certain */
	assert_true(stats_pairs(equal, 6, 0.05).known);
	near("p", stats_pairs(equal, 6, 0.05).p, 1, 0);
	near("low", stats_pairs(step, 6, 0.05).low, 0.1, 1e-12);
	near("p", stats_pairs(step, 6, 0.05).p, 0, 0);
}

/* Adding pairs one by one ends where all at once does. */
static void pairs_can_be_added(void **state)
{
	struct effect e = { 0 }, all = stats_pairs(six, 6, 0.05);

	for (size_t n = 1; n <= 6; n++)
		stats_pairs_add(&e, six, n, 0.05);
	near("at", e.at, all.at, 0);
	near("low", e.low, all.low, 0);
	near("high", e.high, all.high, 0);
	near("p", e.p, all.p, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tails_are_scipys),
		cmocka_unit_test(sums_are_ranked_without_being_made),
		cmocka_unit_test(unpaired_samples_are_scipys),
		cmocka_unit_test(unpaired_samples_that_say_nothing),
		cmocka_unit_test(unpaired_millions_end),
		cmocka_unit_test(rates_are_fishers),
		cmocka_unit_test(many_comparisons_are_theirs),
		cmocka_unit_test(verdicts_are_the_designs),
		cmocka_unit_test(an_inconclusive_says_what_it_could_have_shown),
		cmocka_unit_test(power_is_in_builds),
		cmocka_unit_test(bounds_and_p_values_are_each_others_inverse),
		cmocka_unit_test(a_fit_leaves_spikes_their_count_only),
		cmocka_unit_test(pairs_are_known_from_four_on),
		cmocka_unit_test(pairs_can_be_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
