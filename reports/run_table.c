/* The table of a run, as wide as the terminal: what matters least is left out first, and no number
 * is ever cut. Then what there is to remark, and the answer last. */
#include "reports/answer.h"
#include "reports/grid.h"
#include "reports/history.h"
#include "reports/runners.h"

/* "local, inline  unsupported: why", below the rows of its engine. */
static void print_unsupported(
	const struct grid *g, const struct unsupported *u, bool named, FILE *f)
{
	_cleanup_(str_done) struct str text = STR_INIT, plain = STR_INIT, first = STR_INIT;
	int indent = g->columns[0].width > 6 ? g->columns[0].width : 6;

	if (!named)
		term_encode(&first, u->engine, strlen(u->engine));
	str_addf(&text, "%s  unsupported: ", u->modes);
	term_encode(&text, u->reason, strlen(u->reason));
	plain_text(&plain, g->t, str_get(&text));

	_cleanup_(freep) char *head = xasprintf(" %s%*s  ", str_get(&first),
		indent - term_columns(str_get(&first)) > 0 ? indent - term_columns(str_get(&first))
							   : 0,
		"");
	_cleanup_(freep) char *rest = xasprintf("%*s", indent + 7, "");

	paragraph(f, head, rest, str_get(&plain), g->t.width);
}

static void print_engine_end(const struct grid *g, const struct unsupported *u, size_t count,
	const char *engine, FILE *f)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(u[i].engine, engine))
			print_unsupported(g, &u[i], true, f);
}

/* Engines without a row have nothing but what they cannot do. */
static void print_rest(const struct grid *g, const struct unsupported *u, size_t count, FILE *f)
{
	for (size_t i = 0; i < count; i++) {
		bool has_row = false;

		for (size_t k = 0; k < g->count; k++)
			has_row |= str_eq(g->rows[k]->cell->engine, u[i].engine);
		if (!has_row)
			print_unsupported(g, &u[i], i && str_eq(u[i].engine, u[i - 1].engine), f);
	}
}

static struct err *print_grid(struct grid *g, FILE *f)
{
	_cleanup_(strv_done) struct strv lines = STRV_INIT;
	size_t count;
	struct unsupported *u;
	struct err *e;

	e = grid_lines(g, &lines);
	if (e)
		return e;
	u = group_unsupported(g->rs, g->g, &count);
	if (g->count && lines.count)
		fprintf(f, " %s\n", lines.items[0]);
	for (size_t i = 0; i < g->count && i + 1 < lines.count; i++) {
		const char *engine = g->rows[i]->cell->engine;

		fprintf(f, " %s\n", lines.items[i + 1]);
		if (i + 1 == g->count || !str_eq(engine, g->rows[i + 1]->cell->engine))
			print_engine_end(g, u, count, engine, f);
	}
	print_rest(g, u, count, f);
	unsupported_free(u, count);
	return NULL;
}

static void print_title(const struct grid *g, FILE *f)
{
	_cleanup_(str_done) struct str s = STR_INIT, plain = STR_INIT;

	group_title(&s, g->rs, g->g);
	plain_text(&plain, g->t, str_get(&s));
	paragraph(f, " ", " ", str_get(&plain), g->t.width);
}

static void print_notes(const struct notes *n, struct term t, FILE *f)
{
	for (size_t i = 0; i < n->count; i++) {
		_cleanup_(str_done) struct str mark = STR_INIT, head = STR_INIT;
		_cleanup_(str_done) struct str full = STR_INIT, text = STR_INIT;

		superscript(&mark, i + 1);
		str_addc(&head, ' ');
		plain_text(&head, t, str_get(&mark));
		str_addc(&head, ' ');
		note_show(&full, n, i);
		plain_text(&text, t, str_get(&full));
		paragraph(f, str_get(&head), "   ", str_get(&text), t.width);
	}
}

static struct err *print_group(
	const struct run_summary *rs, const struct sum_group *sg, FILE *f, struct term t)
{
	_cleanup_(grid_done) struct grid g = { 0 };
	_cleanup_(notes_done) struct notes notes = { 0 };

	grid_init(&g, rs, sg, t, &notes);
	print_title(&g, f);
	TRY(print_grid(&g, f));
	print_notes(&notes, t, f);
	return NULL;
}

