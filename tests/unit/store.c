/* store/: what is recorded comes back whole, and is found again. */
#include "store/db.h"

#include "store_same.h"

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

/* The rows of a table, by SQL of the test's own. */
static int rows(struct store *st, const char *table)
{
	_cleanup_(freep) char *sql = xasprintf("SELECT count(*) FROM %s", table);
	sqlite3_stmt *q;

	assert_int_equal(sqlite3_prepare_v2(st->db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	int n = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return n;
}

static void what_repeats_is_kept_once(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };

	story_open(&t);
	for (long n = 0; n < 10; n++)
		record(&t, n);
	assert_int_equal(rows(t.st, "step_def"), FIXTURE_STEPS);
	assert_int_equal(rows(t.st, "step"), 10 * FIXTURE_STEPS);
	assert_int_equal(rows(t.st, "phase"), 0);
	assert_int_equal(rows(t.st, "input_set"), 1);
	assert_int_equal(rows(t.st, "input"), 2);
	assert_int_equal(rows(t.st, "absent"), METRIC_COUNT - FIXTURE_VALUES);
	assert_int_equal(rows(t.st, "phrase"), 2);
	assert_int_equal(rows(t.st, "image"), 10);
	/* one file differs: the first whole, one row for each other */
	assert_int_equal(rows(t.st, "manifest"), 10);
	assert_int_equal(rows(t.st, "manifest_entry"), FIXTURE_FILES + 9);
	/* the same context and image again */
	record(&t, 3);
	assert_int_equal(rows(t.st, "manifest"), 10);
	assert_int_equal(rows(t.st, "image"), 10);
	assert_int_equal(rows(t.st, "image_layer"), 10 * FIXTURE_LAYERS);
}

/* A history of images, each another: what is in their layers is kept once, and comes back. */
static void contents_of_layers_are_kept_once(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	int64_t ids[25];

	story_open(&t);
	for (long n = 0; n < 25; n++)
		ids[n] = record(&t, n);
	/* four layers of all, two that were another after ten */
	assert_int_equal(rows(t.st, "layer_content"), 4 + 2 * 3);
	assert_int_equal(rows(t.st, "image_package"), 10 * FIXTURE_PACKAGES);
	assert_int_equal(rows(t.st, "image_path"), 10 * FIXTURE_CONTENT_FILES);
	for (long n = 0; n < 25; n += 6) {
		_cleanup_(image_done) struct image is = { 0 }, back = { 0 };

		fixture_image(&is, n);
		ok(store_read_contents(t.st, ids[n], &back));
		same_views(&back, &is);
	}
}

/* A sample whose image was not looked at has no contents, and that is no error. */
static void an_image_may_be_unknown(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(image_done) struct image back = { 0 };
	_cleanup_(sample_done) struct sample s = { 0 };

	story_open(&t);
	s = (struct sample){ .run_id = t.run->id, .cell_id = t.cell.id,
		.image = { .compressed_bytes = -1 } };
	ok(store_add_sample(t.st, &s));
	ok(store_read_contents(t.st, s.id, &back));
	assert_int_equal(back.view_count, 0);
}

/* A commit of a history: `changed` files are other than in the first. */
static void drift(struct manifest *m, int files, int changed)
{
	fixture_manifest(m, files, 0);
	for (int i = 0; i < changed && i < files; i++)
		snprintf(m->items[i].digest, XXH_SIZE, "%032x", 0xabc000 + i);
	free(m->items[files - 1].path);
	m->items[files - 1].path = xasprintf("z-%d", changed);
	manifest_seal(m);
}

static void a_history_that_drifts_stays_small(void **state)
{
	enum { FILES = 400, COMMITS = 100 };
	_cleanup_(story_done) struct story t = { 0 };

	story_open(&t);
	for (int n = 0; n < COMMITS; n++) {
		_cleanup_(sample_done) struct sample s = { .run_id = t.run->id,
			.cell_id = t.cell.id, .image = { .compressed_bytes = -1 } };
		_cleanup_(manifest_done) struct manifest back = { 0 };

		drift(&s.manifest, FILES, 2 * n);
		if (n % 10 == 9) { /* as a resumed run: nothing is in memory */
			store_close(t.st);
			ok(store_open(t.place.db, STORE_WRITE, &t.st));
		}
		ok(store_add_sample(t.st, &s));
		ok(store_manifest(t.st, s.id, &back));
		same_manifest(&back, &s.manifest);
	}
	int kept = rows(t.st, "manifest_entry");
	print_message("  %d rows for %d manifests of %d files\n", kept, COMMITS, FILES);
	assert_true(kept < COMMITS * FILES / 10);
}

static void refused(struct err *e)
{
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_CHECK);
	err_free(e);
}

