#include "stats/bounds.h"

#include <math.h>

#include "base/cleanup.h"
#include "stats/bounds_table.h"

_Static_assert(ARRAY_SIZE(bounds_table) == BOUNDS_HORIZONS, "a part a horizon");
_Static_assert(ARRAY_SIZE(bounds_table[0]) == BOUNDS_LOOKS, "a row a look");

/* Found by simulation (README.md): what decides soonest at 3 % noise and most often at
 * 8 %, with an interval that holds the truth as often as its level says whatever the noise. */
const struct horizon stats_horizons[BOUNDS_HORIZONS] = {
	{ .sd = 0.055, .pairs = 16, .share = 0.9, .power = 0.96, .alpha = 0.95 },
	{ .sd = 0.075, .pairs = 26, .share = 0.9, .power = 0.96, .alpha = 0.8 },
	{ .sd = INFINITY, .pairs = BOUNDS_LAST, .share = 1, .power = 3.9, .alpha = 0.65 },
};

double stats_spent(const struct horizon *h, size_t n)
{
	double t = fmin(1, (double)n / h->pairs);
	double rest = fmax(0, (double)n - h->pairs) / fmax(1, BOUNDS_LAST - h->pairs);

	return h->alpha * (h->share * pow(t, h->power) + (1 - h->share) * rest);
}

bool stats_is_look(size_t n)
{
	return n >= BOUNDS_FIRST && (n <= BOUNDS_SPARSE || n % 2 == 0 || n > BOUNDS_LAST);
}

static const double *row_of(size_t n, double sd)
{
	size_t dense = BOUNDS_SPARSE - BOUNDS_FIRST + 1, h = 0;

	while (h < BOUNDS_HORIZONS - 1 && !(sd < stats_horizons[h].sd))
		h++;

	if (n > BOUNDS_LAST)
		n = BOUNDS_LAST;
	return bounds_table[h][n <= BOUNDS_SPARSE ? n - BOUNDS_FIRST
						  : dense + (n - BOUNDS_SPARSE) / 2 - 1];
}

/* Between two levels: straight in log alpha, where the tail of a bound nearly is. */
double stats_bound(size_t n, double sd, double alpha)
{
	size_t last = ARRAY_SIZE(bounds_alpha) - 1, i = 0;
	const double *row = row_of(n, sd);

	if (alpha >= bounds_alpha[0])
		return row[0];
	if (alpha <= bounds_alpha[last])
		return row[last];
	while (alpha < bounds_alpha[i + 1])
		i++;
	return row[i] + (row[i + 1] - row[i]) * log(alpha / bounds_alpha[i]) /
				log(bounds_alpha[i + 1] / bounds_alpha[i]);
}

double stats_bound_p(size_t n, double sd, double t)
{
	size_t last = ARRAY_SIZE(bounds_alpha) - 1, i = 0;
	const double *row = row_of(n, sd);

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
