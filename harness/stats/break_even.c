#include "stats/stats.h"

#include <math.h>

/* Fewer primes say too little about what a prime costs. */
#define PRIMES_LEAST 3

enum pays stats_break_even(struct estimate prime, struct estimate cold, struct estimate gain,
	double *builds)
{
	if (!prime.known || !cold.known || !gain.known || prime.n < PRIMES_LEAST)
		return PAYS_UNKNOWN;
	if (gain.low <= 0)
		return gain.high >= 0 || gain.high_open ? PAYS_TIE : PAYS_NEVER;
	/* a quotient that should be whole must not be rounded up for its last bit */
	*builds = fmax(1, ceil((prime.at - cold.at) / gain.at - 1e-9));
	return PAYS_AFTER;
}
