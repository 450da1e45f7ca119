/* Small drawings in SVG. Lengths across are in per cent of the drawing's width, or in units of an inner
 * drawing that is stretched to it; text and strokes are never scaled, so that a drawing fits any page.
 * No styles, only classes. */
#ifndef REPORTS_SVG_H
#define REPORTS_SVG_H

#include "reports/history.h"

/* An axis from 0 to a round value at or above `most`. */
struct axis {
	double end, step;
};
struct axis axis_to(double most);

/* One bar from 0 with its interval as whiskers; the grid alone where nothing is known. `hollow`: a
 * bar that the others are measured against. */
void svg_bar(struct str *s, const struct estimate *e, struct axis a, bool hollow);
/* The axis below such bars, in seconds. */
void svg_axis(struct str *s, struct axis a);

/* One headline of a track over its runs. */
struct trend_view {
	const struct track *track;
	enum headline headline;
	const struct line *line; /* what is joined; NULL: nothing is, and only other branches show */
	size_t from;		 /* the first run that is drawn */
	const char *label;	 /* what it shows, for those who do not see it; encoded already as text */
	bool small;		 /* evidence beside a sentence: no axis of runs */
};
/* At most this many places across: more runs share them. */
#define TREND_PLACES 120
/* Medians joined by a line, with their intervals; levels between change points; hollow where a
 * sample is a finding; other branches as dots; engine and base changes as upright lines. */
void svg_trend(struct str *s, const struct trend_view *v);
/* How many runs share a place; the latest always has one of its own. */
size_t trend_share(const struct track *t, size_t from);
/* How many places there are, and the first run of one (of the last + 1: their end). */
size_t trend_places(const struct track *t, size_t from);
size_t trend_first(const struct track *t, size_t from, size_t place);

/* A number with at most one decimal whatever the locale. */
void svg_number(struct str *s, double v);
/* ` name="12.5%"`. */
void svg_share(struct str *s, const char *name, double per_cent);
/* Text at x per cent, y pixels; it is encoded. */
void svg_text(struct str *s, double x, double y, const char *anchor, const char *text);

#endif
