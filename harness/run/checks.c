/* The table of checks: which claim is made about which samples, and how it is read back. Classes
 * and sentences are model/check.h's; here is the evidence. A check that does not apply to a sample
 * is not made, and says nothing. */
#include "base/file.h"
#include "run/checks.h"
#include "run/sabotage.h"

#define CLOCK_SLACK_NS INT64_C(1000000000)

static bool built(const struct trial *t)
{
	return t->sample.status == STATUS_OK;
}

static bool is_cold(const struct trial *t)
{
	return trial_is_fresh(t) && !t->import_ref;
}

static bool built_cold(const struct trial *t)
{
	return built(t) && is_cold(t);
}

static bool built_warm(const struct trial *t)
{
	return built(t) && trial_is_warm(t);
}

static bool built_edited(const struct trial *t)
{
	return built_warm(t) && t->pc->cell.edit != EDIT_NONE;
}

static bool imports(const struct trial *t)
{
	return t->import_ref != NULL;
}

static bool built_exporting(const struct trial *t)
{
	return built(t) && t->export_ref;
}

static bool always(const struct trial *t)
{
	return true;
}

static int line_of(const struct trial *t, size_t step)
{
	return t->now.graph->steps[step].instruction->line;
}

const struct step *trial_told(const struct trial *t, size_t at)
{
	const struct df_step *g = &t->now.graph->steps[at];

	for (size_t i = 0; i < t->sample.steps.count; i++) {
		const struct step *s = &t->sample.steps.items[i];

		if (s->stage == g->stage && s->index == g->index)
			return s;
	}
	return NULL;
}

static void cold_executed(struct trial *t, enum check k)
{
	for (size_t i = 0; i < t->sample.steps.count; i++) {
		const struct step *s = &t->sample.steps.items[i];

		if (s->cached) {
			checks_fail(&t->sample.checks, k, "the step of line %d was cached", s->line);
			return;
		}
	}
	checks_pass(&t->sample.checks, k);
}

static void store_empty(struct trial *t, enum check k)
{
	if (t->store_before < 0)
		checks_fail(&t->sample.checks, k, "an earlier build's was used");
	else if (t->store_before > 0)
		checks_fail(&t->sample.checks, k, "%lld images, layers or cache records were there",
			(long long)t->store_before);
	else
		checks_pass(&t->sample.checks, k);
}

static void primed(struct trial *t, enum check k)
{
	if (t->sample.prime_id)
		checks_pass(&t->sample.checks, k);
	else
		checks_fail(&t->sample.checks, k, "no priming build of this cell is recorded");
}

static bool any_busted(const struct trial *t)
{
	for (size_t i = 0; i < t->now.graph->count; i++)
		if (t->busted[i])
			return true;
	return false;
}

/* min and inline keep the final stage alone: what else runs after an edit is not exported, and no
 * miss. Without an edit every mode answers for every step. */
static bool keeps_all(const struct trial *t)
{
	struct cache c = t->pc->cell.cache;

	return c.mode != CACHE_INLINE && c.depth != DEPTH_MIN;
}

static void warm_cached(struct trial *t, enum check k)
{
	if (any_busted(t) && !keeps_all(t))
		return;
	for (size_t i = 0; i < t->now.graph->count; i++) {
		const struct step *s = trial_told(t, i);

		if (s && !t->busted[i] && !s->cached) {
			checks_fail(&t->sample.checks, k, "line %d ran", line_of(t, i));
			return;
		}
	}
	checks_pass(&t->sample.checks, k);
}

static bool reads_stage(const struct df_step *s)
{
	for (size_t i = 0; i < s->from.count; i++)
		if (str_starts(s->from.items[i], "stage:"))
			return true;
	return false;
}

/* Whether the step at `at` cannot but run: what it reads changed, or the step it stands on runs. A
 * COPY --from another stage may still be cached: engines look at the content that came out of it. */
static bool must_run(const struct trial *t, size_t at, const bool *runs)
{
	const struct df_step *s = &t->now.graph->steps[at];

	if (!t->busted[at] || t->why[at])
		return t->busted[at];
	for (size_t i = s->linked; i < s->parent_count; i++) {
		const struct df_step *p = &t->now.graph->steps[s->parents[i]];

		if (runs[s->parents[i]] && (p->stage == s->stage || !reads_stage(s)))
			return true;
	}
	return false;
}

static void edit_busted(struct trial *t, enum check k)
{
	_cleanup_(freep) bool *runs = xcalloc(t->now.graph->count, sizeof(*runs));

	if (!any_busted(t)) {
		checks_fail(&t->sample.checks, k, "no step reads what was changed: %s",
			t->sample.change ? t->sample.change : "");
		return;
	}
	for (size_t i = 0; i < t->now.graph->count; i++) {
		const struct step *s = trial_told(t, i);

		runs[i] = must_run(t, i, runs);
		if (s && runs[i] && s->cached) {
			checks_fail(&t->sample.checks, k, "line %d was cached: %s", line_of(t, i),
				t->why[i] ? t->why[i] : "the step before it ran");
			return;
		}
	}
	checks_pass(&t->sample.checks, k);
}

