/* Runners: the same program on different final stages, one table a language. */
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/runners.h"

/* What a runner is chosen by, in the order of the table; what no run recorded is left out. */
static const enum metric asked[] = { M_IMAGE_SIZE, M_IMAGE_COMPRESSED, M_IMAGE_FILES,
	M_IMAGE_PACKAGES, M_IMAGE_SETUID, M_IMAGE_SHELL, M_IMAGE_ROOT_USER, M_IMAGE_LAYERS,
	M_IMAGE_EFFICIENCY, M_PULL_DELTA, M_PUSH_BYTES, M_START_WALL };

/* A variant on an engine: any of its cells whose image was read tells. */
struct runner {
	const struct cell *cell;
	const struct estimate *v[METRIC_COUNT];
};
struct runners {
	struct runner *items;
	size_t count, room;
};

static struct runner *runner_of(struct runners *all, const struct cell *c)
{
	for (size_t i = 0; i < all->count; i++)
		if (str_eq(all->items[i].cell->variant, c->variant) &&
			str_eq(all->items[i].cell->engine, c->engine))
			return &all->items[i];

	struct runner *r = GROW(all->items, all->count, all->room);

	r->cell = c;
	return r;
}

static void add_cell(struct runners *all, const struct cell_sum *c)
{
	struct runner *r;

	if (!c->n)
		return;
	r = runner_of(all, c->cell);
	for (int m = 0; m < METRIC_COUNT; m++)
		if (!r->v[m] && c->metrics[m].known)
			r->v[m] = &c->metrics[m];
}

static bool has_column(const struct runners *all, enum metric m)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].v[m])
			return true;
	return false;
}

static double largest(const struct runners *all, enum metric m)
{
	double most = 0;

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].v[m] && all->items[i].v[m]->at > most)
			most = all->items[i].v[m]->at;
	return most;
}

static bool is_yes_no(enum metric m)
{
	return m == M_IMAGE_SHELL || m == M_IMAGE_ROOT_USER;
}

static void value(struct str *s, const struct estimate *e, enum metric m, double most)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	str_add(s, "<td class=\"r\">");
	if (!e) {
		str_add(s, "–</td>");
		return;
	}
	if (is_yes_no(m))
		str_add(&text, e->at > 0 ? "yes" : "no");
	else if (m == M_START_WALL)
		figure_with_interval(&text, "s", e);
	else
		metric_show(&text, m, e);
	encode_html(s, str_get(&text));
	if (m == M_IMAGE_SIZE && most > 0)
		str_addf(s,
			"<svg class=\"inbar\" height=\"6\" aria-hidden=\"true\"><rect class=\"bar\" "
			"height=\"6\" width=\"%.0f%%\"/></svg>",
			e->at / most * 100);
	str_add(s, "</td>");
}

static void row(struct str *s, const struct runners *all, const struct runner *r)
{
	html_open(s, "tr", NULL, r->cell, true);
	str_add(s, "<th scope=\"row\">");
	encode_html(s, r->cell->variant);
	str_add(s, "</th><td>");
	encode_html(s, r->cell->engine);
	str_add(s, "</td>");
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++)
		if (has_column(all, asked[i]))
			value(s, r->v[asked[i]], asked[i], largest(all, asked[i]));
	str_add(s, "</tr>\n");
}

static int by_size(const void *pa, const void *pb)
{
	const struct runner *a = pa, *b = pb;
	double sa = a->v[M_IMAGE_SIZE] ? a->v[M_IMAGE_SIZE]->at : 0;
	double sb = b->v[M_IMAGE_SIZE] ? b->v[M_IMAGE_SIZE]->at : 0;
	int words = strcmp(a->cell->variant, b->cell->variant);

	if (sa != sb)
		return sa > sb ? -1 : 1;
	return words ? words : strcmp(a->cell->engine, b->cell->engine);
}

static void table(struct str *s, struct runners *all, const char *language)
{
	qsort(all->items, all->count, sizeof(*all->items), by_size);
	html_element(s, "h3", NULL, language);
	str_add(s, "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"runners of ");
	encode_html(s, language);
	str_add(s,
		"\"><table><thead><tr><th scope=\"col\">runner</th><th scope=\"col\">engine</th>");
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++)
		if (has_column(all, asked[i]))
			str_addf(s, "<th scope=\"col\" class=\"r\">%s</th>",
				metric_table[asked[i]].name);
	str_add(s, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < all->count; i++)
		row(s, all, &all->items[i]);
	str_add(s, "</tbody></table></div>\n");
}

/* The runners of one scenario in one lead. */
static bool scenario_table(struct str *s, const struct run_summary *rs, size_t first)
{
	const struct cell *of = rs->cells[first].cell;
	struct runners all = { 0 };

	for (size_t i = first; i < rs->count; i++)
		if (str_eq(rs->cells[i].cell->scenario, of->scenario) &&
			str_eq(rs->cells[i].cell->project, of->project))
			add_cell(&all, &rs->cells[i]);
	if (all.count)
		table(s, &all, runner_language(of));
	free(all.items);
	return all.count > 0;
}

static bool is_first(const struct run_summary *rs, size_t i)
{
	return !i || !str_eq(rs->cells[i].cell->scenario, rs->cells[i - 1].cell->scenario) ||
	       !str_eq(rs->cells[i].cell->project, rs->cells[i - 1].cell->project);
}

void html_runners(struct str *s, const struct report *r)
{
	bool any = false;

	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->count; k++)
			if (runner_language(r->leads[i]->cells[k].cell) && is_first(r->leads[i], k))
				any |= scenario_table(s, r->leads[i], k);
	if (!any)
		str_add(s,
			"<p class=\"soft\">No runners were compared. A scenario whose name begins with "
			"<code>runner-</code> is shown here: "
			"<code>tare run runner-python --state cold</code></p>\n");
}
