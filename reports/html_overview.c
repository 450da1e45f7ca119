/* Overview: what changed, worst first, each with a small chart of its evidence; what was flagged;
 * and what the runs that lead answer. */
#include "reports/answer.h"
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/svg.h"

#define NEWS_SHOWN   5
#define SPARK_RUNS   60
#define GROUPS_SHOWN 6

static const char *kind_class(enum news_kind k)
{
	return k == NEWS_LOSS ? "loss" : k == NEWS_GAIN ? "gain" : "finding";
}

static const char *kind_shape(enum news_kind k)
{
	return k == NEWS_LOSS ? "▲" : k == NEWS_GAIN ? "▼" : "◆";
}

static void evidence(struct str *s, const struct news *n)
{
	struct trend_view v = { .track = n->track, .headline = n->headline, .small = true };
	_cleanup_(str_done) struct str label = STR_INIT;

	if (!n->track)
		return;
	v.line = track_line(n->track, n->headline);
	v.from = n->track->count > SPARK_RUNS ? n->track->count - SPARK_RUNS : 0;
	str_addf(&label, "%s over the last %zu runs", headline_table[n->headline].title,
		n->track->count - v.from);
	v.label = str_get(&label);
	svg_trend(s, &v);
}

static void news_item(struct str *s, const struct news *n)
{
	str_addf(s, "<li class=\"news %s\"><div><p><b>%s %s</b> ", kind_class(n->kind),
		kind_shape(n->kind), n->word);
	html_prose(s, n->text);
	str_add(s, "</p>\n");
	html_element(s, "p", "soft", n->where);
	html_proof(s, n->proof);
	str_add(s, "</div>\n");
	evidence(s, n);
	str_add(s, "</li>\n");
}

static void news_list(struct str *s, const struct report *r, size_t from, size_t to)
{
	str_add(s, "<ul class=\"newslist\">\n");
	for (size_t i = from; i < to; i++)
		news_item(s, &r->news[i]);
	str_add(s, "</ul>\n");
}

/* Whether any cell has a run before the one that leads. */
static bool has_past(const struct report *r)
{
	for (size_t i = 0; i < r->lead_count; i++)
		if (r->befores[i])
			return true;
	return false;
}

static void count_sentence(struct str *s, const struct report *r)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	if (!r->news_count)
		str_addf(&text, "Nothing changed: all %zu figures of the latest run are as before.",
			r->watched);
	else
		str_addf(&text, "%zu of the %zu figures that were looked at %s not as before.",
			r->news_count, r->watched, r->news_count == 1 ? "is" : "are");
	html_sentence(s, r->news_count ? "soft" : "lead", str_get(&text));
}

static void news(struct str *s, const struct report *r)
{
	size_t shown = r->news_count < NEWS_SHOWN ? r->news_count : NEWS_SHOWN;

	if (r->of == REPORT_RUN || (r->of == REPORT_DATABASE && !has_past(r)))
		return;
	str_addf(s, "<h3>%s</h3>\n",
		r->of == REPORT_COMPARISON ? "B against A" : "The latest run against its history");
	if (shown)
		news_list(s, r, 0, shown);
	count_sentence(s, r);
	if (r->news_count > shown) {
		str_addf(s, "<details class=\"more\"><summary>The other %zu</summary>\n",
			r->news_count - shown);
		news_list(s, r, shown, r->news_count);
		str_add(s, "</details>\n");
	}
}

/* Of a comparison: why times have no verdict, where they have none. */
static void undecided(struct str *s, const struct report *r)
{
	const struct compare *c = &r->compare;
	size_t count = 0;
	const char *why = NULL;
	_cleanup_(str_done) struct str text = STR_INIT;

	for (size_t i = 0; r->of == REPORT_COMPARISON && i < c->row_count; i++) {
		if (c->rows[i].verdict != verdict_names[VERDICT_INCONCLUSIVE])
			continue;
		count++;
		why = why ? why : c->rows[i].why;
	}
	if (!count)
		return;
	str_addf(&text, "%zu figure%s inconclusive", count, count == 1 ? " is" : "s are");
	if (why)
		str_addf(&text,
			", the first because: %s. Next: tare run with both sides in one run", why);
	str_addc(&text, '.');
	html_sentence(s, "soft", str_get(&text));
}

