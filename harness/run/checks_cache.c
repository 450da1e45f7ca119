/* That a cache was imported and exported, and is of the mode that was asked for.
 *
 * How the mode is told: the manifest of a cache lists its layers. With min all of them are layers
 * of the image that was built; with max there is at least one more, where any stage that the image
 * is not built on has a step with a layer. Both hold for a cold build and for one that imported
 * everything. An inline cache stands in the config of the image. podman's cache is a repository
 * with a tag a layer: a build adds one for each step that ran. */
#include "run/checks.h"

/* Of the ref that the engine says it imports from. podman tells it at a hit only, and a local cache
 * has another name inside BuildKit. */
static const char *told_elsewhere(const struct trial *t)
{
	const char *told = t->sample.steps.import_ref;

	if (*t->import_ref == '/' || (!told && t->engine->engine->buildah))
		return NULL;
	return !told ? "nothing" : str_eq(told, t->import_ref) ? NULL : told;
}

static bool was_overwritten(const struct trial *t)
{
	return *t->found.import_after && strcmp(t->found.import_after, t->sample.import_digest) != 0;
}

void check_imported(struct trial *t, enum check k)
{
	const struct phase_time *p = &t->sample.steps.phase[PHASE_CACHE_IMPORT];
	struct checks *c = &t->sample.checks;

	if (p->error)
		checks_fail(c, k, "%s", p->error);
	else if (!*t->sample.import_digest)
		checks_fail(c, k, "nothing is at %s", t->import_ref);
	else if (strcmp(t->sample.import_digest, t->primed->export_digest) != 0)
		checks_fail(c, k, "%s was overwritten: it holds %.19s, the priming build exported %.19s",
			t->import_ref, t->sample.import_digest, t->primed->export_digest);
	else if (was_overwritten(t))
		checks_fail(c, k, "%s was overwritten during the build", t->import_ref);
	else if (t->sample.status == STATUS_OK && told_elsewhere(t))
		checks_fail(c, k, "the engine imported %s, not %s", told_elsewhere(t), t->import_ref);
	else if (t->sample.status == STATUS_OK && !p->known && !t->engine->engine->buildah)
		checks_fail(c, k, "the engine imported nothing");
	else
		checks_pass(c, k);
}

/* A tag a layer: each step that ran and has one. Two that are the same, in two stages, run once. */
static int layers_made(const struct trial *t)
{
	int n = 0;

	for (size_t i = 0; i < t->now.graph->count; i++) {
		const struct step *s = trial_told(t, i);

		n += s && !s->cached && step_has_layer(&t->now.graph->steps[i]);
	}
	return n;
}

static bool is_tag_a_layer(const struct trial *t)
{
	return *t->export_ref != '/' && !ref_is_tag(t->export_ref);
}

/* What the engine says it exported is what stands there. */
static bool exported_another(const struct trial *t)
{
	const char *told = t->sample.steps.export_digest;

	return told && t->pc->cell.cache.mode != CACHE_INLINE &&
	       strcmp(told, t->sample.export_digest) != 0;
}

void check_exported(struct trial *t, enum check k)
{
	const struct phase_time *p = &t->sample.steps.phase[PHASE_CACHE_EXPORT];
	struct checks *c = &t->sample.checks;

	if (p->error)
		checks_fail(c, k, "%s", p->error);
	else if (!*t->sample.export_digest)
		checks_fail(c, k, "nothing is at %s", t->export_ref);
	else if (t->found.cache_error)
		checks_fail(c, k, "%s cannot be read: %s", t->export_ref, t->found.cache_error->what);
	else if (exported_another(t))
		checks_fail(c, k, "the engine exported %.19s, at %s is %.19s",
			t->sample.steps.export_digest, t->export_ref, t->sample.export_digest);
	else if (t->pc->cell.cache.mode == CACHE_INLINE && !t->found.inline_cache)
		checks_fail(c, k, "the image's config has no cache in it");
	else if (is_tag_a_layer(t) && layers_made(t) && t->found.tags_after <= t->found.tags_before)
		checks_fail(c, k, "%d steps ran, %s has as many layers as before", layers_made(t),
			t->export_ref);
	else
		checks_pass(c, k);
}

/* Layers of the cache that the image has not. */
static size_t beyond_image(const struct trial *t)
{
	const struct image *image = &t->sample.image;
	size_t n = 0;

	for (size_t i = 0; i < t->found.cache.layer_count; i++) {
		const struct cache_layer *layer = &t->found.cache.layers[i];
		bool in_image = strv_has(&image->diff_ids, layer->diff_id);

		for (size_t k = 0; !in_image && k < image->layer_count; k++)
			in_image = strcmp(image->layers[k].digest, layer->digest) == 0;
		n += !in_image;
	}
	return n;
}

/* Whether a stage that the image is not built on has a layer. */
static bool has_other_layers(const struct df_graph *g)
{
	_cleanup_(freep) bool *in_image = xcalloc(g->count + 1, sizeof(*in_image));

	graph_layers(g, in_image);
	for (size_t i = 0; i < g->count; i++)
		if (g->steps[i].stage != g->target && !in_image[i] && step_has_layer(&g->steps[i]))
			return true;
	return false;
}

static void check_depth(struct trial *t, enum check k)
{
	size_t beyond = beyond_image(t), all = t->found.cache.layer_count;
	struct checks *c = &t->sample.checks;

	if (!t->found.cache.is_cache)
		checks_fail(c, k, "what is at %s is no cache", t->export_ref);
	else if (t->pc->cell.cache.depth == DEPTH_MIN && beyond)
		checks_fail(c, k, "min, but %zu of its %zu layers are not of the image", beyond, all);
	else if (t->pc->cell.cache.depth == DEPTH_MAX && !beyond && has_other_layers(t->now.graph))
		checks_fail(c, k, "max, but all of its %zu layers are of the image", all);
	else
		checks_pass(c, k);
}

void check_cache_mode(struct trial *t, enum check k)
{
	int more = t->found.tags_after - t->found.tags_before, made;

	if (t->found.cache_error || t->image_error || !*t->sample.export_digest ||
		t->pc->cell.cache.mode == CACHE_INLINE)
		return;
	if (!is_tag_a_layer(t)) {
		check_depth(t, k);
		return;
	}
	made = layers_made(t);
	if (more < made)
		checks_fail(&t->sample.checks, k, "%d steps ran, %d layers were added to %s", made, more,
			t->export_ref);
	else
		checks_pass(&t->sample.checks, k);
}
