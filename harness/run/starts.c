/* Which images are started, how often, and in what order. */
#include "base/random.h"
#include "run/private.h"

#define STARTS_DEFAULT 5

static bool claims_starts(const struct scenario *s)
{
	for (size_t i = 0; i < s->claim_count; i++)
		if (metric_is_of_starts(s->claims[i].metric))
			return true;
	return false;
}

static bool has_health(const struct scenario *s)
{
	for (size_t i = 0; i < s->variant_count; i++)
		if (variant_health(s, &s->variants[i])->limit_ns)
			return true;
	return false;
}

int64_t run_starts(const struct scenario *s)
{
	return has_health(s) && (strv_has(&s->tags, "runner") || claims_starts(s)) ? STARTS_DEFAULT : 0;
}

int64_t starts_of(const struct run_job *job, const struct plan_cell *pc)
{
	return job->starts < 0 ? run_starts(job->scenarios[pc->scenario]) : job->starts;
}

/* Cold builds start from a store of their own: that an image was pushed from it, to be kept, helps
 * no later push. A kept store would remember. */
static bool can_own(const struct plan_cell *c)
{
	return !c->cell.unsupported && c->cell.state == STATE_COLD &&
	       (c->cell.cache.mode != CACHE_STORE || c->cell.output == OUTPUT_IMAGE);
}

/* The one cell whose image is started for its variant on its engine: unedited where there is one. */
static bool owns_starts(const struct plan *p, const struct plan_cell *of)
{
	const struct plan_cell *best = NULL;

	for (size_t i = 0; i < p->cell_count; i++) {
		const struct plan_cell *c = &p->cells[i];

		if (c->scenario == of->scenario && c->variant == of->variant &&
			c->engine == of->engine && can_own(c) &&
			(!best || (best->cell.edit != EDIT_NONE && c->cell.edit == EDIT_NONE)))
			best = c;
	}
	return best == of;
}

bool starts_wanted(const struct run_job *job, const struct plan_cell *pc)
{
	const struct scenario *s = job->scenarios[pc->scenario];

	return starts_of(job, pc) > 0 && variant_health(s, &s->variants[pc->variant])->limit_ns &&
	       owns_starts(job->plan, pc);
}

static bool is_wanted(const struct trial *t)
{
	return t->slot->kind == SAMPLE_TIMED && starts_wanted(t->loop->job, t->pc);
}

void starts_absent(struct trial *t)
{
	if (!is_wanted(t) || t->engine->engine->client)
		return;
	for (int m = 0; m < METRIC_COUNT; m++)
		if (metric_is_of_starts((enum metric)m))
			values_absent(&t->sample.values, (enum metric)m,
				"%s builds images and runs none", t->engine->label);
}

bool starts_kept(const struct loop *l, size_t cell)
{
	for (size_t i = 0; i < l->kept_count; i++)
		if (l->kept[i].cell == cell)
			return true;
	return false;
}

static bool has_image(const struct trial *t)
{
	return t->sample.status == STATUS_OK && !checks_void(&t->sample.checks);
}

/* Why there is no image to start, a new string; NULL: it is at the ref. */
static char *keep_at(struct trial *t, char *ref)
{
	struct container c = { t->engine->engine, t->engine->state, t->loop->job->lab, ref, NULL,
		NULL };
	_cleanup_(err_freep) struct err *e = NULL;

	if (!has_image(t))
		return xasprintf(
			"its image was lost with an interrupted call, and did not build again%s%s",
			t->sample.failure ? ": " : "", t->sample.failure ? t->sample.failure : "");
	e = container_keep(&c, t->tag);
	return e ? xasprintf("its image could not be pushed to be started: %s", e->what) : NULL;
}

struct err *starts_keep_built(struct trial *t, int rounds)
{
	struct loop *l = t->loop;
	const struct lab *lab = l->job->lab;
	struct kept *k = GROW(l->kept, l->kept_count, l->kept_room);

	*k = (struct kept){ .cell = t->slot->cell, .sample = t->sample.id, .rounds = rounds };
	k->ref = xasprintf(
		"127.0.0.1:%d/tare-%s/start-%zu:kept", lab->cache_port, lab->run, k->cell);
	k->lacks = t->sample.image.lacks ? xstrdup(t->sample.image.lacks) : NULL;
	k->broken = keep_at(t, k->ref);
	return NULL;
}

