/* What the tests and benchmarks of the store record: a database in a directory of its own, and
 * runs, cells and samples as a real build gives them. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include "base/clock.h"
#include "base/file.h"
#include "store/store.h"

#define FIXTURE_FILES  200
#define FIXTURE_STEPS  7
#define FIXTURE_LAYERS 6
#define FIXTURE_PACKAGES 40 /* of a layer */
#define FIXTURE_CONTENT_FILES 200
#define FIXTURE_VALUES 24
#define FIXTURE_START  INT64_C(1764034389000000000)

/* A new directory to put a database in, and the path of a database in it. */
struct place {
	char dir[64], db[80];
};

static inline struct place place_new(void)
{
	struct place p = { P_tmpdir "/tare-store-XXXXXX", "" };

	if (!mkdtemp(p.dir))
		abort();
	snprintf(p.db, sizeof(p.db), "%s/tare.db", p.dir);
	return p;
}

static inline void place_done(struct place *p)
{
	err_free(dir_remove(p->dir));
}

/* A digest that only `n` gives. */
static inline void fixture_digest(char digest[DIGEST_SIZE], const char *what, long n)
{
	_cleanup_(freep) char *text = xasprintf("%s %ld", what, n);

	sha256_bytes(text, strlen(text), digest);
}

static inline struct run *fixture_run(int n)
{
	struct run *r = NEW(struct run);
	struct engine_facts *e;

	uuid_v7(r->uuid);
	r->start_unix_ns = FIXTURE_START + n * HOUR_NS;
	r->project = xstrdup("https://example.org/shop");
	r->commit = xstrdup("0123456789012345678901234567890123456789");
	r->branch = xstrdup("main");
	r->dirty = true;
	r->version = xstrdup("0.1.0");
	r->command = xstrdup("tare run . --edit source");
	r->seed = UINT64_C(0xfedcba9876543210);
	r->plan = xstrdup("{\"samples\":3}");
	facts_set(&r->env, "cpu.model", "An Example CPU");
	facts_set(&r->env, "kernel", "6.1.0");
	e = GROW(r->engines, r->engine_count, r->engine_room);
	e->engine = xstrdup("docker@/opt/docker-20.10");
	e->version = xstrdup("20.10.24");
	e->storage_driver = xstrdup("overlay2");
	e->rootless = true;
	facts_set(&e->more, "cli", "20.10.24");
	return r;
}

/* The `n`th cell: they differ in edit and variant. */
static inline void fixture_cell(struct cell *c, int n)
{
	*c = (struct cell){
		.project = xstrdup("https://example.org/shop"), .scenario = xstrdup("shop"),
		.variant = xasprintf("variant-%d", n / 5), .engine = xstrdup("docker"),
		.cache = { CACHE_REGISTRY, DEPTH_MAX }, .state = STATE_WARM,
		.edit = (enum edit)(n % 5), .output = OUTPUT_PUSH,
		.link = { 40000000, 12500000 },
	};
}

static inline void fixture_steps(struct steps *steps, long n)
{
	steps->structured = true;
	for (int i = 0; i < FIXTURE_STEPS; i++) {
		struct step *s = GROW(steps->items, steps->count, steps->room);
		s->stage = i / 5;
		s->index = i % 5;
		s->line = 2 + i;
		s->stage_name = xstrdup(i < 5 ? "build" : "stage-1");
		s->position = i % 5 + 1;
		s->total = i < 5 ? 5 : 2;
		s->text = xasprintf("RUN make part-%d", i);
		s->start_ns = i * SECOND_NS + n;
		s->end_ns = i * SECOND_NS + n + 900000000;
		s->cached = i < 2;
		s->exit_code = -1;
		if (i % 5)
			*GROW(s->parents, s->parent_count, s->parent_room) =
				(struct step_ref){ i / 5, i % 5 - 1 };
		else if (i)
			*GROW(s->parents, s->parent_count, s->parent_room) = (struct step_ref){ 0, 4 };
	}
	for (int p = 0; p < PHASE_COUNT; p++)
		steps->phase[p] = (struct phase_time){ true, p * SECOND_NS + n, NULL };
}

/* The context: one file changes with n. */
static inline void fixture_manifest(struct manifest *m, int files, long n)
{
	for (int i = 0; i < files; i++) {
		_cleanup_(freep) char *path = xasprintf("src/module-%04d/app.py", i);
		_cleanup_(freep) char *text = xasprintf("%d %ld", i, i ? 0 : n);
		struct manifest_entry *e = manifest_add(m, path);
		e->mode = 0100644;
		e->uid = e->gid = 1000;
		e->size_bytes = 1000 + i;
		xxh_bytes(text, strlen(text), e->digest);
	}
	manifest_seal(m);
}

