/* Runs told in a few lines, recorded through the store: what reports are tested with. Every figure
 * is made up. */
#ifndef TESTS_REPORT_FIXTURE_H
#define TESTS_REPORT_FIXTURE_H

#include <stdio.h>

#include "../must.h"
#include "base/clock.h"
#include "base/file.h"
#include "model/check.h"
#include "store/store.h"

#define MB 1e6

struct tale {
	char dir[64];
	char *db;
	struct store *st;
	struct run *run;
	int ordinal;
	/* what is changed of a run before it is recorded; NULL: nothing */
	void (*dress)(struct run *r, int number);
};

static inline void tale_run(struct tale *t, int number)
{
	struct run *r = NEW(struct run);

	snprintf(r->uuid, sizeof(r->uuid), "019ac5a0-0000-7000-8000-5c1f02%06x",
		(unsigned)number & 0xffffff);
	r->start_unix_ns = INT64_C(1795570418000000000) + number * 24 * HOUR_NS;
	r->project = xstrdup("https://example.org/shop");
	r->commit = xstrdup("6f1ed002ab5595859014ebf0951522d9");
	r->branch = xstrdup("main");
	r->version = xstrdup("0.1.0");
	r->command = xstrdup("tare run . --engine docker,podman");
	r->seed = UINT64_C(0xfedcba9876543210);
	facts_set(&r->env, "cpu.model", "Example CPU 3000");
	facts_set(&r->env, "cpu.cores", "2");

	struct engine_facts *e = GROW(r->engines, r->engine_count, r->engine_room);

	e->engine = xstrdup("docker");
	e->version = xstrdup("28.2");
	e->storage_driver = xstrdup("overlay2");
	e->network = xstrdup("host");
	e = GROW(r->engines, r->engine_count, r->engine_room);
	e->engine = xstrdup("podman");
	e->version = xstrdup("4.3.1");
	e->rootless = true;
	if (t->dress)
		t->dress(r, number);
	must(store_add_run(t->st, r));
	if (t->run)
		run_free(t->run);
	t->run = r;
	t->ordinal = 0;
}

static inline void tale_open(struct tale *t)
{
	*t = (struct tale){ 0 };
	snprintf(t->dir, sizeof(t->dir), P_tmpdir "/tare-report-XXXXXX");
	if (!mkdtemp(t->dir))
		abort();
	t->db = path_join(t->dir, "tare.db");
	must(store_open(t->db, STORE_WRITE, &t->st));
	tale_run(t, 0);
}

static inline void tale_end(struct tale *t)
{
	must(store_end_run(t->st, t->run, t->run->start_unix_ns + 5 * MINUTE_NS));
	t->run->end_unix_ns = t->run->start_unix_ns + 5 * MINUTE_NS;
}

static inline void tale_done(struct tale *t)
{
	store_close(t->st);
	run_free(t->run);
	free(t->db);
	err_free(dir_remove(t->dir));
}

static inline struct cell tale_words(const char *variant, const char *engine, const char *cache,
	enum state state, enum edit edit, enum output output)
{
	struct cell c = { .state = state, .edit = edit, .output = output };

	c.project = xstrdup("https://example.org/shop");
	c.scenario = xstrdup("shop");
	c.variant = xstrdup(variant);
	c.engine = xstrdup(engine);
	must(cache_parse(cache, &c.cache));
	return c;
}

/* A cell as the store has it from now on; c is taken. */
static inline int64_t tale_put(struct tale *t, struct cell *c)
{
	int64_t id;

	must(store_add_cell(t->st, c));
	id = c->id;
	cell_done(c);
	return id;
}

static inline int64_t tale_cell(struct tale *t, const char *variant, const char *engine,
	const char *cache, enum state state, enum edit edit, enum output output)
{
	struct cell c = tale_words(variant, engine, cache, state, edit, output);

	return tale_put(t, &c);
}

/* A cold cell of another scenario than the tales'. */
static inline int64_t tale_cell_of(
	struct tale *t, const char *scenario, const char *variant, const char *engine)
{
	struct cell c = tale_words(variant, engine, "none", STATE_COLD, EDIT_NONE, OUTPUT_IMAGE);

	free(c.scenario);
	c.scenario = xstrdup(scenario);
	return tale_put(t, &c);
}

static inline void tale_unsupported(struct tale *t, const char *engine, const char *cache,
	enum edit edit, enum output output, const char *why)
{
	struct cell c = tale_words("default", engine, cache, STATE_WARM, edit, output);

