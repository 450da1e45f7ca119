/* The table of checks: for each, a sample it passes, one it fails and one it says nothing of. With
 * TARE_SKIP_CHECK=NAME that check is not made, and this test has to fail: tests/sabotage/deleted.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "run/sabotage.h"

#define DIGEST_A  "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B  "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define SECOND_NS INT64_C(1000000000)

static const char dockerfile[] = "FROM busybox AS build\n"
				 "COPY deps.txt /\n"
				 "RUN wc /deps.txt > /installed\n"
				 "COPY app.sh /\n"
				 "RUN sh /app.sh > /built\n"
				 "FROM busybox\n"
				 "COPY --from=build /built /built\n"
				 "COPY app.sh /app.sh\n";
enum { DEPS, INSTALL, APP, COMPILE, BUILT, FINAL }; /* its steps */

/* A sample as a clean run leaves it, and what it stands on. */
struct hand {
	struct trial t;
	struct loop loop;
	struct run_job job;
	struct plan plan;
	struct plan_slot slots[3]; /* block 0 is done, of block 1 this cell's is not */
	struct seen_image seen;
	struct base base;
	struct plan_slot slot;
	struct plan_cell pc;
	struct ground ground;
	struct copy copy;
	struct primed primed;
	struct engine kind;
	struct run_engine engine;
	struct variant variant;
	struct scenario scenario;
	struct edit_spec edits[2];
};

static void add_file(struct manifest *m, const char *path, const char *content)
{
	struct manifest_entry *e = manifest_add(m, path);

	e->mode = 0100644;
	xxh_bytes(content, strlen(content), e->digest);
}

static void add_files(struct manifest *m, const char *app, const char *deps)
{
	add_file(m, "app.sh", app);
	add_file(m, "deps.txt", deps);
	manifest_seal(m);
}

static void read_dockerfile(struct reading *r)
{
	assert_null(dockerfile_parse("Dockerfile", dockerfile, strlen(dockerfile), &r->dockerfile));
	assert_null(graph_build(r->dockerfile, NULL, NULL, 0, &r->graph));
}

/* What the engine tells: every step, and those that need not run as cached. */
static void tell_steps(struct hand *h)
{
	const struct df_graph *g = h->t.now.graph;
	struct steps *steps = &h->t.sample.steps;

	for (size_t i = 0; i < g->count; i++) {
		struct step *s = GROW(steps->items, steps->count, steps->room);

		s->stage = g->steps[i].stage;
		s->index = g->steps[i].index;
		s->line = g->steps[i].instruction->line;
		s->start_ns = (int64_t)i * SECOND_NS;
		s->end_ns = s->start_ns + SECOND_NS;
		s->cached = trial_is_warm(&h->t) && !h->t.busted[i];
	}
}

static void tell_input(struct sample *s)
{
	struct input_digest *in = GROW(s->inputs, s->input_count, s->input_room);

	in->ref = xstrdup("busybox");
	memcpy(in->digest, DIGEST_A, sizeof(DIGEST_A));
}

static void set_world(struct hand *h)
{
	h->edits[0] = (struct edit_spec){ .edit = EDIT_SOURCE, .file = (char *)"app.sh" };
	h->edits[1] = (struct edit_spec){ .edit = EDIT_DEPS, .file = (char *)"deps.txt" };
	h->scenario = (struct scenario){ .edits = h->edits, .edit_count = ARRAY_SIZE(h->edits) };
	h->base = (struct base){ .ref = (char *)"busybox", .digest = DIGEST_A };
	h->plan = (struct plan){ .cells = &h->pc, .cell_count = 1, .slots = h->slots, .slot_count = 3 };
	h->slots[0] = (struct plan_slot){ .kind = SAMPLE_PRIME, .done = true };
	h->slots[1] = (struct plan_slot){ .kind = SAMPLE_TIMED, .done = true };
	h->slots[2] = (struct plan_slot){ .kind = SAMPLE_TIMED, .block = 1 };
	h->slot.block = 1;
	h->job = (struct run_job){ .bases = &h->base, .base_count = 1, .plan = &h->plan };
	h->seen = (struct seen_image){ DIGEST_B, 3 };
	h->loop = (struct loop){ .job = &h->job, .seen = &h->seen, .seen_count = 1 };
	h->engine = (struct run_engine){ .engine = &h->kind, .label = (char *)"podman" };
	h->copy = (struct copy){ .context = (char *)"/c", .dockerfile = (char *)"/c/Dockerfile" };
	add_files(&h->copy.manifest, "hello", "one");
	h->ground.copy = &h->copy;
	h->primed = (struct primed){ .sample = 7, .export_digest = DIGEST_A };
	h->t = (struct trial){ .loop = &h->loop, .slot = &h->slot, .pc = &h->pc, .ground = &h->ground,
		.engine = &h->engine, .scenario = &h->scenario, .variant = &h->variant };
	h->t.bases = xcalloc(1, sizeof(*h->t.bases));
	h->t.bases[0] = h->base;
	h->t.base_count = 1;
}

