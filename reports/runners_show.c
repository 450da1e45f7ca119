/* The runners of a run on a terminal. */
#include "reports/figure.h"
#include "reports/reports.h"
#include "reports/runners.h"
#include "reports/table.h"

/* What a runner is chosen by; ranks say what a narrow terminal keeps. */
enum show { RUNNER, ENGINE, BYTES, COUNT, YES_NO, START, RANGE };
static const struct column {
	const char *title;
	enum show show;
	enum metric metric;
	int rank;
} columns[] = {
	{ "runner", RUNNER, METRIC_COUNT, 0 },
	{ "engine", ENGINE, METRIC_COUNT, 0 },
	{ "size", BYTES, M_IMAGE_SIZE, 0 },
	{ "compressed", BYTES, M_IMAGE_COMPRESSED, 5 },
	{ "files", COUNT, M_IMAGE_FILES, 4 },
	{ "packages", COUNT, M_IMAGE_PACKAGES, 1 },
	{ "setuid", COUNT, M_IMAGE_SETUID, 2 },
	{ "shell", YES_NO, M_IMAGE_SHELL, 1 },
	{ "CA", YES_NO, M_IMAGE_CA_BUNDLE, 3 },
	{ "pull", BYTES, M_START_PULL_BYTES, 2 },
	{ "start", START, M_START_WALL, 0 },
	{ "range", RANGE, M_START_WALL, 1 },
	{ "with pull", START, M_START_PULL_WALL, 6 },
};
#define COLUMNS ARRAY_SIZE(columns)
#define GAP	2

struct showing {
	const struct runners *all;
	struct term t;
	bool shown[COLUMNS];
	struct scale scale[COLUMNS];
};

static bool does_not_start(const struct runner *r, const struct column *c)
{
	return (c->show == START || c->show == RANGE) && r->no_start;
}

/* Whether there is anything to show in it. */
static bool has_values(const struct runners *all, const struct column *c)
{
	bool any = c->show == RUNNER;

	for (size_t i = 0; i < all->count; i++) {
		const struct runner *r = &all->items[i];

		if (c->show == ENGINE)
			any |= !str_eq(r->cell->engine, all->items[0].cell->engine);
		else if (c->show != RUNNER)
			any |= r->v[c->metric] || (c->metric == M_START_WALL && r->no_start);
	}
	return any;
}

static struct scale scale_of(const struct runners *all, const struct column *c)
{
	struct spread spread = { 0 };

	for (size_t i = 0; c->metric != METRIC_COUNT && i < all->count; i++)
		if (all->items[i].v[c->metric])
			spread_estimate(&spread, all->items[i].v[c->metric]);
	return c->show == BYTES ? scale_bytes(spread) : scale_seconds(spread);
}

static void figure(struct str *s, const struct showing *w, const struct runner *r, size_t i)
{
	const struct column *c = &columns[i];
	const struct estimate *e = r->v[c->metric];

	if (does_not_start(r, c))
		str_add(s, c->show == START ? runner_no_start(r) : "");
	else if (!e)
		str_add(s, "–");
	else if (c->show == BYTES || c->show == START)
		figure_show(s, w->scale[i], e->at);
	else if (c->show == RANGE)
		figure_interval(s, w->scale[i], e);
	else if (c->show == YES_NO)
		str_add(s, e->at > 0 ? "yes" : "no");
	else
		figure_exact(s, "1", e);
}

static void cell_text(struct str *s, const struct showing *w, const struct runner *r, size_t i)
{
	if (columns[i].show == RUNNER)
		str_add(s, r->cell->variant);
	else if (columns[i].show == ENGINE)
		str_add(s, r->cell->engine);
	else
		figure(s, w, r, i);
}

static int column_width(const struct showing *w, size_t i)
{
	int width = term_columns(columns[i].title);

	for (size_t k = 0; k < w->all->count; k++) {
		_cleanup_(str_done) struct str text = STR_INIT;

		cell_text(&text, w, &w->all->items[k], i);
		if (term_columns(str_get(&text)) > width)
			width = term_columns(str_get(&text));
	}
	return width;
}

