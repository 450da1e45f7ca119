#include "reports/answer.h"
#include "reports/encode.h"
#include "reports/grid.h"
#include "reports/html_parts.h"
#include "reports/svg.h"

static bool right(const struct column *c)
{
	return c->what != ENGINE && c->what != CACHE && c->what != EDIT;
}

static size_t shown_columns(const struct grid *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->column_count; i++)
		n += !g->columns[i].hidden;
	return n;
}

static void head_row(struct str *s, const struct grid *g)
{
	str_add(s, "<thead><tr>");
	for (size_t i = 0; i < g->column_count; i++)
		if (!g->columns[i].hidden)
			html_element(
				s, "th", right(&g->columns[i]) ? "r" : NULL, g->columns[i].title);
	str_add(s, "</tr></thead>\n<tbody>\n");
}

/* Blanks that align an interval's figures are as wide as a digit. */
static void interval_text(struct str *s, const char *text)
{
	for (; *text; text++) {
		if (*text == ' ')
			str_add(s, "&#8199;");
		else
			str_addc(s, *text); /* figures alone: nothing foreign */
	}
}

static void body_cell(struct str *s, const struct column *c, size_t row)
{
	const char *tint = c->tint[row] == TINT_GAIN   ? " gain"
			   : c->tint[row] == TINT_LOSS ? " loss"
						       : "";

	str_addf(s, "<td class=\"%s%s\">", right(c) ? "r" : "", tint);
	if (c->what == INTERVAL)
		interval_text(s, c->text.items[row]);
	else
		encode_html(s, c->text.items[row]);
	if (*c->mark.items[row]) {
		str_addc(s, ' ');
		encode_html(s, c->mark.items[row]);
	}
	str_add(s, "</td>");
}

static void body_row(struct str *s, const struct grid *g, size_t row)
{
	bool first = row && !str_eq(g->rows[row]->cell->engine, g->rows[row - 1]->cell->engine);

	str_add(s, first ? "<tr class=\"first\">" : "<tr>");
	for (size_t i = 0; i < g->column_count; i++)
		if (!g->columns[i].hidden)
			body_cell(s, &g->columns[i], row);
	str_add(s, "</tr>\n");
}

static void unsupported_rows(struct str *s, const struct grid *g)
{
	size_t count;
	struct unsupported *u = group_unsupported(g->rs, g->g, &count);

	for (size_t i = 0; i < count; i++) {
		str_add(s, "<tr><td>");
		encode_html(s, u[i].engine);
		str_add(s, "</td><td>");
		encode_html(s, u[i].modes);
		str_addf(s, "</td><td class=\"why\" colspan=\"%zu\">unsupported: ",
			shown_columns(g) - 2);
		encode_html(s, u[i].reason);
		str_add(s, "</td></tr>\n");
	}
	unsupported_free(u, count);
}

static void note_list(struct str *s, const struct notes *n)
{
	if (!n->count)
		return;
	str_add(s, "<ol class=\"notes\">\n");
	for (size_t i = 0; i < n->count; i++) {
		_cleanup_(str_done) struct str text = STR_INIT;

		note_show(&text, n, i);
		html_element(s, "li", n->items[i].flagged ? "flagged" : NULL, str_get(&text));
	}
	str_add(s, "</ol>\n");
}

void html_matrix(struct str *s, const struct run_summary *rs, const struct sum_group *sg)
{
	/* as a terminal without an edge: every column that a row knows */
	struct term wide = { .utf8 = true, .width = 100000 };
	_cleanup_(notes_done) struct notes notes = { 0 };
	_cleanup_(grid_done) struct grid g = { 0 };
	_cleanup_(str_done) struct str title = STR_INIT;

	grid_init(&g, rs, sg, wide, &notes);
	group_title(&title, rs, sg);
	html_element(s, "h3", NULL, str_get(&title));
	str_add(s, "<div class=\"scroll\"><table>\n");
	head_row(s, &g);
	for (size_t i = 0; i < g.count; i++)
		body_row(s, &g, i);
	unsupported_rows(s, &g);
	str_add(s, "</tbody></table></div>\n");
	note_list(s, &notes);
}

static void panel(struct str *s, const struct run_summary *rs, const struct cell_trend *t)
{
	_cleanup_(str_done) struct str words = STR_INIT, label = STR_INIT, soft = STR_INIT;

	if (!t->count)
		return;
	cell_words(&words, rs, t->cell->cell);
	str_addf(&label, "build time of %s over %zu run%s", str_get(&words), t->count,
		t->count == 1 ? "" : "s");
	str_addf(&soft, "%zu run%s", t->count, t->count == 1 ? "" : "s");
	if (t->left_out)
		str_addf(&soft, "; %zu samples on other bases left out", t->left_out);
	str_add(s, "<section>\n");
	html_element(s, "h3", NULL, str_get(&words));
	html_element(s, "p", "soft", str_get(&soft));
	svg_trend(s, t, str_get(&label));
	str_add(s, "</section>\n");
}

void html_trends(
	struct str *s, const struct run_summary *rs, const struct cell_trend *t, size_t count)
{
	size_t most = 0, rows = 0;

	for (size_t i = 0; i < count; i++)
		most = t[i].count > most ? t[i].count : most;
	html_element(s, "p", "soft",
		most > 1
			? "Build time, a point a run: the median, with its 95 % interval (below n = 6 the range)."
			: "There is one run so far, so each series is one point; later runs add theirs.");
	for (size_t i = 0; i < rs->count; i++)
		rows += rs->cells[i].n > 0;
	if (rows > count) {
		_cleanup_(freep) char *text = xasprintf(
			"Shown are the first %zu of %zu cells.", count, rows);

		html_element(s, "p", "soft", text);
	}
	str_add(s, "<div class=\"panels\">\n");
	for (size_t i = 0; i < count; i++)
		panel(s, rs, &t[i]);
	str_add(s, "</div>\n");
}