static void set_edit(struct hand *h)
{
	struct trial *t = &h->t;
	enum edit edit = h->slot.kind == SAMPLE_PRIME ? EDIT_NONE : h->pc.cell.edit;

	add_files(&t->sample.manifest, edit == EDIT_SOURCE ? "hello 2" : "hello",
		edit == EDIT_DEPS ? "two" : "one");
	read_dockerfile(&h->ground.reading);
	read_dockerfile(&t->now);
	t->busted = xcalloc(t->now.graph->count, sizeof(*t->busted));
	t->why = xcalloc(t->now.graph->count, sizeof(*t->why));
	assert_null(graph_busted(h->ground.reading.graph, &h->copy.manifest, t->now.graph,
		&t->sample.manifest, t->busted, t->why));
}

static void add_cache_layer(struct hand *h, const char *diff_id)
{
	struct cache_manifest *m = &h->t.found.cache;
	struct cache_layer *layer = GROW(m->layers, m->layer_count, m->layer_room);

	*layer = (struct cache_layer){ { 0 } };
	memcpy(layer->diff_id, diff_id, DIGEST_SIZE);
	m->is_cache = true;
}

/* What stands at the refs: the image has one layer, a cache that holds all stages one more. */
static void set_export(struct hand *h)
{
	struct trial *t = &h->t;

	t->export_ref = xstrdup("127.0.0.1:1/r:s1");
	memcpy(t->sample.export_digest, DIGEST_B, sizeof(DIGEST_B));
	strv_add(&t->sample.image.diff_ids, DIGEST_A);
	add_cache_layer(h, DIGEST_A);
	if (t->pc->cell.cache.depth == DEPTH_MAX)
		add_cache_layer(h, DIGEST_B);
}

static void set_import(struct trial *t)
{
	t->import_ref = xstrdup("127.0.0.1:1/r:prime");
	t->sample.steps.import_ref = xstrdup(t->import_ref);
	t->sample.steps.phase[PHASE_CACHE_IMPORT].known = true;
	memcpy(t->sample.import_digest, DIGEST_A, sizeof(DIGEST_A));
	memcpy(t->found.import_after, DIGEST_A, sizeof(DIGEST_A));
}

static void set_clean(struct hand *h, enum sample_kind kind, struct cell cell)
{
	struct trial *t = &h->t;

	*h = (struct hand){ .slot = { .kind = kind }, .pc = { .cell = cell } };
	set_world(h);
	set_edit(h);
	t->fresh = trial_is_fresh(t);
	t->store_before = t->fresh ? 0 : -1;
	t->wall_ns = 10 * SECOND_NS;
	t->clock_before = (struct clock_mark){ SECOND_NS, SECOND_NS, SECOND_NS };
	t->clock_after = (struct clock_mark){ 11 * SECOND_NS, 11 * SECOND_NS, 11 * SECOND_NS };
	t->relay_after = (struct relay_bytes){ .base_rx = 1000, .cache_tx = 1000 };
	tell_steps(h);
	tell_input(&t->sample);
	memcpy(t->told_config, DIGEST_A, sizeof(DIGEST_A));
	memcpy(t->sample.image.config, DIGEST_A, sizeof(DIGEST_A));
	if (trial_is_warm(t)) {
		t->primed = &h->primed;
		t->sample.prime_id = h->primed.sample;
	}
	if (cell.cache.mode != CACHE_REGISTRY)
		return;
	set_export(h);
	if (trial_is_warm(t))
		set_import(t);
}

