/* Engines without starting one: which step of the log is which of the Dockerfile, what a build's
 * command line is, what an engine says it cannot do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "engine_e4a.h"

/* A step of the log: what it shows, which steps of the log it reads; and where it belongs. */
struct shown_step {
	const char *stage;
	int position, total;
	int reads[4];	/* from 1; 0 ends */
	const char *is; /* "stage.index", "?" behind it: flagged; "-": nowhere */
};

static bool reads_told(const void *ctx, size_t reader, size_t read)
{
	const struct shown_step *steps = ctx;

	for (size_t i = 0; i < 4 && steps[reader].reads[i]; i++)
		if (steps[reader].reads[i] == (int)read + 1)
			return true;
	return false;
}

static void fill(struct steps *out, const struct shown_step *from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct step *s = GROW(out->items, out->count, out->room);

		s->stage = s->index = -1;
		s->stage_name = from[i].stage ? xstrdup(from[i].stage) : NULL;
		s->position = from[i].position;
		s->total = from[i].total;
		s->text = xasprintf("step %zu", i);
	}
}

static const struct shown_step e4a_log[] = {
	{ "stage-3", 3, 3, { 2, 3 }, "3.2" },
	{ "stage-3", 2, 3, { 4, 6 }, "3.1" },
	{ "mid", 1, 1, { 6 }, "1.0" },
	{ "stage-3", 1, 3, { 5 }, "3.0" },
	{ "builder", 2, 2, { 0 }, "2.0" },
	{ "builder", 2, 2, { 0 }, "0.0" },
};

/* Nothing but the name is told: the order of the log decides, and it is flagged. */
static const struct shown_step e4a_mute[] = {
	{ "builder", 2, 2, { 0 }, "0.0?" },
	{ "builder", 2, 2, { 0 }, "2.0" },
	{ "mid", 1, 1, { 0 }, "1.0" },
	{ "other", 1, 1, { 0 }, "-" },
};

/* Two stages that begin alike: BuildKit has one step for both, shown in either. */
static const int p_a0[] = { 0 }, p_b0[] = { 2, 1 };
static const struct step_slot alike[] = {
	{ 0, 0, 2, "a", 2, 3, "WORKDIR /app", NULL, 0 },
	{ 0, 1, 3, "a", 3, 3, "RUN make", p_a0, 1 },
	{ 1, 0, 5, "b", 2, 3, "WORKDIR /app", NULL, 0 },
	{ 1, 1, 6, "b", 3, 3, "COPY --from=a /app /app", p_b0, 2 },
};
static const struct shown_step alike_log[] = {
	{ "b", 2, 3, { 0 }, "1.0" }, { "a", 3, 3, { 1 }, "0.1" }, { "b", 3, 3, { 1, 2 }, "1.1" },
	{ NULL, 0, 0, { 0 }, "0.0" }, /* a copy of the first */
};

/* A named context takes the place of b's base: its steps are counted from 1. */
static const struct shown_step renamed_log[] = {
	{ "a", 2, 3, { 0 }, "0.0" },
	{ "a", 3, 3, { 1 }, "0.1" },
	{ "b", 1, 3, { 0 }, "1.0" },
	{ "b", 2, 3, { 3, 2 }, "1.1" },
};

static const struct {
	const char *name;
	const struct step_slot *slots;
	size_t slot_count;
	const struct shown_step *log;
	size_t told, count; /* steps in the log, and after the match */
} matches[] = {
	{ "E4a", e4a, ARRAY_SIZE(e4a), e4a_log, 6, 6 },
	{ "E4a, inputs not told", e4a, ARRAY_SIZE(e4a), e4a_mute, 4, 4 },
	{ "a base by another name", alike, ARRAY_SIZE(alike), renamed_log, 4, 4 },
	{ "stages that begin alike", alike, ARRAY_SIZE(alike), alike_log, 3, 4 },
};

static void steps_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(matches); i++) {
		struct steps steps = { 0 };

		fill(&steps, matches[i].log, matches[i].told);
		match_named(matches[i].slots, matches[i].slot_count, reads_told, matches[i].log,
			&steps);
		assert_int_equal(steps.count, matches[i].count);
		for (size_t k = 0; k < steps.count; k++) {
			const struct step *s = &steps.items[k];
			_cleanup_(freep) char *is = s->stage < 0 ? xstrdup("-")
								 : xasprintf("%d.%d%s", s->stage,
									   s->index,
									   s->ambiguous ? "?" : "");

			if (!str_eq(is, matches[i].log[k].is))
				fail_msg("%s: step %zu is %s, not %s", matches[i].name, k, is,
					matches[i].log[k].is);
		}
		steps_done(&steps);
	}
}

static void a_step_knows_its_line(void **state)
{
	struct steps steps = { 0 };

	(void)state;
	fill(&steps, e4a_log, ARRAY_SIZE(e4a_log));
	match_named(e4a, ARRAY_SIZE(e4a), reads_told, e4a_log, &steps);
	assert_int_equal(steps.items[0].line, 10);
	assert_int_equal(steps.items[5].line, 2);
	steps_done(&steps);
}

