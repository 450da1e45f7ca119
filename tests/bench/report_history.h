/* A history that is made up (no figure in it was measured): cells over runs with noise, levels,
 * other branches, findings, voids, an engine that moves and a machine that changes. The same seed
 * gives the same history. */
#ifndef TESTS_BENCH_REPORT_HISTORY_H
#define TESTS_BENCH_REPORT_HISTORY_H

#include <math.h>

#include "../must.h"
#include "../stats/noise.h"
#include "../unit/store_fixture.h"
#include "store/db.h"

struct made_history {
	int cells, runs, samples; /* samples a cell a run */
	bool plain;		  /* one branch, one machine, nothing flagged: for what is timed */
};

static inline void history_cell(struct cell *c, int n)
{
	static const struct cache caches[] = { { CACHE_NONE, DEPTH_DEFAULT },
		{ CACHE_STORE, DEPTH_DEFAULT }, { CACHE_REGISTRY, DEPTH_MAX },
		{ CACHE_LOCAL, DEPTH_MAX }, { CACHE_INLINE, DEPTH_DEFAULT } };
	static const char *const engines[] = { "docker", "podman", "buildkit" };

	*c = (struct cell){ .project = xstrdup("https://example.org/shop"),
		.scenario = xstrdup("shop"),
		.variant = xasprintf("service-%d", n / 15),
		.engine = xstrdup(engines[n % 3]),
		.cache = caches[n / 3 % 5],
		.state = n / 3 % 5 ? STATE_WARM : STATE_COLD,
		.edit = EDIT_DEPS,
		.output = OUTPUT_PUSH };
}

static inline struct run *history_run(const struct made_history *h, int n)
{
	struct run *r = NEW(struct run);
	bool old_machine = !h->plain && n < h->runs / 8;
	static const char *const engines[] = { "docker", "podman", "buildkit" };

	snprintf(r->uuid, sizeof(r->uuid), "019ac5a0-0000-7000-8000-%06xabcdef",
		(unsigned)n & 0xffffff);
	r->start_unix_ns = FIXTURE_START + n * 6 * HOUR_NS;
	r->project = xstrdup("https://example.org/shop");
	r->commit = xasprintf("%07x0123456789abcdef0123456789abcdef0", 0xabc1234 + n * 7919);
	r->branch = xstrdup(!h->plain && n % 11 == 5 ? "try-faster" : "main");
	r->version = xstrdup("0.1.0");
	r->command = xstrdup("tare run . --engine docker,podman,buildkit --cache all --edit deps");
	r->seed = (uint64_t)n;
	facts_set(&r->env, "cpu.model", old_machine ? "Example CPU 2000" : "Example CPU 3000");
	facts_set(&r->env, "cpu.cores", "4");
	for (size_t i = 0; i < ARRAY_SIZE(engines); i++) {
		struct engine_facts *e = GROW(r->engines, r->engine_count, r->engine_room);

		e->engine = xstrdup(engines[i]);
		e->version = xstrdup(!h->plain && n > h->runs * 2 / 3 && i == 0 ? "28.2" : "28.1");
		e->storage_driver = xstrdup("overlayfs");
	}
	return r;
}

/* What the build takes: a level of its own, a step up at two thirds for docker, one down for one
 * service, and noise. */
static inline double history_wall(const struct made_history *h, int cell, int run, struct rng *rng)
{
	static const double bases[] = { 48, 9.4, 14.9, 15.8, 46 };
	double base = bases[cell / 3 % 5] * (1 + cell % 3 * 0.08 + cell / 15 * 0.3), level = 1;

	if (run > h->runs * 2 / 3 && cell % 3 == 0)
		level *= 1.12;
	if (run > h->runs / 3 && cell / 15 == 1)
		level *= 0.82;
	if (!h->plain && run < h->runs / 8)
		level *= 1.3;
	return base * level * exp(0.025 * noise_normal(rng));
}

static inline void history_steps(struct sample *s, double wall, int cached)
{
	static const char *const texts[] = { "WORKDIR /app", "COPY package.json .",
		"RUN npm ci --no-audit", "COPY . .", "RUN npm run build",
		"COPY --from=build /app/dist /srv" };
	static const double shares[] = { 0.01, 0.02, 0.55, 0.04, 0.3, 0.03 };
	double at = 0.4;

	for (int i = 0; i < (int)ARRAY_SIZE(texts); i++) {
		struct step *st = GROW(s->steps.items, s->steps.count, s->steps.room);

		st->stage = i == 5;
		st->index = i == 5 ? 0 : i;
		st->line = i + 2;
		st->text = xstrdup(texts[i]);
		st->cached = i < cached;
		st->start_ns = (int64_t)(at * 1e9);
		at += i < cached ? 0 : shares[i] * wall;
		st->end_ns = (int64_t)(at * 1e9);
		st->exit_code = -1;
	}
}

