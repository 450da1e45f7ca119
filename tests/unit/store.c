/* store/: what is recorded comes back whole, and is found again. */
#include "store_same.h"

/* A database with one run and one cell. */
struct story {
	struct place place;
	struct store *st;
	struct run *run;
	struct cell cell;
};

static void story_open(struct story *t)
{
	t->place = place_new();
	ok(store_open(t->place.db, STORE_WRITE, &t->st));
	t->run = fixture_run(0);
	ok(store_add_run(t->st, t->run));
	fixture_cell(&t->cell, 1);
	ok(store_add_cell(t->st, &t->cell));
}

static void story_done(struct story *t)
{
	cell_done(&t->cell);
	run_free(t->run);
	store_close(t->st);
	place_done(&t->place);
}

/* Record the `n`th sample of the story's cell. */
static int64_t record(struct story *t, long n)
{
	_cleanup_(sample_done) struct sample s = { 0 };

	fixture_sample(&s, t->run->id, t->cell.id, n);
	ok(store_add_sample(t->st, &s));
	assert_true(s.id > 0);
	return s.id;
}

/* The only sample of the run, read back, is `s`. */
static void comes_back(struct story *t, const struct sample *s)
{
	_cleanup_(manifest_done) struct manifest m = { 0 };
	struct sample *back;
	size_t count;

	ok(store_samples(t->st, t->run->id, &back, &count));
	assert_int_equal(count, 1);
	assert_int_equal(back->id, s->id);
	same_sample(back, s);
	ok(store_manifest(t->st, s->id, &m));
	same_manifest(&m, &s->manifest);
	samples_free(back, count);
}

static void a_sample_comes_back_whole(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(sample_done) struct sample s = { 0 };

	story_open(&t);
	fixture_sample(&s, t.run->id, t.cell.id, 7);
	ok(store_add_sample(t.st, &s));
	comes_back(&t, &s);
}

/* A build that failed, as little as it left behind. */
static void a_failed_sample_comes_back(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(sample_done) struct sample s = { 0 };
	struct step *step;

	story_open(&t);
	s = (struct sample){ .run_id = t.run->id, .cell_id = t.cell.id, .kind = SAMPLE_PRIME,
		.arm = 1, .status = STATUS_FAILED, .exit_code = 2, .ordinal = 4, .block = 3 };
	s.revision = xstrdup("abcdef");
	s.failure = xstrdup("line 5 ended with exit code 2");
	s.log_tail = xstrdup("\x1b[31m\xe9 not UTF-8\n");
	s.image.compressed_bytes = s.image.size_bytes = -1;
	step = GROW(s.steps.items, s.steps.count, s.steps.room);
	*step = (struct step){ .stage = -1, .start_ns = -1, .end_ns = -1, .failed = true,
		.ambiguous = true, .clipped = true, .exit_code = 0 };
	step->error = xstrdup("exit code: 2");
	s.steps.phase[PHASE_PUSH] = (struct phase_time){ false, 0, xstrdup("HTTP 429") };
	s.steps.import_ref = xstrdup("lab/cache:1");
	s.steps.export_digest = xstrdup("told by the engine");
	checks_pass(&s.checks, CHECK_CLOCK_STEADY);
	checks_fail(&s.checks, CHECK_PRIMED, "sample %d failed", 3);
	checks_fail(&s.checks, CHECK_IMPORTED, "no import in the log");
	ok(store_add_sample(t.st, &s));
	comes_back(&t, &s);
}

static void a_sample_names_its_prime(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(sample_done) struct sample s = { 0 };
	struct sample *back;
	size_t count;
	int64_t prime;

	story_open(&t);
	prime = record(&t, 0);
	fixture_sample(&s, t.run->id, t.cell.id, 1);
	s.prime_id = prime;
	ok(store_add_sample(t.st, &s));
	ok(store_samples(t.st, t.run->id, &back, &count));
	assert_int_equal(count, 2);
	same_sample(&back[1], &s);
	samples_free(back, count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sample_comes_back_whole),
		cmocka_unit_test(a_failed_sample_comes_back),
		cmocka_unit_test(a_sample_names_its_prime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