static void a_manifest_of_no_files_is_one(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(sample_done) struct sample s = { 0 };
	_cleanup_(manifest_done) struct manifest back = { 0 }, none = { 0 };
	int64_t without;

	story_open(&t);
	s = (struct sample){ .run_id = t.run->id, .cell_id = t.cell.id };
	ok(store_add_sample(t.st, &s));
	without = s.id;
	refused(store_add_sample(t.st, &s)); /* once is enough */
	s.id = 0;
	manifest_seal(&s.manifest);
	ok(store_add_sample(t.st, &s));
	ok(store_manifest(t.st, s.id, &back));
	same_manifest(&back, &s.manifest);
	ok(store_manifest(t.st, without, &none));
	same_text(none.digest, "");
}

static void names_are_bytes(void **state)
{
	static const char *const names[] = { "\xe8", "\xe9", "e\xcc\x81", "\xc3\xa9", "a\tb",
		"a\nb", "\x1b[31m", "\xe2\x80\xae" };
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(sample_done) struct sample s = { 0 };

	story_open(&t);
	s = (struct sample){ .run_id = t.run->id, .cell_id = t.cell.id,
		.image = { .compressed_bytes = -1, .size_bytes = -1 } };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		manifest_add(&s.manifest, names[i])->mode = 0100644;
	manifest_seal(&s.manifest);
	s.log_tail = xstrdup("\xff\xfe\x1b[0m");
	ok(store_add_sample(t.st, &s));
	comes_back(&t, &s);
}

static void a_number_that_is_none_is_absent(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(sample_done) struct sample s = { 0 };
	struct sample *back;
	size_t count;

	story_open(&t);
	s = (struct sample){ .run_id = t.run->id, .cell_id = t.cell.id };
	values_set(&s.values, M_CACHE_HIT_RATIO, 0.0 / 0.0);
	ok(store_add_sample(t.st, &s));
	ok(store_samples(t.st, t.run->id, &back, &count));
	assert_false(back->values.known[M_CACHE_HIT_RATIO]);
	assert_non_null(back->values.absent[M_CACHE_HIT_RATIO]);
	samples_free(back, count);
}

static void a_run_comes_back(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(run_freep) struct run *r = NULL;

	story_open(&t);
	ok(store_set_plan(t.st, t.run->id, "{\"samples\":4}"));
	ok(store_find_run(t.st, "latest", &r));
	assert_int_equal(r->id, t.run->id);
	same_text(r->uuid, t.run->uuid);
	assert_int_equal(r->start_unix_ns, t.run->start_unix_ns);
	assert_int_equal(r->end_unix_ns, 0);
	same_text(r->project, t.run->project);
	same_text(r->commit, t.run->commit);
	same_text(r->merge_base, NULL);
	same_text(r->branch, "main");
	assert_true(r->dirty);
	same_text(r->version, "0.1.0");
	same_text(r->command, t.run->command);
	assert_true(r->seed == t.run->seed);
	same_text(r->plan, "{\"samples\":4}");
	assert_int_equal(r->env.count, 2);
	same_text(facts_get(&r->env, "kernel"), "6.1.0");
	assert_int_equal(r->engine_count, 1);
	same_text(r->engines[0].engine, "docker@/opt/docker-20.10");
	same_text(r->engines[0].network, NULL);
	assert_true(r->engines[0].rootless);
	same_text(facts_get(&r->engines[0].more, "cli"), "20.10.24");
}

static void a_run_that_ended_is_immutable(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	_cleanup_(sample_done) struct sample s = { 0 };
	struct run *unfinished;

	story_open(&t);
	ok(store_unfinished(t.st, &unfinished));
	assert_int_equal(unfinished->id, t.run->id);
	run_free(unfinished);
	record(&t, 0);
	ok(store_end_run(t.st, t.run, FIXTURE_START + HOUR_NS));
	assert_int_equal(t.run->end_unix_ns, FIXTURE_START + HOUR_NS);
	ok(store_unfinished(t.st, &unfinished));
	assert_null(unfinished);
	fixture_sample(&s, t.run->id, t.cell.id, 1);
	_cleanup_(err_freep) struct err *add = store_add_sample(t.st, &s);
	_cleanup_(err_freep) struct err *plan = store_set_plan(t.st, t.run->id, "{}");
	_cleanup_(err_freep) struct err *end = store_end_run(t.st, t.run, 1);
	_cleanup_(err_freep) struct err *list = store_list_cell(t.st, t.run->id, &t.cell);
	assert_true(add && plan && end && list);
	assert_int_equal(rows(t.st, "sample"), 1);
}

