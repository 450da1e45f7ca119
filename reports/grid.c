/* The columns of a run's table: which there are, which fit, and how they are aligned. */
#include "reports/grid.h"

#define GAP 2 /* between columns; and one space before the first */

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
	add_column(g, "cache", CACHE, NOTE_CACHE, 0);
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
		spread_estimate(&r, c->what == GAIN	? &g->rows[i]->gain
				    : c->what == METRIC ? &g->rows[i]->metrics[c->metric]
							: &g->rows[i]->wall);
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

		if (!e->known || e->high_open)
			continue;
		figure_number(&low, scale_within(c->scale, e), e->low);
		figure_number(&high, scale_within(c->scale, e), e->high);
		if (term_columns(str_get(&low)) > c->low_width)
			c->low_width = term_columns(str_get(&low));
		if (term_columns(str_get(&high)) > c->high_width)
			c->high_width = term_columns(str_get(&high));
	}
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
	c->hidden = true;
	c->tint = xcalloc(g->count + 1, sizeof(*c->tint));
	scale_column(g, c);
	for (size_t i = 0; i < g->count; i++) {
		_cleanup_(str_done) struct str text = STR_INIT, mark = STR_INIT, plain = STR_INIT;

		grid_show(&text, g, c, i);
		if (c->place >= 0)
			show_marks(&mark, g->notes[i].at[c->place]);
		c->hidden &= (!text.len || str_eq(str_get(&text), "–")) && !mark.len;
		plain_text(&plain, g->t, str_get(&text));
		strv_add(&c->text, str_get(&plain));
		str_clear(&plain);
		plain_text(&plain, g->t, str_get(&mark));
		strv_add(&c->mark, str_get(&plain));
		c->tint[i] = grid_tint(c, g->rows[i]);
		if (term_columns(c->text.items[i]) > c->width)
			c->width = term_columns(c->text.items[i]);
		if (term_columns(c->mark.items[i]) > c->mark_width)
			c->mark_width = term_columns(c->mark.items[i]);
	}
}

/* Columns a column takes, its marks and title included. Marks stand in a row of their own where
 * figures have to be aligned, else right behind the text. */
static int column_width(const struct column *c)
{
	int title = term_columns(c->title), body = 0;

	for (size_t i = 0; i < c->text.count; i++) {
		int mark = term_columns(c->mark.items[i]);
		int text = term_columns(c->text.items[i]) + (mark ? 1 + mark : 0);

		body = text > body ? text : body;
	}
	if (right_aligned(c->what))
		body = c->width + (c->mark_width ? 1 + c->mark_width : 0);
	return body > title ? body : title;
}

static void drop_columns(struct grid *g)
{
	for (;;) {
		int total = 1 - GAP;
		struct column *last = NULL;

		for (size_t i = 0; i < g->column_count; i++) {
			struct column *c = &g->columns[i];

			if (c->hidden)
				continue;
			total += column_width(c) + GAP;
			if (c->rank && (!last || c->rank >= last->rank))
				last = c;
		}
		if (total <= g->t.width || !last)
			return;
		last->hidden = true;
	}
}

/* A cell's text with its mark, padded so that figures stay aligned where only some have marks. */
static char *cell_text(const struct column *c, size_t row)
{
	const char *mark = c->mark.items[row];

	if (!c->mark_width || (!*mark && !right_aligned(c->what)))
		return xstrdup(c->text.items[row]);
	return xasprintf("%s %s%*s", c->text.items[row], mark,
		right_aligned(c->what) ? c->mark_width - term_columns(mark) : 0, "");
}

struct err *grid_lines(struct grid *g, struct strv *lines)
{
	struct term unbounded = g->t;

	if (!g->count) /* nothing of it could be built: all columns are empty, and none is left */
		return NULL;
	unbounded.tty = false; /* the columns that are left fit, or must not be cut */
	struct table *tb = table_new(unbounded);

	for (size_t i = 0; i < g->column_count; i++)
		if (!g->columns[i].hidden)
			table_column(
				tb, g->columns[i].title, right_aligned(g->columns[i].what), false);
	for (size_t row = 0; row < g->count; row++) {
		_cleanup_(strv_done) struct strv cells = STRV_INIT;
		size_t k = 0;

		for (size_t i = 0; i < g->column_count; i++)
			if (!g->columns[i].hidden)
				strv_own(&cells, cell_text(&g->columns[i], row));
		table_row(tb, (const char *const *)cells.items);
		for (size_t i = 0; i < g->column_count; i++)
			if (!g->columns[i].hidden)
				table_tint(tb, k++, g->columns[i].tint[row]);
	}
	return table_lines(tb, lines);
}

static void add_rows(struct grid *g)
{
	g->rows = xcalloc(g->g->count + 1, sizeof(struct cell_sum *));
	for (size_t i = g->g->first; i < g->g->first + g->g->count; i++) {
		const struct cell_sum *c = &g->rs->cells[i];

		if (!c->has_row || c->cell->unsupported)
			continue;
		g->rows[g->count++] = c;
		if (c->wall.known && c->wall.at > g->longest_s)
			g->longest_s = c->wall.at;
	}
}

static void columns_done(struct grid *g)
{
	for (size_t i = 0; i < g->column_count; i++) {
		strv_done(&g->columns[i].text);
		strv_done(&g->columns[i].mark);
		free(g->columns[i].tint);
	}
	free(g->columns);
	free(g->notes);
	g->columns = NULL;
	g->column_count = g->column_room = 0;
}

static void set_columns(struct grid *g, struct notes *notes, const bool *wanted)
{
	g->notes = xcalloc(g->count + 1, sizeof(*g->notes));
	for (size_t i = 0; i < g->count; i++)
		notes_of(notes, g->rs, g->rows[i], wanted, &g->notes[i]);
	choose_columns(g);
	for (size_t i = 0; i < g->column_count; i++)
		fill_column(g, &g->columns[i]);
	drop_columns(g);
}

/* Whether a column with footnotes found no room; its place is not wanted then. */
static bool lost_place(const struct grid *g, bool *wanted)
{
	for (size_t i = 0; i < g->column_count; i++) {
		const struct column *c = &g->columns[i];

		if (c->place < 0 || !c->hidden || !c->mark_width || !wanted[c->place])
			continue;
		wanted[c->place] = false;
		return true;
	}
	return false;
}

void grid_init(struct grid *grid, const struct run_summary *rs, const struct sum_group *g,
	struct term t, struct notes *notes)
{
	bool wanted[NOTE_PLACES];

	memset(wanted, true, sizeof(wanted));
	*grid = (struct grid){ .rs = rs, .g = g, .t = t };
	add_rows(grid);
	set_columns(grid, notes, wanted);
	while (lost_place(grid, wanted)) { /* a footnote to nothing would be left */
		columns_done(grid);
		notes_done(notes);
		*notes = (struct notes){ 0 };
		set_columns(grid, notes, wanted);
	}
}

void grid_done(struct grid *g)
{
	columns_done(g);
	free(g->rows);
}
