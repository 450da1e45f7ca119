/* Private to stats/: what the sequential comparison is made of, before its bounds. */
#ifndef STATS_PAIRS_H
#define STATS_PAIRS_H

#include "stats/stats.h"

/* Location of the differences b - a, its standard error, and in how many pairs no build is an
 * outlier. */
struct pair_fit {
	double at, error;
	size_t clean;
};
struct pair_fit stats_pair_fit(const struct pair *p, size_t n);

#endif
