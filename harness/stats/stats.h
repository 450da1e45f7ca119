/* Numbers in, estimates out. Pure: no I/O, no globals, no allocation that outlives a call. */
#ifndef STATS_STATS_H
#define STATS_STATS_H

#include <stdbool.h>
#include <stddef.h>

/* An estimate and its interval. */
struct estimate {
	double at, low, high;
	size_t n;
	bool is_range;   /* below n = 6: minimum and maximum, and so called */
	bool known;      /* false: n is 0, or it falls on a censored value */
	bool high_open;  /* the interval reaches a censored value: high is only a lower limit */
};

/* Median with its 95 % order-statistic interval (distribution-free; Conover 1999, 3.2), n >= 6.
 * censored[i]: x[i] is a lower limit (a time-out), ranked above all; NULL: none is. */
struct estimate stats_median(const double *x, const bool *censored, size_t n);
/* Hodges-Lehmann estimate of the paired differences d and its 95 % Wilcoxon signed-rank interval
 * (Walsh averages; exact null distribution up to n = 25, normal with correction above); the range
 * of d below n = 6. */
struct estimate stats_shift(const double *d, size_t n);

enum pays { PAYS_UNKNOWN, PAYS_AFTER, PAYS_TIE, PAYS_NEVER };
/* After how many builds a prime pays: (prime - cold) / gain, rounded up, at least 1. TIE where the
 * gain's interval holds 0, NEVER where it lies below. UNKNOWN where an input is, or where fewer
 * than three primes ran. *builds is set with PAYS_AFTER only. */
enum pays stats_break_even(struct estimate prime, struct estimate cold, struct estimate gain,
	double *builds);

/* Which are outliers: |x - median| > 3.5 * 1.4826 * MAD, or 3.5 * 1.253314 * the mean deviation
 * where MAD is 0 (Iglewicz & Hoaglin 1993); labelled, never dropped. Fills out[n]. */
void stats_outliers(const double *x, size_t n, bool *out);

#endif
