/* Private to stats/: what the sequential comparison is made of, before its bounds. */
#ifndef STATS_PAIRS_H
#define STATS_PAIRS_H

#include "stats/stats.h"

/* The differences b - a of the pairs in which no build is an outlier, `clean` of them. */
struct pair_fit {
	double at;     /* their Hodges-Lehmann estimate: what is shown */
	double middle; /* their mean: what the interval lies around, narrower by 2 % */
	double error;  /* its standard error */
	double sd;     /* of a difference, raised where there are outliers: they may be mistaken */
	size_t clean;
};
struct pair_fit stats_pair_fit(const struct pair *p, size_t n);

#endif
