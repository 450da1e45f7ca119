/* The loop: next slot, one trial, one transaction, until the plan is done. */
#include "base/clock.h"
#include "run/sabotage.h"

static bool stopped(const struct run_job *job)
{
	return job->stop && *job->stop;
}

static struct err *err_stopped(const struct run_job *job)
{
	_cleanup_(freep) char *of = job->plan->spec.until_decided
					    ? xstrdup("")
					    : xasprintf(" of %zu", plan_total(job->plan));

	return err_next(err_new(ERR_AGAIN, "interrupted after %zu%s builds; they are recorded",
				plan_total(job->plan) - plan_left(job->plan), of),
		"tare run --resume goes on with run %s", job->run->uuid + UUID_SIZE - 13);
}

struct err *loop_cell_ids(struct loop *l, size_t cell)
{
	_cleanup_(cell_done) struct cell prime = { 0 };
	struct ground *g = &l->grounds[cell];
	struct cell *c = &l->job->plan->cells[cell].cell;

	if (g->cell_id)
		return NULL;
	TRY(store_add_cell(l->job->store, c));
	plan_prime_cell(c, &prime);
	TRY(store_add_cell(l->job->store, &prime));
	g->cell_id = c->id;
	g->prime_cell_id = prime.id;
	return NULL;
}

void trial_init(struct trial *t, struct loop *l, const struct plan_slot *slot)
{
	struct run_job *job = l->job;
	const struct plan_cell *pc = &job->plan->cells[slot->cell];

	*t = (struct trial){ .loop = l, .slot = slot, .pc = pc };
	t->ground = &l->grounds[slot->cell];
	t->engine = &job->engines[pc->engine];
	t->scenario = job->scenarios[pc->scenario];
	t->variant = &t->scenario->variants[pc->variant];
	t->sample.kind = slot->kind;
	t->sample.block = slot->block;
	t->sample.ordinal = l->ordinal;
	t->sample.run_id = job->run->id;
	t->sample.cell_id = slot->kind == SAMPLE_PRIME ? t->ground->prime_cell_id : t->ground->cell_id;
	t->sample.start_unix_ns = clock_unix_ns();
	if (job->run->commit)
		t->sample.revision = xstrdup(job->run->commit);
}

/* No later sample with another edit can have this image. */
static void note_image(struct trial *t)
{
	struct loop *l = t->loop;
	struct seen_image *seen;

	if (!*t->sample.image.config)
		return;
	seen = GROW(l->seen, l->seen_count, l->seen_room);
	memcpy(seen->config, t->sample.image.config, DIGEST_SIZE);
	seen->ordinal = t->sample.ordinal;
}

/* What later samples have to know of a priming build. */
static void note_prime(struct trial *t)
{
	if (!t->primed)
		return;
	if (t->slot->kind == SAMPLE_PRIME) {
		t->primed->sample = t->sample.id;
		memcpy(t->primed->export_digest, t->sample.export_digest, DIGEST_SIZE);
		image_done(&t->primed->image);
		image_copy(&t->primed->image, &t->sample.image);
	}
}

static struct err *build_one(struct trial *t)
{
	TRY(built_lacking(t));
	if (t->sample.status != STATUS_OK)
		return NULL;
	TRY(trial_prepare(t));
	if (t->primed && t->slot->kind == SAMPLE_TIMED)
		t->sample.prime_id = t->primed->sample;
	TRY(trial_time(t));
	if (t->sample.status == STATUS_INTERRUPTED)
		return NULL;
	TRY(sabotage(t, SABOTAGE_TOLD));
	TRY(trial_match(t));
	trial_collect(t);
	TRY(sabotage(t, SABOTAGE_COLLECTED));
	trial_image(t);
	starts_absent(t);
	TRY(sabotage(t, SABOTAGE_IMAGE));
	trial_look(t);
	trial_check(t);
	return NULL;
}

/* Take the edit back, whatever became of the build; its error comes first. */
static struct err *restoring(struct trial *t, struct err *e)
{
	struct err *restored = t->ground->copy ? trial_restore(t) : NULL;

	if (!e)
		return restored;
	err_free(restored);
	return e;
}

static double expected_s(struct loop *l, const struct plan_slot *slot)
{
	_cleanup_(cell_done) struct cell prime = { 0 };
	struct cell *c = &l->job->plan->cells[slot->cell].cell;
	double s = -1;

	plan_prime_cell(c, &prime);
	err_free(store_expected_wall(l->job->store, slot->kind == SAMPLE_PRIME ? &prime : c, &s));
	return s;
}

struct err *trial_run(struct trial *t)
{
	return restoring(t, build_one(t));
}

static void announce(struct loop *l, const struct plan_slot *slot)
{
	const struct run_watch *w = &l->job->watch;

	if (w->begin)
		w->begin(w->ctx, l->job->plan, slot, expected_s(l, slot));
}

/* Record it and tell the plan what became of it. */
static struct err *settle(struct trial *t, struct plan_slot *slot)
{
	struct run_job *job = t->loop->job;
	const struct run_watch *w = &job->watch;
	int closed;

