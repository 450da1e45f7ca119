/* Claims: what an interval says of them, and what a run does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "reports/results.h"
#include "tests/unit/report_fixture.h"

/* The ratio of the first to the second as an interval. */
static const struct {
	const char *name;
	enum claim_way way;
	double minimum, low, high;
	bool low_open, high_open;
	const char *word;
} intervals[] = {
	{ "all of it less", CLAIM_LESS, 1, 0.5, 0.9, false, false, "holds" },
	{ "1 is in it", CLAIM_LESS, 1, 0.8, 1.1, false, false, "inconclusive" },
	{ "all of it more", CLAIM_LESS, 1, 1.01, 1.2, false, false, "fails" },
	{ "less by 1.5 at least", CLAIM_LESS, 1.5, 0.5, 0.6, false, false, "holds" },
	{ "less, and not by 1.5", CLAIM_LESS, 1.5, 0.7, 0.9, false, false, "fails" },
	{ "less, by about 1.5", CLAIM_LESS, 1.5, 0.6, 0.7, false, false, "inconclusive" },
	{ "less; it may be much more", CLAIM_LESS, 1, 0.5, 0.9, false, true, "inconclusive" },
	{ "less; it may be still less", CLAIM_LESS, 1, 0.5, 0.9, true, false, "holds" },
	{ "more; it may be much less", CLAIM_LESS, 1, 1.1, 1.9, true, false, "inconclusive" },
	{ "more by 2 at least", CLAIM_MORE, 2, 2.1, 3, false, false, "holds" },
	{ "more, and not by 2", CLAIM_MORE, 2, 1.2, 1.9, false, false, "fails" },
	{ "more, by about 2", CLAIM_MORE, 2, 1.9, 2.1, false, false, "inconclusive" },
	{ "more; it may be still more", CLAIM_MORE, 2, 2.1, 3, false, true, "holds" },
	{ "the same within 5 %", CLAIM_SAME, 1, 0.97, 1.03, false, false, "holds" },
	{ "the same or not", CLAIM_SAME, 1, 0.97, 1.3, false, false, "inconclusive" },
	{ "not the same", CLAIM_SAME, 1, 1.1, 1.3, false, false, "fails" },
	{ "the same within 40 %", CLAIM_SAME, 1.4, 0.8, 1.3, false, false, "holds" },
};

static void an_interval_decides(void **state)
{
	static const struct rules rules = RULES_DEFAULT;

	for (size_t i = 0; i < ARRAY_SIZE(intervals); i++) {
		struct effect e = { .low = log(intervals[i].low),
			.high = log(intervals[i].high),
			.at = log(sqrt(intervals[i].low * intervals[i].high)),
			.known = true,
			.low_open = intervals[i].low_open,
			.high_open = intervals[i].high_open };

		print_message("  %s\n", intervals[i].name);
		assert_string_equal(claimed_names[stats_claim(&e, intervals[i].way,
					    intervals[i].minimum, &rules)],
			intervals[i].word);
	}
	assert_int_equal(
		stats_claim(&(struct effect){ 0 }, CLAIM_LESS, 1, &rules), CLAIM_INCONCLUSIVE);
}

/* Least and greatest of the rebuilds of each side. */
static const struct {
	const char *name;
	enum claim_way way;
	double minimum, of_low, of_high, than_low, than_high;
	const char *word;
} exacts[] = {
	{ "less", CLAIM_LESS, 1, 79, 79, 80, 80, "holds" },
	{ "equal is not less", CLAIM_LESS, 1, 80, 80, 80, 80, "fails" },
	{ "less, and not twice", CLAIM_LESS, 2, 79, 79, 100, 100, "fails" },
	{ "twice to the byte", CLAIM_LESS, 2, 50, 50, 100, 100, "holds" },
	{ "none is less than one", CLAIM_LESS, 10, 0, 0, 1, 1, "holds" },
	{ "none is not less than none", CLAIM_LESS, 1, 0, 0, 0, 0, "fails" },
	{ "more", CLAIM_MORE, 1, 3, 3, 1, 1, "holds" },
	{ "rebuilds differ by as much", CLAIM_LESS, 1, 78, 81, 80, 80, "inconclusive" },
	{ "the same", CLAIM_SAME, 1, 3, 3, 3, 3, "holds" },
	{ "another", CLAIM_SAME, 1, 3, 3, 4, 4, "fails" },
	{ "another within 5 %", CLAIM_SAME, 1.05, 100, 100, 104, 104, "holds" },
	{ "one rebuild is the same", CLAIM_SAME, 1, 3, 4, 4, 4, "inconclusive" },
};

