/* What was asked -> cells. */
#include "plan/private.h"

static void use_caches(struct plan_spec *s, const struct cache *caches, size_t n)
{
	memcpy(s->caches, caches, n * sizeof(*caches));
	s->cache_count = n;
}

static bool travels(enum cache_mode mode)
{
	return mode == CACHE_LOCAL || mode == CACHE_REGISTRY || mode == CACHE_INLINE;
}

static bool is_packed(const struct scenario *s)
{
	for (size_t i = 0; i < s->variant_count; i++)
		if (s->variants[i].compression)
			return true;
	return false;
}

void spec_defaults(struct plan_spec *s, struct scenario *const *scenarios, size_t scenario_count)
{
	static const struct cache plain[] = { { CACHE_NONE }, { CACHE_STORE } };
	static const struct cache all[] = { { CACHE_NONE }, { CACHE_STORE },
		{ CACHE_LOCAL, DEPTH_MAX }, { CACHE_REGISTRY, DEPTH_MAX }, { CACHE_REGISTRY, DEPTH_MIN },
		{ CACHE_INLINE } };

	if (s->cache_all)
		use_caches(s, all, ARRAY_SIZE(all));
	else if (!s->cache_count)
		use_caches(s, plain, ARRAY_SIZE(plain));
	if (!s->state[STATE_COLD] && !s->state[STATE_WARM])
		s->state[STATE_COLD] = s->state[STATE_WARM] = true;
	if (!s->edits_given)
		s->edit[EDIT_NONE] = s->edit[EDIT_SOURCE] = true;
	for (size_t i = 0; i < s->cache_count && !s->output_given; i++)
		if (travels(s->caches[i].mode))
			s->output = OUTPUT_PUSH;
	for (size_t i = 0; i < scenario_count && !s->output_given; i++)
		if (is_packed(scenarios[i]))
			s->output = OUTPUT_PUSH;
}

/* local and registry say min or max where the engine tells them apart, and nothing where not. */
static struct cache resolve(struct cache c, bool depths)
{
	if (c.mode != CACHE_LOCAL && c.mode != CACHE_REGISTRY)
		c.depth = DEPTH_DEFAULT;
	else if (depths && c.depth == DEPTH_DEFAULT)
		c.depth = DEPTH_MAX;
	else if (!depths && c.depth == DEPTH_MAX)
		c.depth = DEPTH_DEFAULT;
	return c;
}

struct place {
	struct plan *plan;
	const struct scenario *scenario;
	const struct plan_engine *engine;
	size_t scenario_at, variant_at, engine_at;
	bool has_mounts;
	plan_cannot cannot;
};

static const struct variant *variant_of(const struct place *at)
{
	return &at->scenario->variants[at->variant_at];
}

static char *why_not(const struct place *at, const struct cell *c)
{
	const char *edit = NULL;
	char *why;

	if (!scenario_has_edit(at->scenario, variant_of(at), c->edit, &edit))
		return xasprintf("the scenario has no %s edit: %s", edit_names[c->edit], edit);
	if (c->edit == EDIT_CATALOGUE && c->cache.mode != CACHE_NONE)
		return xstrdup("what an update of the catalogue changes is measured cold: --cache none");
	if (c->cache.mode == CACHE_INLINE && c->output == OUTPUT_IMAGE)
		return xstrdup("that cache travels in the pushed image: --output push");
	why = at->cannot(at->engine->ctx, c, variant_of(at));
	if (!why && c->cache.depth == DEPTH_MIN && !at->engine->depths)
		why = xasprintf("%s has one kind of %s cache, which holds all stages", c->engine,
			cache_mode_names[c->cache.mode]);
	return why;
}

static void add_cell(const struct place *at, struct cache cache, enum state state, enum edit edit)
{
	struct plan *p = at->plan;
	struct plan_cell *pc = GROW(p->cells, p->cell_count, p->cell_room);

	pc->cell = (struct cell){
		.project = xstrdup(at->scenario->project),
		.scenario = xstrdup(at->scenario->name),
		.variant = xstrdup(variant_of(at)->name),
		.engine = xstrdup(at->engine->label),
		.cache = cache,
		.state = state,
		.edit = edit,
		.output = p->spec.output,
		.link = p->spec.link,
	};
	pc->cell.unsupported = why_not(at, &pc->cell);
	pc->scenario = at->scenario_at;
	pc->variant = at->variant_at;
	pc->engine = at->engine_at;
	/* an update has a build before it, which the image is compared with */
	pc->primed = state == STATE_WARM || edit == EDIT_CATALOGUE;
	pc->primed_each = pc->primed && at->has_mounts && cache.mode == CACHE_STORE;
}

/* A cold build without a cache, once for each edit asked for; without --edit once, unedited. */
static void add_cold(const struct place *at, struct cache cache)
{
	const struct plan_spec *s = &at->plan->spec;

	if (!s->edits_given) {
		add_cell(at, cache, STATE_COLD, EDIT_NONE);
		return;
	}
	for (int e = 0; e <= EDIT_COMMIT; e++)
		if (s->edit[e])
			add_cell(at, cache, STATE_COLD, (enum edit)e);
}

static void add_mode(const struct place *at, struct cache cache)
{
	const struct plan_spec *s = &at->plan->spec;

	cache = resolve(cache, at->engine->depths);
	if (cache.mode == CACHE_NONE) {
		if (s->state[STATE_COLD])
			add_cold(at, cache);
		return;
	}
	if (!s->state[STATE_WARM]) { /* the prime itself is what was asked for */
		add_cell(at, cache, STATE_COLD, EDIT_NONE);
		return;
	}
	for (int e = 0; e <= EDIT_COMMIT; e++)
		if (s->edit[e])
			add_cell(at, cache, STATE_WARM, (enum edit)e);
}

void expand_variant(struct plan *p, const struct scenario *s, size_t scenario_at, size_t variant_at,
	bool has_mounts, const struct plan_engine *engines, size_t engine_count, plan_cannot cannot)
{
	for (size_t e = 0; e < engine_count; e++) {
		struct place at = { p, s, &engines[e], scenario_at, variant_at, e, has_mounts, cannot };

		for (size_t c = 0; c < p->spec.cache_count; c++)
			add_mode(&at, p->spec.caches[c]);
	}
}

void plan_prime_cell(const struct cell *cell, struct cell *out)
{
	cell_copy(out, cell);
	out->id = 0;
	out->state = STATE_COLD;
	out->edit = EDIT_NONE;
}
