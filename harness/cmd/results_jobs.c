#include "cmd/results_jobs.h"

static void add_cell(struct job *j, const struct claim_cell *c)
{
	strv_add_once(&j->variants, c->variant);
	strv_add_once(&j->caches, c->cache);
	strv_add_once(&j->states, c->state);
	strv_add_once(&j->edits, c->edit);
}

static void job_of(const struct scenario *s, const struct claim *c, struct job *out)
{
	*out = (struct job){ .scenario = s, .times = c->metric == M_BUILD_WALL };
	add_cell(out, &c->of);
	add_cell(out, &c->than);
}

static void job_done(struct job *j)
{
	strv_done(&j->variants);
	strv_done(&j->caches);
	strv_done(&j->states);
	strv_done(&j->edits);
}

/* Whether both hold the same words, in whatever order. */
static bool same_words(const struct strv *a, const struct strv *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (!strv_has(b, a->items[i]))
			return false;
	return a->count == b->count;
}

static void add_all(struct strv *to, const struct strv *from)
{
	for (size_t i = 0; i < from->count; i++)
		strv_add_once(to, from->items[i]);
}

/* Whether one tare run serves both, and builds little that neither needs: what is decided by time
 * takes many builds of each cell, what is exact takes one. */
static bool fit(const struct job *a, const struct job *b)
{
	bool exact = !a->times && !b->times;

	return a->scenario == b->scenario && same_words(&a->states, &b->states) &&
	       same_words(&a->edits, &b->edits) &&
	       (same_words(&a->caches, &b->caches) ||
		       (exact && same_words(&a->variants, &b->variants)));
}

/* Into one that it fits, else a new one; takes what it holds. */
static void put(struct jobs *jobs, struct job *one)
{
	for (size_t i = 0; i < jobs->count; i++) {
		struct job *j = &jobs->items[i];

		if (!fit(j, one))
			continue;
		add_all(&j->variants, &one->variants);
		add_all(&j->caches, &one->caches);
		j->times |= one->times;
		job_done(one);
		return;
	}
	*GROW(jobs->items, jobs->count, jobs->room) = *one;
}

/* The first variant is the reference, and so stands where the scenario has it. */
static void order_variants(struct job *j)
{
	struct strv ordered = STRV_INIT;

	for (size_t i = 0; i < j->scenario->variant_count; i++)
		if (strv_has(&j->variants, j->scenario->variants[i].name))
			strv_add(&ordered, j->scenario->variants[i].name);
	strv_done(&j->variants);
	j->variants = ordered;
}

void jobs_of(const struct results_ask *ask, struct jobs *out)
{
	for (size_t i = 0; i < ask->scenario_count; i++) {
		const struct scenario *s = ask->scenarios[i];

		for (size_t k = 0; k < s->claim_count; k++) {
			struct job one;

			if (!results_wants(ask, s->claims[k].row))
				continue;
			job_of(s, &s->claims[k], &one);
			put(out, &one);
		}
	}
	for (size_t i = 0; i < out->count; i++)
		order_variants(&out->items[i]);
}

char *job_tag(const struct job *j)
{
	struct str s = STR_INIT;

	str_addf(&s, "results/%s/", j->scenario->name);
	strv_join(&s, &j->variants, "+");
	str_addc(&s, '/');
	strv_join(&s, &j->caches, "+");
	str_addc(&s, '.');
	strv_join(&s, &j->states, "+");
	str_addc(&s, '.');
	strv_join(&s, &j->edits, "+");
	return str_take(&s);
}

void jobs_done(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->count; i++)
		job_done(&jobs->items[i]);
	free(jobs->items);
	*jobs = (struct jobs){ 0 };
}

/* Its words as the spec of a plan; all were checked when the claim was read. */
static struct plan_spec spec_of(const struct job *j)
{
	struct plan_spec spec = { .samples = 1, .seed = 1, .edits_given = true };

	for (size_t i = 0; i < j->caches.count && spec.cache_count < MAX_CACHES; i++)
		err_free(cache_parse(j->caches.items[i], &spec.caches[spec.cache_count++]));
	for (size_t i = 0; i < j->states.count; i++)
		spec.state[word_index(state_names, j->states.items[i])] = true;
	for (size_t i = 0; i < j->edits.count; i++)
		spec.edit[word_index(edit_names, j->edits.items[i])] = true;
	return spec;
}

/* The job's variants alone; they stay the scenario's. */
static struct scenario part_of(const struct job *j, struct variant *room)
{
	struct scenario part = *j->scenario;