	c.unsupported = xstrdup(why);
	must(store_add_unsupported(t->st, t->run->id, &c));
	cell_done(&c);
}

static inline struct step *tale_step(
	struct sample *s, int line, const char *text, bool cached, double seconds)
{
	struct step *st = GROW(s->steps.items, s->steps.count, s->steps.room);

	st->stage = 0;
	st->index = (int)s->steps.count - 1;
	st->line = line;
	st->text = xstrdup(text);
	st->cached = cached;
	st->start_ns = SECOND_NS;
	st->end_ns = SECOND_NS + (int64_t)(seconds * 1e9);
	st->exit_code = -1;
	return st;
}

/* A sample of a cell; what differs is set before tale_add. */
static inline struct sample tale_sample(
	struct tale *t, int64_t cell, enum sample_kind kind, int block, double wall_s)
{
	struct sample s = { .cell_id = cell,
		.run_id = t->run->id,
		.kind = kind,
		.block = block,
		.ordinal = t->ordinal++ };
	char name[64];

	s.start_unix_ns = t->run->start_unix_ns + s.ordinal * MINUTE_NS;
	snprintf(name, sizeof(name), "token-%d", s.ordinal);
	s.token = xstrdup(name);
	s.change = xstrdup("appends a comment to src/app.py");
	s.command = xstrdup("docker build .");
	values_set(&s.values, M_BUILD_WALL, wall_s);
	s.image.compressed_bytes = s.image.size_bytes = -1;
	return s;
}

static inline void tale_add(struct tale *t, struct sample *s)
{
	must(store_add_sample(t->st, s));
	sample_done(s);
}

/* The Dockerfile of the tales: six steps, of which the first `cached` are. */
static inline void tale_steps(struct sample *s, int cached, double install_s)
{
	tale_step(s, 2, "[build 2/5] WORKDIR /app", cached > 0, 0.1);
	tale_step(s, 4, "[build 3/5] COPY . .", cached > 1, 0.3);
	tale_step(s, 5, "[build 4/5] RUN pip install -r requirements.txt", cached > 2, install_s);
	tale_step(s, 6, "[build 5/5] RUN python -m compileall .", cached > 3, 1.4);
	values_set(&s->values, M_STEPS_TOTAL, 4);
	values_set(&s->values, M_STEPS_CACHED, cached);
}

/* n samples around wall_s, a block each: spread evenly over +-spread_s. */
static inline void tale_samples(struct tale *t, int64_t cell, int n, double wall_s, double spread_s,
	int cached, double rx_bytes, double size_bytes)
{
	for (int i = 0; i < n; i++) {
		/* 0, 1, -1, 2, -2, … over n/2 */
		int turn = i % 2 ? (i + 1) / 2 : -(i / 2);
		struct sample s = tale_sample(
			t, cell, SAMPLE_TIMED, i, wall_s + spread_s * turn / (n > 1 ? n / 2 : 1));

		tale_steps(&s, cached, wall_s * 0.95);
		values_set(&s.values, M_REGISTRY_RX, rx_bytes);
		values_set(&s.values, M_IMAGE_SIZE, size_bytes);
		values_set(&s.values, M_PHASE_EXECUTE, wall_s * 0.7);
		if (cached == 2 && rx_bytes > 10 * MB)
			values_set(&s.values, M_PHASE_CACHE_EXPORT, wall_s * 0.28);
		values_set(&s.values, M_BUILD_CPU, wall_s / 2);
		values_set(&s.values, M_BUILD_MEM_PEAK, 320 * MB);
		values_absent(&s.values, M_BUILD_DISK_WRITTEN, "no blkio controller");
		tale_add(t, &s);
	}
}

/* Priming builds of a mode: a cold cell of their own, as a run records them. */
static inline int64_t tale_primes(struct tale *t, const char *engine, const char *cache,
	enum output output, int n, double wall_s)
{
	int64_t cell = tale_cell(t, "default", engine, cache, STATE_COLD, EDIT_NONE, output);

	for (int i = 0; i < n; i++) {
		struct sample s = tale_sample(t, cell, SAMPLE_PRIME, i, wall_s + i * 0.1);

		tale_add(t, &s);
	}
	return cell;
}

