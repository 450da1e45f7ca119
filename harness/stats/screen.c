#include <math.h>

#include "base/err.h"
#include "stats/order.h"

/* Fewer points do not tell what is usual. */
#define POINTS_LEAST 8
/* Of normal numbers, three quarters lie within so many standard deviations. */
#define QUARTER3_NORMAL 1.1503493803760079
/* The variance of a median of n normal numbers is this much over n. */
#define MEDIAN_VARIANCE (M_PI / 2)
/* A change of the margin is flagged 99 times in 100 where noise leaves room for that; where it does
 * not, what a sixth of unchanged builds exceed; and a change of twice the margin is never let
 * through more than once or twice in 100, though each build is flagged then. */
#define FLAG_SURE  2.326
#define FLAG_USUAL 0.98
#define FLAG_TWICE 1.9

bool stats_screen(const double *x, size_t n, const struct rules *r, double *limit)
{
	_cleanup_(freep) double *work = n ? xcalloc(n, sizeof(*work)) : NULL;
	double middle, sd, usual;

	if (n < POINTS_LEAST)
		return false;
	memcpy(work, x, n * sizeof(*work));
	stats_sort(work, n);
	middle = stats_middle(work, n);
	for (size_t i = 0; i < n; i++)
		work[i] = fabs(x[i] - middle);
	stats_sort(work, n);
	sd = work[(3 * n + 3) / 4 - 1] / QUARTER3_NORMAL * sqrt(1 + MEDIAN_VARIANCE / (double)n);
	usual = fmax(FLAG_USUAL * sd, log1p(r->margin) - FLAG_SURE * sd);
	*limit = middle + fmin(usual, log1p(2 * r->margin) - FLAG_TWICE * sd);
	return true;
}
