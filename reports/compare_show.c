/* A comparison as a table with its answer, and as JSON. */
#include <math.h>

#include "base/json.h"
#include "reports/compare.h"
#include "reports/figure.h"
#include "reports/reports.h"
#include "reports/run_json.h"
#include "reports/table.h"

void metric_show(struct str *s, enum metric m, const struct estimate *e)
{
	if (metric_table[m].kind == METRIC_EXACT)
		figure_exact(s, metric_table[m].unit, e);
	else
		figure_estimate(s, metric_table[m].unit, e);
}

void metric_show_pair(struct str *a, struct str *b, enum metric m, const struct estimate *ea,
	const struct estimate *eb)
{
	if (metric_table[m].kind == METRIC_EXACT) {
		figure_exact_pair(a, b, metric_table[m].unit, ea, eb);
		return;
	}
	metric_show(a, m, ea);
	metric_show(b, m, eb);
}

static void percent(struct str *s, double log_ratio)
{
	double p = 100 * expm1(log_ratio);

	str_addf(s, "%s%.*f", p < 0 ? "−" : "+", fabs(p) < 10 ? 1 : 0, fabs(p));
}

/* "+11 %": of an estimate from its effect, of an exact metric from its values, absolute from 0. */
static void effect_words(struct str *s, const struct compare_row *r)
{
	if (!r->a.n || !r->b.n || !r->a.known || !r->b.known)
		return;
	if (metric_table[r->metric].kind == METRIC_ESTIMATE && r->effect.n) {
		percent(s, r->effect.at);
		str_add(s, " %");
	} else if (r->a.at > 0 && r->b.at > 0 && r->a.at != r->b.at) {
		percent(s, log(r->b.at / r->a.at));
		str_add(s, " %");
	} else if (r->a.at != r->b.at) {
		struct estimate d = { .at = fabs(r->b.at - r->a.at), .n = 1, .known = true };

		str_add(s, r->b.at > r->a.at ? "+" : "−");
		metric_show(s, r->metric, &d);
	}
}

static void interval_words(struct str *s, const struct effect *e)
{
	if (!e->known)
		return;
	str_add(s, e->low_open ? "≤ " : e->high_open ? "≥ " : "");
	if (!e->low_open)
		percent(s, e->low);
	if (!e->low_open && !e->high_open)
		str_add(s, " to ");
	if (!e->high_open)
		percent(s, e->high);
	str_add(s, " %");
}

void effect_show(struct str *s, const struct effect *e, double alpha)
{
	if (e->n == 0) {
		str_add(s, "no pair of samples");
		return;
	}
	percent(s, e->at);
	str_add(s, " % (");
	if (e->known) {
		str_addf(s, "%.4g %%: ", 100 * (1 - alpha));
		interval_words(s, e);
		str_add(s, ", ");
	}
	str_addf(s, "n = %zu)", e->n);
}

static void side_words(struct str *s, const struct compare_pair *p, bool b)
{
	const struct run_summary *rs = b ? p->rs_b : p->rs_a;
	const struct cell *c = b ? p->b->cell : p->a->cell;
	const char *of = b ? p->of_b : p->of_a;
	char name[7];

	if (of)
		str_addf(s, "%s: ", of);
	else if (p->rs_a != p->rs_b)
		str_addf(s, "%s: ", run_short(rs->run, name));
	term_encode(s, c->scenario, strlen(c->scenario));
	str_addc(s, '/');
	term_encode(s, c->variant, strlen(c->variant));
	str_addf(s, ", ");
	term_encode(s, c->engine, strlen(c->engine));
	str_addf(s, ", %s, %s, %s edit", cache_name(c->cache), state_names[c->state],
		c->edit == EDIT_NONE ? "no" : edit_names[c->edit]);
}

static bool is_same(const struct compare_row *r)
{
	return r->verdict == verdict_names[VERDICT_SAME];
}

/* Exact metrics first; those that are the same are only counted. */
static struct err *pair_table(const struct compare *c, size_t pair, FILE *f, struct term t)
{
	struct table *tb = table_new(t);
	size_t same = 0;

	table_column(tb, "metric", false, false);
	table_column(tb, "A", true, false);
	table_column(tb, "B", true, false);
	table_column(tb, "effect", true, false);
	table_column(tb, "interval", true, false);
	table_column(tb, "verdict", false, false);
	for (int kind = METRIC_EXACT; kind >= 0;
		kind = kind == METRIC_EXACT ? METRIC_ESTIMATE : -1) {
		for (size_t i = 0; i < c->row_count; i++) {
			const struct compare_row *r = &c->rows[i];
			_cleanup_(str_done) struct str a = STR_INIT, b = STR_INIT,
						       effect = STR_INIT, interval = STR_INIT;

			if (r->pair != pair || (int)metric_table[r->metric].kind != kind)
				continue;
			if (kind == METRIC_EXACT && is_same(r)) {
				same++;
				continue;
			}
			metric_show_pair(&a, &b, r->metric, &r->a, &r->b);
			effect_words(&effect, r);
			interval_words(&interval, &r->effect);
			table_row(tb,
				(const char *const[]){ metric_table[r->metric].name, str_get(&a),
					str_get(&b), str_get(&effect), str_get(&interval),
					r->verdict ? r->verdict : "absent" });
		}
	}
	TRY(table_print(tb, f));
	if (same)
		fprintf(f, " the same: %zu exact metric%s\n", same, same == 1 ? "" : "s");
	return NULL;
}

