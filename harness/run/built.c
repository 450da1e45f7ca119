/* Bases that a scenario has built: by each engine under test, before the first of its cells. */
#include "base/clock.h"
#include "lab/bases.h"
#include "run/private.h"

/* What has to be built for it: itself, or the two that a tag moves between. */
static size_t to_build(
	const struct scenario *s, const struct built_base *how, const struct built_base *out[2])
{
	out[0] = how->variant ? how : scenario_built(s, how->before);
	out[1] = scenario_built(s, how->variant ? how->ref : how->after);
	return how->variant ? 1 : 2;
}

static bool is_there(const struct loop *l, size_t engine, const struct built_base *how)
{
	for (size_t i = 0; i < l->built_count; i++)
		if (l->built[i].engine == engine && l->built[i].how == how)
			return true;
	return false;
}

static void cell_of(const struct plan_cell *like, const struct variant *v, struct plan_cell *out)
{
	*out = *like;
	cell_copy(&out->cell, &like->cell);
	out->cell.id = 0;
	free(out->cell.variant);
	out->cell.variant = xstrdup(v->name);
	out->cell.cache = (struct cache){ 0 };
	out->cell.state = STATE_COLD;
	out->cell.edit = EDIT_NONE;
	out->cell.output = OUTPUT_PUSH;
	out->primed = out->primed_each = false;
}

static struct err *add(struct loop *l, const struct plan_cell *pc, const struct built_base *how)
{
	const struct scenario *s = l->job->scenarios[pc->scenario];
	_cleanup_(base_name_done) struct base_name n = { 0 };
	struct built *b;

	TRY(base_name_parse(how->ref, &n));
	b = GROW(l->built, l->built_count, l->built_room);
	*b = (struct built){ .scenario = pc->scenario, .engine = pc->engine, .how = how };
	b->base.ref = xstrdup(how->ref);
	b->base.repo = xstrdup(n.repo);
	b->base.tag = xstrdup(n.lab_tag);
	cell_of(pc, built_by(s, how), &b->cell);
	return NULL;
}

/* Bases of bases, from the one at hand outwards. */
struct chain {
	const struct chain *above;
	const struct built_base *base;
};

/* NULL unless the base at hand stands on itself: "a:1 on b:1 on a:1", a new string. */
static char *round_trip(const struct chain *c)
{
	const struct chain *first = c->above;
	char *words;

	while (first && first->base != c->base)
		first = first->above;
	if (!first)
		return NULL;
	words = xstrdup(c->base->ref);
	for (const struct chain *up = c->above; up != first->above; up = up->above) {
		_cleanup_(freep) char *inner = words;

		words = xasprintf("%s on %s", up->base->ref, inner);
	}
	return words;
}

/* `sound`: of each base, whether it was looked at before, with all that is below it; else one that
 * stands on many that stand on many would be looked at without end. */
static struct err *chain_check(const struct scenario *s, const struct chain *c, bool *sound)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;
	_cleanup_(freep) char *words = NULL;

	if (sound[c->base - s->built])
		return NULL;
	words = round_trip(c);
	if (words)
		return err_next(
			err_at(err_new(ERR_INPUT, "bases that are built on each other: %s", words),
				"%s: /bases", s->file ? s->file : s->name),
			"a base that is built by a variant on other bases");
	TRY(variant_base_refs(s, built_by(s, c->base), false, &refs));
	for (size_t i = 0; i < refs.count; i++) {
		const struct built_base *how = scenario_built(s, refs.items[i]), *bases[2];
		size_t n = how ? to_build(s, how, bases) : 0;

		for (size_t m = 0; m < n; m++)
			TRY(chain_check(s, &(struct chain){ c, bases[m] }, sound));
	}
	sound[c->base - s->built] = true;
	return NULL;
}

struct err *built_check(const struct scenario *s)
{
	_cleanup_(freep) bool *sound = xcalloc(s->built_count + 1, sizeof(*sound));

	for (size_t i = 0; i < s->built_count; i++)
		if (s->built[i].variant)
			TRY(chain_check(s, &(struct chain){ NULL, &s->built[i] }, sound));
	return NULL;
}