static void numbers_are_enough_for_podman(void **state)
{
	struct steps steps = { 0 };

	(void)state;
	fill(&steps, e4a_log, 2);
	steps.items[0].stage = 3;
	steps.items[0].index = 1;
	steps.items[1].stage = 7;
	steps.items[1].index = 0;
	match_numbered(e4a, ARRAY_SIZE(e4a), &steps);
	assert_int_equal(steps.items[0].line, 9);
	assert_int_equal(steps.items[1].stage, -1);
	steps_done(&steps);
}

static const struct {
	const char *engine, *cache;
	enum output output;
	const char *why;
	const char *compression;
	bool can_compress, keeps_packing;
} unsupported[] = {
	{ "podman", "none", OUTPUT_IMAGE, NULL },
	{ "podman", "registry", OUTPUT_PUSH, NULL },
	{ "podman", "registry:max", OUTPUT_PUSH,
		"podman's registry cache has one depth only: every layer" },
	{ "podman", "local", OUTPUT_PUSH, "podman exports a cache to a registry only" },
	{ "podman", "inline", OUTPUT_PUSH, "podman exports a cache to a registry only" },
	{ "docker", "inline", OUTPUT_PUSH, NULL },
	{ "docker", "inline", OUTPUT_IMAGE, "an inline cache travels in the pushed image" },
	{ "docker", "registry", OUTPUT_PUSH,
		"docker 20.10.24 exports a cache inside the pushed image only" },
	{ "docker", "local:max", OUTPUT_IMAGE,
		"docker 20.10.24 exports a cache inside the pushed image only" },
	{ "buildkit", "inline", OUTPUT_PUSH, NULL },
	{ "buildkit", "inline", OUTPUT_IMAGE, "an inline cache travels in the pushed image" },
	{ "buildkit", "local", OUTPUT_PUSH, "buildkit 20.10.24 exports no cache" },
	{ "docker", "none", OUTPUT_PUSH, "docker 20.10.24 cannot be told a compression", "gzip", false },
	{ "docker", "none", OUTPUT_PUSH, NULL, "gzip", true },
	{ "podman", "none", OUTPUT_IMAGE, "a compression is that of pushed layers: --output push",
		"zstd", true },
	{ "podman", "registry", OUTPUT_PUSH, NULL, "zstd", true },
	{ "podman", "registry", OUTPUT_PUSH,
		"podman 20.10.24 pushes the layers of its cache as they are there: gzip", "zstd",
		true, true },
	{ "podman", "registry", OUTPUT_PUSH, NULL, "gzip", true, true },
};

static void what_cannot_be_says_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unsupported); i++) {
		const struct engine *e;
		char *dir;
		struct engine_info info = { .facts.version = (char *)"20.10.24" };
		struct cell cell = { .output = unsupported[i].output };
		struct variant v = { .compression = (char *)unsupported[i].compression };
		_cleanup_(freep) char *why = NULL;

		assert_null(engine_find(unsupported[i].engine, &e, &dir));
		assert_null(cache_parse(unsupported[i].cache, &cell.cache));
		info.can[CACHE_NONE] = true;
		info.can[str_eq(e->name, "podman") ? CACHE_REGISTRY : CACHE_INLINE] = true;
		info.can_compress = unsupported[i].can_compress;
		info.keeps_packing = unsupported[i].keeps_packing;
		why = engine_cannot(e, &info, &cell, &v);
		if (!str_eq(why, unsupported[i].why))
			fail_msg("%s %s: %s", unsupported[i].engine, unsupported[i].cache,
				why ? why : "can");
	}
}

static const struct {
	const char *word, *what;
} unknown[] = {
	{ "dokcer", "unknown engine \"dokcer\"; did you mean docker?" },
	{ "kaniko", "unknown engine \"kaniko\"" },
	{ "", "unknown engine \"\"" },
	{ "docker@/nowhere/at/all", "no such directory: \"/nowhere/at/all\"" },
};

static void unknown_engines_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		const struct engine *e;
		char *dir;
		_cleanup_(err_freep) struct err *error = engine_find(unknown[i].word, &e, &dir);

		assert_non_null(error);
		assert_int_equal(error->kind, ERR_INPUT);
		assert_string_equal(error->what, unknown[i].what);
		assert_non_null(error->next);
	}
}

/* A directory without its programs is no engine, and no error; nor is another one found instead. */
static void a_foreign_directory_is_unusable(void **state)
{
	static const struct {
		const char *engine, *why;
	} rows[] = {
		{ "docker", "docker@/proc/self: no docker, no dockerd" },
		{ "podman", "podman@/proc/self: no podman" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(engine_info_done) struct engine_info info = { 0 };
		const struct engine *e;
		char *dir;

		assert_null(engine_find(rows[i].engine, &e, &dir));
		assert_null(e->probe("/proc/self", &info));
		assert_false(info.usable);
		assert_string_equal(info.why, rows[i].why);
		assert_non_null(info.next);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_are_found),
		cmocka_unit_test(a_step_knows_its_line),
		cmocka_unit_test(numbers_are_enough_for_podman),
		cmocka_unit_test(what_cannot_be_says_why),
		cmocka_unit_test(unknown_engines_are_refused),
		cmocka_unit_test(a_foreign_directory_is_unusable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
