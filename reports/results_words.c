/* Results in words: what was measured, where, and as a table and JSON. */
#include "base/json.h"
#include "reports/notes.h"
#include "reports/reports.h"
#include "reports/results.h"
#include "reports/run_json.h"

void tally_show(struct str *s, const struct tally *t)
{
	size_t measured = t->holds + t->fails + t->inconclusive, all = measured + t->absent;

	if (!measured) {
		str_add(s, all ? claim_not_measured : "–");
		return;
	}
	if (t->fails) {
		str_addf(s, "fails: %zu of %zu", t->fails, all);
		if (t->holds)
			str_addf(s, ", %zu hold%s", t->holds, t->holds == 1 ? "s" : "");
	} else if (t->holds) {
		str_add(s, "holds");
		if (t->holds < all)
			str_addf(s, ": %zu of %zu", t->holds, all);
	} else {
		str_add(s, "inconclusive");
	}
	if (t->inconclusive && (t->fails || t->holds))
		str_addf(s, ", %zu inconclusive", t->inconclusive);
	if (t->absent)
		str_addf(s, ", %zu not measured", t->absent);
}

/* What moved, where two images are not the same. */
static void add_moved(struct str *s, const struct judged *j)
{
	const struct sample *one = j->of->typical;

	if (j->claim->metric == M_IMAGE_CHANGED && j->row.b.at > 0 && one && one->change && *one->change)
		str_addf(s, ": %s", one->change);
}

void judged_figures(struct str *s, const struct judged *j)
{
	_cleanup_(str_done) struct str than = STR_INIT;

	if (!j->rs || !j->row.a.n || !j->row.b.n)
		return;
	metric_show_pair(s, &than, j->claim->metric, &j->row.b, &j->row.a);
	str_addf(s, " against %s", str_get(&than));
	if (metric_table[j->claim->metric].kind == METRIC_ESTIMATE && j->row.effect.n) {
		str_add(s, ", ");
		effect_show(s, &j->row.effect, j->row.alpha);
	}
	add_moved(s, j);
}

void judged_cells(struct str *s, const struct judged *j)
{
	const struct claim_cell *of = &j->claim->of, *than = &j->claim->than;
	bool variant = !str_eq(of->variant, than->variant);
	bool cache = !str_eq(of->cache, than->cache) || !str_eq(of->state, than->state);
	bool edit = !str_eq(of->edit, than->edit);
	const struct claim_cell *const sides[] = { of, than };

	for (size_t i = 0; i < 2; i++) {
		const char *comma = "";

		str_add(s, i ? " against " : "");
		if (variant || (!cache && !edit)) {
			str_add(s, sides[i]->variant);
			comma = ", ";
		}
		if (cache) {
			str_addf(s, "%s%s%s", comma, sides[i]->cache,
				str_eq(sides[i]->state, "cold") ? " (cold)" : "");
			comma = ", ";
		}
		if (edit)
			str_addf(s, "%s%s edit", comma, str_eq(sides[i]->edit, "none") ? "no" : sides[i]->edit);
	}
	if (!variant && (cache || edit))
		str_addf(s, "; %s", of->variant);
	if (!cache)
		str_addf(s, "; %s%s", of->cache, str_eq(of->state, "cold") ? " (cold)" : "");
	if (!edit && !str_eq(of->edit, "none"))
		str_addf(s, "; %s edit", of->edit);
}

/* "Example CPU 3000, 2 cores, 8.2 GB, Linux 6.18" */
static void machine_words(struct str *s, const struct run *r)
{
	static const struct {
		const char *key, *before, *after;
	} facts[] = { { "cpu.model", "", "" }, { "cpu.cores", "", " cores" }, { "mem.bytes", "", "" },
		{ "os", "", "" }, { "kernel", "kernel ", "" }, { "virt", "", "" },
		{ "user", "as ", "" } };

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		const char *value = facts_get(&r->env, facts[i].key);
		int64_t bytes;

		if (!value)
			continue;
		str_addf(s, "%s%s", s->len ? ", " : "", facts[i].before);
		if (str_eq(facts[i].key, "mem.bytes") && str_to_i64(value, &bytes))
			figure_bytes(s, (double)bytes);
		else
			term_encode(s, value, strlen(value));
		str_add(s, facts[i].after);
	}
}

static bool is_used(const struct results *r, const struct run_summary *rs)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].rs == rs)
			return true;
	return false;
}

void results_places(const struct results *r, struct strv *out)
{
	for (size_t i = 0; i < r->summary_count; i++) {
		_cleanup_(str_done) struct str machine = STR_INIT;

		if (!is_used(r, r->summaries[i]))
			continue;
		machine_words(&machine, r->summaries[i]->run);
		if (machine.len)
			strv_add_once(out, str_get(&machine));
	}
	for (size_t i = 0; i < r->summary_count; i++) {
		_cleanup_(strv_done) struct strv remarks = STRV_INIT;

		if (!is_used(r, r->summaries[i]))
			continue;
		run_remarks(r->summaries[i], &remarks);
		for (size_t k = 0; k < remarks.count; k++)
			strv_add_once(out, remarks.items[k]);
	}
}

struct err *report_results_table(const struct results *r, FILE *f, struct term t)
{
	struct table *tb = table_new(t);

	table_column(tb, "row", true, false);
	table_column(tb, "scenario", false, false);
	table_column(tb, "claim", false, true);
	table_column(tb, "engine", false, false);
	table_column(tb, "here", false, false);
	table_column(tb, "measured", false, true);
	for (size_t i = 0; i < r->count; i++) {
		const struct judged *j = &r->items[i];
		_cleanup_(str_done) struct str figures = STR_INIT;
		_cleanup_(freep) char *row = j->claim->row
						     ? xasprintf("%lld", (long long)j->claim->row)
						     : xstrdup("");

		judged_figures(&figures, j);
		if (j->why)
			str_addf(&figures, "%s%s", figures.len ? ": " : "", j->why);
		table_row(tb, (const char *const[]){ row, j->scenario->name,
				      j->claim->says ? j->claim->says : metric_table[j->claim->metric].name,
				      j->engine,
				      j->word, str_get(&figures) });
	}
	return table_print(tb, f);
}

static json_t *judged_json(const struct judged *j)
{
	_cleanup_(str_done) struct str figures = STR_INIT, cells = STR_INIT;
	bool both = j->rs && j->row.a.known && j->row.b.known;

	judged_figures(&figures, j);
	judged_cells(&cells, j);
	return json_pack("{s:o, s:s, s:s?, s:s, s:o, s:o, s:s, s:s, s:f, s:o, s:o, s:o, s:o}", "row",
		j->claim->row ? json_integer(j->claim->row) : json_null(), "scenario",
		j->scenario->name, "says", j->claim->says, "metric",
		metric_table[j->claim->metric].name, "engine",
		json_bytes(j->engine), "cells", json_bytes(str_get(&cells)), "direction",
		claim_way_names[j->claim->way], "result", j->word, "minimum", j->claim->minimum, "why",
		j->why ? json_bytes(j->why) : json_null(), "of",
		both ? number(j->row.b.at) : json_null(), "than",
		both ? number(j->row.a.at) : json_null(), "run",
		j->rs ? json_string(j->rs->run->uuid) : json_null());
}

json_t *report_results_json(const struct results *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->count; i++)
		json_array_append_new(list, judged_json(&r->items[i]));
	return list;
}
