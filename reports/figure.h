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
/* The scale of one estimate alone, of a unit as metrics have it (s, By, 1): two digits of its
 * half-width are shown, or three digits in all where it has none. */
struct scale scale_estimate(const char *unit, const struct estimate *e);
/* A column's scale with no more decimals than one of its estimates carries: two digits of its
 * half-width. */
struct scale scale_within(struct scale k, const struct estimate *e);
/* "41.94 s"; "–" where it is not known. */
void figure_estimate(struct str *s, const char *unit, const struct estimate *e);
/* The same for prose: three digits at most. */
void figure_rounded(struct str *s, const char *unit, const struct estimate *e);
/* An exact figure: three digits of a size, all of a count. */
void figure_exact(struct str *s, const char *unit, const struct estimate *e);
/* Exact figures of one unit that stand beside each other: as many decimals as tell apart what differs. */
struct scale scale_apart(const char *unit, const double *v, size_t n);
/* Two of them, one compared with the other: "1.0000" and "0.9996"; each in its own unit where those
 * differ. */
void figure_exact_pair(struct str *a, struct str *b, const char *unit, const struct estimate *ea,
	const struct estimate *eb);
/* "41.94 s (95 %: 41.21–42.63)", "41.94 s (one sample)"; an exact figure without. */
void figure_with_interval(struct str *s, const char *unit, const struct estimate *e);
/* A difference, signed: "+4.1 s", "−12 MB". */
void figure_difference(struct str *s, const char *unit, double d);
/* The exponential of a log ratio, as per cent: "+12 %", "−0.4 %". */
void figure_ratio(struct str *s, double log_ratio);
/* What a time-out exceeds: "> 30 min". */
void figure_limit(struct str *s, double seconds);
/* "47.1–49.6", of an interval or range; open upwards, where it reaches a time-out: "≥ 47.1". */
void figure_interval(struct str *s, struct scale k, const struct estimate *e);

#endif
