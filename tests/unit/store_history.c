/* store/: runs are found and listed, and a cell is read over runs. */
#include "store_plan.h"
#include "store_same.h"

/* Five runs, a minute apart, whose names are given; the second is the newest. */
static const char *const uuids[] = {
	"01990000-0000-7000-8000-5c1f02000000", "01990000-0000-7000-8000-5c1f03000000",
	"01990000-0000-7000-8000-abcdef012345", "01990000-0000-7000-8000-000000000001",
	"01990000-0000-7000-8000-5c1f03ffffff",
};
static const int starts[] = { 1, 9, 3, 4, 5 };
static const struct {
	const char *name;
	int run; /* -1: an error that says */
	const char *says;
} finds[] = {
	{ "latest", 1, NULL }, { "latest~0", 1, NULL }, { "latest~1", 4, NULL },
	{ "latest~4", 0, NULL }, { "latest~5", -1, "5 runs are recorded: latest to latest~4" },
	{ "latest~-1", -1, "abcdef012345" }, { "latest~x", -1, "5c1f02000000" },
	{ "a", 2, NULL }, { "abcdef012345", 2, NULL }, { "ABCDEF", 2, NULL },
	{ "5c1f02", 0, NULL }, { "5c1f03", -1, "5c1f03000000" }, { "5c1f03", -1, "5c1f03ffffff" },
	{ "5c1f030", 1, NULL }, { "5c", -1, "5c1f02000000" },
	{ "ffff", -1, "beginning of one of" }, { "01990000", -1, "beginning of one of" },
	{ "", -1, "beginning of one of" }, { "%", -1, "beginning of one of" },
	{ "01990000-0000-7000-8000-000000000001", 3, NULL },
	{ "01990000-0000-7000-8000-00000000000z", -1, "beginning of one of" },
	{ "abcdef0123456", -1, "beginning of one of" },
};

static void runs_are_found_by_name(void **state)
{
	_cleanup_(place_done) struct place p = place_new();
	int64_t ids[ARRAY_SIZE(uuids)];
	struct store *st;
	struct run *found = NULL;

	ok(store_open(p.db, STORE_WRITE, &st));
	_cleanup_(err_freep) struct err *none = store_find_run(st, "latest", &found);
	assert_int_equal(none->kind, ERR_INPUT);
	for (size_t i = 0; i < ARRAY_SIZE(uuids); i++) {
		_cleanup_(run_freep) struct run *r = fixture_run(starts[i]);
		snprintf(r->uuid, UUID_SIZE, "%s", uuids[i]);
		ok(store_add_run(st, r));
		ids[i] = r->id;
	}
	for (size_t i = 0; i < ARRAY_SIZE(finds); i++) {
		_cleanup_(run_freep) struct run *r = NULL;
		_cleanup_(err_freep) struct err *e = store_find_run(st, finds[i].name, &r);

		print_message("  \"%s\"%s%s\n", finds[i].name, e ? ": " : "", e ? e->next : "");
		assert_int_equal(e == NULL, finds[i].run >= 0);
		if (!e)
			assert_int_equal(r->id, ids[finds[i].run]);
		else if (e->kind != ERR_INPUT || !strstr(e->next, finds[i].says))
			fail_msg("%s; %s", e->what, e->next);
	}
	store_close(st);
}

static void runs_are_listed_newest_first(void **state)
{
	static const int order[] = { 9, 5, 4, 3, 1 };
	_cleanup_(place_done) struct place p = place_new();
	struct store *st;
	struct run **runs;
	size_t count;

	ok(store_open(p.db, STORE_WRITE, &st));
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		_cleanup_(run_freep) struct run *r = fixture_run(starts[i]);
		ok(store_add_run(st, r));
	}
	for (size_t limit = 0; limit < 7; limit++) {
		ok(store_runs(st, limit, &runs, &count));
		assert_int_equal(count, limit && limit < 5 ? limit : 5);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(runs[i]->start_unix_ns, FIXTURE_START + order[i] * HOUR_NS);
		runs_free(runs, count);
	}
	store_close(st);
}

/* A sample of the story's cell in a run, with this wall time; `change` makes it what it is. */
static void timed(struct story *t, const struct run *run, double wall,
	void (*change)(struct sample *s))
{
	_cleanup_(sample_done) struct sample s = { .run_id = run->id, .cell_id = t->cell.id };

	values_set(&s.values, M_BUILD_WALL, wall);
	if (change)
		change(&s);
	ok(store_add_sample(t->st, &s));
}

static void make_void(struct sample *s)
{
	checks_fail(&s->checks, CHECK_PRIMED, "no");
}
static void make_finding(struct sample *s)
{
	checks_fail(&s->checks, CHECK_WARM_CACHED, "ran");
}
static void make_prime(struct sample *s)
{
	s->kind = SAMPLE_PRIME;
}
static void make_failed(struct sample *s)
{
	s->status = STATUS_FAILED;
}
static void make_timeout(struct sample *s)
{
	s->status = STATUS_TIMEOUT;
}

