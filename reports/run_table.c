/* The table of a run, as wide as the terminal: what matters least is left out first, and no number
 * is ever cut. */
#include "reports/answer.h"
#include "reports/figure.h"
#include "reports/notes.h"
#include "reports/table.h"

#define BAR_COLUMNS 16
#define GAP 2 /* between columns; and one space before the first */

enum what { ENGINE, CACHE, EDIT, COUNT, WALL, INTERVAL, BAR, STEPS, METRIC, GAIN, PAYS };

struct column {
	const char *title;
	enum what what;
	enum metric metric;
	int place;      /* whose footnote marks it carries; -1: none */
	int rank;       /* columns of the highest rank are dropped first; 0: never */
	struct scale scale;
	int low_width, high_width; /* of an interval's two figures */
	struct strv text, mark;
	enum tint *tint;
	int width, mark_width;
	bool empty;     /* no row knows it */
};

struct grid {
	const struct run_summary *rs;
	const struct sum_group *g;
	const struct cell_sum **rows;
	struct cell_notes *notes;
	size_t count;
	struct term t;
	struct column *columns;
	size_t column_count, column_room;
	double longest_s;
};

static bool right_aligned(enum what w)
{
	return w != ENGINE && w != CACHE && w != EDIT && w != BAR;
}

static void add_column(struct grid *g, const char *title, enum what what, int place, int rank)
{
	struct column *c = GROW(g->columns, g->column_count, g->column_room);

	c->title = title;
	c->what = what;
	c->place = place;
	c->rank = rank;
}

static void add_metric(struct grid *g, const char *title, enum metric m, int place, int rank)
{
	add_column(g, title, METRIC, place, rank);
	g->columns[g->column_count - 1].metric = m;
}

static bool all_ranges(const struct grid *g)
{
	bool all = true;

	for (size_t i = 0; i < g->count; i++)
		all &= !g->rows[i]->n || g->rows[i]->wall.is_range || !g->rows[i]->wall.known;
	return all;
}

/* In the order of the table; ranks say what a narrow one keeps. */
static void choose_columns(struct grid *g)
{
	bool one = g->g->one_edit, even = g->g->n_low == g->g->n_high;

	add_column(g, "engine", ENGINE, -1, 0);
	add_column(g, "cache", CACHE, -1, 0);
	if (!one)
		add_column(g, "edit", EDIT, -1, 0);
	add_column(g, "n", COUNT, -1, even ? 7 : 2);
	add_column(g, "time", WALL, -1, 0);
	add_column(g, all_ranges(g) ? "range" : "95 %", INTERVAL, NOTE_TIME, 0);
	if (g->t.tty && g->t.utf8)
		add_column(g, "", BAR, -1, 8);
	add_column(g, "steps", STEPS, NOTE_STEPS, 1);
	add_metric(g, "registry", M_REGISTRY_RX, NOTE_REGISTRY, 3);
	add_metric(g, "image.size", M_IMAGE_SIZE, -1, one ? 6 : 4);
	add_column(g, "gain", GAIN, NOTE_GAIN, one ? 4 : 5);
	add_column(g, "pays after", PAYS, -1, one ? 5 : 6);
	add_metric(g, "cpu", M_BUILD_CPU, -1, 9);
	add_metric(g, "mem.peak", M_BUILD_MEM_PEAK, -1, 10);
	add_metric(g, "disk written", M_BUILD_DISK_WRITTEN, -1, 11);
	add_metric(g, "base pull", M_PHASE_BASE_PULL, -1, 12);
	add_metric(g, "import", M_PHASE_CACHE_IMPORT, -1, 12);
	add_metric(g, "execute", M_PHASE_EXECUTE, -1, 12);
	add_metric(g, "export", M_PHASE_IMAGE_EXPORT, -1, 12);
	add_metric(g, "push", M_PHASE_PUSH, -1, 12);
	add_metric(g, "cache export", M_PHASE_CACHE_EXPORT, -1, 12);
	add_metric(g, "image.compressed", M_IMAGE_COMPRESSED, -1, 13);
}

static void scale_column(struct grid *g, struct column *c)
{
	struct spread r = { 0 };
	bool seconds = c->what != METRIC || str_eq(metric_table[c->metric].unit, "s");

	for (size_t i = 0; i < g->count; i++)
		spread_estimate(&r, c->what == GAIN     ? &g->rows[i]->gain :
				    c->what == METRIC ? &g->rows[i]->metrics[c->metric] :
							&g->rows[i]->wall);
	/* times and what was gained of them stand in one unit */
	if (c->what == GAIN) {
		r = (struct spread){ 0 };
		for (size_t i = 0; i < g->count; i++)
			spread_estimate(&r, &g->rows[i]->wall);
	}
	c->scale = seconds ? scale_seconds(r) : scale_bytes(r);
	for (size_t i = 0; c->what == INTERVAL && i < g->count; i++) {
		_cleanup_(str_done) struct str low = STR_INIT, high = STR_INIT;
		const struct estimate *e = &g->rows[i]->wall;

		if (!e->known)
			continue;
		figure_number(&low, c->scale, e->low);
		str_add(&high, e->high_open ? ">" : "");
		figure_number(&high, c->scale, e->high);
		if (term_columns(str_get(&low)) > c->low_width)
			c->low_width = term_columns(str_get(&low));
		if (term_columns(str_get(&high)) > c->high_width)
			c->high_width = term_columns(str_get(&high));
	}
}

