#include "stats/order.h"

#include <math.h>

#include "base/err.h"

#define THRESHOLD 3.5
/* What makes them estimate the standard deviation of normal numbers. */
#define MAD_SCALE      1.4826
#define MEAN_DEV_SCALE 1.253314

/* The scale of x by its absolute deviations: their median, or their mean where more than half of x
 * are equal. */
static double scale_of(double *deviation, size_t n)
{
	double sum = 0, mad;

	for (size_t i = 0; i < n; i++)
		sum += deviation[i];
	stats_sort(deviation, n);
	mad = stats_middle(deviation, n);
	return mad > 0 ? MAD_SCALE * mad : MEAN_DEV_SCALE * sum / (double)n;
}

void stats_outliers(const double *x, size_t n, bool *out)
{
	_cleanup_(freep) double *work = n ? xcalloc(n, sizeof(*work)) : NULL;
	double median, scale;

	if (!n)
		return;
	memcpy(work, x, n * sizeof(*work));
	stats_sort(work, n);
	median = stats_middle(work, n);
	for (size_t i = 0; i < n; i++)
		work[i] = fabs(x[i] - median);
	scale = scale_of(work, n);
	for (size_t i = 0; i < n; i++)
		out[i] = fabs(x[i] - median) > THRESHOLD * scale;
}
