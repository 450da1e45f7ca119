/* What tare compare says: the cases D1 and D2, and what takes part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "cmd/cmd.h"
#include "reports/compare.h"
#include "reports/turns.h"
#include "tests/unit/report_fixture.h"

/* Two cells of one run, on docker and podman: n blocks of both. */
struct two {
	struct tale tale;
	int64_t a, b;
};

static void two_open(struct two *t)
{
	tale_open(&t->tale);
	t->a = tale_cell(
		&t->tale, "default", "docker", "store", STATE_WARM, EDIT_NONE, OUTPUT_IMAGE);
	t->b = tale_cell(
		&t->tale, "default", "podman", "store", STATE_WARM, EDIT_NONE, OUTPUT_IMAGE);
}

/* Walls around a_s and b_s, 1 % up and down in turn. */
static void two_blocks(struct two *t, int n, double a_s, double b_s)
{
	for (int i = 0; i < n; i++) {
		struct sample a = tale_sample(
			&t->tale, t->a, SAMPLE_TIMED, i, a_s * (i % 2 ? 1.01 : 0.99));
		struct sample b = tale_sample(
			&t->tale, t->b, SAMPLE_TIMED, i, b_s * (i % 3 ? 1 : 1.01));

		tale_add(&t->tale, &a);
		tale_add(&t->tale, &b);
	}
}

static struct run_summary *sum(struct tale *t, const struct run *run)
{
	struct run_summary *rs;

	must(summary_load(t->st, run, &rs));
	return rs;
}

static const struct cell_sum *cell_of(const struct run_summary *rs, int64_t id)
{
	for (size_t i = 0; i < rs->count; i++)
		if (rs->cells[i].cell->id == id)
			return &rs->cells[i];
	fail_msg("no such cell");
	return NULL;
}

static const struct compare_row *row_of(const struct compare *c, enum metric m)
{
	for (size_t i = 0; i < c->row_count; i++)
		if (c->rows[i].metric == m)
			return &c->rows[i];
	fail_msg("no row of %s", metric_table[m].name);
	return NULL;
}

static void two_compare(struct two *t, struct run_summary **rs, struct compare *c)
{
	*rs = sum(&t->tale, t->tale.run);
	*c = (struct compare){ .all = true };
	compare_add(c, &(struct compare_pair){ *rs, *rs, cell_of(*rs, t->a), cell_of(*rs, t->b) });
	compare_decide(c);
}

#define ABSENT -1
static const struct {
	const char *name;
	enum metric metric;
	double a, b;
	const char *verdict, *ratio;
} exact[] = {
	{ "0 to 0", M_IMAGE_WASTED, 0, 0, "same", "null" },
	{ "0 to 12 MiB", M_IMAGE_WASTED, 0, 12582912, "larger", "null" },
	{ "more setuid", M_IMAGE_SETUID, 0, 1, "worse", "null" },
	{ "more hits", M_CACHE_HIT_RATIO, 0.5, 0.9, "better", "1.8" },
	{ "smaller", M_IMAGE_SIZE, 200, 100, "smaller", "0.5" },
	{ "absent in the baseline", M_IMAGE_PACKAGES, ABSENT, 7, "no baseline", "null" },
	{ "absent in the head", M_IMAGE_PACKAGES, 7, ABSENT, NULL, "null" },
};

static void exact_metrics_need_no_statistics(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(exact); i++) {
		_cleanup_(compare_done) struct compare c = { 0 };
		_cleanup_(summary_freep) struct run_summary *rs = NULL;
		_cleanup_(freep) char *json = NULL;
		struct two t;

		print_message("  %s\n", exact[i].name);
		two_open(&t);
		for (int side = 0; side < 2; side++) {
			double v = side ? exact[i].b : exact[i].a;
			struct sample s = tale_sample(
				&t.tale, side ? t.b : t.a, SAMPLE_TIMED, 0, 10);

			if (v != ABSENT)
				values_set(&s.values, exact[i].metric, v);
			tale_add(&t.tale, &s);
		}
		two_compare(&t, &rs, &c);
		assert_true(str_eq(row_of(&c, exact[i].metric)->verdict, exact[i].verdict));
		json_t *all = report_compare_json(&c), *rows, *row;
		size_t k;

		rows = json_object_get(json_array_get(all, 0), "metrics");
		json_array_foreach (rows, k, row) {
			if (!str_eq(json_string_value(json_object_get(row, "metric")),
				    metric_table[exact[i].metric].name))
				continue;
			json = json_dumps(json_object_get(row, "ratio"),
				JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
			assert_string_equal(json, exact[i].ratio);
		}
		json_decref(all);
		tale_done(&t.tale);
	}
}