/* Two runs, the older recorded last (as by a merge), with samples that count and others. */
static void two_runs(struct story *t, struct run *older)
{
	timed(t, t->run, 10, NULL);
	timed(t, t->run, 99, make_void);
	timed(t, t->run, 11, make_finding);
	timed(t, t->run, 98, make_prime);
	timed(t, t->run, 97, make_failed);
	timed(t, t->run, 30, make_timeout);
	older->start_unix_ns = t->run->start_unix_ns - HOUR_NS;
	ok(store_add_run(t->st, older));
	timed(t, older, 20, NULL);
	timed(t, older, 21, NULL);
}

static void a_series_is_newest_first_and_counts(void **state)
{
	static const double walls[] = { 30, 11, 10, 21, 20 };
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(run_freep) struct run *older = fixture_run(0);
	struct point *points;
	struct trend *trend;
	size_t count;

	story_open(&t);
	two_runs(&t, older);
	for (size_t limit = 0; limit < 7; limit++) {
		size_t wanted = limit && limit < 5 ? limit : 5;
		ok(store_series(t.st, t.cell.id, M_BUILD_WALL, limit, &points, &count));
		assert_int_equal(count, wanted);
		for (size_t i = 0; i < count; i++) {
			assert_true(points[i].v == walls[i]);
			assert_int_equal(points[i].finding, walls[i] == 11);
			assert_int_equal(points[i].censored, walls[i] == 30);
			assert_int_equal(points[i].run, i < 3 ? t.run->id : older->id);
		}
		free(points);
		ok(store_trend(t.st, t.cell.id, limit, &trend, &count));
		assert_int_equal(count, wanted);
		for (size_t i = 0; i < count; i++)
			assert_true(trend[i].values.v[M_BUILD_WALL] == walls[i]);
		trend_free(trend, count);
	}
	ok(store_series(t.st, t.cell.id, M_BUILD_CPU, 0, &points, &count));
	assert_int_equal(count, 0);
	free(points);
}

static void a_finished_run_keeps_its_summary(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(run_freep) struct run *older = fixture_run(0);
	struct run_point *p;
	size_t count;

	story_open(&t);
	two_runs(&t, older);
	timed(&t, older, 25, make_timeout);
	timed(&t, older, 25, make_timeout);
	ok(store_end_run(t.st, t.run, 1));
	ok(store_end_run(t.st, older, 1));
	ok(store_history(t.st, t.cell.id, M_BUILD_WALL, 0, &p, &count));
	assert_int_equal(count, 2);
	assert_int_equal(p[0].run, t.run->id);
	assert_int_equal(p[0].n, 3);
	assert_true(p[0].known && p[0].median == 11 && p[0].low == 10 && p[0].high == 30);
	/* 20, 21, and two that did not end: the median lies between the two kinds */
	assert_int_equal(p[1].n, 4);
	assert_true(!p[1].known && p[1].low == 20 && p[1].high == 25);
	free(p);
	ok(store_history(t.st, t.cell.id, M_BUILD_WALL, 1, &p, &count));
	assert_int_equal(count, 1);
	free(p);
}

static void what_a_build_will_take(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(run_freep) struct run *older = fixture_run(0);
	_cleanup_(cell_done) struct cell other = { 0 };
	double seconds = 0;

	story_open(&t);
	ok(store_expected_wall(t.st, &t.cell, &seconds));
	assert_true(seconds < 0);
	fixture_cell(&other, 9);
	ok(store_expected_wall(t.st, &other, &seconds));
	assert_true(seconds < 0);
	two_runs(&t, older);
	/* 98 (a prime), 11, 10, 21, 20 */
	ok(store_expected_wall(t.st, &t.cell, &seconds));
	assert_true(seconds == 20);
}

static void no_read_walks_through_all_values(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	struct point *points;
	struct run_point *history;
	struct trend *trend;
	struct sample *samples;
	size_t count;
	double seconds;
	int about;

	story_open(&t);
	record(&t, 0);
	ok(store_series(t.st, t.cell.id, M_BUILD_WALL, 1, &points, &count));
	free(points);
	ok(store_trend(t.st, t.cell.id, 1, &trend, &count));
	trend_free(trend, count);
	ok(store_samples(t.st, t.run->id, &samples, &count));
	samples_free(samples, count);
	ok(store_expected_wall(t.st, &t.cell, &seconds));
	ok(store_end_run(t.st, t.run, 1));
	ok(store_history(t.st, t.cell.id, M_BUILD_WALL, 1, &history, &count));
	free(history);
	assert_int_equal(plan_scans(t.st, &about), 0);
	assert_true(about >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_are_found_by_name),
		cmocka_unit_test(runs_are_listed_newest_first),
		cmocka_unit_test(a_series_is_newest_first_and_counts),
		cmocka_unit_test(a_finished_run_keeps_its_summary),
		cmocka_unit_test(what_a_build_will_take),
		cmocka_unit_test(no_read_walks_through_all_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
