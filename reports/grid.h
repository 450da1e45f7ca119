/* Private: the columns and rows of one table of a run, before they are printed. */
#ifndef REPORTS_GRID_H
#define REPORTS_GRID_H

#include "reports/figure.h"
#include "reports/notes.h"
#include "reports/table.h"

enum what { ENGINE, CACHE, EDIT, COUNT, WALL, INTERVAL, BAR, STEPS, METRIC, GAIN, PAYS };

struct column {
	const char *title;
	enum what what;
	enum metric metric;
	int place; /* whose footnote marks it carries; -1: none */
	int rank;  /* columns of the highest rank are dropped first; 0: never */
	struct scale scale;
	int low_width, high_width; /* of an interval's two figures */
	struct strv text, mark;
	enum tint *tint;
	int width, mark_width;
	bool hidden; /* no row knows it, or there is no room */
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

/* Rows and columns of group `g`, its footnotes added to `notes`; as many columns as fit in t. */
void grid_init(struct grid *grid, const struct run_summary *rs, const struct sum_group *g,
	struct term t, struct notes *notes);
void grid_done(struct grid *g);
/* The table's lines: the header, then one a row. */
struct err *grid_lines(struct grid *g, struct strv *lines);

/* One cell's text, without marks, and its colour. */
void grid_show(struct str *s, const struct grid *g, const struct column *c, size_t row);
enum tint grid_tint(const struct column *c, const struct cell_sum *r);

#endif
