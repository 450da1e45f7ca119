/* stats/: the sequential A/B, as a machine and over many trials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "stats/stats.h"
#include "tests/stats/noise.h"

#define BUILDS_MOST (2 * MAX_PAIRS)

static const struct rules defaults = RULES_DEFAULT;

/* What each build would take: of A, and of B. */
struct world {
	double a[BUILDS_MOST], b[BUILDS_MOST];
};

static void world_fill(struct world *w, const struct noise *noise, double effect, struct rng *rng)
{
	double state = noise->drift * noise_normal(rng);

	for (size_t t = 0; t < BUILDS_MOST; t++) {
		w->a[t] = noise_next(noise, rng, &state);
		w->b[t] = w->a[t] + effect;
	}
}

struct course {
	char schedule[BUILDS_MOST + 1];
	enum verdict verdict;
};

static struct course run(const struct world *w, const struct rules *rules, uint64_t seed)
{
	struct course c = { { 0 } };
	struct ab ab;
	enum arm arm;

	ab_init(&ab, rules, seed);
	for (size_t t = 0; (arm = ab_next(&ab)) != ARM_NONE; t++) {
		assert_in_range(t, 0, BUILDS_MOST - 1);
		c.schedule[t] = arm == ARM_B ? 'B' : 'A';
		ab_observe(&ab, arm == ARM_B ? w->b[t] : w->a[t], false);
	}
	c.verdict = ab.verdict;
	return c;
}

/* Each value that was not paid for is replaced by noise: nothing changes. */
static void what_was_not_built_has_no_part(void **state)
{
	struct rng rng;

	rng_seed(&rng, 3);
	for (size_t trial = 0; trial < 200; trial++) {
		const struct noise *noise = &noises[trial % ARRAY_SIZE(noises)];
		struct world w;
		struct course first, again;

		world_fill(&w, noise, trial % 3 * 0.05, &rng);
		first = run(&w, &defaults, trial);
		for (size_t t = 0; t < BUILDS_MOST; t++) {
			if (first.schedule[t] != 'A')
				w.a[t] = 10 * noise_normal(&rng);
			if (first.schedule[t] != 'B')
				w.b[t] = 10 * noise_normal(&rng);
		}
		again = run(&w, &defaults, trial);
		assert_string_equal(again.schedule, first.schedule);
		assert_int_equal(again.verdict, first.verdict);
	}
}

/* Each pair holds both arms; which comes first is a coin, and the seed's. */
static void pairs_are_coin_flips(void **state)
{
	struct world w = { 0 };
	size_t b_first = 0, pairs = 0, after_same = 0;
	char before = 0;
	struct rng rng;

	rng_seed(&rng, 4);
	for (uint64_t seed = 0; seed < 400; seed++) {
		world_fill(&w, &noises[1], 0.05, &rng);
		struct course c = run(&w, &defaults, seed), again = run(&w, &defaults, seed);

		assert_string_equal(c.schedule, again.schedule);
		for (size_t t = 0; c.schedule[t]; t += 2) {
			assert_int_not_equal(c.schedule[t], c.schedule[t + 1]);
			b_first += c.schedule[t] == 'B';
			after_same += c.schedule[t] == before;
			before = c.schedule[t];
			pairs++;
		}
	}
	assert_in_range(b_first, pairs * 47 / 100, pairs * 53 / 100);
	assert_in_range(after_same, pairs * 47 / 100, pairs * 53 / 100);
}

static const struct {
	const char *name;
	double a, b;
	size_t max_pairs;
	enum verdict verdict;
	size_t builds;
} plain[] = {
	{ "no noise, 10 % slower: at the first look", 0, 0.1, 30, VERDICT_SLOWER, 8 },
	{ "no noise, faster", 0.1, 0, 30, VERDICT_FASTER, 8 },
	{ "no noise, the same", 1, 1, 30, VERDICT_SAME, 8 },
	{ "a certain +4 % is slower", 0, 0.039, 30, VERDICT_SLOWER, 8 },
	{ "a certain +2 % is the same", 0, 0.02, 30, VERDICT_SAME, 8 },
	{ "a cap before the first look", 0, 0.1, 3, VERDICT_INCONCLUSIVE, 6 },
	{ "a cap of nothing", 0, 0.1, 0, VERDICT_INCONCLUSIVE, 0 },
	{ "a cap above the table's", 0, 0.1, 1000, VERDICT_SLOWER, 8 },
};

static void without_noise_it_is_plain(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
		struct rules rules = defaults;
		struct world w;

		print_message("  %s\n", plain[i].name);
		rules.max_pairs = plain[i].max_pairs;
		for (size_t t = 0; t < BUILDS_MOST; t++) {
			w.a[t] = plain[i].a;
			w.b[t] = plain[i].b;
		}
		struct course c = run(&w, &rules, 1);
		assert_string_equal(verdict_names[c.verdict], verdict_names[plain[i].verdict]);
		assert_int_equal(strlen(c.schedule), plain[i].builds);
	}
}

