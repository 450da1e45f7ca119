/* Cache: strategy, engine and edit in one table; and the steps that a warm build lost. */
#include "reports/answer.h"
#include "reports/cause.h"
#include "reports/encode.h"
#include "reports/grid.h"
#include "reports/html_parts.h"

#define LOST_SHOWN   40
#define STEP_COLUMNS 60

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

/* A step that ran although the build was warm. */
struct lost {
	const struct cell_sum *cell;
	const struct step *step;
	double seconds;
};
struct losses {
	struct lost *items;
	size_t count, room;
};

static int by_seconds(const void *pa, const void *pb)
{
	const struct lost *a = pa, *b = pb;

	if (a->seconds != b->seconds)
		return a->seconds > b->seconds ? -1 : 1;
	return a->step < b->step ? -1 : a->step > b->step;
}

static void find_lost(struct losses *l, const struct cell_sum *c)
{
	if (!c->has_row || c->cell->state != STATE_WARM || !c->typical)
		return;
	for (size_t i = 0; i < c->typical->steps.count; i++) {
		const struct step *st = &c->typical->steps.items[i];

		if (st->cached || st->start_ns < 0 || st->end_ns < st->start_ns)
			continue;
		*GROW(l->items, l->count, l->room) = (struct lost){ c, st,
			(double)(st->end_ns - st->start_ns) / 1e9 };
	}
}

/* After which step it ran: the first of the build, unless it is that one. */
static void after_words(struct str *s, const struct lost *l)
{
	struct cause k = cause_of(l->cell->typical);

	if (k.first == l->step)
		str_add(s, "the first that ran");
	else if (k.first && k.first->line < l->step->line)
		str_addf(s, "after line %d", k.first->line);
	else
		str_add(s, "–");
}

static void lost_row(
	struct str *s, const struct sum_group *g, const struct lost *l, const char *const *columns)
{
	_cleanup_(str_done) struct str step = STR_INIT, where = STR_INIT, took = STR_INIT,
				       after = STR_INIT;

	step_words(&step, l->step, STEP_COLUMNS);
	str_addf(&where, "%s, ", l->cell->cell->engine);
	cell_in_group(&where, g, l->cell->cell);
	figure_seconds(&took, l->seconds);
	after_words(&after, l);
	html_row(s,
		(const char *const[]){
			str_get(&step), str_get(&where), str_get(&took), str_get(&after) },
		columns);
}

/* What explains a step is for explain; here is its price, and what ran before it. */
static void lost_steps(struct str *s, const struct run_summary *rs, const struct sum_group *g)
{
	static const char *const columns[] = { "step", "where", "#took", "cause", NULL };
	struct losses l = { 0 };

	for (size_t i = g->first; i < g->first + g->count; i++)
		find_lost(&l, &rs->cells[i]);
	if (!l.count)
		return;
	qsort(l.items, l.count, sizeof(*l.items), by_seconds);
	html_table(s, "steps that ran although the build was warm, by their seconds", columns);
	for (size_t i = 0; i < l.count && i < LOST_SHOWN; i++)
		lost_row(s, g, &l.items[i], columns);
	html_table_end(s);
	free(l.items);
}

static void matrix(struct str *s, const struct run_summary *rs, const struct sum_group *sg)
{
	/* as a terminal without an edge: every column that a row knows */
	struct term wide = { .utf8 = true, .width = 100000 };
	_cleanup_(notes_done) struct notes notes = { 0 };
	_cleanup_(grid_done) struct grid g = { 0 };
	_cleanup_(str_done) struct str title = STR_INIT;

	grid_init(&g, rs, sg, wide, &notes);
	group_title(&title, rs, sg);
	html_open(s, "section", NULL, rs->cells[sg->first].cell, false);
	html_element(s, "h3", NULL, str_get(&title));
	str_add(s, "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"");
	encode_html(s, str_get(&title));
	str_add(s, "\"><table class=\"matrix\">\n");
	head_row(s, &g);
	for (size_t i = 0; i < g.count; i++)
		body_row(s, &g, i);
	unsupported_rows(s, &g);
	str_add(s, "</tbody></table></div>\n");
	note_list(s, &notes);
	lost_steps(s, rs, sg);
	str_add(s, "</section>\n");
}

void html_cache(struct str *s, const struct report *r)
{
	size_t tables = 0;

	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->group_count; k++, tables++)
			matrix(s, r->leads[i], &r->leads[i]->groups[k]);
	if (!tables)
		html_element(s, "p", "soft", "No cell was measured.");
}
