/* Builds: of each engine a cold build and a warm one after an edit, else those of two variants, step
 * by step on one axis. */
#include <math.h>

#include "reports/answer.h"
#include "reports/cause.h"
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/svg.h"
#include "reports/waterfall.h"

#define FALLS_SHOWN  16
#define FALLS_EACH   2 /* of a run, where there are several */
#define NAME_COLUMNS 34
#define ROW_HEIGHT   26

static double at_s(int64_t ns)
{
	return (double)ns / 1e9;
}

/* A step of one build: from its start to its end, or a mark where it came from the cache. */
static void draw_step(struct str *s, const struct step *st, double end_s, bool first, bool critical)
{
	int y = first ? 3 : 14;

	if (!st)
		return;
	if (st->cached || st->start_ns < 0 || st->end_ns < st->start_ns) {
		if (st->cached)
			str_addf(s, "<circle class=\"cached\" cx=\"4\" cy=\"%d\" r=\"3\"/>", y + 4);
		return;
	}
	str_addf(s, "<rect class=\"step%s%s\" y=\"%d\" height=\"8\"", first ? " hollow" : "",
		critical ? " critical" : "", y);
	svg_share(s, "x", at_s(st->start_ns) / end_s * 100);
	svg_share(s, "width", fmax(at_s(st->end_ns - st->start_ns) / end_s * 100, 0.3));
	str_add(s, "/>");
}

/* Some engines tell tenths of a second alone. */
static void seconds(struct str *s, double v)
{
	if (v > 0)
		figure_seconds(s, v);
	else
		str_add(s, "0 s");
}

static void took(struct str *s, const struct step *st)
{
	if (!st)
		str_add(s, "not there");
	else if (st->cached)
		str_add(s, "cached");
	else if (st->start_ns < 0 || st->end_ns < st->start_ns)
		str_add(s, "ran");
	else
		seconds(s, at_s(st->end_ns - st->start_ns));
}

static void fall_row(
	struct str *s, const struct waterfall *w, const struct fall_row *r, double end_s)
{
	_cleanup_(str_done) struct str name = STR_INIT, figure = STR_INIT;

	step_words(&name, r->b ? r->b : r->a, NAME_COLUMNS);
	str_addf(s, "<span class=\"name%s\">", r->lost ? " lost" : "");
	str_add(s, r->lost ? "✕ " : "");
	encode_html(s, str_get(&name));
	str_addf(s, "</span>\n<svg class=\"plot\" height=\"%d\" aria-hidden=\"true\">", ROW_HEIGHT);
	draw_step(s, r->a, end_s, true, r->a_critical);
	draw_step(s, r->b, end_s, false, r->b_critical);
	str_add(s, "</svg>\n");
	took(&figure, r->a);
	str_add(&figure, " → ");
	took(&figure, r->b);
	html_element(s, "span", "figure", str_get(&figure));
}

static void time_text(struct str *s, const struct step *st)
{
	if (st && st->start_ns >= 0)
		seconds(s, at_s(st->start_ns));
	else
		str_add(s, "–");
}

static void behind_row(struct str *s, const struct fall_row *r, const char *const *columns)
{
	const struct step *st = r->b ? r->b : r->a;
	_cleanup_(str_done) struct str step = STR_INIT, a_at = STR_INIT, b_at = STR_INIT;
	_cleanup_(str_done) struct str a = STR_INIT, b = STR_INIT;

	step_words(&step, st, 80);
	time_text(&a_at, r->a);
	time_text(&b_at, r->b);
	took(&a, r->a);
	took(&b, r->b);
	html_row(s,
		(const char *const[]){ str_get(&step), str_get(&a_at), str_get(&a), str_get(&b_at),
			str_get(&b), r->lost ? "lost" : "",
			r->a_critical && r->b_critical ? "both"
			: r->a_critical		       ? "A"
			: r->b_critical		       ? "B"
						       : "" },
		columns);
}