static const struct {
	const char *name;
	double a_s, b_s;
	int blocks;
	const char *verdict;
} walls[] = {
	{ "10 to 5 s", 10, 5, 6, "faster" },
	{ "10 to 12 s", 10, 12, 6, "slower" },
	{ "the same", 10, 10, 10, "same" },
	{ "too few", 10, 12, 3, "inconclusive" },
};

static void times_are_compared_within_blocks(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(walls); i++) {
		_cleanup_(compare_done) struct compare c = { 0 };
		_cleanup_(summary_freep) struct run_summary *rs = NULL;
		struct two t;

		print_message("  %s\n", walls[i].name);
		two_open(&t);
		two_blocks(&t, walls[i].blocks, walls[i].a_s, walls[i].b_s);
		two_compare(&t, &rs, &c);
		const struct compare_row *row = row_of(&c, M_BUILD_WALL);

		assert_string_equal(row->verdict, walls[i].verdict);
		assert_true(row->paired);
		assert_int_equal(!row->why, walls[i].blocks >= PAIRS_LEAST);
		assert_int_equal(row->effect.n, walls[i].blocks);
		tale_done(&t.tale);
	}
}

/* A void sample takes its pair with it; a time-out is at least its limit. */
static void what_takes_part(void **state)
{
	_cleanup_(compare_done) struct compare c = { 0 };
	_cleanup_(summary_freep) struct run_summary *rs = NULL;
	struct two t;

	two_open(&t);
	two_blocks(&t, 6, 10, 12);
	for (int i = 6; i < 8; i++) {
		struct sample a = tale_sample(&t.tale, t.a, SAMPLE_TIMED, i, 10);
		struct sample b = tale_sample(&t.tale, t.b, SAMPLE_TIMED, i, i == 6 ? 500 : 60);

		if (i == 6) {
			checks_fail(&b.checks, CHECK_PRIMED, "no prime");
		} else {
			b.status = STATUS_TIMEOUT;
			checks_fail(&b.checks, CHECK_NO_TIMEOUT, "60 s");
		}
		tale_add(&t.tale, &a);
		tale_add(&t.tale, &b);
	}
	two_compare(&t, &rs, &c);
	const struct compare_row *row = row_of(&c, M_BUILD_WALL);

	assert_int_equal(row->effect.n, 7);
	assert_true(row->effect.high_open && !row->effect.low_open);
	assert_string_equal(row->verdict, "slower");
	assert_int_equal(
		c.rate_count, 3); /* an outlier, a finding, a time-out, one of seven each */
	for (size_t i = 0; i < c.rate_count; i++) {
		assert_int_equal(c.rates[i].kb, 1);
		assert_int_equal(c.rates[i].nb, 7);
	}
	tale_done(&t.tale);
}

/* D2: however tight the samples, times of two machines, and of two runs, decide nothing. */
static const struct {
	const char *name, *cpu, *why;
} runs[] = {
	{ "another machine", "EPYC 9V74",
		"other machines, cpu.model Example CPU 3000 and EPYC 9V74" },
	{ "one machine", "Example CPU 3000", "not interleaved" },
};

