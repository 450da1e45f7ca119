/* plan/: what was asked becomes cells, and cells an order. */
#include "tests/unit/plan_fixture.h"

static char *podman_cannot(void *ctx, const struct cell *cell, const struct variant *v)
{
	if (cell->cache.mode == CACHE_LOCAL)
		return xstrdup("podman exports a cache to a registry only");
	return NULL;
}

static void make(struct fixture *f, const struct plan_spec *spec, bool depths)
{
	struct plan_engine e = { depths ? "docker" : "podman", depths, NULL };

	if (!f->scenario)
		write_scenario(f, "FROM scratch\nCOPY app.py /\n", NULL);
	assert_null(plan_new(spec, &f->scenario, 1, &e, 1, depths ? can_all : podman_cannot, &f->plan));
}

/* "none cold none, store warm source" of the cells that can be built; the others in brackets. */
static void cells_text(const struct plan *p, struct str *s)
{
	for (size_t i = 0; i < p->cell_count; i++) {
		const struct cell *c = &p->cells[i].cell;

		str_addf(s, "%s%s%s %s %s%s", i ? ", " : "", c->unsupported ? "(" : "",
			cache_name(c->cache), state_names[c->state], edit_names[c->edit],
			c->unsupported ? ")" : "");
	}
}

static const struct {
	const char *name;
	struct plan_spec spec;
	bool depths;
	const char *cells;
	size_t builds;
} matrices[] = {
	{ "nothing said", { .samples = 0 }, false, "none cold none, store warm none, store warm source", 3 * 3 + 2 },
	{ "one sample", { .samples = 1 }, false, "none cold none, store warm none, store warm source",
		3 + 2 },
	{ "cold only", { .state = { true } }, false, "none cold none, store cold none", 6 },
	{ "an edit: cold is built with it too", { .edits_given = true, .edit = { [EDIT_SOURCE] = true } },
		false, "none cold source, store warm source", 3 * 2 + 1 },
	{ "registry on an engine with one kind",
		{ .caches = { { CACHE_REGISTRY, DEPTH_MAX }, { CACHE_REGISTRY, DEPTH_MIN } }, .cache_count = 2,
			.edits_given = true, .edit = { [EDIT_SOURCE] = true } },
		false, "registry warm source, (registry:min warm source)", 3 + 1 },
	{ "all, with three primes each", { .cache_all = true, .edits_given = true,
			.edit = { [EDIT_SOURCE] = true }, .samples = 6 }, true,
		"none cold source, store warm source, local:max warm source, registry:max warm source, "
		"registry:min warm source, inline warm source", 6 * 6 + 5 * 3 },
	{ "a travelling cache alone says max", { .caches = { { CACHE_REGISTRY } }, .cache_count = 1,
			.edits_given = true, .edit = { [EDIT_NONE] = true } }, true,
		"registry:max warm none", 3 + 1 },
	{ "an update of a catalogue that there is none of", { .edits_given = true,
			.edit = { [EDIT_NONE] = true, [EDIT_CATALOGUE] = true } }, false,
		"none cold none, (none cold catalogue), store warm none, (store warm catalogue)",
		3 * 2 + 1 },
	{ "no deps edit is guessed", { .edits_given = true,
			.edit = { [EDIT_NONE] = true, [EDIT_DEPS] = true } }, false,
		"none cold none, (none cold deps), store warm none, (store warm deps)", 3 * 2 + 1 },
};

static void what_was_asked_becomes_cells(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(matrices); i++) {
		struct fixture f = { 0 };
		_cleanup_(str_done) struct str cells = STR_INIT;

		print_message("  %s\n", matrices[i].name);
		make(&f, &matrices[i].spec, matrices[i].depths);
		cells_text(f.plan, &cells);
		assert_string_equal(str_get(&cells), matrices[i].cells);
		assert_int_equal(plan_total(f.plan), matrices[i].builds);
		done(&f);
	}
}

static void a_travelling_cache_is_pushed(void **state)
{
	struct plan_spec spec = { .caches = { { CACHE_INLINE } }, .cache_count = 1 };
	struct fixture f = { 0 };

	make(&f, &spec, true);
	assert_int_equal(f.plan->cells[0].cell.output, OUTPUT_PUSH);
	assert_null(f.plan->cells[0].cell.unsupported);
	done(&f);
}