	part.variants = room;
	part.variant_count = 0;
	for (size_t i = 0; i < j->scenario->variant_count; i++)
		if (strv_has(&j->variants, j->scenario->variants[i].name))
			room[part.variant_count++] = j->scenario->variants[i];
	return part;
}

/* Why fewer than `least` of the job's cells can be built, a new string; NULL: enough can. */
static char *job_cannot(const struct job *j, const struct run_engine *engine, size_t least)
{
	_cleanup_(freep) struct variant *room =
		xcalloc(j->scenario->variant_count + 1, sizeof(*room));
	struct scenario part = part_of(j, room), *parts[] = { &part };
	struct engines engines = { .items = (struct run_engine *)engine, .count = 1 };
	struct plan_spec spec = spec_of(j);
	_cleanup_(plan_freep) struct plan *plan = NULL;
	_cleanup_(err_freep) struct err *e =
		ask_plan(&spec, &(struct scenarios){ parts, 1 }, &engines, &plan);
	const char *why = NULL;
	size_t can = 0;

	if (e) { /* "nothing of … can be built: why" */
		why = strstr(e->what, ": ");
		return xstrdup(why ? why + 2 : e->what);
	}
	for (size_t i = 0; i < plan->cell_count; i++) {
		const char *one = plan->cells[i].cell.unsupported;

		can += !one;
		why = why ? why : one;
	}
	return can < least && why ? xstrdup(why) : NULL;
}

char *claim_cannot(
	const struct scenario *s, const struct claim *c, const struct run_engine *engine)
{
	struct job one;
	char *why;

	job_of(s, c, &one);
	why = job_cannot(&one, engine, 2);
	job_done(&one);
	return why;
}

/* Words of names and modes: none of them holds a blank. */
static void add_words(struct str *s, const struct job *j)
{
	str_addf(s, "%s --variant ", j->scenario->name);
	strv_join(s, &j->variants, ",");
	str_add(s, " --cache ");
	strv_join(s, &j->caches, ",");
	str_add(s, " --state ");
	strv_join(s, &j->states, ",");
	str_add(s, " --edit ");
	strv_join(s, &j->edits, ",");
	str_add(s, j->times ? " --until decided" : " --samples 1");
}

/* The finished runs of this tag, their engines added to `done`. */
static struct err *engines_done_of(
	struct store *st, struct run **runs, size_t count, const char *tag, struct strv *done)
{
	for (size_t i = 0; i < count; i++) {
		if (!runs[i]->end_unix_ns || !str_eq(runs[i]->tag, tag))
			continue;
		if (!runs[i]->engine_count)
			TRY(store_read_engines(st, runs[i]));
		for (size_t k = 0; k < runs[i]->engine_count; k++)
			strv_add(done, runs[i]->engines[k].engine);
	}
	return NULL;
}

static struct err *job_print(const struct job *j, struct store *st, struct run **runs, size_t count,
	const struct run *unfinished, const struct engines *engines, FILE *f)
{
	_cleanup_(freep) char *tag = job_tag(j);
	_cleanup_(strv_done) struct strv done = STRV_INIT, left = STRV_INIT;
	_cleanup_(str_done) struct str line = STR_INIT;

	TRY(engines_done_of(st, runs, count, tag, &done));
	for (size_t i = 0; i < engines->count; i++) {
		const struct run_engine *one = &engines->items[i];
		_cleanup_(freep) char *cannot = job_cannot(j, one, j->times ? 2 : 1);

		if (!cannot && !strv_has(&done, one->label))
			strv_add(&left, one->word);
	}
	if (!left.count)
		return NULL;
	str_addf(&line, "%s\t%s\t",
		unfinished && str_eq(unfinished->tag, tag) ? "resume" : "run", tag);
	strv_join(&line, &left, ",");
	str_addc(&line, '\t');
	add_words(&line, j);
	fprintf(f, "%s\n", str_get(&line));
	return NULL;
}

struct err *jobs_print(
	const struct jobs *jobs, struct store *st, const struct engines *engines, FILE *f)
{
	_cleanup_(run_freep) struct run *unfinished = NULL;
	struct err *e = NULL;
	struct run **runs;
	size_t count;

	TRY(store_unfinished(st, &unfinished));
	TRY(store_runs(st, 0, &runs, &count));
	for (size_t i = 0; !e && i < jobs->count; i++)
		e = job_print(&jobs->items[i], st, runs, count, unfinished, engines, f);
	runs_free(runs, count);
	return e;
}