static void hand_done(struct hand *h)
{
	trial_done(&h->t);
	reading_done(&h->ground.reading);
	manifest_done(&h->copy.manifest);
}

/* --- the clean samples --- */

static void cold(struct hand *h)
{
	set_clean(h, SAMPLE_TIMED, (struct cell){ .state = STATE_COLD });
}

static void pushed(struct hand *h)
{
	set_clean(h, SAMPLE_TIMED, (struct cell){ .state = STATE_COLD, .output = OUTPUT_PUSH });
}

static void warm(struct hand *h, enum cache_mode mode, enum edit edit)
{
	set_clean(h, SAMPLE_TIMED,
		(struct cell){ .state = STATE_WARM, .edit = edit,
			.cache = { mode, mode == CACHE_REGISTRY ? DEPTH_MAX : DEPTH_DEFAULT } });
}

static void warm_none(struct hand *h)
{
	warm(h, CACHE_STORE, EDIT_NONE);
}

static void warm_source(struct hand *h)
{
	warm(h, CACHE_STORE, EDIT_SOURCE);
}

static void warm_deps(struct hand *h)
{
	warm(h, CACHE_STORE, EDIT_DEPS);
}

static void imported_none(struct hand *h)
{
	warm(h, CACHE_REGISTRY, EDIT_NONE);
}

static void imported_deps(struct hand *h)
{
	warm(h, CACHE_REGISTRY, EDIT_DEPS);
}

static void primes(struct hand *h)
{
	set_clean(h, SAMPLE_PRIME,
		(struct cell){ .state = STATE_WARM, .cache = { CACHE_REGISTRY, DEPTH_MAX },
			.edit = EDIT_SOURCE });
}

static void imported_min(struct hand *h)
{
	set_clean(h, SAMPLE_TIMED,
		(struct cell){ .state = STATE_WARM, .cache = { CACHE_REGISTRY, DEPTH_MIN } });
}

/* podman: the cache is a repository that grew by a tag for each of the six steps. */
static void primes_repository(struct hand *h)
{
	set_clean(h, SAMPLE_PRIME,
		(struct cell){ .state = STATE_WARM, .cache.mode = CACHE_REGISTRY });
	h->kind.buildah = true;
	free(h->t.export_ref);
	h->t.export_ref = xstrdup("127.0.0.1:1/r/cache");
	h->t.found.tags_after = 6;
}

/* The cache is in the image itself. */
static void primes_inline(struct hand *h)
{
	set_clean(h, SAMPLE_PRIME, (struct cell){ .state = STATE_WARM, .cache.mode = CACHE_INLINE });
	set_export(h);
	h->t.found.inline_cache = true;
}

/* Of its three layers this build made two: COPY and COPY. */
static void zstd(struct hand *h)
{
	struct image *image = &h->t.sample.image;

	set_clean(h, SAMPLE_TIMED, (struct cell){ .state = STATE_COLD, .output = OUTPUT_PUSH });
	h->variant.compression = (char *)"zstd";
	for (int i = 0; i < 3; i++) {
		struct image_layer *layer = GROW(image->layers, image->layer_count, image->layer_room);

		*layer = (struct image_layer){ .media_type = xasprintf(
			"application/vnd.oci.image.layer.v1.tar+%s", i ? "zstd" : "gzip") };
	}
	strv_addl(&h->t.found.packings, "zstd", "zstd");
}

static void failed(struct hand *h)
{
	cold(h);
	h->t.sample.status = STATUS_FAILED;
}

/* --- what is wrong with one --- */

static struct step *step(struct hand *h, int at)
{
	return &h->t.sample.steps.items[at];
}

static void step_cached(struct hand *h)
{
	step(h, INSTALL)->cached = true;
}

static void all_cached(struct hand *h)
{
	for (size_t i = 0; i < h->t.sample.steps.count; i++)
		step(h, (int)i)->cached = true;
}

static void step_ran(struct hand *h)
{
	step(h, INSTALL)->cached = false;
}

static void step_lost(struct hand *h)
{
	step_done(step(h, FINAL));
	h->t.sample.steps.count--;
}

static void only_copies_ran(struct hand *h)
{
	step(h, INSTALL)->cached = step(h, COMPILE)->cached = true;
}

static void store_full(struct hand *h)
{
	h->t.store_before = 3;
}