static void a_compression_is_of_what_is_pushed(void **state)
{
	static const char json[] = "{\"name\": \"app\", \"variants\": [{\"name\": \"now\"}, "
				   "{\"name\": \"zstd\", \"compression\": \"zstd\"}]}";
	struct plan_spec spec = { .output_given = true, .output = OUTPUT_IMAGE };
	struct fixture f = { 0 };

	write_scenario(&f, "FROM scratch\nCOPY app.py /\n", json);
	make(&f, &(struct plan_spec){ 0 }, true);
	for (size_t i = 0; i < f.plan->cell_count; i++) /* both: they are compared */
		assert_int_equal(f.plan->cells[i].cell.output, OUTPUT_PUSH);
	plan_free(f.plan);
	make(&f, &spec, true);
	assert_int_equal(f.plan->cells[0].cell.output, OUTPUT_IMAGE);
	done(&f);
}

static void a_travelling_cache_in_the_own_store_is_unsupported(void **state)
{
	struct plan_spec spec = { .caches = { { CACHE_NONE }, { CACHE_INLINE } }, .cache_count = 2,
		.output_given = true, .output = OUTPUT_IMAGE };
	struct fixture f = { 0 };

	make(&f, &spec, true);
	assert_non_null(f.plan->cells[1].cell.unsupported);
	done(&f);
}

static void every_block_holds_every_cell_once_primes_first(void **state)
{
	struct plan_spec spec = { .samples = 4, .seed = 7 };
	struct fixture f = { 0 };
	size_t seen[4][3] = { { 0 } };
	bool primed[3] = { false };

	make(&f, &spec, false);
	for (size_t i = 0; i < f.plan->slot_count; i++) {
		const struct plan_slot *s = &f.plan->slots[i];

		if (i)
			assert_true(s->block >= f.plan->slots[i - 1].block);
		if (s->kind == SAMPLE_PRIME)
			primed[s->cell] = true;
		else
			seen[s->block][s->cell]++;
		if (s->kind == SAMPLE_TIMED && f.plan->cells[s->cell].primed)
			assert_true(primed[s->cell]);
	}
	for (int b = 0; b < 4; b++)
		for (int c = 0; c < 3; c++)
			assert_int_equal(seen[b][c], 1);
	done(&f);
}

static void order_text(const struct plan *p, struct str *s)
{
	for (size_t i = 0; i < p->slot_count; i++)
		str_addf(s, "%zu%c ", p->slots[i].cell, p->slots[i].kind == SAMPLE_PRIME ? 'p' : 't');
}

static void the_seed_decides_the_order(void **state)
{
	struct plan_spec a = { .seed = 1, .samples = 8 }, b = { .seed = 2, .samples = 8 };
	struct fixture f[3] = { { { 0 } } };
	struct str s[3] = { STR_INIT, STR_INIT, STR_INIT };

	make(&f[0], &a, false);
	make(&f[1], &a, false);
	make(&f[2], &b, false);
	for (int i = 0; i < 3; i++)
		order_text(f[i].plan, &s[i]);
	assert_string_equal(str_get(&s[0]), str_get(&s[1]));
	assert_string_not_equal(str_get(&s[0]), str_get(&s[2]));
	for (int i = 0; i < 3; i++) {
		str_done(&s[i]);
		done(&f[i]);
	}
}

/* Build all that is left; the first sample of `void_cell` comes out void. */
static size_t drive(struct plan *p, ssize_t void_cell)
{
	struct plan_slot *s;
	size_t builds = 0;

	while ((s = plan_next(p))) {
		bool is_void = s->kind == SAMPLE_TIMED && (ssize_t)s->cell == void_cell;

		if (is_void)
			void_cell = -1;
		end(p, s, STATUS_OK, is_void, 1);
		builds++;
	}
	return builds;
}

static void a_void_sample_is_built_once_more(void **state)
{
	struct plan_spec spec = { .samples = 2 };
	struct fixture f = { 0 };

	make(&f, &spec, false);
	assert_int_equal(drive(f.plan, 1), 2 * 3 + 2 + 1);
	done(&f);
}

static void a_cell_that_is_always_void_comes_to_an_end(void **state)
{
	struct plan_spec spec = { .samples = 2 };
	struct fixture f = { 0 };
	struct plan_slot *s;
	size_t builds = 0;

	make(&f, &spec, false);
	for (; (s = plan_next(f.plan)); builds++)
		end(f.plan, s, STATUS_OK, s->kind == SAMPLE_TIMED, 1);
	assert_int_equal(builds, 2 * 3 + 2 + 2 * 3);
	done(&f);
}

static void a_failed_prime_skips_what_needs_it(void **state)
{
	struct plan_spec spec = { .samples = 2 };
	struct fixture f = { 0 };
	struct plan_slot *s;
	size_t builds = 0, skipped = 0;

	make(&f, &spec, false);
	for (; (s = plan_next(f.plan)); builds++)
		end(f.plan, s, s->kind == SAMPLE_PRIME ? STATUS_FAILED : STATUS_OK, false, 1);
	for (size_t i = 0; i < f.plan->slot_count; i++)
		skipped += f.plan->slots[i].skipped;
	assert_int_equal(builds, 2 + 2); /* two primes, two cold samples */
	assert_int_equal(skipped, 4);
	done(&f);
}