/* The images of the last runs: in the very last one a file came. */
static inline void history_image(struct image *image, bool last, int64_t size)
{
	static const char *const made_by[] = { "FROM example", "RUN npm ci --no-audit", "COPY . ." };
	static const int64_t bytes[] = { 110000000, 90000000 };
	struct layer_contents *c;
	int64_t left = size - 200000000;

	fixture_digest(image->digest, "history", last);
	image->size_bytes = size;
	for (int i = 0; i < 3; i++) {
		char diff_id[DIGEST_SIZE];

		fixture_digest(diff_id, "history layer", i < 2 ? i : 2 + last);
		strv_add(&image->diff_ids, diff_id);
		c = i < 2 ? fixture_contents(i, 0) : contents_new();
		*GROW(image->views, image->view_count, image->view_room) = (struct layer_view){
			xstrdup(made_by[i]), i < 2 ? bytes[i] : left, 900, i == 1 ? 3000000 : 0, c };
	}
	*GROW(c->files, c->file_count, c->file_room) =
		(struct content_file){ xstrdup("srv/index.js"), 700000, -1, false };
	if (last)
		*GROW(c->files, c->file_count, c->file_room) =
			(struct content_file){ xstrdup("srv/model.bin"), 40600000, -1, false };
	xxh_bytes(last ? "new" : "old", 3, c->key);
}

static inline void history_sample(const struct made_history *h, struct store *st, int64_t run_id,
	int64_t cell_id, int cell, int run, int block, int ordinal, struct rng *rng)
{
	struct sample s = { .run_id = run_id, .cell_id = cell_id, .block = block, .ordinal = ordinal };
	double wall = history_wall(h, cell, run, rng);
	int cached = cell / 3 % 5 ? 2 : 0;

	s.start_unix_ns = FIXTURE_START + run * 6 * HOUR_NS + ordinal * MINUTE_NS;
	values_set(&s.values, M_BUILD_WALL, wall);
	values_set(&s.values, M_STEPS_TOTAL, 6);
	values_set(&s.values, M_STEPS_CACHED, !h->plain && run == h->runs - 1 && cell == 4 ? 1 : cached);
	values_set(&s.values, M_REGISTRY_RX,
		(cached ? 63e6 : 181e6) * exp(0.004 * noise_normal(rng)));
	values_set(&s.values, M_IMAGE_SIZE, 212e6 + floor(run / 40.0) * 0.7e6 +
		(!h->plain && run == h->runs - 1 && cell < 15 ? 40.6e6 : 0));
	values_set(&s.values, M_IMAGE_COMPRESSED, s.values.v[M_IMAGE_SIZE] * 0.4);
	history_steps(&s, wall, cached);
	s.image.compressed_bytes = s.image.size_bytes = -1;
	if (!h->plain && run >= h->runs - 4 && cell < 15)
		history_image(&s.image, run == h->runs - 1, (int64_t)s.values.v[M_IMAGE_SIZE]);
	if (!h->plain && (run * 31 + cell) % 97 == 3)
		checks_fail(&s.checks, CHECK_WARM_CACHED, "RUN npm ci ran");
	if (!h->plain && (run * 17 + cell) % 113 == 5)
		checks_fail(&s.checks, CHECK_IMPORTED, "HTTP 429 from the lab's registry");
	must(store_add_sample(st, &s));
	sample_done(&s);
}

/* Fill an empty database. */
static inline void history_make(const struct made_history *h, struct store *st)
{
	struct cell *cells = xcalloc((size_t)h->cells, sizeof(*cells));
	struct rng rng;

	rng_seed(&rng, 7);
	if (sqlite3_exec(st->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL) != SQLITE_OK)
		must(store_fail(st->db, st->path));
	for (int c = 0; c < h->cells; c++)
		history_cell(&cells[c], c);
	for (int n = 0; n < h->runs; n++) {
		_cleanup_(run_freep) struct run *run = history_run(h, n);
		int ordinal = 0;

		must(store_add_run(st, run));
		for (int c = 0; c < h->cells; c++)
			must(store_list_cell(st, run->id, &cells[c]));
		for (int b = 0; b < h->samples; b++)
			for (int c = 0; c < h->cells; c++)
				history_sample(h, st, run->id, cells[c].id, c, n, b, ordinal++, &rng);
		must(store_end_run(st, run, run->start_unix_ns + HOUR_NS));
	}
	for (int c = 0; c < h->cells; c++)
		cell_done(&cells[c]);
	free(cells);
}

#endif