static void store_kept(struct hand *h)
{
	h->t.fresh = false;
	h->t.store_before = -1;
}

static void not_primed(struct hand *h)
{
	h->t.sample.prime_id = 0;
}

/* A base of several platforms: its index, which is pinned, and the manifest chosen from it. */
static void base_of_platforms(struct hand *h)
{
	tell_input(&h->t.sample);
	memcpy(h->t.sample.inputs[0].digest, DIGEST_B, sizeof(DIGEST_B));
}

static void base_untold(struct hand *h)
{
	free(h->t.sample.inputs[0].ref);
	h->t.sample.inputs[0].ref = xstrdup("debian");
}

static void base_moved(struct hand *h)
{
	memcpy(h->t.sample.inputs[0].digest, DIGEST_B, sizeof(DIGEST_B));
}

static void no_base_bytes(struct hand *h)
{
	h->t.relay_after.base_rx = 0;
}

static void nothing_sent(struct hand *h)
{
	h->t.relay_after.cache_tx = 0;
}

static void other_cache(struct hand *h)
{
	memcpy(h->t.sample.import_digest, DIGEST_B, sizeof(DIGEST_B));
}

static void no_cache_there(struct hand *h)
{
	h->t.sample.import_digest[0] = '\0';
}

static void import_error(struct hand *h)
{
	h->t.sample.steps.phase[PHASE_CACHE_IMPORT].error = xstrdup("not found");
}

static void import_replaced(struct hand *h)
{
	memcpy(h->t.found.import_after, DIGEST_B, sizeof(DIGEST_B));
}

static void import_untold(struct hand *h)
{
	free(h->t.sample.steps.import_ref);
	h->t.sample.steps.import_ref = NULL;
}

static void import_of_another(struct hand *h)
{
	import_untold(h);
	h->t.sample.steps.import_ref = xstrdup("127.0.0.1:1/other:prime");
}

static void another_exported(struct hand *h)
{
	h->t.sample.steps.export_digest = xstrdup(DIGEST_A);
}

static void no_inline(struct hand *h)
{
	h->t.found.inline_cache = false;
}

static void no_new_tags(struct hand *h)
{
	h->t.found.tags_before = 6;
}

static void few_new_tags(struct hand *h)
{
	h->t.found.tags_after = 2;
}

static void cache_unread(struct hand *h)
{
	h->t.found.cache_error = err_new(ERR_IO, "no answer");
}

static void final_stage_alone(struct hand *h)
{
	h->t.found.cache.layer_count = 1;
}

static void another_layer(struct hand *h)
{
	add_cache_layer(h, DIGEST_B);
}

static void no_cache_config(struct hand *h)
{
	h->t.found.cache.is_cache = false;
}

static void packed_otherwise(struct hand *h)
{
	strv_clear(&h->t.found.packings);
	strv_addl(&h->t.found.packings, "zstd", "gzip");
}

static void typed_otherwise(struct hand *h)
{
	free(h->t.sample.image.layers[2].media_type);
	h->t.sample.image.layers[2].media_type = xstrdup("application/vnd.oci.image.layer.v1.tar+gzip");
}

static void nothing_looked_at(struct hand *h)
{
	strv_clear(&h->t.found.packings);
}

static void layer_unread(struct hand *h)
{
	h->t.found.packing_error = err_new(ERR_IO, "no answer");
}

static void built_already(struct hand *h)
{
	h->slots[2].done = true;
}

static void two_places(struct hand *h)
{
	h->slots[1].block = 1;
}

static void out_of_turn(struct hand *h)
{
	h->slots[1].done = false;
}

/* Its RUN asks for packages, and the machine heard nothing. */
static void offline(struct hand *h)
{
	h->t.net_after = 100;
	free(h->t.now.graph->steps[INSTALL].instruction->original);
	((struct df_instruction *)h->t.now.graph->steps[INSTALL].instruction)->original =
		xstrdup("RUN pip install -r deps.txt");
}

static void online(struct hand *h)
{
	offline(h);
	h->t.net_after = 20000;
}

static void net_unknown(struct hand *h)
{
	offline(h);
	h->t.net_after = -1;
}

static void no_export(struct hand *h)
{
	h->t.sample.export_digest[0] = '\0';
}

static void export_error(struct hand *h)
{
	h->t.sample.steps.phase[PHASE_CACHE_EXPORT].error = xstrdup("429");
}