/* A void build takes its pair with it, which is built anew. */
static void a_void_build_takes_its_pair_with_it(void **state)
{
	struct ab ab;
	size_t builds = 0;

	ab_init(&ab, &defaults, 7);
	for (enum arm arm; (arm = ab_next(&ab)) != ARM_NONE; builds++) {
		if (builds == 3)
			ab_void(&ab); /* the second of the second pair: its first was 100 times off
				       */
		else
			ab_observe(&ab, (arm == ARM_B ? 0.1 : 0) + (builds == 2 ? 5 : 0), false);
	}
	assert_int_equal(builds, 10);
	assert_int_equal(ab.count, 4);
	assert_int_equal(ab.verdict, VERDICT_SLOWER);
	assert_true(ab.effect.high < 0.11);
}

/* B's builds all end at their limit: at least that, so slower; A's: never slower. */
static void time_outs_decide_in_their_direction_only(void **state)
{
	for (int b_slow = 0; b_slow < 2; b_slow++) {
		struct ab ab;

		ab_init(&ab, &defaults, 7);
		for (enum arm arm; (arm = ab_next(&ab)) != ARM_NONE;) {
			bool slow = (arm == ARM_B) == b_slow;

			ab_observe(&ab, slow ? 1 : 0, slow);
		}
		assert_int_equal(ab.verdict, b_slow ? VERDICT_SLOWER : VERDICT_FASTER);
	}
}

static void pairs_that_time_out_on_both_sides_come_to_an_end(void **state)
{
	struct ab ab;
	size_t builds = 0;

	ab_init(&ab, &defaults, 7);
	for (; ab_next(&ab) != ARM_NONE; builds++)
		ab_observe(&ab, 1, true);
	assert_int_equal(builds, BUILDS_MOST);
	assert_int_equal(ab.verdict, VERDICT_INCONCLUSIVE);
}

/* 1,500 trials a model at seeds that nothing was tuned on: false alarms and a false "same" at +5 %
 * stay below 5 % with two standard errors to spare for chance. */
#define TRIALS 1500
static void false_verdicts_are_rare(void **state)
{
	struct rng rng;

	rng_seed(&rng, 77);
	for (size_t i = 0; i < ARRAY_SIZE(noises); i++) {
		size_t alarms = 0, missed = 0;

		for (size_t t = 0; t < TRIALS; t++) {
			struct world w;
			enum verdict v;

			world_fill(&w, &noises[i], 0, &rng);
			v = run(&w, &defaults, rng_next(&rng)).verdict;
			alarms += v == VERDICT_SLOWER || v == VERDICT_FASTER;
			world_fill(&w, &noises[i], log1p(0.05), &rng);
			missed += run(&w, &defaults, rng_next(&rng)).verdict == VERDICT_SAME;
		}
		print_message("  %s: %zu false alarms, %zu false \"same\" of %d\n", noises[i].name,
			alarms, missed, TRIALS);
		assert_in_range(alarms, 0, TRIALS * 61 / 1000);
		assert_in_range(missed, 0, TRIALS * 61 / 1000);
	}
}

static const struct {
	const char *name;
	size_t n;
	double x[12];
	bool known;
	double low, high; /* the limit lies between */
} screens[] = {
	{ "too few", 7, { 0 }, false, 0, 0 },
	{ "no noise: the margin", 12, { 0 }, true, 0.0487, 0.0489 },
	{ "a spike does not move it", 12, { 0, 0, 0, 0, 0, 0, 5 }, true, 0.0487, 0.0489 },
	{ "where noise is great each build is flagged", 8,
		{ -0.2, 0.2, -0.2, 0.2, -0.2, 0.2, -0.2, 0.2 }, true, -1, -0.2 },
};

static void a_screen_lets_through_what_is_usual(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(screens); i++) {
		double limit = 0;

		print_message("  %s\n", screens[i].name);
		assert_int_equal(stats_screen(screens[i].x, screens[i].n, &defaults, &limit),
			screens[i].known);
		if (screens[i].known)
			assert_true(screens[i].low <= limit && limit <= screens[i].high);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_built_has_no_part),
		cmocka_unit_test(pairs_are_coin_flips),
		cmocka_unit_test(without_noise_it_is_plain),
		cmocka_unit_test(a_void_build_takes_its_pair_with_it),
		cmocka_unit_test(time_outs_decide_in_their_direction_only),
		cmocka_unit_test(pairs_that_time_out_on_both_sides_come_to_an_end),
		cmocka_unit_test(false_verdicts_are_rare),
		cmocka_unit_test(a_screen_lets_through_what_is_usual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