static void comparison_row(struct str *s, const struct compare *c, const struct compare_row *row,
	const char *const *columns)
{
	_cleanup_(str_done) struct str name = STR_INIT, a = STR_INIT, b = STR_INIT, d = STR_INIT;

	cell_name(&name, c->pairs[row->pair].b->cell);
	metric_show_pair(&a, &b, row->metric, &row->a, &row->b);
	if (row->effect.known) {
		figure_ratio(&d, row->effect.low);
		str_add(&d, " to ");
		figure_ratio(&d, row->effect.high);
	}
	html_row(s,
		(const char *const[]){ str_get(&name), metric_table[row->metric].name, str_get(&a),
			str_get(&b), str_get(&d), row->verdict ? row->verdict : "absent",
			row->why ? row->why : "" },
		columns);
}

static void comparison(struct str *s, const struct report *r)
{
	static const char *const columns[] = { "cell", "metric", "#A", "#B", "#interval", "verdict",
		"why", NULL };

	if (r->of != REPORT_COMPARISON)
		return;
	html_table(s, "every figure of A and B", columns);
	for (size_t i = 0; i < r->compare.row_count; i++)
		comparison_row(s, &r->compare, &r->compare.rows[i], columns);
	html_table_end(s);
}

static void flags(struct str *s, const struct report *r)
{
	_cleanup_(str_done) struct str list = STR_INIT;
	bool any = false;

	for (size_t i = 0; i < r->lead_count; i++)
		any |= html_flags(&list, r, r->leads[i]);
	any |= html_standins(&list, r);
	str_add(s, "<div id=\"flags\"><h3>Flagged</h3>\n");
	if (any)
		str_addf(s, "<ul class=\"flags\">\n%s</ul>\n", str_get(&list));
	else
		html_element(
			s, "p", "soft", "Nothing was flagged: every check that was made holds.");
	str_add(s, "</div>\n");
}

/* The charts of the leads: how many tables there are, were shown, and whether the rest is folded. */
struct charts {
	size_t all, shown;
	bool folded;
};

static void fold(struct str *s, struct charts *c)
{
	if (c->folded)
		return;
	str_addf(s, "<details class=\"more\"><summary>The times of %zu more tables</summary>\n",
		c->all - c->shown);
	c->folded = true;
}

static void charts(struct str *s, const struct run_summary *rs, struct charts *c)
{
	for (size_t k = 0; k < rs->group_count; k++, c->shown++) {
		if (c->shown == GROUPS_SHOWN)
			fold(s, c);
		html_verdict(s, rs, &rs->groups[k]);
	}
}

/* Runs whose times answer something first, the others folded: of many scenarios the latest may be
 * one that was run for its images. */
static void all_charts(struct str *s, const struct report *r, struct charts *c)
{
	for (int answered = 1; answered >= 0; answered--)
		for (size_t i = 0; i < r->lead_count; i++) {
			if (has_answer(r->leads[i]) != answered || !r->leads[i]->group_count)
				continue;
			if (!answered && c->shown)
				fold(s, c);
			charts(s, r->leads[i], c);
		}
	if (c->folded)
		str_add(s, "</details>\n");
}

static void answers(struct str *s, const struct report *r)
{
	_cleanup_(str_done) struct str said = STR_INIT;
	struct charts c = { 0 };
	bool any = false;

	for (size_t i = 0; i < r->lead_count; i++) {
		c.all += r->leads[i]->group_count;
		any |= has_answer(r->leads[i]);
		html_variants(&said, r, r->leads[i]);
	}
	for (size_t i = 0; i < r->lead_count; i++)
		any |= html_smallest(&said, r->leads[i]);
	if (said.len)
		str_addf(s, "<section class=\"verdict\">\n%s</section>\n", str_get(&said));
	if (!any && r->lead_count)
		html_element(
			s, "p", "soft", "No answer: nothing was measured that can be compared.");
	all_charts(s, r, &c);
}

void html_overview(struct str *s, const struct report *r)
{
	news(s, r);
	undecided(s, r);
	comparison(s, r);
	if (r->of != REPORT_COMPARISON)
		answers(s, r);
	flags(s, r);
}