static void image_lost(struct hand *h)
{
	h->t.image_error = err_new(ERR_TOOL, "no such image");
}

static void other_image(struct hand *h)
{
	memcpy(h->t.sample.image.config, DIGEST_B, sizeof(DIGEST_B));
}

static void no_id_told(struct hand *h)
{
	h->t.told_config[0] = '\0';
}

static void clock_jumped(struct hand *h)
{
	h->t.clock_after.real_ns = -100 * SECOND_NS;
}

static void suspended(struct hand *h)
{
	h->t.clock_after.boot_ns += 100 * SECOND_NS;
}

static void ends_before_start(struct hand *h)
{
	step(h, APP)->end_ns = 0;
}

static void ends_after_build(struct hand *h)
{
	step(h, APP)->end_ns = 20 * SECOND_NS;
}

static void timed_out(struct hand *h)
{
	h->t.sample.status = STATUS_TIMEOUT;
}

static void clipped(struct hand *h)
{
	step(h, COMPILE)->clipped = true;
}

static void ambiguous(struct hand *h)
{
	step(h, COMPILE)->ambiguous = true;
}

static void other_edit(struct hand *h)
{
	h->pc.cell.edit = EDIT_SOURCE;
}

static void no_edit_wanted(struct hand *h)
{
	h->pc.cell.edit = EDIT_NONE;
}

static void nothing_changed(struct hand *h)
{
	manifest_done(&h->t.sample.manifest);
	add_files(&h->t.sample.manifest, "hello", "one");
	memset(h->t.busted, 0, h->t.now.graph->count * sizeof(*h->t.busted));
}

enum answer { SILENT, PASSES, FAILS };