static void a_resumed_run_repeats_no_finished_sample(void **state)
{
	struct plan_spec spec = { .samples = 3, .seed = 5 };
	struct fixture f = { 0 };
	struct sample s = { .kind = SAMPLE_TIMED, .status = STATUS_OK };

	make(&f, &spec, false);
	for (s.block = 0; s.block < 3; s.block++) {
		plan_replay(f.plan, &f.plan->cells[0].cell, &s);
		plan_replay(f.plan, &f.plan->cells[1].cell, &s);
	}
	assert_int_equal(drive(f.plan, -1), 3 + 1); /* the third cell and its prime */
	done(&f);
}

static void a_cache_mount_is_primed_before_each_sample(void **state)
{
	struct plan_spec spec = { .samples = 3, .caches = { { CACHE_STORE } }, .cache_count = 1,
		.edits_given = true, .edit = { [EDIT_SOURCE] = true } };
	struct fixture f = { 0 };

	write_scenario(&f, "FROM scratch\nCOPY app.py /\nRUN --mount=type=cache,target=/c true\n", NULL);
	make(&f, &spec, true);
	assert_int_equal(plan_total(f.plan), 6);
	done(&f);
}

/* An update has a build before it in its block, and starts from an empty store. */
static void an_update_of_the_catalogue_has_a_build_before_it(void **state)
{
	static const char json[] = "{\"name\": \"app\", \"variants\": [{\"name\": \"now\"}],"
				   "\"index\": {\"before\": \".\", \"after\": \".\"}}";
	struct plan_spec spec = { .samples = 2, .edits_given = true,
		.edit = { [EDIT_CATALOGUE] = true } };
	_cleanup_(str_done) struct str cells = STR_INIT;
	struct fixture f = { 0 };

	write_scenario(&f, "FROM scratch\nCOPY app.py /\n", json);
	make(&f, &spec, false);
	cells_text(f.plan, &cells);
	assert_string_equal(str_get(&cells), "none cold catalogue, (store warm catalogue)");
	assert_int_equal(plan_total(f.plan), 3);
	assert_int_equal(plan_next(f.plan)->kind, SAMPLE_PRIME);
	done(&f);
}

static void the_plan_survives_as_json(void **state)
{
	struct plan_spec spec = { .cache_all = true, .samples = 7, .seed = 123456789,
		.link = { 40000000, 12500000 }, .budget_ns = 5, .edits_given = true,
		.edit = { [EDIT_SOURCE] = true } }, back;
	struct plan_typed typed = { .cwd = "/somewhere" }, typed_back = { 0 };
	struct fixture f = { 0 };
	_cleanup_(freep) char *json = NULL;

	strv_addl(&typed.argv, "run", "-n", "7");
	strv_addl(&typed.engines, "podman");
	make(&f, &spec, true);
	json = plan_json(f.plan, &typed);
	assert_null(plan_json_read(json, &back, &typed_back));
	assert_memory_equal(&back.caches, &f.plan->spec.caches, sizeof(back.caches));
	assert_int_equal(back.samples, 7);
	assert_int_equal(back.seed, 123456789);
	assert_int_equal(back.link.rate_bytes_s, 12500000);
	assert_true(back.cache_all && back.edit[EDIT_SOURCE] && !back.edit[EDIT_NONE]);
	assert_string_equal(typed_back.cwd, "/somewhere");
	assert_string_equal(typed_back.argv.items[2], "7");
	plan_typed_done(&typed_back);
	strv_done(&typed.argv);
	strv_done(&typed.engines);
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_asked_becomes_cells),
		cmocka_unit_test(a_travelling_cache_is_pushed),
		cmocka_unit_test(a_compression_is_of_what_is_pushed),
		cmocka_unit_test(a_travelling_cache_in_the_own_store_is_unsupported),
		cmocka_unit_test(every_block_holds_every_cell_once_primes_first),
		cmocka_unit_test(the_seed_decides_the_order),
		cmocka_unit_test(a_void_sample_is_built_once_more),
		cmocka_unit_test(a_cell_that_is_always_void_comes_to_an_end),
		cmocka_unit_test(a_failed_prime_skips_what_needs_it),
		cmocka_unit_test(a_resumed_run_repeats_no_finished_sample),
		cmocka_unit_test(a_cache_mount_is_primed_before_each_sample),
		cmocka_unit_test(an_update_of_the_catalogue_has_a_build_before_it),
		cmocka_unit_test(the_plan_survives_as_json),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