static void print_remarks(const struct run_summary *rs, FILE *f, struct term t)
{
	_cleanup_(strv_done) struct strv remarks = STRV_INIT;
	size_t count;
	struct void_remark *voids = run_voids(rs, &count);

	run_remarks(rs, &remarks);
	for (size_t i = 0; i < remarks.count; i++) {
		_cleanup_(str_done) struct str plain = STR_INIT;

		plain_text(&plain, t, remarks.items[i]);
		paragraph(f, " ", "   ", str_get(&plain), t.width);
	}
	for (size_t i = 0; i < count; i++) {
		_cleanup_(str_done) struct str plain = STR_INIT;

		plain_text(&plain, t, voids[i].at);
		paragraph(f, " ", "   ", voids[i].what, t.width);
		paragraph(f, "   at    ", "         ", str_get(&plain), t.width);
	}
	void_remarks_free(voids, count);
}

static void print_answers(const struct run_summary *rs, FILE *f, struct term t)
{
	_cleanup_(strv_done) struct strv answers = STRV_INIT;
	int width = t.width < 100 ? t.width : 100; /* longer lines are hard to read */

	run_answers(rs, false, &answers);
	for (size_t i = 0; i < answers.count; i++) {
		_cleanup_(str_done) struct str plain = STR_INIT;

		plain_text(&plain, t, answers.items[i]);
		paragraph(f, "", "", str_get(&plain), width);
	}
}

/* The database's path as its owner would write it. */
static void home_path(struct str *s, const char *path)
{
	const char *home = getenv("HOME");
	size_t n = home ? strlen(home) : 0;
	bool below = n > 1 && str_starts(path, home) && path[n] == '/';

	str_add(s, below ? "~" : "");
	term_encode(s, path + (below ? n : 0), strlen(path + (below ? n : 0)));
}

/* A file name for the page that needs no quotes, from the scenario's name where that has none. */
static const char *page_name(const struct run_summary *rs)
{
	const char *name = rs->count ? rs->cells[0].cell->scenario : "";

	return *name && *name != '-' && *name != '.' &&
			       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					    "0123456789._-") == strlen(name)
		       ? name
		       : "report";
}

/* The run's name where a command needs it: "latest" is understood. */
static struct err *name_unless_latest(
	struct store *st, const struct run *run, const char **name, char room[7])
{
	struct run **newest;
	size_t count;

	TRY(store_runs(st, 1, &newest, &count));
	*name = count && newest[0]->id == run->id ? NULL : run_short(run, room);
	runs_free(newest, count);
	return NULL;
}

static struct err *print_saved(
	struct store *st, const struct run_summary *rs, FILE *f, struct term t)
{
	_cleanup_(str_done) struct str s = STR_INIT, plain = STR_INIT;
	const char *name;
	char room[7];

	str_addf(&s, "Saved as run %s in ", run_short(rs->run, room));
	home_path(&s, store_path(st));
	plain_text(&plain, t, str_get(&s));
	str_addc(&plain, '.');
	str_clear(&s);
	TRY(name_unless_latest(st, rs->run, &name, room));
	str_addf(&s, "Page: tare report %s%s--html %s.html", name ? name : "", name ? " " : "",
		page_name(rs));
	fprintf(f, "%s%s%s\n", str_get(&plain),
		(int)plain.len + 2 + (int)s.len <= t.width ? "  " : "\n", str_get(&s));
	return NULL;
}

/* How long the run's cells took in the runs before, where there are some. */
static struct err *print_series(
	struct store *st, struct run_summary *rs, FILE *f, struct term t)
{
	_cleanup_(history_done) struct history h = { 0 };
	struct run_summary *const leads[] = { rs };
	size_t i = 0;

	if (!t.utf8)
		return NULL;
	TRY(history_load(st, leads, 1, rs->run->branch, SERIES_RUNS, &h));
	while (i < h.count && (!track_latest(&h.tracks[i]) || h.tracks[i].count < SERIES_LEAST))
		i++;
	if (i == h.count)
		return NULL;
	fputc('\n', f);
	return series_table(&h, SERIES_LEAST, f, t);
}

struct err *report_run_table(struct store *st, const struct run *run, FILE *f, struct term t)
{
	_cleanup_(summary_freep) struct run_summary *rs = NULL;

	TRY(summary_load(st, run, &rs));
	for (size_t i = 0; i < rs->group_count; i++) {
		TRY(print_group(rs, &rs->groups[i], f, t));
		fputc('\n', f);
	}
	TRY(runners_show(rs, f, t));
	print_remarks(rs, f, t);
	TRY(print_series(st, rs, f, t));
	fputc('\n', f);
	print_answers(rs, f, t);
	TRY(print_saved(st, rs, f, t));
	return ferror(f) ? err_new(ERR_IO, "cannot write the table") : NULL;
}