static void show_wall(struct str *s, const struct column *c, const struct cell_sum *r)
{
	if (r->wall.known)
		figure_show(s, c->scale, r->wall.at);
	else if (r->timeouts) {
		str_add(s, "> ");
		figure_seconds(s, r->limit_s);
	} else
		str_add(s, r->failures ? "failed" : r->voids ? "void" : "–");
}

static void show_interval(struct str *s, const struct column *c, const struct estimate *e)
{
	_cleanup_(str_done) struct str low = STR_INIT, high = STR_INIT;

	if (!e->known || e->n < 2) {
		str_add(s, "–");
		return;
	}
	figure_number(&low, c->scale, e->low);
	str_add(&high, e->high_open ? ">" : "");
	figure_number(&high, c->scale, e->high);
	str_addf(s, "%*s–%*s", c->low_width, str_get(&low), c->high_width, str_get(&high));
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

static void show_cell(struct str *s, const struct grid *g, const struct column *c, size_t row)
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
	case EDIT: show_edit(s, r->cell); break;
	case COUNT: str_addf(s, "%zu", r->n); break;
	case WALL: show_wall(s, c, r); break;
	case INTERVAL: show_interval(s, c, &r->wall); break;
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
			figure_show(s, c->scale, r->metrics[c->metric].at);
		else
			str_add(s, "–");
		break;
	case GAIN:
		if (r->gain.known)
			figure_show(s, c->scale, r->gain.at);
		else
			str_add(s, "–");
		break;
	case PAYS: show_pays(s, r); break;
	}
}

static enum tint tint_of(const struct column *c, const struct cell_sum *r)
{
	if (c->what == GAIN && r->gain.known && !r->gain.is_range)
		return r->gain.low > 0 ? TINT_GAIN : r->gain.high < 0 ? TINT_LOSS : TINT_NONE;
	if (c->what == WALL && !r->n && (r->failures || r->voids))
		return TINT_LOSS;
	if (c->what == INTERVAL && (r->findings || r->voids || r->failures))
		return TINT_FINDING;
	return TINT_NONE;
}

static void show_marks(struct str *s, const size_t *numbers)
{
	for (size_t i = 0; numbers[i]; i++) {
		str_add(s, i ? " " : "");
		superscript(s, numbers[i]);
	}
}

static void fill_column(struct grid *g, struct column *c)
{
	c->empty = true;
	c->tint = xcalloc(g->count + 1, sizeof(*c->tint));
	scale_column(g, c);
	for (size_t i = 0; i < g->count; i++) {
		_cleanup_(str_done) struct str text = STR_INIT, mark = STR_INIT, plain = STR_INIT;

		show_cell(&text, g, c, i);
		c->empty &= !text.len || str_eq(str_get(&text), "–");
		if (c->place >= 0)
			show_marks(&mark, g->notes[i].at[c->place]);
		plain_text(&plain, g->t, str_get(&text));
		strv_add(&c->text, str_get(&plain));
		str_clear(&plain);
		plain_text(&plain, g->t, str_get(&mark));
		strv_add(&c->mark, str_get(&plain));
		c->tint[i] = tint_of(c, g->rows[i]);
		if (term_columns(c->text.items[i]) > c->width)
			c->width = term_columns(c->text.items[i]);
		if (term_columns(c->mark.items[i]) > c->mark_width)
			c->mark_width = term_columns(c->mark.items[i]);
	}
}

/* Columns a column takes, its marks and title included. */
static int column_width(const struct column *c)
{
	int body = c->width + (c->mark_width ? 1 + c->mark_width : 0);
	int title = term_columns(c->title);

	return body > title ? body : title;
}

static void drop_columns(struct grid *g)
{
	for (;;) {
		int total = 1 - GAP;
		struct column *last = NULL;

		for (size_t i = 0; i < g->column_count; i++) {
			struct column *c = &g->columns[i];

			if (c->empty)
				continue;
			total += column_width(c) + GAP;
			if (c->rank && (!last || c->rank >= last->rank))
				last = c;
		}
		if (total <= g->t.width || !last)
			return;
		last->empty = true;
	}
}

/* A cell's text with its mark, padded so that figures stay aligned where only some have marks. */
static char *cell_text(const struct column *c, size_t row)
{
	const char *mark = c->mark.items[row];

	if (!c->mark_width)
		return xstrdup(c->text.items[row]);
	return xasprintf("%s %s%*s", c->text.items[row], mark,
		right_aligned(c->what) ? c->mark_width - term_columns(mark) : 0, "");
}