/* Those that a variant is built on; what one is built on itself comes before it. */
static struct err *find_of(struct loop *l, const struct plan_cell *pc, const struct variant *v)
{
	const struct scenario *s = l->job->scenarios[pc->scenario];
	_cleanup_(strv_done) struct strv refs = STRV_INIT;

	TRY(variant_base_refs(s, v, false, &refs));
	for (size_t i = 0; i < refs.count; i++) {
		const struct built_base *how = scenario_built(s, refs.items[i]), *bases[2];
		size_t n = how ? to_build(s, how, bases) : 0;

		for (size_t k = 0; k < n; k++) {
			if (is_there(l, pc->engine, bases[k]))
				continue;
			TRY(find_of(l, pc, built_by(s, bases[k])));
			TRY(add(l, pc, bases[k]));
		}
	}
	return NULL;
}

struct err *built_find(struct loop *l)
{
	const struct plan *p = l->job->plan;

	for (size_t i = 0; i < p->cell_count; i++) {
		const struct plan_cell *pc = &p->cells[i];
		const struct scenario *s = l->job->scenarios[pc->scenario];

		if (!pc->cell.unsupported)
			TRY(find_of(l, pc, &s->variants[pc->variant]));
	}
	return NULL;
}

static struct err *use(struct trial *t, const struct base *b)
{
	t->bases[t->base_count++] = *b;
	return lab_tag(t->loop->job->lab, b->repo, b->digest, b->tag);
}

const struct built *built_named(const struct trial *t, const char *ref)
{
	const struct loop *l = t->loop;

	for (size_t i = 0; i < l->built_count; i++) {
		const struct built *b = &l->built[i];

		if (b->engine == t->pc->engine && b->scenario == t->pc->scenario && *b->base.digest &&
			str_eq(b->how->ref, ref))
			return b;
	}
	return NULL;
}

/* A built base, by its digest as well where the Dockerfile has that. */
static struct err *use_built(struct trial *t, const struct built *b)
{
	struct base by_digest = b->base;

	by_digest.ref = b->by_digest;
	TRY(use(t, &b->base));
	if (strv_has(&t->now.graph->bases, b->by_digest))
		t->bases[t->base_count++] = by_digest;
	return NULL;
}

/* A tag that moves, to where it stands for this sample. */
static struct err *use_moved(struct trial *t, const struct built_base *how)
{
	const struct built *b = built_named(t, trial_is_updated(t) ? how->after : how->before);
	struct base base;

	if (!b)
		return NULL;
	base = b->base;
	base.ref = how->ref;
	base.tag = strrchr(how->ref, ':') + 1;
	return use(t, &base);
}

struct err *built_use(struct trial *t)
{
	const struct run_job *job = t->loop->job;
	size_t most = job->base_count + 2 * t->scenario->built_count;

	t->bases = xcalloc(most + 1, sizeof(*t->bases));
	memcpy(t->bases, job->bases, job->base_count * sizeof(*t->bases));
	t->base_count = job->base_count;
	for (size_t i = 0; i < t->scenario->built_count; i++) {
		const struct built_base *how = &t->scenario->built[i];
		const struct built *b = how->variant ? built_named(t, how->ref) : NULL;

		if (!how->variant)
			TRY(use_moved(t, how));
		else if (b)
			TRY(use_built(t, b));
	}
	return NULL;
}

static void trial_of(struct trial *t, struct loop *l, size_t i, struct plan_slot *slot)
{
	struct built *b = &l->built[i];
	const struct run_job *job = l->job;

	*slot = (struct plan_slot){
		.kind = SAMPLE_TIMED, .cell = job->plan->cell_count + i, .block = NO_BLOCK
	};
	*t = (struct trial){ .loop = l, .slot = slot, .pc = &b->cell, .makes = b };
	t->ground = &l->grounds[slot->cell];
	t->engine = &job->engines[b->engine];
	t->scenario = job->scenarios[b->scenario];
	t->variant = built_by(t->scenario, b->how);
	t->sample.kind = SAMPLE_TIMED;
	t->sample.block = NO_BLOCK;
	t->sample.ordinal = l->ordinal;
	t->sample.run_id = job->run->id;
	t->sample.cell_id = b->cell.cell.id;
	t->sample.start_unix_ns = clock_unix_ns();
	if (job->run->commit)
		t->sample.revision = xstrdup(job->run->commit);
}

