/* Private to stats/: the bounds of the sequential comparison, from a table made by simulation
 * (tests/stats/bounds.c writes it). */
#ifndef STATS_BOUNDS_H
#define STATS_BOUNDS_H

#include "stats/stats.h"

/* Looks are taken after each pair from the fifth to the twelfth, then after every second one: a
 * look costs width in all that follow. */
#define BOUNDS_FIRST  PAIRS_LEAST
#define BOUNDS_SPARSE 12
#define BOUNDS_LAST   MAX_PAIRS
#define BOUNDS_LOOKS  (BOUNDS_SPARSE - BOUNDS_FIRST + 1 + (BOUNDS_LAST - BOUNDS_SPARSE) / 2)

/* Whether n pairs are one; any n above BOUNDS_LAST is (the last, at that one's bound). */
bool stats_is_look(size_t n);
/* How many standard errors the interval of level 1 - alpha reaches to each side at look n. alpha is
 * held within the table's. */
double stats_bound(size_t n, double alpha);
/* The p-value of this look: the least alpha whose bound |t| reaches; 1 above the table's greatest,
 * its least below that. */
double stats_bound_p(size_t n, double t);

#endif