static const struct {
	enum check check;
	void (*clean)(struct hand *h);
	void (*spoil)(struct hand *h);
	enum answer answer;
} rows[] = {
	{ CHECK_COLD_EXECUTED, cold, NULL, PASSES },
	{ CHECK_COLD_EXECUTED, cold, step_cached, FAILS },
	{ CHECK_COLD_EXECUTED, primes, step_cached, FAILS },
	{ CHECK_COLD_EXECUTED, warm_none, NULL, SILENT },
	{ CHECK_COLD_EXECUTED, failed, NULL, SILENT },
	{ CHECK_STORE_EMPTY, cold, NULL, PASSES },
	{ CHECK_STORE_EMPTY, cold, store_full, FAILS },
	{ CHECK_STORE_EMPTY, primes, store_kept, FAILS },
	{ CHECK_STORE_EMPTY, imported_none, store_full, FAILS },
	{ CHECK_STORE_EMPTY, warm_none, NULL, SILENT },
	{ CHECK_PRIMED, warm_none, NULL, PASSES },
	{ CHECK_PRIMED, warm_none, not_primed, FAILS },
	{ CHECK_PRIMED, cold, NULL, SILENT },
	{ CHECK_WARM_CACHED, warm_none, NULL, PASSES },
	{ CHECK_WARM_CACHED, warm_none, step_ran, FAILS },
	{ CHECK_WARM_CACHED, warm_source, step_ran, FAILS },
	{ CHECK_WARM_CACHED, warm_source, NULL, PASSES },
	{ CHECK_WARM_CACHED, cold, NULL, SILENT },
	{ CHECK_EDIT_BUSTED, warm_source, NULL, PASSES },
	{ CHECK_EDIT_BUSTED, warm_source, all_cached, FAILS },
	{ CHECK_EDIT_BUSTED, warm_source, nothing_changed, FAILS },
	{ CHECK_EDIT_BUSTED, warm_none, NULL, SILENT },
	{ CHECK_STEPS_COMPLETE, cold, NULL, PASSES },
	{ CHECK_STEPS_COMPLETE, cold, step_lost, FAILS },
	{ CHECK_STEPS_COMPLETE, failed, step_lost, SILENT },
	{ CHECK_BASE_PINNED, cold, NULL, PASSES },
	{ CHECK_BASE_PINNED, cold, base_of_platforms, PASSES },
	{ CHECK_BASE_PINNED, cold, base_moved, FAILS },
	{ CHECK_BASE_PINNED, cold, base_untold, FAILS },
	{ CHECK_BASE_PINNED, failed, base_moved, SILENT },
	{ CHECK_BASE_PULLED, cold, NULL, PASSES },
	{ CHECK_BASE_PULLED, cold, no_base_bytes, FAILS },
	{ CHECK_BASE_PULLED, warm_none, no_base_bytes, SILENT },
	{ CHECK_RELAY_USED, pushed, NULL, PASSES },
	{ CHECK_RELAY_USED, pushed, nothing_sent, FAILS },
	{ CHECK_RELAY_USED, imported_deps, nothing_sent, FAILS },
	{ CHECK_RELAY_USED, cold, nothing_sent, SILENT },
	{ CHECK_IMPORTED, imported_none, NULL, PASSES },
	{ CHECK_IMPORTED, imported_none, other_cache, FAILS },
	{ CHECK_IMPORTED, imported_none, no_cache_there, FAILS },
	{ CHECK_IMPORTED, imported_none, import_error, FAILS },
	{ CHECK_IMPORTED, imported_none, import_replaced, FAILS },
	{ CHECK_IMPORTED, imported_none, import_untold, FAILS },
	{ CHECK_IMPORTED, imported_none, import_of_another, FAILS },
	{ CHECK_IMPORTED, warm_none, NULL, SILENT },
	{ CHECK_EXPORTED, imported_deps, NULL, PASSES },
	{ CHECK_EXPORTED, primes, no_export, FAILS },
	{ CHECK_EXPORTED, imported_deps, no_export, FAILS },
	{ CHECK_EXPORTED, imported_deps, export_error, FAILS },
	{ CHECK_EXPORTED, primes, another_exported, FAILS },
	{ CHECK_EXPORTED, primes, cache_unread, FAILS },
	{ CHECK_EXPORTED, primes_inline, NULL, PASSES },
	{ CHECK_EXPORTED, primes_inline, no_inline, FAILS },
	{ CHECK_EXPORTED, primes_repository, NULL, PASSES },
	{ CHECK_EXPORTED, primes_repository, no_new_tags, FAILS },
	{ CHECK_EXPORTED, warm_none, NULL, SILENT },
	{ CHECK_IMAGE_FOUND, cold, NULL, PASSES },
	{ CHECK_IMAGE_FOUND, cold, image_lost, FAILS },
	{ CHECK_IMAGE_FOUND, failed, NULL, SILENT },
	{ CHECK_IMAGE_OURS, cold, NULL, PASSES },
	{ CHECK_IMAGE_OURS, cold, other_image, FAILS },
	{ CHECK_IMAGE_OURS, cold, no_id_told, SILENT },
	{ CHECK_CLOCK_STEADY, cold, NULL, PASSES },
	{ CHECK_CLOCK_STEADY, cold, clock_jumped, FAILS },
	{ CHECK_CLOCK_STEADY, failed, suspended, FAILS },
	{ CHECK_LOG_ORDERED, cold, NULL, PASSES },
	{ CHECK_LOG_ORDERED, cold, ends_before_start, FAILS },
	{ CHECK_LOG_ORDERED, cold, ends_after_build, FAILS },
	{ CHECK_LOG_ORDERED, failed, ends_before_start, SILENT },
	{ CHECK_DEPS_DOWNLOADED, warm_deps, NULL, PASSES },
	{ CHECK_DEPS_DOWNLOADED, warm_deps, only_copies_ran, FAILS },
	{ CHECK_DEPS_DOWNLOADED, warm_deps, offline, FAILS },
	{ CHECK_DEPS_DOWNLOADED, warm_deps, online, PASSES },
	{ CHECK_DEPS_DOWNLOADED, warm_deps, net_unknown, PASSES },
	{ CHECK_DEPS_DOWNLOADED, warm_source, NULL, SILENT },
	{ CHECK_NO_TIMEOUT, cold, NULL, PASSES },
	{ CHECK_NO_TIMEOUT, cold, timed_out, FAILS },
	{ CHECK_LOG_WHOLE, cold, NULL, PASSES },
	{ CHECK_LOG_WHOLE, cold, clipped, FAILS },
	{ CHECK_STEPS_CERTAIN, cold, NULL, PASSES },
	{ CHECK_STEPS_CERTAIN, cold, ambiguous, FAILS },
	{ CHECK_EDIT_MADE, cold, NULL, PASSES },
	{ CHECK_EDIT_MADE, warm_deps, NULL, PASSES },
	{ CHECK_EDIT_MADE, warm_deps, other_edit, FAILS },
	{ CHECK_EDIT_MADE, warm_source, no_edit_wanted, FAILS },
	{ CHECK_EDIT_MADE, warm_source, nothing_changed, FAILS },
	{ CHECK_EDIT_MADE, failed, nothing_changed, SILENT },
	{ CHECK_CACHE_MODE, primes, NULL, PASSES },
	{ CHECK_CACHE_MODE, primes, final_stage_alone, FAILS },
	{ CHECK_CACHE_MODE, imported_deps, final_stage_alone, FAILS },
	{ CHECK_CACHE_MODE, imported_min, NULL, PASSES },
	{ CHECK_CACHE_MODE, imported_min, another_layer, FAILS },
	{ CHECK_CACHE_MODE, imported_min, no_cache_config, FAILS },
	{ CHECK_CACHE_MODE, primes, cache_unread, SILENT },
	{ CHECK_CACHE_MODE, primes_repository, NULL, PASSES },
	{ CHECK_CACHE_MODE, primes_repository, few_new_tags, FAILS },
	{ CHECK_CACHE_MODE, primes_inline, NULL, SILENT },
	{ CHECK_COMPRESSION, zstd, NULL, PASSES },
	{ CHECK_COMPRESSION, zstd, packed_otherwise, FAILS },
	{ CHECK_COMPRESSION, zstd, typed_otherwise, FAILS },
	{ CHECK_COMPRESSION, zstd, layer_unread, FAILS },
	{ CHECK_COMPRESSION, zstd, nothing_looked_at, SILENT },
	{ CHECK_COMPRESSION, pushed, NULL, SILENT },
	{ CHECK_IMAGE_OWN, warm_source, NULL, PASSES },
	{ CHECK_IMAGE_OWN, warm_source, other_image, FAILS },
	{ CHECK_IMAGE_OWN, warm_none, other_image, SILENT },
	{ CHECK_IMAGE_OWN, warm_deps, other_image, SILENT }, /* the final stage has no part of it */
	{ CHECK_ONCE, cold, NULL, PASSES },
	{ CHECK_ONCE, cold, built_already, FAILS },
	{ CHECK_ONCE, cold, two_places, FAILS },
	{ CHECK_ONCE, cold, out_of_turn, FAILS },
	{ CHECK_ONCE, primes, built_already, SILENT },
};

