/* Private to stats/: what is sorted. */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include "stats/stats.h"

/* The two-sided level of every interval. */
#define STATS_TAIL 0.025

/* Ascending, in place. */
void stats_sort(double *x, size_t n);
/* Of n > 0 sorted numbers; the mean of the two middle ones. */
double stats_middle(const double *sorted, size_t n);

#endif
