/* Runners: the same program on different final stages, one table a language. */
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/runners.h"

/* What a runner is chosen by, in the order of the table; what no run recorded is left out. */
static const struct asked {
	enum metric metric;
	const char *title;
} asked[] = {
	{ M_IMAGE_SIZE, "size" },
	{ M_IMAGE_COMPRESSED, "compressed" },
	{ M_IMAGE_FILES, "files" },
	{ M_IMAGE_PACKAGES, "packages" },
	{ M_IMAGE_SETUID, "setuid" },
	{ M_IMAGE_SHELL, "shell" },
	{ M_IMAGE_CA_BUNDLE, "CA" },
	{ M_IMAGE_ROOT_USER, "root" },
	{ M_START_WALL, "start" },
	{ M_START_PULL_WALL, "with pull" },
	{ M_START_PULL_BYTES, "pulled" },
	{ M_PULL_DELTA, "pull.delta" },
	{ M_PUSH_BYTES, "push.bytes" },
	{ M_IMAGE_LAYERS, "layers" },
	{ M_IMAGE_EFFICIENCY, "efficiency" },
};

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

static bool is_start_time(enum metric m)
{
	return m == M_START_WALL || m == M_START_PULL_WALL;
}

/* What the spans of a column's times all are, ", range" or ", 95 %"; "": they differ, or it has none. */
static const char *title_more(const struct runners *all, enum metric m)
{
	const char *more = NULL;

	for (size_t i = 0; is_start_time(m) && i < all->count; i++) {
		const struct estimate *e = all->items[i].v[m];
		const char *own;

		if (!e || !e->known || e->n < 2)
			continue;
		own = e->is_range ? ", range" : ", 95 %";
		if (more && !str_eq(more, own))
			return "";
		more = own;
	}
	return more ? more : "";
}

/* "101 ms (95–116)" where the column's title says what that is. */
static void start_text(
	struct str *s, const struct runners *all, enum metric m, const struct estimate *e)
{
	if (!e->known || e->n < 2 || !*title_more(all, m)) {
		figure_with_interval(s, "s", e);
		return;
	}
	figure_estimate(s, "s", e);
	str_add(s, " (");
	figure_interval(s, scale_estimate("s", e), e);
	str_addc(s, ')');
}

/* A figure without a unit, beside those of the other runners. */
static void number(struct str *s, const struct runners *all, enum metric m, double v)
{
	_cleanup_(freep) double *column = xcalloc(all->count + 1, sizeof(*column));
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].v[m])
			column[n++] = all->items[i].v[m]->at;
	figure_show(s, scale_apart("1", column, n), v);
}

static void value(struct str *s, const struct runners *all, const struct runner *r, enum metric m,
	double most)
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
	else if (is_start_time(m))
		start_text(&text, all, m, e);
	else if (str_eq(metric_table[m].unit, "1"))
		number(&text, all, m, e->at);
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
		if (has_column(all, asked[i].metric))
			value(s, all, r, asked[i].metric, largest(all, asked[i].metric));
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
		if (has_column(all, asked[i].metric))
			str_addf(s, "<th scope=\"col\" class=\"r\" title=\"%s\">%s%s</th>",
				metric_table[asked[i].metric].name, asked[i].title,
				title_more(all, asked[i].metric));
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
