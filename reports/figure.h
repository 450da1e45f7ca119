/* Figures of one column: one unit and one number of decimals, so that they can be compared. */
#ifndef REPORTS_FIGURE_H
#define REPORTS_FIGURE_H

#include "stats/stats.h"

#include "base/str.h"

struct scale {
	double unit; /* value of one unit; 0: nothing was seen, so nothing can be shown */
	int decimals;
	const char *suffix; /* "s", "MB" */
};

/* The smallest and largest magnitudes that a column will show; zeroes do not count. */
struct spread {
	double low, high;
};
void spread_add(struct spread *r, double v);
void spread_estimate(struct spread *r, const struct estimate *e);

struct scale scale_seconds(struct spread r); /* ms, s */
struct scale scale_bytes(struct spread r);   /* B, kB, MB, GB: decimal */

/* "48.2"; a value that would show as 0 but is not: "<0.1". */
void figure_number(struct str *s, struct scale k, double v);
/* "48.2 s", "0 MB". */
void figure_show(struct str *s, struct scale k, double v);
/* One duration or size alone, in its own unit: "48.2 s", "2.31 kB". */
void figure_seconds(struct str *s, double seconds);
void figure_bytes(struct str *s, double bytes);
/* What a time-out exceeds: "> 30 min". */
void figure_limit(struct str *s, double seconds);
/* "47.1–49.6", of an interval or range; open upwards, where it reaches a time-out: "≥ 47.1". */
void figure_interval(struct str *s, struct scale k, const struct estimate *e);

#endif