static void behind(struct str *s, const struct waterfall *w)
{
	static const char *const columns[] = { "step", "#A begins", "#A takes", "#B begins",
		"#B takes", "cache", "critical path", NULL };

	html_table(s, "these steps", columns);
	for (size_t i = 0; i < w->count; i++)
		behind_row(s, &w->rows[i], columns);
	html_table_end(s);
}

/* Phases have no start of their own: they are told as what they took. */
static void phases(struct str *s, const char *side, const struct sample *sample)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	for (int p = 0; p < PHASE_COUNT; p++) {
		const struct phase_time *t = &sample->steps.phase[p];
		_cleanup_(freep) char *name = xstrdup(phase_names[p]);

		if (!t->known || t->ns <= 0)
			continue;
		for (char *c = name; *c; c++)
			*c = *c == '_' ? ' ' : *c;
		str_addf(&text, "%s%s ", text.len ? ", " : "", name);
		figure_seconds(&text, at_s(t->ns));
	}
	if (!text.len)
		return;
	_cleanup_(freep) char *line = xasprintf("%s: %s", side, str_get(&text));

	html_element(s, "p", "soft phases", line);
}

static void side(
	struct str *s, const char *name, const struct sum_group *g, const struct cell_sum *c)
{
	str_addf(s, "%s %s, ", name, c->cell->engine);
	if (!str_eq(c->cell->variant, "default"))
		str_addf(s, "%s, ", c->cell->variant);
	cell_in_group(s, g, c->cell);
	str_add(s, " (");
	figure_seconds(s, c->typical->values.v[M_BUILD_WALL]);
	str_addc(s, ')');
}

static void draw(struct str *s, const struct waterfall *w)
{
	_cleanup_(str_done) struct str title = STR_INIT, a = STR_INIT, b = STR_INIT;
	struct axis axis = axis_to(w->end_s);

	html_open(s, "section", "fall", w->b->cell, true);
	cell_name(&title, w->b->cell);
	html_element(s, "h3", NULL, str_get(&title));
	side(&a, "A: ", w->group, w->a);
	side(&b, "B: ", w->group, w->b);
	str_add(s, "<p class=\"soft keys\"><span class=\"key hollow\"></span>");
	encode_html(s, str_get(&a));
	str_add(s, " <span class=\"key\"></span>");
	encode_html(s, str_get(&b));
	str_add(s, "</p>\n<div class=\"chart steps\">\n");
	for (size_t i = 0; i < w->count; i++)
		fall_row(s, w, &w->rows[i], axis.end);
	svg_axis(s, axis);
	str_add(s, "</div>\n");
	phases(s, "A", w->a->typical);
	phases(s, "B", w->b->typical);
	behind(s, w);
	str_add(s, "</section>\n");
}

static bool has_steps(const struct cell_sum *c)
{
	return c->has_row && c->typical && c->typical->steps.count;
}

/* An engine's warm cell after an edit, with a kept store where there is one; NULL: none has steps.
 */
static const struct cell_sum *warm_of(
	const struct run_summary *rs, const struct sum_group *g, const char *engine)
{
	const struct cell_sum *found = NULL;

	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &rs->cells[i];

		if (!has_steps(c) || c->cell->state != STATE_WARM ||
			!str_eq(c->cell->engine, engine) || c->cell->edit == EDIT_NONE)
			continue;
		if (!found || (c->cell->cache.mode == CACHE_STORE &&
				      found->cell->cache.mode != CACHE_STORE))
			found = c;
	}
	return found;
}

static const struct cell_sum *cold_of(
	const struct run_summary *rs, const struct sum_group *g, const char *engine)
{
	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &rs->cells[i];

		if (has_steps(c) && c->cell->state == STATE_COLD &&
			str_eq(c->cell->engine, engine) && c->cell->cache.mode == CACHE_NONE)
			return c;
	}
	return NULL;
}

/* How many pairs there are, and were drawn; of this run, and at most. */
struct falls {
	size_t all, drawn, here, most_here;
};

