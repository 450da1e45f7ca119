#include "stats/bounds.h"

#include <math.h>

#include "base/cleanup.h"
#include "stats/bounds_table.h"

_Static_assert(ARRAY_SIZE(bounds_table) == BOUNDS_LOOKS, "a row a look");

bool stats_is_look(size_t n)
{
	return n >= BOUNDS_FIRST && (n <= BOUNDS_SPARSE || n % 2 == 0 || n > BOUNDS_LAST);
}

static const double *row_of(size_t n)
{
	size_t dense = BOUNDS_SPARSE - BOUNDS_FIRST + 1;

	if (n > BOUNDS_LAST)
		n = BOUNDS_LAST;
	return bounds_table[n <= BOUNDS_SPARSE ? n - BOUNDS_FIRST
					       : dense + (n - BOUNDS_SPARSE) / 2 - 1];
}

/* Between two levels: straight in log alpha, where the tail of a bound nearly is. */
double stats_bound(size_t n, double alpha)
{
	size_t last = ARRAY_SIZE(bounds_alpha) - 1, i = 0;
	const double *row = row_of(n);

	if (alpha >= bounds_alpha[0])
		return row[0];
	if (alpha <= bounds_alpha[last])
		return row[last];
	while (alpha < bounds_alpha[i + 1])
		i++;
	return row[i] + (row[i + 1] - row[i]) * log(alpha / bounds_alpha[i]) /
				log(bounds_alpha[i + 1] / bounds_alpha[i]);
}

double stats_bound_p(size_t n, double t)
{
	size_t last = ARRAY_SIZE(bounds_alpha) - 1, i = 0;
	const double *row = row_of(n);

	t = fabs(t);
	if (t < row[0])
		return 1;
	if (t >= row[last])
		return bounds_alpha[last];
	while (t >= row[i + 1])
		i++;
	return bounds_alpha[i] * exp((t - row[i]) / (row[i + 1] - row[i]) *
					 log(bounds_alpha[i + 1] / bounds_alpha[i]));
}