static struct err *grid_lines(struct grid *g, struct strv *lines)
{
	struct term unbounded = g->t;

	unbounded.tty = false; /* the columns that are left fit, or must not be cut */
	struct table *tb = table_new(unbounded);

	for (size_t i = 0; i < g->column_count; i++)
		if (!g->columns[i].empty)
			table_column(tb, g->columns[i].title, right_aligned(g->columns[i].what),
				false);
	for (size_t row = 0; row < g->count; row++) {
		_cleanup_(strv_done) struct strv cells = STRV_INIT;
		size_t k = 0;

		for (size_t i = 0; i < g->column_count; i++)
			if (!g->columns[i].empty)
				strv_own(&cells, cell_text(&g->columns[i], row));
		table_row(tb, (const char *const *)cells.items);
		for (size_t i = 0; i < g->column_count; i++)
			if (!g->columns[i].empty)
				table_tint(tb, k++, g->columns[i].tint[row]);
	}
	return table_lines(tb, lines);
}

/* "local, inline  unsupported: why", below the rows of its engine. */
static void print_unsupported(const struct grid *g, const struct unsupported *u, bool named, FILE *f)
{
	_cleanup_(str_done) struct str text = STR_INIT, plain = STR_INIT, first = STR_INIT;
	int indent = g->columns[0].width > 6 ? g->columns[0].width : 6;

	if (!named)
		term_encode(&first, u->engine, strlen(u->engine));
	str_addf(&text, "%s  unsupported: ", u->modes);
	term_encode(&text, u->reason, strlen(u->reason));
	plain_text(&plain, g->t, str_get(&text));

	_cleanup_(freep) char *head = xasprintf(" %s%*s  ", str_get(&first),
		indent - term_columns(str_get(&first)) > 0 ?
		indent - term_columns(str_get(&first)) : 0, "");
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

	drop_columns(g);
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
	for (size_t i = 0; i < n->texts.count; i++) {
		_cleanup_(str_done) struct str mark = STR_INIT, head = STR_INIT, text = STR_INIT;

		superscript(&mark, i + 1);
		str_addc(&head, ' ');
		plain_text(&head, t, str_get(&mark));
		str_addc(&head, ' ');
		plain_text(&text, t, n->texts.items[i]);
		paragraph(f, str_get(&head), "   ", str_get(&text), t.width);
	}
}

static void grid_fill(struct grid *g, struct notes *notes)
{
	g->rows = xcalloc(g->g->count + 1, sizeof(struct cell_sum *));
	g->notes = xcalloc(g->g->count + 1, sizeof(*g->notes));
	for (size_t i = g->g->first; i < g->g->first + g->g->count; i++) {
		const struct cell_sum *c = &g->rs->cells[i];

		if (!cell_has_row(c) || c->cell->unsupported)
			continue;
		notes_of(notes, g->rs, c, &g->notes[g->count]);
		g->rows[g->count++] = c;
		if (c->wall.known && c->wall.at > g->longest_s)
			g->longest_s = c->wall.at;
	}
	choose_columns(g);
	for (size_t i = 0; i < g->column_count; i++)
		fill_column(g, &g->columns[i]);
}

static void grid_done(struct grid *g)
{
	for (size_t i = 0; i < g->column_count; i++) {
		strv_done(&g->columns[i].text);
		strv_done(&g->columns[i].mark);
		free(g->columns[i].tint);
	}
	free(g->columns);
	free(g->rows);
	free(g->notes);
}

static struct err *print_group(const struct run_summary *rs, const struct sum_group *sg, FILE *f,
	struct term t)
{
	_cleanup_(grid_done) struct grid g = { .rs = rs, .g = sg, .t = t };
	_cleanup_(notes_done) struct notes notes = { 0 };

	grid_fill(&g, &notes);
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

	for (size_t i = 0; i < rs->group_count; i++)
		group_answers(rs, &rs->groups[i], &answers);
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
					    "0123456789._-") == strlen(name) ? name : "report";
}

static void print_saved(struct store *st, const struct run_summary *rs, FILE *f, struct term t)
{
	_cleanup_(str_done) struct str s = STR_INIT, plain = STR_INIT;
	char name[7];

	str_addf(&s, "Saved as run %s in ", run_short(rs->run, name));
	home_path(&s, store_path(st));
	plain_text(&plain, t, str_get(&s));
	fprintf(f, "%s.  Page: tare report --html %s.html\n", str_get(&plain), page_name(rs));
}

struct err *report_run_table(struct store *st, const struct run *run, FILE *f, struct term t)
{
	_cleanup_(summary_freep) struct run_summary *rs = NULL;

	TRY(summary_load(st, run, &rs));
	for (size_t i = 0; i < rs->group_count; i++) {
		TRY(print_group(rs, &rs->groups[i], f, t));
		fputc('\n', f);
	}
	print_remarks(rs, f, t);
	fputc('\n', f);
	print_answers(rs, f, t);
	print_saved(st, rs, f, t);
	return ferror(f) ? err_new(ERR_IO, "cannot write the table") : NULL;
}