static enum edit wanted_edit(const struct trial *t)
{
	return t->slot->kind == SAMPLE_PRIME ? EDIT_NONE : t->pc->cell.edit;
}

/* Whether this cell's edit changes that file of the context. */
static bool edit_changes(const struct trial *t, const char *path)
{
	const struct scenario *s = t->scenario;
	enum edit wanted = wanted_edit(t);

	if (wanted == EDIT_DOCKERFILE) {
		_cleanup_(freep) char *full = path_join(t->ground->copy->context, path);

		return str_eq(full, t->ground->copy->dockerfile);
	}
	for (size_t i = 0; i < s->edit_count; i++)
		if (s->edits[i].edit == wanted && str_eq(s->edits[i].file, path))
			return true;
	return false;
}

/* The next path that is not the same in both, from *i and *k on; NULL: no other is. */
static const char *next_change(const struct manifest *a, size_t *i, const struct manifest *b,
	size_t *k)
{
	while (*i < a->count || *k < b->count) {
		const struct manifest_entry *x = *i < a->count ? &a->items[*i] : NULL;
		const struct manifest_entry *y = *k < b->count ? &b->items[*k] : NULL;
		int order = !x ? 1 : !y ? -1 : strcmp(x->path, y->path);

		*i += order <= 0;
		*k += order >= 0;
		if (order || x->mode != y->mode || strcmp(x->digest, y->digest) != 0)
			return order > 0 ? y->path : x->path;
	}
	return NULL;
}

static void edit_made(struct trial *t, enum check k)
{
	size_t i = 0, j = 0, changes = 0;
	const char *path;

	for (; (path = next_change(&t->ground->copy->manifest, &i, &t->sample.manifest, &j)); changes++)
		if (!edit_changes(t, path)) {
			checks_fail(&t->sample.checks, k, "%s is not what the %s edit changes", path,
				edit_names[wanted_edit(t)]);
			return;
		}
	if (wanted_edit(t) == EDIT_NONE || wanted_edit(t) == EDIT_CATALOGUE ? any_busted(t)
									    : !changes && !any_busted(t))
		checks_fail(&t->sample.checks, k, "%s", any_busted(t) ? "the Dockerfile is another one" :
									"nothing was changed");
	else
		checks_pass(&t->sample.checks, k);
}

static void steps_complete(struct trial *t, enum check k)
{
	for (size_t i = 0; i < t->now.graph->count; i++)
		if (!trial_told(t, i)) {
			checks_fail(&t->sample.checks, k, "line %d is not in it", line_of(t, i));
			return;
		}
	checks_pass(&t->sample.checks, k);
}

/* One of the digests that the engine knows this base by: that of the index and that of the manifest
 * chosen from it are both told by some. NULL: it is right, or was not pulled. */
static const char *other_digest(const struct sample *s, const struct base *b)
{
	const char *other = NULL;

	for (size_t i = 0; i < s->input_count; i++) {
		if (!str_eq(s->inputs[i].ref, b->ref))
			continue;
		if (str_eq(s->inputs[i].digest, b->digest))
			return NULL;
		other = s->inputs[i].digest;
	}
	return other;
}

static bool is_told(const struct sample *s, const char *ref)
{
	for (size_t i = 0; i < s->input_count; i++)
		if (str_eq(s->inputs[i].ref, ref))
			return true;
	return false;
}

static void base_pinned(struct trial *t, enum check k)
{
	const struct strv *needed = &t->now.graph->bases;
	struct checks *c = &t->sample.checks;

	for (size_t i = 0; i < needed->count; i++)
		if (!is_told(&t->sample, needed->items[i])) {
			checks_fail(c, k, "the engine does not say which %s it built on",
				needed->items[i]);
			return;
		}
	for (size_t i = 0; i < t->base_count; i++) {
		const struct base *b = &t->bases[i];
		const char *other = other_digest(&t->sample, b);

		if (other) {
			checks_fail(c, k, "%s is %.19s, not %.19s", b->ref, other, b->digest);
			return;
		}
	}
	checks_pass(c, k);
}

static bool pulls_base(const struct trial *t)
{
	return built_cold(t) && t->now.graph->bases.count > 0;
}

static void base_pulled(struct trial *t, enum check k)
{
	int64_t bytes = t->relay_after.base_rx - t->relay_before.base_rx;

	if (bytes > 0)
		checks_pass(&t->sample.checks, k);
	else
		checks_fail(&t->sample.checks, k, "no byte of %s came through the relay",
			t->now.graph->bases.items[0]);
}

static bool travels(const struct trial *t)
{
	enum cache_mode m = t->pc->cell.cache.mode;

	return built(t) && (t->pc->cell.output == OUTPUT_PUSH ||
			    (t->export_ref && (m == CACHE_REGISTRY || m == CACHE_INLINE)));
}

static void relay_used(struct trial *t, enum check k)
{
	if (t->relay_after.cache_tx > t->relay_before.cache_tx)
		checks_pass(&t->sample.checks, k);
	else
		checks_fail(&t->sample.checks, k, "no byte was sent to the lab's registry");
}