static void print_rates(const struct compare *c, size_t pair, FILE *f)
{
	for (size_t i = 0; i < c->rate_count; i++) {
		const struct compare_rate *r = &c->rates[i];

		if (r->pair != pair)
			continue;
		fprintf(f, " %s: %zu of %zu and %zu of %zu (p %.2g)", r->what, r->ka, r->na, r->kb,
			r->nb, r->rates.p);
		if (r->rates.p > c->alpha && r->rates.resolution >= 0)
			fprintf(f, "; so many builds show %.0f %% more and up",
				100 * r->rates.resolution);
		fputc('\n', f);
	}
}

/* Why the wall time has no verdict, or how sure it is: the sentence of a pair. */
static void answer(struct str *s, const struct compare_row *r)
{
	double resolution = stats_resolution(&r->effect);
	const struct rules rules = RULES_DEFAULT;
	double builds = stats_builds_needed(&r->effect, &rules);

	str_addf(s, "%s: %s", metric_table[r->metric].name, r->verdict ? r->verdict : "absent");
	if (r->effect.n) {
		str_add(s, ", B against A ");
		effect_show(s, &r->effect, r->alpha);
	}
	if (r->why)
		str_addf(s, ": %s; next: tare run … --until decided", r->why);
	else if (r->verdict == verdict_names[VERDICT_INCONCLUSIVE] && resolution >= 0 && builds > 0)
		str_addf(s,
			": it shows changes of %.0f %% and up; about %.0f more builds would decide",
			100 * resolution, builds);
	str_add(s, ".");
}

struct err *report_compare_table(const struct compare *c, FILE *f, struct term t)
{
	for (size_t i = 0; i < c->pair_count; i++) {
		_cleanup_(str_done) struct str a = STR_INIT, b = STR_INIT;

		side_words(&a, &c->pairs[i], false);
		side_words(&b, &c->pairs[i], true);
		fprintf(f, "%s A  %s\n B  %s\n", i ? "\n" : "", str_get(&a), str_get(&b));
		if (t.utf8 && i < c->courses.count && *c->courses.items[i])
			fprintf(f, " %s\n", c->courses.items[i]);
		TRY(pair_table(c, i, f, t));
		print_rates(c, i, f);
		for (size_t k = 0; k < c->row_count; k++) {
			_cleanup_(str_done) struct str s = STR_INIT, plain = STR_INIT;

			if (c->rows[k].pair != i || c->rows[k].metric != M_BUILD_WALL)
				continue;
			answer(&s, &c->rows[k]);
			plain_text(&plain, t, str_get(&s));
			fprintf(f, "\n%s\n", str_get(&plain));
		}
	}
	return NULL;
}

static json_t *side_json(const struct compare_pair *p, bool b)
{
	_cleanup_(str_done) struct str words = STR_INIT;
	const struct run_summary *rs = b ? p->rs_b : p->rs_a;
	const char *of = b ? p->of_b : p->of_a;

	side_words(&words, p, b);
	return json_pack("{s:o, s:o}", "run", json_bytes(of ? of : rs->run->uuid), "cell",
		json_bytes(str_get(&words)));
}

static json_t *ratio(bool known, double log_ratio)
{
	return known ? number(exp(log_ratio)) : json_null();
}

static json_t *row_json(const struct compare_row *r)
{
	const struct effect *e = &r->effect;
	bool both = r->a.known && r->b.known,
	     estimate = metric_table[r->metric].kind == METRIC_ESTIMATE;
	double log_ratio = estimate ? e->at : both && r->a.at > 0 ? log(r->b.at / r->a.at) : 0;
	bool has_ratio = estimate ? e->n > 0 : both && r->a.at > 0;

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:I, s:o, s:s?, s:s?}",
		"metric", metric_table[r->metric].name, "unit", metric_table[r->metric].unit, "a",
		r->a.known ? number(r->a.at) : json_null(), "b",
		r->b.known ? number(r->b.at) : json_null(), "difference",
		both ? number(r->b.at - r->a.at) : json_null(), "ratio",
		ratio(has_ratio, log_ratio), "low", ratio(e->known && !e->low_open, e->low), "high",
		ratio(e->known && !e->high_open, e->high), "p",
		estimate && e->n ? number(e->p) : json_null(), "paired", r->paired, "n",
		(json_int_t)(estimate	       ? e->n
			     : r->a.n < r->b.n ? r->a.n
					       : r->b.n),
		"level", e->known ? number(1 - r->alpha) : json_null(), "verdict", r->verdict,
		"why", r->why);
}

static json_t *rate_json(const struct compare_rate *r)
{
	return json_pack("{s:s, s:[I,I], s:[I,I], s:f, s:o}", "what", r->what, "a",
		(json_int_t)r->ka, (json_int_t)r->na, "b", (json_int_t)r->kb, (json_int_t)r->nb,
		"p", r->rates.p, "resolution",
		r->rates.resolution >= 0 ? number(r->rates.resolution) : json_null());
}

json_t *report_compare_json(const struct compare *c)
{
	json_t *out = json_array();

	for (size_t i = 0; i < c->pair_count; i++) {
		json_t *rows = json_array(), *rates = json_array();

		for (size_t k = 0; k < c->row_count; k++)
			if (c->rows[k].pair == i)
				json_array_append_new(rows, row_json(&c->rows[k]));
		for (size_t k = 0; k < c->rate_count; k++)
			if (c->rates[k].pair == i)
				json_array_append_new(rates, rate_json(&c->rates[k]));
		json_array_append_new(out,
			json_pack("{s:o, s:o, s:f, s:o, s:o}", "a", side_json(&c->pairs[i], false),
				"b", side_json(&c->pairs[i], true), "level", 1 - c->level,
				"metrics", rows, "rates", rates));
	}
	return out;
}
