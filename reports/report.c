#include "reports/figure.h"
#include "reports/report.h"

/* Scenarios in one report; the newest are kept. */
#define LEADS_MOST 64

void cell_name(struct str *s, const struct cell *c)
{
	term_encode(s, c->scenario, strlen(c->scenario));
	if (!str_eq(c->variant, "default")) {
		str_addc(s, '/');
		term_encode(s, c->variant, strlen(c->variant));
	}
	str_add(s, ", ");
	term_encode(s, c->engine, strlen(c->engine));
	str_addf(s, ", %s, ", cache_name(c->cache));
	str_add(s, c->state == STATE_COLD ? "cold" : c->edit == EDIT_NONE ? "no edit" : "");
	if (c->edit != EDIT_NONE)
		str_addf(s, "%s%s edit", c->state == STATE_COLD ? ", " : "", edit_names[c->edit]);
	if (c->output == OUTPUT_PUSH)
		str_add(s, ", push");
	if (c->link.rtt_ns || c->link.rate_bytes_s) {
		str_add(s, ", ");
		link_show(s, c->link);
	}
}

void commit_name(struct str *s, const struct run *run)
{
	if (!run->commit)
		return;
	term_encode(s, run->commit, strnlen(run->commit, 7));
	str_add(s, run->dirty ? "+" : "");
}

static struct err *add_lead(struct store *st, struct report *r, int64_t id)
{
	size_t i = r->lead_count;

	TRY(store_run_by_id(st, id, &r->runs[i]));
	TRY(summary_load(st, r->runs[i], &r->leads[i]));
	r->lead_count++;
	return NULL;
}

static struct err *no_such_branch(const struct store *st, const char *branch)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	term_encode(&s, branch, strlen(branch));
	return err_next(
		err_at(err_new(ERR_INPUT, "no finished run is of the branch \"%s\"", str_get(&s)),
			"%s", store_path(st)),
		"tare list runs shows their branches");
}

static struct err *load_leads(struct store *st, const char *branch, struct report *r)
{
	_cleanup_(freep) int64_t *ids = NULL;
	size_t count;

	TRY(store_latest_runs(st, branch, &ids, &count));
	for (size_t i = 0; i < count && i < LEADS_MOST; i++)
		TRY(add_lead(st, r, ids[i]));
	return NULL;
}

/* Of the latest finished run; of the latest at all where none has finished, which leads alone. */
static struct err *load_database(struct store *st, const struct report_ask *ask, struct report *r)
{
	_cleanup_(freep) char *branch = ask->branch ? xstrdup(ask->branch) : NULL;
	struct run **runs;
	size_t count, i = 0;
	int64_t newest;

	TRY(store_runs(st, 0, &runs, &count));
	newest = count ? runs[0]->id : 0;
	while (i < count && !runs[i]->end_unix_ns)
		i++;
	if (!branch && i < count && runs[i]->branch)
		branch = xstrdup(runs[i]->branch);
	runs_free(runs, count);
	TRY(load_leads(st, branch, r));
	if (!r->lead_count && ask->branch)
		return no_such_branch(st, ask->branch);
	if (!r->lead_count && newest)
		TRY(add_lead(st, r, newest));
	return history_load(st, r->leads, r->lead_count, branch, ask->last, &r->history);
}

/* The run before on the branch that measured one of a lead's cells. */
static int64_t run_before(const struct report *r, const struct run_summary *lead)
{
	for (size_t i = 0; i < r->history.count; i++) {
		const struct track *t = &r->history.tracks[i];

		if (t->rs != lead || !track_latest(t))
			continue;
		for (size_t k = t->count - 1; k-- > 0;)
			if (t->runs[k].on_branch && t->runs[k].n)
				return t->runs[k].of->run->id;
	}
	return 0;
}

static struct err *load_befores(struct store *st, struct report *r)
{
	for (size_t i = 0; i < r->lead_count; i++) {
		int64_t id = run_before(r, r->leads[i]);

		if (!id)
			continue;
		TRY(store_run_by_id(st, id, &r->before_runs[i]));
		TRY(summary_load(st, r->before_runs[i], &r->befores[i]));
	}
	return NULL;
}

static int by_weight(const void *pa, const void *pb)
{
	const struct news *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return strcmp(a->where, b->where) ? strcmp(a->where, b->where) : strcmp(a->text, b->text);
}

static struct err *load_two(struct store *st, const struct report_ask *ask, struct report *r)
{
	TRY(add_lead(st, r, ask->against->id));
	TRY(store_run_by_id(st, ask->run->id, &r->before_runs[0]));
	TRY(summary_load(st, r->before_runs[0], &r->befores[0]));
	return history_load(
		st, r->leads, r->lead_count, r->runs[0]->branch, ask->last, &r->history);
}

/* Cells of two runs that are the same cell. */
static void pair_cells(struct report *r)
{
	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; r->befores[i] && k < r->leads[i]->count; k++) {
			const struct cell_sum *b = &r->leads[i]->cells[k];

			for (size_t j = 0; j < r->befores[i]->count; j++) {
				const struct cell_sum *a = &r->befores[i]->cells[j];

				if (a->cell->id == b->cell->id && a->n && b->n)
					compare_add(
						&r->compare, &(struct compare_pair){ r->befores[i],
								     r->leads[i], a, b });
			}
		}
	compare_decide(&r->compare);
}

struct err *report_load(struct store *st, const struct report_ask *ask, struct report *out)
{
	out->runs = xcalloc(LEADS_MOST, sizeof(*out->runs));
	out->leads = xcalloc(LEADS_MOST, sizeof(*out->leads));
	out->befores = xcalloc(LEADS_MOST, sizeof(*out->befores));
	out->before_runs = xcalloc(LEADS_MOST, sizeof(*out->before_runs));
	if (ask->against) {
		out->of = REPORT_COMPARISON;
		TRY(load_two(st, ask, out));
		pair_cells(out);
		TRY(report_contents(st, out));
		news_of_compare(out);
	} else if (ask->run) {
		out->of = REPORT_RUN;
		TRY(add_lead(st, out, ask->run->id));
		TRY(history_load(st, out->leads, 1,
			ask->branch ? ask->branch : out->runs[0]->branch, ask->last,
			&out->history));
		TRY(report_contents(st, out));
	} else {
		out->of = REPORT_DATABASE;
		TRY(load_database(st, ask, out));
		TRY(load_befores(st, out));
		pair_cells(out);
		TRY(report_contents(st, out));
		news_of_exact(out);
		TRY(news_of_history(st, out));
	}
	if (out->news_count)
		qsort(out->news, out->news_count, sizeof(*out->news), by_weight);
	return NULL;
}

void report_done(struct report *r)
{
	compare_done(&r->compare);
	history_done(&r->history);
	for (size_t i = 0; i < LEADS_MOST && r->leads; i++) {
		summary_free(r->leads[i]);
		summary_free(r->befores[i]);
		run_free(r->runs[i]);
		run_free(r->before_runs[i]);
	}
	free(r->leads);
	free(r->befores);
	free(r->runs);
	free(r->before_runs);
	for (size_t i = 0; i < r->news_count; i++) {
		free(r->news[i].where);
		free(r->news[i].text);
		free(r->news[i].proof);
	}
	free(r->news);
}
