/* Runners: the same program on different final stages, one table a language. */
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/runners.h"

/* What a runner is chosen by, in the order of the table; what no run recorded is left out. */
static const enum metric asked[] = { M_IMAGE_SIZE, M_IMAGE_COMPRESSED, M_IMAGE_FILES,
	M_IMAGE_PACKAGES, M_IMAGE_SETUID, M_IMAGE_SHELL, M_IMAGE_CA_BUNDLE, M_IMAGE_ROOT_USER,
	M_IMAGE_LAYERS, M_IMAGE_EFFICIENCY, M_PULL_DELTA, M_PUSH_BYTES, M_START_PULL_BYTES,
	M_START_WALL, M_START_PULL_WALL };

static bool has_column(const struct runners *all, enum metric m)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].v[m] || (m == M_START_WALL && all->items[i].no_start))
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
	return m == M_IMAGE_SHELL || m == M_IMAGE_ROOT_USER || m == M_IMAGE_CA_BUNDLE;
}

static void value(struct str *s, const struct runner *r, enum metric m, double most)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	const struct estimate *e = r->v[m];

	str_add(s, "<td class=\"r\">");
	if (m == M_START_WALL && r->no_start) {
		str_addf(s, "%s: ", runner_no_start(r));
		encode_html(s, r->no_start);
		str_add(s, "</td>");
		return;
	}
	if (!e) {
		str_add(s, "–</td>");
		return;
	}
	if (is_yes_no(m))
		str_add(&text, e->at > 0 ? "yes" : "no");
	else if (metric_is_of_starts(m))
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
			value(s, r, asked[i], largest(all, asked[i]));
	str_add(s, "</tr>\n");
}

static void table(struct str *s, struct runners *all, const char *language)
{
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
	_cleanup_(runners_done) struct runners all = { 0 };

	runners_of(rs, first, &all);
	if (all.count)
		table(s, &all, runner_language(rs->cells[first].cell));
	return all.count > 0;
}

void html_runners(struct str *s, const struct report *r)
{
	bool any = false;

	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->count; k++)
			if (runner_language(r->leads[i]->cells[k].cell) &&
				runners_begin(r->leads[i], k))
				any |= scenario_table(s, r->leads[i], k);
	if (!any)
		str_add(s,
			"<p class=\"soft\">No runners were compared. A scenario whose name begins with "
			"<code>runner-</code> is shown here: "
			"<code>tare run runner-python --state cold</code></p>\n");
}
