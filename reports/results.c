/* The claims of many scenarios, judged by one database. */
#include "reports/results.h"

#define MOST_RUNS 200

bool results_wants(const struct results_ask *ask, int64_t row)
{
	for (size_t i = 0; i < ask->row_count; i++)
		if (ask->rows[i] == row)
			return true;
	return !ask->row_count;
}

static struct err *read_runs(struct store *st, struct results *r)
{
	TRY(store_runs(st, MOST_RUNS, &r->runs, &r->run_count));
	r->summaries = xcalloc(r->run_count + 1, sizeof(struct run_summary *));
	for (size_t i = 0; i < r->run_count; i++) {
		if (!r->runs[i]->end_unix_ns)
			continue;
		TRY(store_read_engines(st, r->runs[i]));
		TRY(summary_load(st, r->runs[i], &r->summaries[r->summary_count]));
		r->summary_count++;
	}
	return NULL;
}

static bool has_scenario(const struct results_ask *ask, const struct cell *c)
{
	for (size_t i = 0; i < ask->scenario_count; i++)
		if (str_eq(ask->scenarios[i]->name, c->scenario) &&
			str_eq(ask->scenarios[i]->project, c->project))
			return true;
	return false;
}

/* Those asked for, else those that anything was recorded of. */
static void choose_engines(struct results *r)
{
	for (size_t i = 0; i < r->ask->engines->count; i++)
		strv_add(&r->engines, r->ask->engines->items[i]);
	for (size_t i = 0; !r->ask->engines->count && i < r->summary_count; i++)
		for (size_t k = 0; k < r->summaries[i]->count; k++) {
			const struct cell *c = r->summaries[i]->cells[k].cell;

			if (has_scenario(r->ask, c))
				strv_add_once(&r->engines, c->engine);
		}
	if (!r->ask->engines->count)
		strv_sort(&r->engines);
}

static void judge_scenario(struct results *r, const struct scenario *s)
{
	for (size_t c = 0; c < s->claim_count; c++)
		for (size_t e = 0; results_wants(r->ask, s->claims[c].row) && e < r->engines.count;
			e++)
			claim_judge(s, &s->claims[c], r->engines.items[e], r->summaries,
				r->summary_count, GROW(r->items, r->count, r->room));
}

/* Claims of no row stand last; else the scenarios' order stays. */
static int by_row(const void *a, const void *b)
{
	const struct judged *x = a, *y = b;
	int64_t rx = x->claim->row ? x->claim->row : INT64_MAX;
	int64_t ry = y->claim->row ? y->claim->row : INT64_MAX;
	int names = strcmp(x->scenario->name, y->scenario->name);

	if (rx != ry)
		return rx < ry ? -1 : 1;
	if (names)
		return names;
	if (x->claim != y->claim)
		return x->claim < y->claim ? -1 : 1;
	return x->engine < y->engine ? -1 : x->engine > y->engine;
}

struct err *results_load(struct store *st, const struct results_ask *ask, struct results *out)
{
	_cleanup_(results_done) struct results r = { .ask = ask };

	TRY(read_runs(st, &r));
	choose_engines(&r);
	for (size_t i = 0; i < ask->scenario_count; i++)
		judge_scenario(&r, ask->scenarios[i]);
	if (r.count)
		qsort(r.items, r.count, sizeof(*r.items), by_row);
	*out = r;
	r = (struct results){ 0 };
	return NULL;
}

void results_done(struct results *r)
{
	for (size_t i = 0; i < r->count; i++)
		judged_done(&r->items[i]);
	free(r->items);
	for (size_t i = 0; i < r->summary_count; i++)
		summary_free(r->summaries[i]);
	free(r->summaries);
	runs_free(r->runs, r->run_count);
	strv_done(&r->engines);
	*r = (struct results){ 0 };
}

struct tally results_tally(
	const struct results *r, int64_t row, const struct scenario *s, const char *engine)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < r->count; i++) {
		const struct judged *j = &r->items[i];

		if (j->claim->row != row || (s && j->scenario != s) || !str_eq(j->engine, engine))
			continue;
		t.holds += j->word == claimed_names[CLAIM_HOLDS];
		t.fails += j->word == claimed_names[CLAIM_FAILS];
		t.inconclusive += j->word == claimed_names[CLAIM_INCONCLUSIVE];
		t.absent += j->word == claim_not_measured;
	}
	return t;
}
