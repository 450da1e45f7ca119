/* The engines of a run: started, asked what they really can do, and ended. */
#include "run/private.h"

static void drop_cells(struct run_job *job, size_t engine, const char *why)
{
	for (size_t i = 0; i < job->plan->cell_count; i++)
		if (job->plan->cells[i].engine == engine)
			plan_drop(job->plan, i, xstrdup(why));
}

/* What a running engine said it cannot do after all. */
static void narrow(struct run_job *job, size_t engine)
{
	const struct run_engine *e = &job->engines[engine];

	for (size_t i = 0; i < job->plan->cell_count; i++) {
		const struct plan_cell *c = &job->plan->cells[i];
		char *why = c->engine == engine && !c->cell.unsupported ?
			engine_cannot(e->engine, &e->info, &c->cell,
				&job->scenarios[c->scenario]->variants[c->variant]) : NULL;

		if (why)
			plan_drop(job->plan, i, why);
	}
}

static struct err *start(struct run_job *job, size_t engine)
{
	struct run_engine *e = &job->engines[engine];
	_cleanup_(freep) char *root = xasprintf("%s/store/%zu-fresh", job->lab->dir, engine);

	TRY(e->engine->open(job->lab, &e->info, &e->state));
	TRY(e->engine->select(e->state, root, true));
	return e->engine->learn(e->state, &e->info);
}

struct err *run_open_engines(struct run_job *job)
{
	struct err *first = NULL;

	for (size_t i = 0; i < job->engine_count; i++) {
		struct err *e = err_wrap(start(job, i), "starting %s", job->engines[i].label);

		if (e)
			drop_cells(job, i, e->what);
		else
			narrow(job, i);
		if (first)
			err_free(e);
		else
			first = e;
	}
	return first;
}

void run_close_engines(struct run_job *job)
{
	for (size_t i = 0; i < job->engine_count; i++) {
		job->engines[i].engine->close(job->engines[i].state);
		job->engines[i].state = NULL;
	}
}

void run_engine_done(struct run_engine *e)
{
	free(e->word);
	free(e->label);
	engine_info_done(&e->info);
	*e = (struct run_engine){ 0 };
}
