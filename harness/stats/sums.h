/* Private to stats/: order statistics of all sums x[i] + y[j], without making them all. */
#ifndef STATS_SUMS_H
#define STATS_SUMS_H

#include <stddef.h>

/* Two sorted lists; the sums are those of x[i] and y[j]. With y NULL: the Walsh averages
 * (x[i] + x[j]) / 2 with i <= j. */
struct sums {
	const double *x, *y;
	size_t nx, ny;
};

size_t stats_sums_count(const struct sums *s);
/* The k-th smallest, k from 1, exactly; O(n) a step of a bisection. */
double stats_sums_kth(const struct sums *s, size_t k);
/* Their median. */
double stats_sums_middle(const struct sums *s);

#endif
