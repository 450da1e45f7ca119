/* Private to the plots: each appends its data and what draws it to the one script. */
#ifndef REPORTS_PLOTS_PARTS_H
#define REPORTS_PLOTS_PARTS_H

#include "reports/report.h"

/* A cell that is drawn, in its run. */
struct plot_cell {
	const struct run_summary *rs;
	const struct cell_sum *cell;
};
struct plot_cells {
	struct plot_cell *items;
	size_t count, room;
	size_t left_out; /* cells that are too many to draw */
};

/* The whole script of a report. */
void plots_script(struct str *s, const struct report *r);
/* Draw what `plot` says as NAME.png and NAME.svg, high enough for that many rows, below `name`
 * (foreign) and `what` is shown of it. */
void plot_draw(struct str *s, const char *file, size_t rows, const char *name, const char *what,
	const char *plot);
/* What the intervals of these cells are. */
const char *plot_interval_word(const struct plot_cells *cells);
/* A cell as these call it; what they share. */
void plot_label(struct str *s, const struct plot_cells *cells, const struct plot_cell *c);
void plot_title(struct str *s, const struct plot_cells *cells);
/* How far an interval is drawn: to the median where a time-out leaves it open. */
double plot_upper(const struct estimate *e);

/* Every sample of every cell, with the box of its quartiles. At least one cell. */
void plot_samples(struct str *s, const struct plot_cells *cells);
/* The image sizes of runner scenarios; nothing where there are none. */
void plot_runners(struct str *s, const struct report *r);
/* The first cells' build times over their runs; nothing where there are none. */
void plot_trend(struct str *s, const struct report *r);

#endif