static void image_found(struct trial *t, enum check k)
{
	if (t->image_error)
		checks_fail(&t->sample.checks, k, "%s%s%s", t->image_error->what,
			t->image_error->at ? " at " : "", t->image_error->at ? t->image_error->at : "");
	else
		checks_pass(&t->sample.checks, k);
}

static bool told_image(const struct trial *t)
{
	return built(t) && !t->image_error && *t->told_config;
}

static void image_ours(struct trial *t, enum check k)
{
	if (strcmp(t->told_config, t->sample.image.config) == 0)
		checks_pass(&t->sample.checks, k);
	else
		checks_fail(&t->sample.checks, k, "the engine made %.19s, %.19s was read",
			t->told_config, t->sample.image.config);
}

static void clock_steady(struct trial *t, enum check k)
{
	const char *fault = clock_fault(t->clock_before, t->clock_after);

	if (fault)
		checks_fail(&t->sample.checks, k, "%s", fault);
	else
		checks_pass(&t->sample.checks, k);
}

static void log_ordered(struct trial *t, enum check k)
{
	for (size_t i = 0; i < t->sample.steps.count; i++) {
		const struct step *s = &t->sample.steps.items[i];

		if (s->start_ns < 0 || s->end_ns < 0)
			continue;
		if (s->end_ns < s->start_ns || s->end_ns > t->wall_ns + CLOCK_SLACK_NS) {
			checks_fail(&t->sample.checks, k, "line %d ends %.3f s after the build began, "
				"which took %.3f s", s->line, (double)s->end_ns / 1e9,
				(double)t->wall_ns / 1e9);
			return;
		}
	}
	checks_pass(&t->sample.checks, k);
}

static bool built_deps(const struct trial *t)
{
	return built_edited(t) && t->pc->cell.edit == EDIT_DEPS;
}

static bool built_compressed(const struct trial *t)
{
	return built(t) && t->variant->compression;
}

static bool built_image(const struct trial *t)
{
	return built(t) && !t->image_error;
}

static bool is_timed(const struct trial *t)
{
	return t->slot->kind == SAMPLE_TIMED;
}

static bool is_of_plan(const struct trial *t)
{
	return is_timed(t) && !t->makes;
}

static void no_timeout(struct trial *t, enum check k)
{
	if (t->sample.status == STATUS_TIMEOUT)
		checks_fail(&t->sample.checks, k, "after %.0f s", (double)t->wall_ns / 1e9);
	else
		checks_pass(&t->sample.checks, k);
}

static void log_whole(struct trial *t, enum check k)
{
	for (size_t i = 0; i < t->sample.steps.count; i++)
		if (t->sample.steps.items[i].clipped) {
			checks_fail(&t->sample.checks, k, "of line %d", t->sample.steps.items[i].line);
			return;
		}
	checks_pass(&t->sample.checks, k);
}

static void steps_certain(struct trial *t, enum check k)
{
	for (size_t i = 0; i < t->sample.steps.count; i++)
		if (t->sample.steps.items[i].ambiguous) {
			checks_fail(&t->sample.checks, k, "at line %d", t->sample.steps.items[i].line);
			return;
		}
	checks_pass(&t->sample.checks, k);
}

static const struct {
	enum check id;
	bool (*applies)(const struct trial *t);
	void (*make)(struct trial *t, enum check k);
} table[] = {
	{ CHECK_COLD_EXECUTED, built_cold, cold_executed },
	{ CHECK_STORE_EMPTY, trial_is_fresh, store_empty },
	{ CHECK_PRIMED, trial_is_warm, primed },
	{ CHECK_WARM_CACHED, built_warm, warm_cached },
	{ CHECK_EDIT_BUSTED, built_edited, edit_busted },
	{ CHECK_STEPS_COMPLETE, built, steps_complete },
	{ CHECK_BASE_PINNED, built, base_pinned },
	{ CHECK_BASE_PULLED, pulls_base, base_pulled },
	{ CHECK_RELAY_USED, travels, relay_used },
	{ CHECK_IMPORTED, imports, check_imported },
	{ CHECK_EXPORTED, built_exporting, check_exported },
	{ CHECK_IMAGE_FOUND, built, image_found },
	{ CHECK_IMAGE_OURS, told_image, image_ours },
	{ CHECK_CLOCK_STEADY, always, clock_steady },
	{ CHECK_LOG_ORDERED, built, log_ordered },
	{ CHECK_DEPS_DOWNLOADED, built_deps, check_deps_downloaded },
	{ CHECK_NO_TIMEOUT, always, no_timeout },
	{ CHECK_LOG_WHOLE, always, log_whole },
	{ CHECK_STEPS_CERTAIN, always, steps_certain },
	{ CHECK_EDIT_MADE, built, edit_made },
	{ CHECK_CACHE_MODE, built_exporting, check_cache_mode },
	{ CHECK_COMPRESSION, built_compressed, check_compression },
	{ CHECK_IMAGE_OWN, built_image, check_image_own },
	{ CHECK_ONCE, is_of_plan, check_once },
};

void trial_check(struct trial *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].applies(t) && !sabotage_skips(table[i].id))
			table[i].make(t, table[i].id);
}