static void times_of_two_runs_are_inconclusive(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		_cleanup_(compare_done) struct compare c = { .all = true };
		_cleanup_(summary_freep) struct run_summary *before = NULL, *after = NULL;
		_cleanup_(run_freep) struct run *first = NULL;
		struct two t;

		print_message("  %s\n", runs[i].name);
		two_open(&t);
		two_blocks(&t, 8, 10, 10);
		first = TAKE_PTR(t.tale.run);
		tale_run(&t.tale, 1);
		facts_set(&t.tale.run->env, "cpu.model", "%s", runs[i].cpu);
		two_blocks(&t, 8, 11.2, 11.2);
		before = sum(&t.tale, first);
		after = sum(&t.tale, t.tale.run);
		compare_add(&c, &(struct compare_pair){
					before, after, cell_of(before, t.a), cell_of(after, t.a) });
		compare_decide(&c);
		const struct compare_row *row = row_of(&c, M_BUILD_WALL);

		assert_string_equal(row->verdict, "inconclusive");
		assert_string_equal(row->why, runs[i].why);
		assert_true(row->effect.known && row->effect.low > 0);
		tale_done(&t.tale);
	}
}

/* Runs of one build each in this order, of sides A and B, B a fifth slower; so far apart; B's CPU. */
static const struct {
	const char *name, *order, *cpu;
	int64_t gap_ns;
	const char *verdict, *why;
} turns[] = {
	{ "in turns", "ABBAABBAABBA", "Example CPU 3000", MINUTE_NS, "slower", NULL },
	{ "one side twice", "ABBAAABAABBA", "Example CPU 3000", MINUTE_NS, "slower", NULL },
	{ "one after the other", "AAAAAABBBBBB", "Example CPU 3000", MINUTE_NS, "inconclusive",
		"fewer than four blocks hold both" },
	{ "on two machines", "ABBAABBAABBA", "EPYC 9V74", MINUTE_NS, "inconclusive",
		"not interleaved" },
	{ "hours apart", "ABBAABBAABBA", "Example CPU 3000", HOUR_NS, "inconclusive",
		"not interleaved" },
	{ "beside each other", "ABBAABBAABBA", "Example CPU 3000", -MINUTE_NS, "inconclusive",
		"not interleaved" },
};

static struct run *turn_run(size_t row, int n, bool of_b)
{
	struct run *r = NEW(struct run);

	snprintf(r->uuid, sizeof(r->uuid), "019ac5a0-0000-7000-8000-5c1f02%06x", 16u + (unsigned)n);
	r->start_unix_ns = n * (5 * MINUTE_NS + turns[row].gap_ns);
	r->project = xstrdup("https://example.org/shop");
	r->tag = xstrdup(of_b ? "new" : "old");
	facts_set(&r->env, "cpu.model", "%s", of_b ? turns[row].cpu : "Example CPU 3000");
	return r;
}

static void turn(struct two *t, size_t row, int n, bool of_b)
{
	struct tale *tale = &t->tale;
	struct sample s;

	run_free(tale->run);
	tale->run = turn_run(row, n, of_b);
	must(store_add_run(tale->st, tale->run));
	s = tale_sample(tale, t->a, SAMPLE_TIMED, 0, (of_b ? 12 : 10) * (n % 3 ? 1 : 1.01));
	tale_add(tale, &s);
	tale_end(tale);
}

static void runs_that_took_turns_are_interleaved(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(turns); i++) {
		_cleanup_(compare_done) struct compare c = { .all = true };
		_cleanup_(summary_freep) struct run_summary *rs = NULL;
		_cleanup_(turns_side_done) struct turns_side a = { 0 }, b = { 0 };
		const struct compare_row *row;
		struct two t;

		print_message("  %s\n", turns[i].name);
		two_open(&t);
		for (int n = 0; turns[i].order[n]; n++)
			turn(&t, i, n, turns[i].order[n] == 'B');
		must(store_tagged(t.tale.st, "old", &a.runs, &a.count));
		must(store_tagged(t.tale.st, "new", &b.runs, &b.count));
		assert_int_equal(a.count + b.count, strlen(turns[i].order));
		must(turns_load(t.tale.st, &a, &b, &rs));
		compare_add(&c, &(struct compare_pair){ .rs_a = rs, .rs_b = rs,
					.a = cell_of(rs, t.a), .b = cell_of(rs, -t.a) });
		compare_decide(&c);
		row = row_of(&c, M_BUILD_WALL);
		assert_string_equal(row->verdict, turns[i].verdict);
		assert_true(str_eq(row->why, turns[i].why));
		tale_done(&t.tale);
	}
}

