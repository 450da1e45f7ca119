/* plan/: builds until each comparison is decided. */
#include <math.h>

#include "tests/stats/noise.h"
#include "tests/unit/plan_fixture.h"

#define TEXT	      "FROM scratch\nCOPY app.py /\n"
#define VARIANT(name) "{\"name\":\"" name "\",\"dockerfile\":\"Dockerfile\"}"
#define SCENARIO(variants)                                                                         \
	"{\"name\":\"s\",\"claim\":\"c\",\"variants\":[" variants "],\"edits\":[]}"
#define TWO   SCENARIO(VARIANT("a") "," VARIANT("b"))
#define THREE SCENARIO(VARIANT("a") "," VARIANT("b") "," VARIANT("c"))

/* That one variant's cold build takes that much less than another's. */
#define CLAIM(json, of, than, minimum)                                                             \
	"{\"claims\":[{\"metric\":\"build.wall\",\"direction\":\"less\",\"minimum\":" minimum       \
	",\"of\":{\"variant\":\"" of "\"},\"than\":{\"variant\":\"" than "\"}}],\"name\":\"s\"," \
	"\"variants\":[" json "],\"edits\":[]}"
#define TWO_CLAIM(of, than, minimum) CLAIM(VARIANT("a") "," VARIANT("b"), of, than, minimum)

/* Cold builds without a cache only: a cell a variant. */
static const struct plan_spec cold = { .caches = { { CACHE_NONE, DEPTH_DEFAULT } },
	.cache_count = 1,
	.state = { true, false },
	.seed = 11 };

static void make(struct fixture *f, const char *json, const struct plan_spec *spec)
{
	struct plan_engine e = { "docker", true, NULL };

	write_scenario(f, TEXT, json);
	assert_null(plan_new(spec, &f->scenario, 1, &e, 1, can_all, &f->plan));
}

/* How the builds of a cell end. */
struct world {
	double wall_s[6], noise;
	enum sample_status status[6];
	size_t void_of; /* this cell + 1: */
	int void_block; /* its sample of this block is void; < 0: all are */
	size_t fail_of; /* this cell + 1: */
	int fail_every; /* each such block fails */
	struct rng rng;
};

static struct sample build(struct world *w, const struct plan_slot *slot)
{
	size_t c = slot->cell;
	bool timed = slot->kind == SAMPLE_TIMED;
	bool fails = timed && w->fail_of == c + 1 && slot->block % w->fail_every == 0;

	return ended(slot, fails ? STATUS_FAILED : w->status[c],
		timed && w->void_of == c + 1 && (w->void_block < 0 || w->void_block == slot->block),
		w->wall_s[c] * exp(w->noise * noise_normal(&w->rng)));
}

/* Build on for at most `most` builds; "0.0 1.0 " (cell.block) of each goes to `order`. */
static size_t drive(struct plan *p, struct world *w, size_t most, struct str *order)
{
	struct plan_slot *slot;
	size_t n = 0;

	for (; n < most && (slot = plan_next(p)); n++) {
		_cleanup_(sample_done) struct sample s = build(w, slot);

		if (order)
			str_addf(order, "%zu%s.%d ", slot->cell,
				slot->kind == SAMPLE_PRIME ? "p" : "", slot->block);
		plan_observe(p, slot, &s);
		assert_in_range(n, 0, 1000);
	}
	return n;
}

static void verdicts_text(const struct plan *p, struct str *s)
{
	for (size_t i = 0; i < p->comparison_count; i++) {
		const struct plan_comparison *c = &p->comparisons[i];

		str_addf(
			s, "%s%zu-%zu %s", i ? ", " : "", c->b, c->a, verdict_names[c->ab.verdict]);
	}
}

