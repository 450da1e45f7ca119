/* What stands in a cell of a run's table. */
#include "reports/answer.h"
#include "reports/grid.h"

#define BAR_COLUMNS 16

static void show_interval(struct str *s, const struct column *c, const struct estimate *e)
{
	_cleanup_(str_done) struct str low = STR_INIT, high = STR_INIT;
	struct scale k = scale_within(c->scale, e);

	if (!e->known || e->n < 2) {
		str_add(s, "–");
		return;
	}
	if (e->high_open) {
		figure_interval(s, k, e);
		return;
	}
	figure_number(&low, k, e->low);
	figure_number(&high, k, e->high);
	str_addf(s, "%*s–%*s", c->low_width, str_get(&low), c->high_width, str_get(&high));
}

static void show_value(struct str *s, const struct column *c, const struct estimate *e)
{
	figure_show(s, scale_within(c->scale, e), e->at);
}

static void show_bar(struct str *s, double share)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int parts = (int)(share * BAR_COLUMNS * 8 + 0.5);

	for (int i = 0; i < parts / 8; i++)
		str_add(s, "█");
	str_add(s, parts ? eighths[parts % 8] : "▏");
}

static void show_pays(struct str *s, const struct cell_sum *r)
{
	if (r->pays == PAYS_AFTER)
		str_addf(s, "%.0f build%s", r->builds, r->builds == 1 ? "" : "s");
	else if (r->pays == PAYS_TIE || r->pays == PAYS_NEVER)
		str_add(s, r->pays == PAYS_TIE ? "tie" : "never");
	else
		str_add(s, "–");
}

static void show_edit(struct str *s, const struct cell *c)
{
	if (c->state == STATE_COLD)
		str_addf(s, "%s%s", c->edit == EDIT_NONE ? "" : edit_names[c->edit],
			c->edit == EDIT_NONE ? "cold" : ", cold");
	else
		str_add(s, edit_names[c->edit]);
}

static void show_cache(struct str *s, const struct grid *g, const struct cell *c)
{
	str_add(s, cache_name(c->cache));
	if (g->g->one_edit && c->state == STATE_COLD)
		str_add(s, " (cold)");
}

/* A value whose rows above say the same is left blank. */
static bool repeats(const struct grid *g, size_t row, enum what what)
{
	const struct cell *a = g->rows[row]->cell, *b = row ? g->rows[row - 1]->cell : NULL;

	if (!b || !str_eq(a->engine, b->engine))
		return false;
	return what == ENGINE || (!g->g->one_edit && a->cache.mode == b->cache.mode &&
					 a->cache.depth == b->cache.depth);
}

void grid_show(struct str *s, const struct grid *g, const struct column *c, size_t row)
{
	const struct cell_sum *r = g->rows[row];

	switch (c->what) {
	case ENGINE:
		if (!repeats(g, row, ENGINE))
			term_encode(s, r->cell->engine, strlen(r->cell->engine));
		break;
	case CACHE:
		if (!repeats(g, row, CACHE))
			show_cache(s, g, r->cell);
		break;
	case EDIT:
		show_edit(s, r->cell);
		break;
	case COUNT:
		str_addf(s, "%zu", r->n);
		break;
	case WALL:
		cell_figure(s, c->scale, r);
		break;
	case INTERVAL:
		show_interval(s, c, &r->wall);
		break;
	case BAR:
		if (r->wall.known && g->longest_s > 0)
			show_bar(s, r->wall.at / g->longest_s);
		break;
	case STEPS:
		if (r->steps)
			str_addf(s, "%zu/%zu", r->cached, r->steps);
		else
			str_add(s, "–");
		break;
	case METRIC:
		if (r->metrics[c->metric].known)
			show_value(s, c, &r->metrics[c->metric]);
		else
			str_add(s, "–");
		break;
	case GAIN:
		if (r->gain.known)
			show_value(s, c, &r->gain);
		else
			str_add(s, "–");
		break;
	case PAYS:
		show_pays(s, r);
		break;
	}
}

enum tint grid_tint(const struct column *c, const struct cell_sum *r)
{
	if (c->what == GAIN && r->gain.known && !r->gain.is_range)
		return r->gain.low > 0 ? TINT_GAIN : r->gain.high < 0 ? TINT_LOSS : TINT_NONE;
	if (c->what == WALL && !r->n && (r->failures || r->voids))
		return TINT_LOSS;
	if (c->what == INTERVAL && (r->findings || r->voids || r->failures))
		return TINT_FINDING;
	return TINT_NONE;
}
