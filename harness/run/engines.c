/* The engines of a run: started, asked what they really can do, and ended. */
#include "lab/bases.h"
#include "run/private.h"

static void drop_cells(struct run_job *job, size_t engine, const char *why)
{
	for (size_t i = 0; i < job->plan->cell_count; i++)
		if (job->plan->cells[i].engine == engine)
			plan_drop(job->plan, i, xstrdup(why));
}

/* Why the engine cannot have a base of the Dockerfile, a new string; NULL when it can have all. */
static char *base_out_of_reach(const struct run_engine *e, const struct reading *r)
{
	const struct strv *refs = &r->graph->bases;

	for (size_t i = 0; e->info.hub_only && i < refs->count; i++) {
		const char *ref = refs->items[i];
		size_t by_digest = str_ends(ref, BY_DIGEST) ? strlen(BY_DIGEST) : 0;
		_cleanup_(freep) char *name = xstrndup(ref, strlen(ref) - by_digest);
		_cleanup_(base_name_done) struct base_name n = { 0 };
		_cleanup_(err_freep) struct err *bad = base_name_parse(name, &n);

		if (!bad && !str_eq(n.host, "docker.io"))
			return xasprintf("%s cannot take %s from the lab's registry: its mirrors "
					 "serve docker.io only",
				e->label, ref);
	}
	return NULL;
}

/* The same where nobody can have it. Frontends are pulled, too, by engines that know them. */
static char *base_lacking(
	const struct run_job *job, const struct run_engine *e, const struct reading *r)
{
	const char *frontend = e->engine->buildah ? NULL : r->dockerfile->syntax;

	for (size_t i = 0; i < job->lack_count; i++) {
		const struct base_lack *l = &job->lacks[i];

		if (strv_has(&r->graph->bases, l->ref) || (frontend && str_eq(frontend, l->ref)))
			return xasprintf("%s: %s", l->ref, l->why);
	}
	return NULL;
}

/* Most Dockerfiles say nothing that an engine of today could not know: then it is not asked. */
static struct err *language_learn(struct run_engine *e, const struct reading *r)
{
	bool newer = false;

	for (size_t i = 0; i < r->dockerfile->count; i++)
		newer |= r->dockerfile->items[i].heredoc_count ||
			 instruction_is_linked(&r->dockerfile->items[i]);
	if (!newer || e->language_known || !e->engine->learn_language)
		return NULL;
	e->language_known = true;
	return e->engine->learn_language(e->state, &e->info);
}

/* What the Dockerfile says and the engine does not know, a new string; NULL: nothing. Where the
 * file names a frontend, that knows it, on engines that fetch one. */
static char *language_lacking(const struct run_engine *e, const struct reading *r)
{
	if (r->dockerfile->syntax && !e->engine->buildah)
		return NULL;
	for (size_t i = 0; i < r->dockerfile->count; i++) {
		const struct df_instruction *in = &r->dockerfile->items[i];

		if (e->info.no_heredocs && in->heredoc_count)
			return xasprintf("%s does not know heredocs: line %d, %s <<%s", e->label,
				in->line, in->name, in->heredocs[0].name);
		if (e->info.no_links && instruction_is_linked(in))
			return xasprintf("%s does not know %s --link: line %d", e->label, in->name,
				in->line);
	}
	return NULL;
}

/* Why no cell of the variant can be done after all: a new string in *why; NULL when some can. */
static struct err *variant_lacking(const struct run_job *job, struct run_engine *e,
	const struct scenario *s, const struct variant *v, char **why)
{
	_cleanup_(reading_done) struct reading r = { 0 };
	_cleanup_(err_freep) struct err *unread = variant_reading(s, v, &r);

	*why = NULL;
	if (unread)
		return NULL;
	TRY(language_learn(e, &r));
	*why = base_lacking(job, e, &r);
	if (!*why)
		*why = language_lacking(e, &r);
	if (!*why && job->proxied)
		*why = proxy_cannot(s, v);
	if (!*why)
		*why = base_out_of_reach(e, &r);
	return NULL;
}

static bool is_of(const struct plan_cell *a, const struct plan_cell *b)
{
	return a->engine == b->engine && a->scenario == b->scenario && a->variant == b->variant &&
	       !a->cell.unsupported;
}

/* All that is left of a cell's variant on its engine, where that cannot be done. */
static struct err *narrow_variant(struct run_job *job, const struct plan_cell *of)
{
	const struct scenario *s = job->scenarios[of->scenario];
	_cleanup_(freep) char *why = NULL;

	TRY(variant_lacking(job, &job->engines[of->engine], s, &s->variants[of->variant], &why));
	for (size_t i = 0; why && i < job->plan->cell_count; i++)
		if (is_of(&job->plan->cells[i], of))
			plan_drop(job->plan, i, xstrdup(why));
	return NULL;
}

static bool is_first(const struct plan *p, size_t cell)
{
	for (size_t i = 0; i < cell; i++)
		if (is_of(&p->cells[i], &p->cells[cell]))
			return false;
	return true;
}

/* What a running engine said it cannot do after all. */
static struct err *narrow(struct run_job *job, size_t engine)
{
	const struct run_engine *e = &job->engines[engine];
	struct plan *p = job->plan;

	for (size_t i = 0; i < p->cell_count; i++) {
		const struct plan_cell *c = &p->cells[i];
		const struct scenario *s = job->scenarios[c->scenario];
		char *why = NULL;

		if (c->engine == engine && !c->cell.unsupported)
			why = engine_cannot(
				e->engine, &e->info, &c->cell, &s->variants[c->variant]);
		if (why)
			plan_drop(p, i, why);
	}
	for (size_t i = 0; i < p->cell_count; i++)
		if (p->cells[i].engine == engine && !p->cells[i].cell.unsupported && is_first(p, i))
			TRY(narrow_variant(job, &p->cells[i]));
	return NULL;
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

		if (!e)
			e = narrow(job, i);
		if (e)
			drop_cells(job, i, e->what);
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