static const struct {
	const char *name, *json;
	struct world world;
	const char *verdicts;
	size_t least, most; /* builds */
} courses[] = {
	{ "slower without noise: at the first look", TWO, { .wall_s = { 1, 1.3 } }, "1-0 slower",
		8, 8 },
	{ "faster", TWO, { .wall_s = { 1, 0.6 }, .noise = 0.02 }, "1-0 faster", 8, 12 },
	{ "the same", TWO, { .wall_s = { 1, 1 } }, "1-0 same", 8, 8 },
	{ "too noisy to tell: it ends", TWO, { .wall_s = { 1, 1.02 }, .noise = 0.5 },
		"1-0 inconclusive", 20, 60 },
	{ "a void sample takes its pair with it, and one more block replaces it", TWO,
		{ .wall_s = { 1, 1.3 }, .void_of = 2, .void_block = 1 }, "1-0 slower", 10, 10 },
	{ "a cell that is always void comes to an end", TWO,
		{ .wall_s = { 1, 1.3 }, .void_of = 2, .void_block = -1 }, "1-0 inconclusive", 11,
		11 },
	{ "a failed build costs its pair", TWO,
		{ .wall_s = { 1, 1.3 }, .fail_of = 1, .fail_every = 4 }, "1-0 slower", 12, 12 },
	{ "half of an arm fails: no more of it", TWO,
		{ .wall_s = { 1, 1.3 }, .fail_of = 2, .fail_every = 2 }, "1-0 inconclusive", 6, 6 },
	{ "B at its limit is at least that: slower", TWO,
		{ .wall_s = { 1, 1.3 }, .status = { STATUS_OK, STATUS_TIMEOUT } }, "1-0 slower", 8, 8 },
	{ "A at its limit, and B took longer: nothing can be told, so it ends", TWO,
		{ .wall_s = { 1, 1.3 }, .status = { STATUS_TIMEOUT, STATUS_OK } },
		"1-0 inconclusive", 20, 20 },
	{ "both at their limit say nothing, and come to an end soon", TWO,
		{ .wall_s = { 1, 1 }, .status = { STATUS_TIMEOUT, STATUS_TIMEOUT } },
		"1-0 inconclusive", 10, 10 },
	{ "neighbours in the ranking are compared too", THREE, { .wall_s = { 1, 2, 3 } },
		"1-0 slower, 2-0 slower, 2-1 slower", 12, 12 },
	{ "what stands at the reference's side is its neighbour already", THREE,
		{ .wall_s = { 2, 1, 3 } }, "1-0 faster, 2-0 slower", 12, 12 },
	{ "a claim that is plain adds no builds", TWO_CLAIM("b", "a", "1.2"),
		{ .wall_s = { 1, 0.5 }, .noise = 0.02 }, "1-0 faster", 8, 12 },
	{ "what is claimed of the first is the same claim", TWO_CLAIM("a", "b", "1.2"),
		{ .wall_s = { 0.5, 1 }, .noise = 0.02 }, "1-0 slower", 8, 12 },
	{ "faster soon, and whether by what is claimed takes more", TWO_CLAIM("b", "a", "1.2"),
		{ .wall_s = { 1, 0.76 }, .noise = 0.1 }, "1-0 faster", 14, 60 },
	{ "faster soon, and never told from what is claimed: it ends", TWO_CLAIM("b", "a", "1.2"),
		{ .wall_s = { 1, 0.8333 }, .noise = 0.02 }, "1-0 faster", 20, 60 },
	{ "a claim compares what the ranking would not",
		CLAIM(VARIANT("a") "," VARIANT("b") "," VARIANT("c"), "c", "b", "1.2"),
		{ .wall_s = { 2, 1, 3 } }, "1-0 faster, 2-0 slower, 2-1 slower", 12, 12 },
};

static void each_comparison_is_built_until_decided(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(courses); i++) {
		struct fixture f = { 0 };
		struct world w = courses[i].world;
		_cleanup_(str_done) struct str verdicts = STR_INIT;

		print_message("  %s\n", courses[i].name);
		rng_seed(&w.rng, 5);
		make(&f, courses[i].json, &cold);
		assert_true(f.plan->spec.until_decided);

		size_t n = drive(f.plan, &w, 500, NULL);

		verdicts_text(f.plan, &verdicts);
		assert_string_equal(str_get(&verdicts), courses[i].verdicts);
		assert_in_range(n, courses[i].least, courses[i].most);
		done(&f);
	}
}

