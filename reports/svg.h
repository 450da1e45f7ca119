/* Small drawings in SVG. Lengths across are in per cent of the drawing's width and text is never
 * scaled, so that a drawing fits any page; no styles, only classes. */
#ifndef REPORTS_SVG_H
#define REPORTS_SVG_H

#include "reports/trend.h"

/* An axis from 0 to a round value at or above `most`. */
struct axis {
	double end, step;
};
struct axis axis_to(double most);

/* One bar from 0 with its interval as whiskers; the grid alone where nothing is known. */
void svg_bar(struct str *s, const struct estimate *e, struct axis a, bool cold);
/* The axis below such bars, in seconds. */
void svg_axis(struct str *s, struct axis a);
/* A cell over its runs: medians with their intervals; `label` is what it shows, for those who do
 * not see it. */
void svg_trend(struct str *s, const struct cell_trend *t, const char *label);

#endif
