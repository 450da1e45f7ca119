#include "stats/sums.h"

#include <math.h>

/* A double has 2^64 patterns at most; a bisection that halves the distance ends long before. */
#define STEPS_MOST 200

size_t stats_sums_count(const struct sums *s)
{
	return s->y ? s->nx * s->ny : s->nx * (s->nx + 1) / 2;
}

static double sum_at(const struct sums *s, size_t i, size_t j)
{
	return s->y ? s->x[i] + s->y[j] : (s->x[i] + s->x[j]) / 2;
}

/* How many are <= v, and the greatest of them: a staircase through the sorted matrix, a row a step,
 * its end moving one way only. */
static size_t at_most(const struct sums *s, double v, double *greatest)
{
	size_t end = s->y ? s->ny : s->nx, count = 0;

	*greatest = -INFINITY;
	for (size_t i = 0; i < s->nx; i++) {
		size_t first = s->y ? 0 : i;

		while (end > 0 && sum_at(s, i, end - 1) > v)
			end--;
		if (end <= first)
			continue;
		count += end - first;
		*greatest = fmax(*greatest, sum_at(s, i, end - 1));
	}
	return count;
}

double stats_sums_kth(const struct sums *s, size_t k)
{
	size_t last = s->y ? s->ny - 1 : s->nx - 1;
	double low = sum_at(s, 0, 0), high = sum_at(s, s->nx - 1, last), greatest;

	if (at_most(s, low, &greatest) >= k)
		return low;
	/* fewer than k are <= low, at least k are <= high */
	for (int step = 0; step < STEPS_MOST; step++) {
		double mid = low + (high - low) / 2;
		size_t count;

		if (mid <= low || mid >= high)
			break;
		count = at_most(s, mid, &greatest);
		if (count < k)
			low = mid;
		else if (count == k)
			return greatest;
		else
			high = greatest;
	}
	return high;
}

double stats_sums_middle(const struct sums *s)
{
	size_t n = stats_sums_count(s);
	double upper = stats_sums_kth(s, n / 2 + 1);

	return n % 2 ? upper : (stats_sums_kth(s, n / 2) + upper) / 2;
}