/* b is plainly slower and c close to a: the later blocks hold a and c only. */
static void the_next_builds_go_to_what_is_undecided(void **state)
{
	struct world w = { .wall_s = { 1, 4, 1.02 }, .noise = 0.04 };
	struct fixture f = { 0 };
	int last[3] = { 0 };

	rng_seed(&w.rng, 3);
	make(&f, THREE, &cold);
	drive(f.plan, &w, 500, NULL);
	for (size_t i = 0; i < f.plan->slot_count; i++)
		last[f.plan->slots[i].cell] = f.plan->slots[i].block;
	assert_in_range(last[1], PAIRS_LEAST - 1, PAIRS_LEAST + 4);
	assert_in_range(last[0], last[1] + 3, MAX_PAIRS);
	assert_int_equal(last[0], last[2]);
	done(&f);
}

/* Which of two cells comes first in a block is a coin. */
static void the_order_within_a_pair_is_random(void **state)
{
	size_t b_first = 0, pairs = 0;

	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct world w = { .wall_s = { 1, 1.02 }, .noise = 0.3 };
		struct plan_spec spec = cold;
		struct fixture f = { 0 };

		rng_seed(&w.rng, seed);
		spec.seed = seed;
		make(&f, TWO, &spec);
		drive(f.plan, &w, 500, NULL);
		for (size_t i = 0; i < f.plan->comparisons[0].ab.count; i++, pairs++)
			b_first += f.plan->comparisons[0].ab.pairs[i].b_first;
		done(&f);
	}
	assert_in_range(b_first, pairs * 42 / 100, pairs * 58 / 100);
}

/* All differ: at 5 %. Of three, c's neighbour among them, two differ: at two thirds of it. */
static void all_are_decided_at_one_level(void **state)
{
	static const struct {
		struct world world;
		double alpha;
	} levels[] = {
		{ { .wall_s = { 2, 1, 3 } }, 0.05 },
		{ { .wall_s = { 1, 1, 3 } }, 0.05 * 2 / 3 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		struct world w = levels[i].world;
		struct fixture f = { 0 };

		make(&f, THREE, &cold);
		drive(f.plan, &w, 500, NULL);
		for (size_t k = 0; k < f.plan->comparison_count; k++)
			assert_float_equal(
				f.plan->comparisons[k].ab.rules.alpha, levels[i].alpha, 1e-9);
		done(&f);
	}
}

/* Interrupted after any number of builds and replayed, a run goes on as if it had not been. */
static void a_resumed_run_goes_on_as_it_was(void **state)
{
	for (size_t stop = 0; stop < 24; stop++) {
		struct world w = {
			.wall_s = { 1, 1.03, 1.4 }, .noise = 0.03, .void_of = 3, .void_block = 2
		};
		struct fixture whole = { 0 }, part = { 0 };
		_cleanup_(str_done) struct str order = STR_INIT, again = STR_INIT;
		_cleanup_(str_done) struct str verdicts = STR_INIT, verdicts_again = STR_INIT;

		rng_seed(&w.rng, 9);
		make(&whole, THREE, &cold);
		make(&part, THREE, &cold);
		for (size_t n = 0; n < stop; n++) { /* recorded, and replayed in that order */
			struct plan_slot *slot = plan_next(whole.plan);

			if (!slot)
				break;
			_cleanup_(sample_done) struct sample s = build(&w, slot);

			plan_replay(part.plan, &whole.plan->cells[slot->cell].cell, &s);
			plan_observe(whole.plan, slot, &s);
		}
		assert_int_equal(plan_left(part.plan), plan_left(whole.plan));

		struct world same = w;

		drive(whole.plan, &w, 500, &order);
		drive(part.plan, &same, 500, &again);
		assert_string_equal(str_get(&order), str_get(&again));
		verdicts_text(whole.plan, &verdicts);
		verdicts_text(part.plan, &verdicts_again);
		assert_string_equal(str_get(&verdicts), str_get(&verdicts_again));
		done(&whole);
		done(&part);
	}
}

/* A priming build that failed is made anew before the next block's sample. */
static void a_failed_prime_is_made_anew(void **state)
{
	struct plan_spec spec = { .caches = { { CACHE_STORE, DEPTH_DEFAULT } },
		.cache_count = 1,
		.edits_given = true,
		.edit = { [EDIT_NONE] = true },
		.seed = 4 };
	struct fixture f = { 0 };
	struct plan_slot *s;
	size_t primes = 0, timed[2] = { 0 };

	make(&f, TWO, &spec);
	while ((s = plan_next(f.plan))) {
		bool first = s->kind == SAMPLE_PRIME && s->cell == 0 && primes++ == 0;

		timed[s->cell] += s->kind == SAMPLE_TIMED;
		end(f.plan, s, first ? STATUS_FAILED : STATUS_OK, false, s->cell ? 2 : 1);
	}
	assert_int_equal(primes, 2);
	assert_int_equal(timed[0], 4); /* its sample of the first block was skipped: */
	assert_int_equal(timed[1], 5);
	assert_string_equal(verdict_names[f.plan->comparisons[0].ab.verdict], "slower");
	done(&f);
}

static const struct {
	const char *name, *json;
	struct plan_spec spec;
	bool until;
	size_t comparisons;
} asked[] = {
	{ "one variant", NULL, { .seed = 1 }, false, 0 },
	{ "several variants", TWO, { .seed = 1 }, true, 2 },
	{ "several, with a number of samples", TWO, { .seed = 1, .samples = 3 }, false, 0 },
	{ "several modes named: each with the cold build without a cache", NULL,
		{ .caches = { { CACHE_NONE, 0 }, { CACHE_STORE, 0 } },
			.cache_count = 2,
			.seed = 1 },
		true, 2 },
	{ "until decided", NULL, { .until_decided = true, .seed = 1 }, true, 2 },
};

static void a_comparison_that_is_asked_for_is_decided(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
		struct fixture f = { 0 };

		print_message("  %s\n", asked[i].name);
		make(&f, asked[i].json, &asked[i].spec);
		assert_int_equal(f.plan->spec.until_decided, asked[i].until);
		assert_int_equal(f.plan->comparison_count, asked[i].comparisons);
		assert_int_equal(f.plan->spec.samples, 3);
		done(&f);
	}
}