	TRY(store_add_sample(job->store, &t->sample));
	TRY(sabotage(t, SABOTAGE_RECORDED));
	note_prime(t);
	note_image(t);
	closed = job->plan->closed;
	plan_observe(job->plan, slot, &t->sample);
	if (job->plan->closed > closed)
		TRY(record_decided(job));
	if (w->end)
		w->end(w->ctx, job->plan, t->slot, &t->sample);
	return NULL;
}

static struct err *one(struct loop *l, struct plan_slot *slot)
{
	struct plan_slot was = *slot; /* the plan may grow under it */

	TRY(loop_cell_ids(l, slot->cell));
	announce(l, &was);
	_cleanup_(trial_done) struct trial t;
	trial_init(&t, l, &was);
	TRY(trial_run(&t));
	if (t.sample.status == STATUS_INTERRUPTED)
		return NULL;
	l->ordinal++;
	TRY(settle(&t, slot));
	return starts_keep(&t);
}

/* Samples that were skipped because their priming build did not succeed: kept and shown, void. */
static struct err *record_not_primed(struct loop *l, const struct plan_slot *slot)
{
	TRY(loop_cell_ids(l, slot->cell));
	_cleanup_(trial_done) struct trial t;
	trial_init(&t, l, slot);
	t.sample.status = STATUS_FAILED;
	t.sample.failure = xstrdup("not built: its priming build did not succeed");
	checks_fail(&t.sample.checks, CHECK_PRIMED, "the priming build of block %d failed or is void",
		slot->block);
	TRY(store_add_sample(l->job->store, &t.sample));
	l->ordinal++;
	return NULL;
}

static struct err *record_skipped(struct loop *l)
{
	const struct plan *p = l->job->plan;

	for (size_t i = 0; i < p->slot_count; i++)
		if (p->slots[i].skipped && p->slots[i].kind == SAMPLE_TIMED &&
			!p->cells[p->slots[i].cell].cell.unsupported)
			TRY(record_not_primed(l, &p->slots[i]));
	return NULL;
}

static bool is_over_budget(const struct run_job *job, int64_t start_ns)
{
	int64_t budget = job->plan->spec.budget_ns;

	return budget && clock_mono_ns() - start_ns >= budget;
}

static struct err *each_slot(struct loop *l)
{
	int64_t start_ns = clock_mono_ns();
	struct plan_slot *slot;

	while ((slot = plan_next(l->job->plan))) {
		if (stopped(l->job))
			return err_stopped(l->job);
		if (is_over_budget(l->job, start_ns)) {
			if (l->job->watch.say)
				l->job->watch.say(l->job->watch.ctx, "the budget is spent");
			break;
		}
		TRY(one(l, slot));
		if (stopped(l->job))
			return err_stopped(l->job);
	}
	return record_skipped(l);
}

/* Every cell of the plan, in its order, those that cannot be built with the reason. */
static struct err *list_cells(struct run_job *job)
{
	for (size_t i = 0; i < job->plan->cell_count; i++)
		TRY(store_list_cell(job->store, job->run->id, &job->plan->cells[i].cell));
	return NULL;
}

static void ground_done(struct ground *g)
{
	for (size_t i = 0; i < g->prime_count; i++) {
		free(g->primes[i].root);
		free(g->primes[i].repo);
		free(g->primes[i].local);
		image_done(&g->primes[i].image);
	}
	free(g->primes);
	reading_done(&g->reading);
	copy_free(g->copy);
}

static void loop_done(struct loop *l)
{
	for (size_t i = 0; l->grounds && i < l->job->plan->cell_count + l->built_count; i++)
		ground_done(&l->grounds[i]);
	for (size_t i = 0; i < l->built_count; i++)
		built_done(&l->built[i]);
	free(l->built);
	free(l->grounds);
	free(l->seen);
	for (size_t i = 0; i < l->kept_count; i++) {
		free(l->kept[i].ref);
		free(l->kept[i].lacks);
		free(l->kept[i].broken);
	}
	free(l->kept);
	firsts_done(l);
	free(l->again);
	image_cache_free(l->layers);
}

/* A resumed run counts on from the last sample that was recorded. */
static struct err *first_ordinal(struct run_job *job, int *out)
{
	struct sample *samples;
	size_t count;

	TRY(store_samples(job->store, job->run->id, &samples, &count));
	*out = 0;
	for (size_t i = 0; i < count; i++)
		if (samples[i].ordinal >= *out)
			*out = samples[i].ordinal + 1;
	samples_free(samples, count);
	return NULL;
}

struct err *run_all(struct run_job *job)
{
	_cleanup_(loop_done) struct loop l = { .job = job };

	TRY(built_find(&l));
	l.grounds = xcalloc(job->plan->cell_count + l.built_count + 1, sizeof(*l.grounds));
	l.layers = image_cache_new();
	if (job->verify)
		image_cache_read_all(l.layers);
	else
		image_cache_persist(l.layers);
	TRY(first_ordinal(job, &l.ordinal));
	if (l.ordinal == 0)
		TRY(list_cells(job));
	else
		TRY(again_find(&l));
	TRY(record_decided(job));
	TRY(catalogue_open(job));
	TRY(built_make(&l));
	TRY(each_slot(&l));
	TRY(again_build(&l));
	return starts_all(&l);
}
