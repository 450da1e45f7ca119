#include <math.h>

#include "base/err.h"
#include "stats/order.h"

double stats_many_level(const double *p, size_t n, double alpha)
{
	_cleanup_(freep) double *sorted = n ? xcalloc(n, sizeof(*sorted)) : NULL;
	size_t found = 1;

	if (!n)
		return alpha;
	memcpy(sorted, p, n * sizeof(*sorted));
	stats_sort(sorted, n);
	for (size_t k = 2; k <= n; k++)
		if (sorted[k - 1] <= alpha * (double)k / (double)n)
			found = k;
	return alpha * (double)found / (double)n;
}
