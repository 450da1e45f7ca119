/* Private to stats/: the bounds of the sequential comparison, from a table made by simulation
 * (tests/stats/bounds.c writes it). */
#ifndef STATS_BOUNDS_H
#define STATS_BOUNDS_H

#include "stats/stats.h"

/* Looks are taken after each pair from the fourth to the twelfth, then after every second one: a
 * look costs width in all that follow. */
#define BOUNDS_FIRST  PAIRS_LEAST
#define BOUNDS_SPARSE 12
#define BOUNDS_LAST   MAX_PAIRS
#define BOUNDS_LOOKS  (BOUNDS_SPARSE - BOUNDS_FIRST + 1 + (BOUNDS_LAST - BOUNDS_SPARSE) / 2)

/* How alpha is spent. Where builds vary little a comparison is decided after few pairs or never, so
 * it is spent on those; where they vary much, early looks decide nothing and would waste it
 * (information-based monitoring: Mehta & Tsiatis 2001). */
struct horizon {
	double sd;    /* below this standard deviation of the log of a pair's ratio */
	double pairs; /* by so many pairs */
	double share; /* this share is spent, in the shape of t^power; */
	double power;
	double alpha; /* of this much of the level; the rest evenly up to the last pair. What it lacks
		       * to 1 is what changing horizons between looks may cost */
};
#define BOUNDS_HORIZONS 3
extern const struct horizon stats_horizons[BOUNDS_HORIZONS];
/* The share of the level that is spent by look n. */
double stats_spent(const struct horizon *h, size_t n);

/* Whether n pairs are one; any n above BOUNDS_LAST is (the last, at that one's bound). */
bool stats_is_look(size_t n);
/* How many standard errors the interval of level 1 - alpha reaches to each side at look n, where the
 * log of a pair's ratio varies by sd. alpha is held within the table's. */
double stats_bound(size_t n, double sd, double alpha);
/* The p-value of this look: the least alpha whose bound |t| reaches; 1 above the table's greatest,
 * its least below that. */
double stats_bound_p(size_t n, double sd, double t);

#endif