static enum answer answer_of(const struct checks *c, enum check k)
{
	if (c->failed >> k & 1)
		return FAILS;
	return c->made >> k & 1 ? PASSES : SILENT;
}

static void test_rows(void **state)
{
	static const char *const words[] = { "silent", "passes", "fails" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct hand h;
		enum answer got;

		rows[i].clean(&h);
		if (rows[i].spoil)
			rows[i].spoil(&h);
		trial_check(&h.t);
		got = answer_of(&h.t.sample.checks, rows[i].check);
		if (got != rows[i].answer)
			fail_msg("row %zu, %s: %s, not %s", i, check_table[rows[i].check].name,
				words[got], words[rows[i].answer]);
		hand_done(&h);
	}
}

/* A clean sample fails nothing at all. */
static void test_clean(void **state)
{
	static void (*const cleans[])(struct hand *) = { cold, pushed, warm_none, warm_source, warm_deps,
		imported_none, imported_deps, imported_min, primes, primes_inline, primes_repository, zstd,
		failed };

	for (size_t i = 0; i < ARRAY_SIZE(cleans); i++) {
		struct hand h;

		cleans[i](&h);
		trial_check(&h.t);
		if (h.t.sample.checks.failed)
			fail_msg("clean %zu: %s", i, h.t.sample.checks.fails[0].detail);
		hand_done(&h);
	}
}

/* A check without a row that passes and one that fails is one that nobody would miss. */
static void test_all_have_rows(void **state)
{
	bool seen[CHECK_COUNT][3] = { { false } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		seen[rows[i].check][rows[i].answer] = true;
	for (int k = 0; k < CHECK_COUNT; k++)
		if (!seen[k][PASSES] || !seen[k][FAILS])
			fail_msg("%s has no row that %s", check_table[k].name,
				seen[k][PASSES] ? "fails" : "passes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_all_have_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