static void cells_come_in_the_order_of_the_plan(void **state)
{
	static const int order[] = { 3, 0, 7, 2 };
	_cleanup_(story_done) struct story t = { 0 };
	struct cell *cells;
	size_t count;

	story_open(&t);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		_cleanup_(cell_done) struct cell c = { 0 };
		fixture_cell(&c, order[i]);
		if (i == 2)
			c.unsupported = xstrdup("exports to a registry only");
		ok(i == 2 ? store_add_unsupported(t.st, t.run->id, &c) :
			    store_list_cell(t.st, t.run->id, &c));
	}
	record(&t, 0); /* of a cell that was not listed */
	ok(store_cells(t.st, t.run->id, &cells, &count));
	assert_int_equal(count, ARRAY_SIZE(order) + 1);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		_cleanup_(cell_done) struct cell wanted = { 0 };
		fixture_cell(&wanted, order[i]);
		_cleanup_(freep) char *a = cell_key(&wanted), *b = cell_key(&cells[i]);
		same_text(b, a);
		same_text(cells[i].unsupported, i == 2 ? "exports to a registry only" : NULL);
	}
	assert_int_equal(cells[4].id, t.cell.id);
	cells_free(cells, count);
}

static void a_cell_is_the_same_in_every_run(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };

	story_open(&t);
	for (int n = 0; n < 10; n++) {
		_cleanup_(cell_done) struct cell a = { 0 }, b = { 0 };
		fixture_cell(&a, n);
		fixture_cell(&b, n);
		ok(store_add_cell(t.st, &a));
		ok(store_add_cell(t.st, &b));
		assert_int_equal(a.id, b.id);
		assert_int_equal(a.id == t.cell.id, n == 1);
	}
}

/* A writer that does not let go: the error says that it is no fault of the database. */
static void a_writer_waits_and_says_so(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	sqlite3 *other;

	story_open(&t);
	assert_int_equal(sqlite3_open(t.place.db, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_busy_timeout(t.st->db, 50);
	_cleanup_(err_freep) struct err *e = store_set_plan(t.st, t.run->id, "{}");
	assert_int_equal(e->kind, ERR_AGAIN);
	assert_non_null(e->next);
	sqlite3_close(other);
	ok(store_set_plan(t.st, t.run->id, "{}"));
}

static void two_processes_take_turns(void **state)
{
	_cleanup_(story_done) struct story t = { 0 };
	struct store *other;

	story_open(&t);
	ok(store_open(t.place.db, STORE_WRITE, &other));
	for (long n = 0; n < 20; n++) {
		_cleanup_(sample_done) struct sample s = { 0 };
		fixture_sample(&s, t.run->id, t.cell.id, n);
		ok(store_add_sample(n % 2 ? other : t.st, &s));
	}
	store_close(other);
	assert_int_equal(rows(t.st, "sample"), 20);
	assert_int_equal(rows(t.st, "manifest_entry"), FIXTURE_FILES + 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sample_comes_back_whole),
		cmocka_unit_test(a_failed_sample_comes_back),
		cmocka_unit_test(a_sample_names_its_prime),
		cmocka_unit_test(what_repeats_is_kept_once),
		cmocka_unit_test(contents_of_layers_are_kept_once),
		cmocka_unit_test(an_image_may_be_unknown),
		cmocka_unit_test(a_history_that_drifts_stays_small),
		cmocka_unit_test(a_manifest_of_no_files_is_one),
		cmocka_unit_test(names_are_bytes),
		cmocka_unit_test(a_number_that_is_none_is_absent),
		cmocka_unit_test(a_run_comes_back),
		cmocka_unit_test(a_run_that_ended_is_immutable),
		cmocka_unit_test(cells_come_in_the_order_of_the_plan),
		cmocka_unit_test(a_cell_is_the_same_in_every_run),
		cmocka_unit_test(a_writer_waits_and_says_so),
		cmocka_unit_test(two_processes_take_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
