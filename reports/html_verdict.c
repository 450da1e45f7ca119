#include <math.h>

#include "reports/answer.h"
#include "reports/answer_parts.h"
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/notes.h"
#include "reports/svg.h"

static bool is_drawn(const struct cell_sum *c)
{
	return c->has_row && !c->cell->unsupported;
}

static struct axis bars_axis(const struct run_summary *rs, const struct sum_group *g)
{
	double most = 0;

	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &rs->cells[i];

		if (!is_drawn(c) || !c->wall.known)
			continue;
		most = fmax(most, c->wall.high_open ? c->wall.at : c->wall.high);
	}
	return axis_to(most);
}

static struct scale bars_scale(const struct run_summary *rs, const struct sum_group *g)
{
	struct spread r = { 0 };

	for (size_t i = g->first; i < g->first + g->count; i++)
		if (is_drawn(&rs->cells[i]))
			spread_estimate(&r, &rs->cells[i].wall);
	return scale_seconds(r);
}

static void bar_row(struct str *s, const struct sum_group *g, const struct cell_sum *c,
	struct axis a, struct scale k)
{
	_cleanup_(str_done) struct str name = STR_INIT, figure = STR_INIT;

	cell_in_group(&name, g, c->cell);
	html_element(s, "span", "name", str_get(&name));
	svg_bar(s, &c->wall, a, c->cell->state == STATE_COLD);
	cell_figure(&figure, k, c);
	if (c->wall.known && c->wall.n > 1) {
		str_add(&figure, "  (");
		figure_interval(&figure, scale_within(k, &c->wall), &c->wall);
		str_addc(&figure, ')');
	}
	html_element(s, "span", "figure", str_get(&figure));
}

static void bars(struct str *s, const struct run_summary *rs, const struct sum_group *g)
{
	struct axis a = bars_axis(rs, g);
	struct scale k = bars_scale(rs, g);
	const char *engine = NULL;

	str_add(s, "<div class=\"chart\">\n");
	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &rs->cells[i];

		if (!is_drawn(c))
			continue;
		if (!str_eq(engine, c->cell->engine))
			html_element(s, "span", "engine", c->cell->engine);
		engine = c->cell->engine;
		bar_row(s, g, c, a, k);
	}
	if (engine)
		svg_axis(s, a);
	str_add(s, "</div>\n");
}

void html_verdict(struct str *s, const struct run_summary *rs, const struct sum_group *g)
{
	_cleanup_(strv_done) struct strv answers = STRV_INIT;
	_cleanup_(str_done) struct str title = STR_INIT;

	group_answers(rs, g, false, &answers);
	html_open(s, "section", "verdict", rs->cells[g->first].cell, false);
	for (size_t i = 0; i < answers.count; i++)
		html_sentence(s, NULL, answers.items[i]);
	group_title(&title, rs, g);
	str_addf(&title, ". Build time, median and %s.",
		g->n_high < 6  ? "range"
		: g->n_low < 6 ? "95 % interval (below n = 6 the range)"
			       : "95 % interval");
	html_sentence(s, "soft", str_get(&title));
	bars(s, rs, g);
	str_add(s, "</section>\n");
}

bool has_answer(const struct run_summary *rs)
{
	_cleanup_(strv_done) struct strv answers = STRV_INIT;

	answer_variants(rs, false, &answers);
	for (size_t i = 0; i < rs->group_count; i++)
		group_answers(rs, &rs->groups[i], false, &answers);
	return answers.count > 0;
}

void html_variants(struct str *s, const struct report *r, const struct run_summary *rs)
{
	_cleanup_(strv_done) struct strv answers = STRV_INIT;

	answer_variants(rs, r->lead_count > 1, &answers);
	for (size_t i = 0; i < answers.count; i++)
		html_sentence(s, NULL, answers.items[i]);
}

bool html_smallest(struct str *s, const struct run_summary *rs)
{
	_cleanup_(strv_done) struct strv answers = STRV_INIT;

	answer_runners(rs, &answers);
	for (size_t i = 0; i < answers.count; i++)
		html_sentence(s, NULL, answers.items[i]);
	return answers.count > 0;
}

static void flag(struct str *s, const char *word, const char *text)
{
	str_addf(s, "<li><b>%s %s</b> ",
		str_eq(word, "void")	   ? "■"
		: str_eq(word, "stand-in") ? "◇"
					   : "▲",
		word);
	encode_html(s, text);
	str_add(s, "</li>\n");
}

bool html_standins(struct str *s, const struct report *r)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;
	_cleanup_(str_done) struct str text = STR_INIT;

	for (size_t i = 0; i < r->lead_count; i++)
		standins_of(r->leads[i], &refs);
	if (!refs.count)
		return false;
	standin_words(&text, &refs);
	flag(s, "stand-in", str_get(&text));
	return true;
}

static void cell_flags(
	struct str *s, const struct run_summary *rs, const struct cell_sum *c, bool named)
{
	_cleanup_(notes_done) struct notes n = { 0 };
	struct cell_notes at;

	notes_of(&n, rs, c, notes_all, &at);
	for (size_t i = 0; i < n.count; i++) {
		_cleanup_(str_done) struct str text = STR_INIT;

		if (!n.items[i].flagged)
			continue;
		add_scenario(&text, named, c->cell);
		cell_words(&text, rs, c->cell);
		str_add(&text, ": ");
		note_show(&text, &n, i);
		flag(s, "flagged", str_get(&text));
	}
}

bool html_flags(struct str *s, const struct report *r, const struct run_summary *rs)
{
	/* where the run has several, cell_words says which */
	const char *scenario = r->lead_count > 1 ? run_scenario(rs) : NULL;
	_cleanup_(str_done) struct str list = STR_INIT;
	size_t count;
	struct void_remark *voids = run_voids(rs, &count);

	for (size_t i = 0; i < count; i++) {
		_cleanup_(freep) char *text = xasprintf("%s%s%s (%s)", scenario ? scenario : "",
			scenario ? ": " : "", voids[i].what, voids[i].at);

		flag(&list, "void", text);
	}
	void_remarks_free(voids, count);
	for (size_t i = 0; i < rs->count; i++)
		if (rs->cells[i].has_row)
			cell_flags(&list, rs, &rs->cells[i], scenario);
	str_add(s, str_get(&list));
	return list.len > 0;
}