/* What layer `place` holds: of all images the same but of the two on top, of which every tenth is
 * another. */
static inline struct layer_contents *fixture_contents(int place, long n)
{
	struct layer_contents *c = contents_new();
	long kind = place < 4 ? 0 : n / 10;
	_cleanup_(freep) char *text = xasprintf("contents %d %ld", place, kind);

	xxh_bytes(text, strlen(text), c->key);
	for (int i = 0; i < FIXTURE_PACKAGES; i++)
		*GROW(c->packages, c->package_count, c->package_room) = (struct content_package){
			xstrdup("dpkg"), xasprintf("lib%d-%d", place, i), xstrdup("1.2-3"),
			1000000 - i, 20 };
	for (int i = 0; i < FIXTURE_CONTENT_FILES; i++)
		*GROW(c->files, c->file_count, c->file_room) = (struct content_file){
			xasprintf("usr/lib/part-%d-%ld/lib%d.so", place, kind, i), 500000 - i,
			i % 3 ? i % FIXTURE_PACKAGES : -1, i % 7 == 0 };
	return c;
}

static inline void fixture_image(struct image *image, long n)
{
	fixture_digest(image->digest, "image", n);
	fixture_digest(image->config, "config", n);
	image->compressed_bytes = 60000000;
	image->size_bytes = 181000000;
	for (int i = 0; i < FIXTURE_LAYERS; i++) {
		char diff_id[DIGEST_SIZE];
		struct image_layer *l = GROW(image->layers, image->layer_count, image->layer_room);
		fixture_digest(l->digest, "layer", i < 4 ? i : n);
		l->size_bytes = 10000000 + i;
		l->media_type = xstrdup("application/vnd.oci.image.layer.v1.tar+gzip");
		fixture_digest(diff_id, "diff", i < 4 ? i : n);
		strv_add(&image->diff_ids, diff_id);
		*GROW(image->views, image->view_count, image->view_room) = (struct layer_view){
			xasprintf("RUN make part-%d", i), 30000000 + i, 1000 + i, 5000 * i,
			fixture_contents(i, n) };
	}
}

/* A whole sample of a build that went well after a source edit; all of it depends on n. */
static inline void fixture_sample(struct sample *s, int64_t run, int64_t cell, long n)
{
	struct input_digest *in;

	*s = (struct sample){ .run_id = run, .cell_id = cell, .block = (int)n, .ordinal = (int)n,
		.start_unix_ns = FIXTURE_START + n * MINUTE_NS };
	s->token = xasprintf("token-%ld", n);
	s->change = xasprintf("src/module-0000/app.py: appended a line of token-%ld", n);
	s->command = xasprintf("docker build --progress=rawjson -t lab/shop:%ld -f Dockerfile .", n);
	s->log_tail = xasprintf("%*s#12 DONE 0.%ld s\n", 2000, "#12 exporting layers\n", n);
	fixture_digest(s->import_digest, "import", 1);
	fixture_digest(s->export_digest, "export", n);
	for (int m = 0; m < METRIC_COUNT; m++) {
		if (m < FIXTURE_VALUES)
			values_set(&s->values, (enum metric)m, m + 1.0 / (double)(n + 3));
		else
			values_absent(&s->values, (enum metric)m, "the image is not analysed yet");
	}
	for (int c = 0; c < CHECK_COUNT; c++)
		checks_pass(&s->checks, (enum check)c);
	fixture_steps(&s->steps, n);
	for (int p = 0; p < PHASE_COUNT; p++)
		values_set(&s->values, (enum metric)(M_PHASE_BASE_PULL + p),
			(double)s->steps.phase[p].ns / 1e9);
	fixture_manifest(&s->manifest, FIXTURE_FILES, n);
	fixture_image(&s->image, n);
	in = GROW(s->inputs, s->input_count, s->input_room);
	in->ref = xstrdup("python:3.13-slim");
	fixture_digest(in->digest, "base", 0);
	in->standin = true;
	in = GROW(s->inputs, s->input_count, s->input_room);
	in->ref = xstrdup("docker/dockerfile:1");
	fixture_digest(in->digest, "frontend", 0);
}

#endif