static void say(const struct loop *l, const struct built *b)
{
	const struct run_watch *w = &l->job->watch;
	_cleanup_(freep) char *line = xasprintf(
		"building the base %s on %s", b->base.ref, l->job->engines[b->engine].label);

	if (w->say)
		w->say(w->ctx, line);
}

#define NOT_BUILT "not built: "

/* What the engine of t built, or tried to, for a base of that name; NULL: it builds none. Of a tag that
 * moves, where it stands for t. */
static const struct built *entry_of(const struct trial *t, const char *ref)
{
	const struct built_base *how = scenario_built(t->scenario, ref);
	const struct loop *l = t->loop;

	if (how && !how->variant)
		how = scenario_built(t->scenario, trial_is_updated(t) ? how->after : how->before);
	for (size_t i = 0; how && i < l->built_count; i++)
		if (l->built[i].scenario == t->pc->scenario &&
			l->built[i].engine == t->pc->engine && l->built[i].how == how)
			return &l->built[i];
	return NULL;
}

/* Of bases on bases, the one that was at fault. */
static char *failure_of(const struct built *b)
{
	if (str_starts(b->broken, NOT_BUILT))
		return xstrdup(b->broken);
	return xasprintf(NOT_BUILT "its base %s did not build (%s)", b->how->ref, b->broken);
}

struct err *built_lacking(struct trial *t)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;

	if (!t->loop->built_count)
		return NULL;
	TRY(variant_base_refs(t->scenario, t->variant, false, &refs));
	for (size_t i = 0; i < refs.count && t->sample.status == STATUS_OK; i++) {
		const struct built *b = entry_of(t, refs.items[i]);

		if (!b || !b->broken)
			continue;
		t->sample.status = STATUS_FAILED;
		t->sample.failure = failure_of(b);
	}
	return NULL;
}

/* It is a stand-in where it stands on one. */
static struct err *pin(const struct trial *t, struct built *b)
{
	_cleanup_(freep) char *tag = xasprintf(":%s", b->base.tag);
	size_t repo = strlen(b->base.ref) - (str_ends(b->base.ref, tag) ? strlen(tag) : 0);

	for (size_t i = 0; i < t->sample.input_count; i++)
		b->base.standin |= t->sample.inputs[i].standin;
	TRY(lab_manifest_digest(t->loop->job->lab, b->base.repo, b->base.tag, b->base.digest));
	b->by_digest = xasprintf("%.*s@%s", (int)repo, b->base.ref, b->base.digest);
	return NULL;
}

static struct err *make_one(struct loop *l, size_t i)
{
	struct built *b = &l->built[i];
	struct plan_slot slot;

	TRY(store_add_cell(l->job->store, &b->cell.cell));
	say(l, b);
	_cleanup_(trial_done) struct trial t;
	trial_of(&t, l, i, &slot);
	TRY(trial_run(&t));
	if (t.sample.status == STATUS_INTERRUPTED)
		return NULL;
	l->ordinal++;
	TRY(store_add_sample(l->job->store, &t.sample));
	if (t.sample.status == STATUS_OK)
		return pin(&t, b);
	b->broken = xstrdup(t.sample.failure ? t.sample.failure : "it failed");
	return NULL;
}

struct err *built_make(struct loop *l)
{
	const struct run_job *job = l->job;

	for (size_t i = 0; i < l->built_count && !(job->stop && *job->stop); i++)
		if (plan_next(job->plan) || l->again_count)
			TRY(make_one(l, i));
	return NULL;
}

void built_done(struct built *b)
{
	free(b->by_digest);
	free(b->broken);
	base_done(&b->base);
	cell_done(&b->cell.cell);
}
