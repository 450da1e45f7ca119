/* Images of an earlier call: built again, since they went with its lab, and started as if that call
 * had not been interrupted. */
#include "run/private.h"

/* What a cell has come to in all calls of the run. */
struct tally {
	bool built, given_up;
	int started;
};

static struct tally tally_of(const struct sample *samples, size_t count, int64_t cell)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct sample *s = &samples[i];

		if (s->cell_id != cell)
			continue;
		if (s->kind == SAMPLE_TIMED)
			t.built |= s->status == STATUS_OK && !checks_void(&s->checks);
		if (s->kind == SAMPLE_START) {
			t.started++;
			t.given_up |= s->status != STATUS_OK;
		}
	}
	return t;
}

static struct err *find_one(struct loop *l, size_t cell, const struct sample *samples, size_t count)
{
	const struct plan_cell *pc = &l->job->plan->cells[cell];
	struct tally t;

	if (!starts_wanted(l->job, pc) || !l->job->engines[pc->engine].engine->client)
		return NULL;
	TRY(loop_cell_ids(l, cell));
	t = tally_of(samples, count, l->grounds[cell].cell_id);
	if (t.built && !t.given_up && t.started < starts_of(l->job, pc))
		*GROW(l->again, l->again_count, l->again_room) = (struct again){ cell, t.started };
	return NULL;
}

struct err *again_find(struct loop *l)
{
	struct sample *samples;
	size_t count;
	struct err *e = NULL;

	TRY(store_samples(l->job->store, l->job->run->id, &samples, &count));
	for (size_t i = 0; i < l->job->plan->cell_count && !e; i++)
		e = find_one(l, i, samples, count);
	samples_free(samples, count);
	return e;
}

static void say(const struct loop *l, const struct cell *c)
{
	const struct run_watch *w = &l->job->watch;
	_cleanup_(freep) char *line = xasprintf("building %s/%s on %s again, to start its image",
		c->scenario, c->variant, c->engine);

	if (w->say)
		w->say(w->ctx, line);
}

static struct err *build_one(struct loop *l, const struct again *a)
{
	const struct plan_slot slot = { .kind = SAMPLE_PRIME, .cell = a->cell, .block = NO_BLOCK };

	say(l, &l->job->plan->cells[a->cell].cell);
	_cleanup_(trial_done) struct trial t;
	trial_init(&t, l, &slot);
	TRY(trial_run(&t));
	if (t.sample.status == STATUS_INTERRUPTED)
		return NULL;
	l->ordinal++;
	TRY(store_add_sample(l->job->store, &t.sample));
	return starts_keep_built(&t, a->rounds);
}

struct err *again_build(struct loop *l)
{
	const volatile int *stop = l->job->stop;

	for (size_t i = 0; i < l->again_count && !(stop && *stop); i++)
		if (!starts_kept(l, l->again[i].cell))
			TRY(build_one(l, &l->again[i]));
	return NULL;
}