/* A first run: what `tare run .` measures, on two engines. */
static inline void tale_first_run(struct tale *t, int n)
{
	static const struct {
		const char *engine;
		double cold, warm, source;
	} rows[] = {
		{ "docker", 48.2, 0.6, 41.9 },
		{ "podman", 53.0, 1.1, 44.7 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t cold = tale_cell(
			t, "default", rows[i].engine, "none", STATE_COLD, EDIT_NONE, OUTPUT_IMAGE);
		int64_t warm = tale_cell(
			t, "default", rows[i].engine, "store", STATE_WARM, EDIT_NONE, OUTPUT_IMAGE);
		int64_t source = tale_cell(t, "default", rows[i].engine, "store", STATE_WARM,
			EDIT_SOURCE, OUTPUT_IMAGE);

		tale_samples(t, cold, n, rows[i].cold, 1.3, 0, 181 * MB, 212 * MB);
		tale_samples(t, warm, n, rows[i].warm, 0.1, 4, 0, 212 * MB);
		tale_samples(t, source, n, rows[i].source, 0.7, 1, 0, 212 * MB);
		tale_primes(t, rows[i].engine, "store", OUTPUT_IMAGE, 1, rows[i].cold);
	}
}

/* Cache modes after a dependency edit. */
static inline void tale_matrix(struct tale *t, int n)
{
	static const struct {
		const char *engine, *cache;
		double wall, spread, prime, rx;
		int cached;
	} rows[] = {
		{ "docker", "none", 48.2, 1.3, 0, 181 * MB, 0 },
		{ "docker", "store", 9.4, 0.3, 48.5, 2.1 * MB, 2 },
		{ "docker", "local:max", 15.8, 0.8, 52.0, 2.1 * MB, 2 },
		{ "docker", "registry:max", 14.9, 0.7, 54.0, 63 * MB, 2 },
		{ "docker", "registry:min", 47.6, 3.0, 50.0, 121 * MB, 0 },
		{ "docker", "inline", 47.8, 3.0, 49.0, 121 * MB, 0 },
		{ "podman", "none", 53.0, 2.0, 0, 181 * MB, 0 },
		{ "podman", "registry", 21.7, 1.0, 90.0, 97 * MB, 2 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool none = str_eq(rows[i].cache, "none");
		int64_t cell = tale_cell(t, "default", rows[i].engine, rows[i].cache,
			none ? STATE_COLD : STATE_WARM, EDIT_DEPS, OUTPUT_PUSH);

		if (!none)
			tale_primes(
				t, rows[i].engine, rows[i].cache, OUTPUT_PUSH, 3, rows[i].prime);
		tale_samples(t, cell, n, rows[i].wall, rows[i].spread, rows[i].cached, rows[i].rx,
			212 * MB);
	}
	tale_unsupported(t, "podman", "local", EDIT_DEPS, OUTPUT_PUSH,
		"podman exports a cache to a registry only");
	tale_unsupported(t, "podman", "inline", EDIT_DEPS, OUTPUT_PUSH,
		"podman exports a cache to a registry only");
}

#define HOSTILE                                                                                    \
	"=cmd|'/C calc'!A1 \x1b[31m<script>alert(1)</script> \xe2\x80\xae`id` \"q\" \xff $x @m"

/* A sample without more than its time and status. */
static inline void tale_bare(struct tale *t, int64_t cell, int block, double wall_s,
	enum sample_status status, int check)
{
	struct sample s = tale_sample(t, cell, SAMPLE_TIMED, block, wall_s);

	s.status = status;
	if (status == STATUS_FAILED) {
		s.exit_code = 1;
		s.failure = xstrdup("the build ended with exit code 1 " HOSTILE);
	}
	tale_steps(&s, 2, wall_s * 0.5);
	if (check >= 0)
		checks_fail(&s.checks, (enum check)check, "HTTP 429 from the lab's registry");
	tale_add(t, &s);
}

/* What can go wrong, a row each. */
static inline void tale_faults(struct tale *t)
{
	int64_t cold = tale_cell(
		t, "default", "docker", "none", STATE_COLD, EDIT_DEPS, OUTPUT_PUSH);
	int64_t store = tale_cell(
		t, "default", "docker", "store", STATE_WARM, EDIT_DEPS, OUTPUT_PUSH);
	int64_t local = tale_cell(
		t, "default", "docker", "local:max", STATE_WARM, EDIT_DEPS, OUTPUT_PUSH);
	int64_t max = tale_cell(
		t, "default", "docker", "registry:max", STATE_WARM, EDIT_DEPS, OUTPUT_PUSH);
	int64_t min = tale_cell(
		t, "default", "docker", "registry:min", STATE_WARM, EDIT_DEPS, OUTPUT_PUSH);
	int64_t in = tale_cell(
		t, "default", "docker", "inline", STATE_WARM, EDIT_DEPS, OUTPUT_PUSH);

	tale_samples(t, cold, 6, 48.2, 1.3, 0, 181 * MB, 212 * MB);
	for (int i = 0; i < 6; i++) {
		bool late = i < 4;

		tale_bare(t, store, i, late ? 1800 : 9.4, late ? STATUS_TIMEOUT : STATUS_OK,
			late ? CHECK_NO_TIMEOUT : -1);
		tale_bare(t, local, i, i ? 15.0 + i : 1800, i ? STATUS_OK : STATUS_TIMEOUT,
			i ? -1 : CHECK_NO_TIMEOUT);
		tale_bare(t, max, i, 14.9, STATUS_OK, CHECK_IMPORTED);
		tale_bare(t, min, i, 3.0, STATUS_FAILED, -1);
		tale_bare(t, in, i, 20.0 + i, STATUS_OK, i < 2 ? CHECK_WARM_CACHED : -1);
	}
	tale_unsupported(t, "podman", "local", EDIT_DEPS, OUTPUT_PUSH,
		"podman exports a cache to a registry only");
	tale_unsupported(t, "podman", "registry", EDIT_DEPS, OUTPUT_PUSH, HOSTILE);
}

/* Two variants whose base is a stand-in. */
static inline void tale_variants(struct tale *t)
{
	static const char *const variants[] = { "copy-all", "manifest-first" };

	for (int i = 0; i < 2; i++) {
		int64_t cold = tale_cell(
			t, variants[i], "podman", "none", STATE_COLD, EDIT_NONE, OUTPUT_IMAGE);
		int64_t source = tale_cell(
			t, variants[i], "podman", "store", STATE_WARM, EDIT_SOURCE, OUTPUT_IMAGE);
		struct sample s = tale_sample(t, cold, SAMPLE_TIMED, 0, 53);
		struct input_digest *in = GROW(s.inputs, s.input_count, s.input_room);

		in->ref = xstrdup("python:3.13-slim");
		snprintf(in->digest, sizeof(in->digest), "sha256:%064d", 1);
		in->standin = true;
		tale_steps(&s, 0, 40);
		tale_add(t, &s);
		tale_samples(t, source, 1, i ? 2 : 44, 0, i ? 3 : 1, 0, 214 * MB);
	}
}

/* Modes that lose, that tie with the fastest, and whose priming build failed. */
static inline void tale_losers(struct tale *t)
{
	static const struct {
		const char *cache;
		double wall, spread;
	} rows[] = {
		{ "none", 20, 0.4 },
		{ "store", 26, 0.4 },
		{ "local:max", 10.0, 0.6 },
		{ "registry:max", 10.0, -0.6 },
		{ "registry:min", 25, 0.4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t cell = tale_cell(t, "default", "docker", rows[i].cache,
			i ? STATE_WARM : STATE_COLD, EDIT_DEPS, OUTPUT_PUSH);

		if (i)
			tale_primes(t, "docker", rows[i].cache, OUTPUT_PUSH, 3, 21);
		tale_samples(t, cell, 6, rows[i].wall, rows[i].spread, i ? 2 : 0, 1 * MB, 9 * MB);
	}
	int64_t cell = tale_primes(t, "docker", "inline", OUTPUT_PUSH, 0, 0);
	struct sample s = tale_sample(t, cell, SAMPLE_PRIME, 0, 4);

	s.status = STATUS_FAILED;
	s.exit_code = 7;
	s.failure = xstrdup("the build ended with exit code 7");
	tale_add(t, &s);
}

/* Two variants, six samples each: the second is faster on docker and the same on podman. */
static inline void tale_rivals(struct tale *t)
{
	static const char *const engines[] = { "docker", "podman" };
	static const char *const variants[] = { "copy-all", "manifest-first" };

	for (int v = 0; v < 2; v++)
		for (int e = 0; e < 2; e++) {
			int64_t cell = tale_cell(t, variants[v], engines[e], "store", STATE_WARM,
				EDIT_SOURCE, OUTPUT_IMAGE);
			bool fast = v && !e;

			tale_samples(t, cell, 6, fast ? 2 : 44, v ? -0.2 : 0.2, fast ? 3 : 1, 0,
				214 * MB);
		}
}

#endif