static void where_nothing_is_compared_nothing_is_decided(void **state)
{
	struct plan_spec spec = cold;
	struct plan_engine e = { "docker", true, NULL };
	struct fixture f = { 0 };
	struct err *err;

	spec.until_decided = true;
	write_scenario(&f, TEXT, NULL);
	err = plan_new(&spec, &f.scenario, 1, &e, 1, can_all, &f.plan);
	assert_non_null(err);
	assert_int_equal(err->kind, ERR_INPUT);
	assert_non_null(strstr(err->what, "nothing can be decided"));
	err_free(err);
	done(&f);
}

/* One variant, one mode: the engine listed first is the reference. */
static void engines_are_compared_where_nothing_else_is(void **state)
{
	struct plan_engine e[] = { { "docker", true, NULL }, { "podman", true, NULL } };
	struct plan_spec spec = cold;
	struct fixture f = { 0 };

	spec.until_decided = true;
	write_scenario(&f, TEXT, NULL);
	assert_null(plan_new(&spec, &f.scenario, 1, e, 2, can_all, &f.plan));
	assert_int_equal(f.plan->comparison_count, 1);
	assert_int_equal(f.plan->comparisons[0].a, 0);
	assert_int_equal(f.plan->comparisons[0].b, 1);
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_comparison_is_built_until_decided),
		cmocka_unit_test(the_next_builds_go_to_what_is_undecided),
		cmocka_unit_test(the_order_within_a_pair_is_random),
		cmocka_unit_test(all_are_decided_at_one_level),
		cmocka_unit_test(a_resumed_run_goes_on_as_it_was),
		cmocka_unit_test(a_failed_prime_is_made_anew),
		cmocka_unit_test(a_comparison_that_is_asked_for_is_decided),
		cmocka_unit_test(where_nothing_is_compared_nothing_is_decided),
		cmocka_unit_test(engines_are_compared_where_nothing_else_is),
	};

	return cmocka_run_group_tests_name("plan-decided", tests, NULL, NULL);
}