struct err *starts_keep(struct trial *t)
{
	if (!is_wanted(t) || !t->engine->engine->client || !has_image(t) ||
		starts_kept(t->loop, t->slot->cell))
		return NULL;
	return starts_keep_built(t, 0);
}

static void start_init(struct start *s, struct loop *l, struct kept *k, int round)
{
	struct run_job *job = l->job;
	const struct plan_cell *pc = &job->plan->cells[k->cell];
	const struct scenario *scenario = job->scenarios[pc->scenario];

	*s = (struct start){ .loop = l, .kept = k, .engine = &job->engines[pc->engine] };
	s->health = variant_health(scenario, &scenario->variants[pc->variant]);
	s->name = xasprintf("tare-%s-%d", job->lab->run, l->ordinal);
	s->container = (struct container){ s->engine->engine, s->engine->state, job->lab, k->ref,
		s->name, s->health->user };
	s->sample.kind = SAMPLE_START;
	s->sample.block = round;
	s->sample.ordinal = l->ordinal;
	s->sample.run_id = job->run->id;
	s->sample.cell_id = l->grounds[k->cell].cell_id;
	s->sample.prime_id = k->sample;
}

static void say_failure(const struct start *s)
{
	const struct run_watch *w = &s->loop->job->watch;
	const struct cell *c = &s->loop->job->plan->cells[s->kept->cell].cell;
	_cleanup_(freep) char *line = NULL;

	if (!w->say)
		return;
	line = xasprintf("%s on %s does not start: %s", c->variant, c->engine, s->sample.failure);
	w->say(w->ctx, line);
}

static struct err *err_stopped(void)
{
	return err_next(
		err_new(ERR_AGAIN, "interrupted while images were started; builds are recorded"),
		"tare run --resume builds the images again and starts them");
}

static struct err *start_one(struct loop *l, struct kept *k, int round)
{
	_cleanup_(start_done) struct start s = { 0 };

	if (k->given_up)
		return NULL;
	start_init(&s, l, k, round);
	TRY(start_once(&s));
	if (s.sample.status == STATUS_INTERRUPTED)
		return err_stopped();
	k->given_up = s.sample.status != STATUS_OK;
	if (k->given_up)
		say_failure(&s);
	l->ordinal++;
	return store_add_sample(l->job->store, &s.sample);
}

/* An empty store for each engine: images come and go in it one at a time, so that no pull is spared
 * a layer by another image. */
static struct err *select_stores(struct loop *l)
{
	for (size_t i = 0; i < l->job->engine_count; i++) {
		struct run_engine *e = &l->job->engines[i];
		_cleanup_(freep) char *root = xasprintf("%s/store/%zu-start", l->job->lab->dir, i);

		if (e->state && e->engine->client)
			TRY(e->engine->select(e->state, root, true));
	}
	return NULL;
}

static int64_t starts_of_kept(const struct loop *l, const struct kept *k)
{
	return starts_of(l->job, &l->job->plan->cells[k->cell]);
}

static struct err *one_round(struct loop *l, const size_t *order, int round, bool *more)
{
	*more = false;
	for (size_t i = 0; i < l->kept_count; i++) {
		struct kept *k = &l->kept[order[i]];

		if (l->job->stop && *l->job->stop)
			return err_stopped();
		if (round >= k->rounds && round < starts_of_kept(l, k))
			TRY(start_one(l, k, round));
		*more |= round + 1 < starts_of_kept(l, k) && !k->given_up;
	}
	return NULL;
}

struct err *starts_all(struct loop *l)
{
	const struct run_watch *w = &l->job->watch;
	_cleanup_(freep) size_t *order = xcalloc(l->kept_count + 1, sizeof(*order));
	bool more = l->kept_count > 0;
	struct rng rng;

	/* before the first image was built again there is none to start, and yet it is not done */
	if ((more || l->again_count) && l->job->stop && *l->job->stop)
		return err_stopped();
	if (!more)
		return NULL;
	if (w->say)
		w->say(w->ctx, "all is built; now images are started");
	TRY(select_stores(l));
	rng_seed(&rng, l->job->plan->spec.seed);
	for (size_t i = 0; i < l->kept_count; i++)
		order[i] = i;
	for (int round = 0; more; round++) {
		rng_shuffle(&rng, order, l->kept_count);
		TRY(one_round(l, order, round, &more));
	}
	return NULL;
}