static struct estimate range(double low, double high)
{
	return (struct estimate){ .at = low, .low = low, .high = high, .n = 1, .known = true };
}

static void exact_values_decide(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(exacts); i++) {
		struct estimate of = range(exacts[i].of_low, exacts[i].of_high);
		struct estimate than = range(exacts[i].than_low, exacts[i].than_high);

		print_message("  %s\n", exacts[i].name);
		assert_string_equal(
			claimed_names[stats_claim_exact(&of, &than, exacts[i].way,
				exacts[i].minimum)],
			exacts[i].word);
	}
}

/* Claims of the tales' scenario, shop: the second variant, or mode, against the first. */
static const struct told {
	const char *name;
	void (*tell)(struct tale *t);
	struct claim claim;
	const char *engine, *word, *why;
} told[] = {
	{ "a time that six blocks decide", tale_rivals,
		{ 3, M_BUILD_WALL, CLAIM_LESS, 1.2, { "manifest-first", "store", "warm", "source" },
			{ "copy-all", "store", "warm", "source" }, NULL },
		"docker", "holds", NULL },
	{ "the same time", tale_rivals,
		{ 3, M_BUILD_WALL, CLAIM_LESS, 1.2, { "manifest-first", "store", "warm", "source" },
			{ "copy-all", "store", "warm", "source" }, NULL },
		"podman", "fails", NULL },
	{ "an exact metric", tale_rivals,
		{ 3, M_STEPS_CACHED, CLAIM_MORE, 1, { "manifest-first", "store", "warm", "source" },
			{ "copy-all", "store", "warm", "source" }, NULL },
		"docker", "holds", NULL },
	{ "a cell of nobody", tale_rivals,
		{ 3, M_STEPS_CACHED, CLAIM_MORE, 1, { "manifest-first", "store", "warm", "deps" },
			{ "copy-all", "store", "warm", "deps" }, NULL },
		"docker", "not measured", "not run" },
	{ "another engine", tale_rivals,
		{ 3, M_STEPS_CACHED, CLAIM_MORE, 1, { "manifest-first", "store", "warm", "source" },
			{ "copy-all", "store", "warm", "source" }, NULL },
		"buildkit", "not measured", "not run" },
	{ "one build of each", tale_variants,
		{ 3, M_BUILD_WALL, CLAIM_LESS, 1.2, { "manifest-first", "store", "warm", "source" },
			{ "copy-all", "store", "warm", "source" }, NULL },
		"podman", "inconclusive", "fewer than four blocks hold both" },
	{ "one kind of cache is max", tale_losers,
		{ 7, M_BUILD_WALL, CLAIM_LESS, 1.2, { "default", "registry:max", "warm", "deps" },
			{ "default", "none", "cold", "deps" }, NULL },
		"docker", "holds", NULL },
	{ "unsupported", tale_faults,
		{ 7, M_BUILD_WALL, CLAIM_LESS, 1, { "default", "local:max", "warm", "deps" },
			{ "default", "local", "warm", "deps" }, NULL },
		"podman", "not measured", "podman exports a cache to a registry only" },
	{ "void", tale_faults,
		{ 7, M_BUILD_WALL, CLAIM_LESS, 1, { "default", "registry:max", "warm", "deps" },
			{ "default", "none", "cold", "deps" }, NULL },
		"docker", "not measured",
		"default: void: the cache that should be imported was not" },
	{ "failed", tale_faults,
		{ 7, M_STEPS_CACHED, CLAIM_LESS, 1, { "default", "registry:min", "warm", "deps" },
			{ "default", "none", "cold", "deps" }, NULL },
		"docker", "not measured", "default: build failed: the build ended with exit code 1" },
	{ "a metric that no build gave", tale_rivals,
		{ 3, M_BUILD_DISK_WRITTEN, CLAIM_LESS, 1, { "manifest-first", "store", "warm", "source" },
			{ "copy-all", "store", "warm", "source" }, NULL },
		"docker", "not measured", "manifest-first: no blkio controller" },
};

static struct judged judge(struct tale *t, const struct told *one, struct run_summary **rs)
{
	static struct scenario shop = { .project = "https://example.org/shop", .name = "shop" };
	struct judged j;