static void the_table_ends_with_the_answer(void **state)
{
	_cleanup_(compare_done) struct compare c = { 0 };
	_cleanup_(summary_freep) struct run_summary *rs = NULL;
	_cleanup_(freep) char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	struct two t;

	two_open(&t);
	two_blocks(&t, 6, 10, 12);
	two_compare(&t, &rs, &c);
	must(report_compare_table(&c, f, (struct term){ .width = 100, .utf8 = true }));
	fclose(f);
	print_message("%s", text);
	assert_non_null(strstr(text, " A  shop/default, docker, store, warm, no edit\n"
				     " B  shop/default, podman, store, warm, no edit\n"));
	assert_non_null(strstr(text, "\nbuild.wall: slower, B against A +21 % (95 %: +"));
	assert_non_null(strstr(text, ", n = 6).\n"));
	tale_done(&t.tale);
}

/* The scenarios of a run follow each other: blocks of one number are no pairs then. */
static void what_followed_was_not_interleaved(void **state)
{
	_cleanup_(compare_done) struct compare c = { 0 };
	_cleanup_(summary_freep) struct run_summary *rs = NULL;
	struct two t;

	two_open(&t);
	t.b = tale_cell_of(&t.tale, "stall", "default", "docker");
	for (int side = 0; side < 2; side++)
		for (int block = 0; block < 6; block++) {
			struct sample s = tale_sample(&t.tale, side ? t.b : t.a, SAMPLE_TIMED,
				block, (side ? 12 : 10) + 0.01 * block);

			tale_add(&t.tale, &s);
		}
	tale_end(&t.tale);
	two_compare(&t, &rs, &c);
	assert_string_equal(row_of(&c, M_BUILD_WALL)->verdict, "inconclusive");
	assert_string_equal(row_of(&c, M_BUILD_WALL)->why, "not interleaved");
	tale_done(&t.tale);
}

/* What a user types, on a run of docker and podman after another one. */
static const struct {
	const char *a, *b, *error; /* NULL: none */
} typed[] = {
	{ "docker", "podman", NULL },
	{ "docker,store", "podman", NULL },
	{ "latest~1", "latest", NULL },
	{ "docker", "podmann", "did you mean podman?" },
	{ "docker", "docker", "nothing to compare" },
	{ "latest", "podman", "neither a run nor a side" },
	{ "latest", "podmann", "did you mean podman?" },
};

static void sides_are_runs_or_words(void **state)
{
	struct two t;

	two_open(&t);
	two_blocks(&t, 6, 10, 12);
	tale_end(&t.tale);
	tale_run(&t.tale, 1);
	two_blocks(&t, 6, 10, 12);
	tale_end(&t.tale);
	for (size_t i = 0; i < ARRAY_SIZE(typed); i++) {
		char *argv[] = { "compare", "--db", t.tale.db, (char *)typed[i].a,
			(char *)typed[i].b, NULL };
		_cleanup_(err_freep) struct err *e = command_compare.main(5, argv);

		print_message("  %s %s\n", typed[i].a, typed[i].b);
		if (typed[i].error)
			assert_true(e && strstr(e->what, typed[i].error));
		else
			assert_null(e);
	}
	tale_done(&t.tale);
}

static void without_a_pair_no_figure_is_said(void **state)
{
	const struct effect none = { 0 };
	_cleanup_(str_done) struct str s = STR_INIT;

	effect_show(&s, &none, 0.05);
	assert_string_equal(str_get(&s), "no pair of samples");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_metrics_need_no_statistics),
		cmocka_unit_test(what_followed_was_not_interleaved),
		cmocka_unit_test(times_are_compared_within_blocks),
		cmocka_unit_test(what_takes_part),
		cmocka_unit_test(times_of_two_runs_are_inconclusive),
		cmocka_unit_test(runs_that_took_turns_are_interleaved),
		cmocka_unit_test(without_a_pair_no_figure_is_said),
		cmocka_unit_test(the_table_ends_with_the_answer),
		cmocka_unit_test(sides_are_runs_or_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