/* Leave out what matters least until the rest fits. */
static void fit(struct showing *w)
{
	for (;;) {
		size_t least = 0;
		int width = 1;

		for (size_t i = 0; i < COLUMNS; i++)
			if (w->shown[i]) {
				width += column_width(w, i) + GAP;
				least = columns[i].rank > columns[least].rank ? i : least;
			}
		if (width - GAP <= w->t.width || !columns[least].rank)
			return;
		w->shown[least] = false;
	}
}

static void add_row(struct table *tb, const struct showing *w, const struct runner *r)
{
	struct str texts[COLUMNS] = { 0 };
	const char *cells[COLUMNS];
	size_t n = 0;

	for (size_t i = 0; i < COLUMNS; i++) {
		if (!w->shown[i])
			continue;
		cell_text(&texts[i], w, r, i);
		cells[n++] = str_get(&texts[i]);
	}
	table_row(tb, cells);
	for (size_t i = 0; i < COLUMNS; i++)
		str_done(&texts[i]);
}

static struct err *print_table(const struct showing *w, FILE *f)
{
	_cleanup_(strv_done) struct strv lines = STRV_INIT;
	struct table *tb = table_new(w->t);

	for (size_t i = 0; i < COLUMNS; i++)
		if (w->shown[i])
			table_column(tb, columns[i].title, columns[i].show > ENGINE, false);
	for (size_t i = 0; i < w->all->count; i++)
		add_row(tb, w, &w->all->items[i]);
	TRY(table_lines(tb, &lines));
	for (size_t i = 0; i < lines.count; i++)
		fprintf(f, " %s\n", lines.items[i]);
	return NULL;
}

static void print_no_starts(const struct showing *w, FILE *f)
{
	for (size_t i = 0; i < w->all->count; i++) {
		const struct runner *r = &w->all->items[i];
		_cleanup_(str_done) struct str text = STR_INIT, plain = STR_INIT;

		if (!r->no_start)
			continue;
		term_encode(&text, r->cell->variant, strlen(r->cell->variant));
		str_add(&text, ", ");
		term_encode(&text, r->cell->engine, strlen(r->cell->engine));
		str_addf(&text, ": %s: ", runner_no_start(r));
		term_encode(&text, r->no_start, strlen(r->no_start));
		plain_text(&plain, w->t, str_get(&text));
		paragraph(f, " ", "   ", str_get(&plain), w->t.width);
	}
}

static size_t starts_of(const struct runners *all)
{
	size_t most = 0;

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].v[M_START_WALL] && all->items[i].v[M_START_WALL]->n > most)
			most = all->items[i].v[M_START_WALL]->n;
	return most;
}

static void print_title(const struct showing *w, FILE *f)
{
	_cleanup_(str_done) struct str text = STR_INIT, plain = STR_INIT;
	const struct cell *c = w->all->items[0].cell;
	const char *language = runner_language(c);

	str_add(&text, language ? "runners of " : "starts of ");
	term_encode(&text, language ? language : c->scenario,
		strlen(language ? language : c->scenario));
	if (starts_of(w->all))
		str_addf(&text, ", %zu starts each", starts_of(w->all));
	plain_text(&plain, w->t, str_get(&text));
	paragraph(f, " ", " ", str_get(&plain), w->t.width);
}

static bool was_started(const struct runners *all)
{
	bool any = false;

	for (size_t i = 0; i < all->count; i++)
		any |= all->items[i].v[M_START_WALL] || all->items[i].no_start;
	return any;
}

static struct err *show_scenario(const struct runners *all, FILE *f, struct term t)
{
	struct showing w = { .all = all, .t = t };

	for (size_t i = 0; i < COLUMNS; i++) {
		w.shown[i] = has_values(all, &columns[i]);
		w.scale[i] = scale_of(all, &columns[i]);
	}
	fit(&w);
	print_title(&w, f);
	TRY(print_table(&w, f));
	print_no_starts(&w, f);
	fputc('\n', f);
	return NULL;
}

struct err *runners_show(const struct run_summary *rs, FILE *f, struct term t)
{
	for (size_t i = 0; i < rs->count; i++) {
		_cleanup_(runners_done) struct runners all = { 0 };

		if (!runners_begin(rs, i))
			continue;
		runners_of(rs, i, &all);
		if (all.count && (runner_language(rs->cells[i].cell) || was_started(&all)))
			TRY(show_scenario(&all, f, t));
	}
	return NULL;
}