	must(summary_load(t->st, t->run, rs));
	claim_judge(&shop, &one->claim, one->engine, rs, 1, &j);
	return j;
}

static void runs_are_judged(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		_cleanup_(summary_freep) struct run_summary *rs = NULL;
		struct tale t;
		struct judged j;

		print_message("  %s\n", told[i].name);
		tale_open(&t);
		told[i].tell(&t);
		tale_end(&t);
		j = judge(&t, &told[i], &rs);
		assert_string_equal(j.word, told[i].word);
		if (told[i].why)
			assert_true(j.why && str_starts(j.why, told[i].why));
		else
			assert_null(j.why);
		judged_done(&j);
		tale_done(&t);
	}
}

/* A newer run that cannot answer does not hide one that can; the newer of two that can answers. */
static void the_newest_that_can_answer_does(void **state)
{
	static void (*const tales[])(struct tale *) = { tale_rivals, tale_rivals, tale_variants };
	static struct scenario shop = { .project = "https://example.org/shop", .name = "shop" };
	struct run_summary *runs[ARRAY_SIZE(tales)];
	struct tale t;
	struct judged j;

	tale_open(&t);
	for (size_t i = 0; i < ARRAY_SIZE(tales); i++) {
		struct run **all;
		size_t count;

		if (i)
			tale_run(&t, (int)i);
		tales[i](&t);
		tale_end(&t);
		must(store_runs(t.st, 1, &all, &count));
		must(summary_load(t.st, all[0], &runs[ARRAY_SIZE(tales) - 1 - i]));
		free(all);
	}
	claim_judge(&shop, &told[1].claim, "podman", runs, ARRAY_SIZE(runs), &j);
	assert_ptr_equal(j.rs, runs[1]);
	judged_done(&j);
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		run_free((struct run *)runs[i]->run);
		summary_free(runs[i]);
	}
	tale_done(&t);
}

static const struct {
	struct tally tally;
	const char *text;
} tallies[] = {
	{ { 3, 0, 0, 0 }, "holds" },
	{ { 2, 0, 0, 1 }, "holds: 2 of 3, 1 not measured" },
	{ { 2, 1, 0, 0 }, "fails: 1 of 3, 2 hold" },
	{ { 1, 1, 1, 1 }, "fails: 1 of 4, 1 holds, 1 inconclusive, 1 not measured" },
	{ { 0, 0, 2, 0 }, "inconclusive" },
	{ { 0, 0, 0, 2 }, "not measured" },
	{ { 0, 0, 0, 0 }, "–" },
};

static void a_row_is_one_line(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(tallies); i++) {
		_cleanup_(str_done) struct str s = STR_INIT;

		tally_show(&s, &tallies[i].tally);
		assert_string_equal(str_get(&s), tallies[i].text);
	}
}

/* Foreign text stays text: an engine's reason, a scenario's words. */
static void hostile_words_stay_words(void **state)
{
	static struct claim claim = { 7, M_BUILD_WALL, CLAIM_LESS, 1,
		{ "default", "registry:max", "warm", "deps" }, { "default", "registry", "warm", "deps" },
		HOSTILE };
	static struct scenario shop = { .project = "https://example.org/shop",
		.name = "shop",
		.claims = &claim,
		.claim_count = 1 };
	struct scenario *scenarios[] = { &shop };
	struct practices practices = { 0 };
	struct strv engines = STRV_INIT;
	struct results_ask ask = { &practices, scenarios, 1, &engines, NULL, 0 };
	struct results r = { 0 };
	_cleanup_(freep) char *text = NULL;
	struct tale t;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	tale_open(&t);
	tale_faults(&t);
	tale_end(&t);
	must(results_load(t.st, &ask, &r));
	must(report_results_markdown(&r, "`rm -rf /`", f));
	fclose(f);
	assert_null(strstr(text, "<script>"));
	assert_null(strchr(text, '\x1b'));
	assert_null(strstr(text, "`rm"));
	assert_null(strstr(text, "`id`"));
	results_done(&r);
	tale_done(&t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interval_decides),
		cmocka_unit_test(exact_values_decide),
		cmocka_unit_test(runs_are_judged),
		cmocka_unit_test(the_newest_that_can_answer_does),
		cmocka_unit_test(a_row_is_one_line),
		cmocka_unit_test(hostile_words_stay_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