static void one(struct str *s, const struct run_summary *rs, const struct sum_group *g,
	const struct cell_sum *a, const struct cell_sum *b, struct falls *n)
{
	struct waterfall w;

	if (!a || !b)
		return;
	n->all++;
	if (n->drawn >= FALLS_SHOWN || n->here >= n->most_here)
		return;
	n->drawn++;
	n->here++;
	waterfall_of(&w, rs, g, a, b);
	draw(s, &w);
	waterfall_done(&w);
}

/* The same cell of the first variant that has it; NULL: none before this one. */
static const struct cell_sum *rival_of(
	const struct run_summary *rs, const struct sum_group *g, const struct cell_sum *c)
{
	for (size_t i = 0; c && i < g->first; i++) {
		const struct cell *o = rs->cells[i].cell, *b = c->cell;

		if (has_steps(&rs->cells[i]) && str_eq(o->project, b->project) &&
			str_eq(o->scenario, b->scenario) && str_eq(o->engine, b->engine) &&
			o->cache.mode == b->cache.mode && o->cache.depth == b->cache.depth &&
			o->state == b->state && o->edit == b->edit && o->output == b->output &&
			link_equal(&o->link, &b->link))
			return &rs->cells[i];
	}
	return NULL;
}

/* Cold against warm, an engine each; where one of both is missing, a variant against the first. */
static void group_falls(
	struct str *s, const struct run_summary *rs, const struct sum_group *g, struct falls *n)
{
	const char *engine = NULL;

	for (size_t i = g->first; i < g->first + g->count; i++) {
		const char *name = rs->cells[i].cell->engine;
		const struct cell_sum *cold, *warm;

		if (engine && str_eq(engine, name))
			continue;
		engine = name;
		cold = cold_of(rs, g, name);
		warm = warm_of(rs, g, name);
		if (cold && warm)
			one(s, rs, g, cold, warm, n);
		else
			one(s, rs, g, rival_of(rs, g, warm ? warm : cold), warm ? warm : cold, n);
	}
}

/* A cell of the lead and the same cell of the run it is compared with. */
static void compared_falls(struct str *s, const struct report *r, struct falls *n)
{
	for (size_t i = 0; i < r->compare.pair_count; i++) {
		const struct compare_pair *p = &r->compare.pairs[i];

		if (has_steps(p->a) && has_steps(p->b) && p->rs_b->group_count)
			one(s, p->rs_b, &p->rs_b->groups[0], p->a, p->b, n);
	}
}

void html_builds(struct str *s, const struct report *r)
{
	struct falls n = { .most_here = r->lead_count > 1 ? FALLS_EACH : FALLS_SHOWN };
	_cleanup_(str_done) struct str all = STR_INIT;

	if (r->of == REPORT_COMPARISON)
		compared_falls(&all, r, &n);
	for (size_t i = 0; r->of != REPORT_COMPARISON && i < r->lead_count; i++) {
		n.here = 0;
		for (size_t k = 0; k < r->leads[i]->group_count; k++)
			group_falls(&all, r->leads[i], &r->leads[i]->groups[k], &n);
	}
	if (!n.all) {
		html_element(s, "p", "soft",
			"No engine has two builds with steps, cold and warm or of two variants, so there is nothing to lay side by side.");
		return;
	}
	html_element(s, "p", "soft",
		"Two builds on one axis, each the one nearest its cell's median. Above, hollow: A. Below, "
		"solid: B. ● came from the cache, ✕ lost: ran although the cache was primed. The "
		"outlined chain is the critical path: what the end of the build waited for.");
	str_add(s, str_get(&all));
	if (n.all > n.drawn) {
		_cleanup_(freep) char *text =
			xasprintf("Shown are %zu of %zu pairs%s.", n.drawn, n.all,
				r->lead_count > 1 ? "; tare report RUN shows more of one run" : "");

		html_element(s, "p", "soft", text);
	}
}
