/* The engines of a run: started, asked what they really can do, and ended. */
#include "lab/bases.h"
#include "run/private.h"

static void drop_cells(struct run_job *job, size_t engine, const char *why)
{
	for (size_t i = 0; i < job->plan->cell_count; i++)
		if (job->plan->cells[i].engine == engine)
			plan_drop(job->plan, i, xstrdup(why));
}

/* Why the engine cannot have a base of the variant, a new string; NULL when it can have all. */
static char *base_out_of_reach(
	const struct run_engine *e, const struct scenario *s, const struct variant *v)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;
	_cleanup_(err_freep) struct err *unread = NULL;

	if (!e->info.hub_only)
		return NULL;
	unread = variant_base_refs(s, v, false, &refs);
	for (size_t i = 0; i < refs.count; i++) {
		_cleanup_(base_name_done) struct base_name n = { 0 };
		_cleanup_(err_freep) struct err *bad = base_name_parse(refs.items[i], &n);

		if (!bad && !str_eq(n.host, "docker.io"))
			return xasprintf("%s cannot take %s from the lab's registry: its mirrors "
					 "serve docker.io only",
				e->label, refs.items[i]);
	}
	return NULL;
}

/* The same where nobody can have it. */
static char *base_lacking(const struct run_job *job, const struct run_engine *e,
	const struct scenario *s, const struct variant *v)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;
	_cleanup_(err_freep) struct err *unread = NULL;

	if (job->lack_count)
		unread = variant_base_refs(s, v, !e->engine->buildah, &refs);
	for (size_t i = 0; i < job->lack_count; i++)
		if (strv_has(&refs, job->lacks[i].ref))
			return xasprintf("%s: %s", job->lacks[i].ref, job->lacks[i].why);
	return NULL;
}

/* What the variant's Dockerfile says and the engine does not know, a new string; NULL: nothing.
 * Where the file names a frontend, that knows it, on engines that fetch one. */
static char *language_lacking(
	const struct run_engine *e, const struct scenario *s, const struct variant *v)
{
	_cleanup_(reading_done) struct reading r = { 0 };
	_cleanup_(err_freep) struct err *unread = NULL;

	if (!e->info.no_heredocs && !e->info.no_links)
		return NULL;
	unread = variant_reading(s, v, &r);
	if (unread || (r.dockerfile->syntax && !e->engine->buildah))
		return NULL;
	for (size_t i = 0; i < r.dockerfile->count; i++) {
		const struct df_instruction *in = &r.dockerfile->items[i];

		if (e->info.no_heredocs && in->heredoc_count)
			return xasprintf("%s does not know heredocs: line %d, %s <<%s", e->label,
				in->line, in->name, in->heredocs[0].name);
		if (e->info.no_links && instruction_is_linked(in))
			return xasprintf("%s does not know %s --link: line %d", e->label, in->name,
				in->line);
	}
	return NULL;
}

/* Why this cell cannot be done after all, a new string; NULL when it can. */
static char *why_not(const struct run_job *job, const struct plan_cell *c)
{
	const struct run_engine *e = &job->engines[c->engine];
	const struct scenario *s = job->scenarios[c->scenario];
	const struct variant *v = &s->variants[c->variant];
	char *why = engine_cannot(e->engine, &e->info, &c->cell, v);

	if (!why)
		why = base_lacking(job, e, s, v);
	if (!why)
		why = language_lacking(e, s, v);
	if (!why && job->proxied)
		why = proxy_cannot(s, v);
	return why ? why : base_out_of_reach(e, s, v);
}

/* What a running engine said it cannot do after all. */
static void narrow(struct run_job *job, size_t engine)
{
	for (size_t i = 0; i < job->plan->cell_count; i++) {
		const struct plan_cell *c = &job->plan->cells[i];
		char *why = c->engine == engine && !c->cell.unsupported ? why_not(job, c) : NULL;

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
