#include "stats/order.h"

#include <math.h>

#include "base/err.h"

/* Up to here the null distribution is counted out. */
#define EXACT_N 25
/* Upper 2.5 % point of the standard normal distribution. */
#define NORMAL_TAIL 1.959963984540054

/* The means of all pairs, each with itself too, sorted: n (n + 1) / 2 of them. */
static double *walsh(const double *d, size_t n)
{
	double *w = xcalloc(n * (n + 1) / 2, sizeof(*w));
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			w[k++] = (d[i] + d[j]) / 2;
	stats_sort(w, k);
	return w;
}

/* In how many of the 2^n choices of signs the positive ranks sum to w, for each w. */
static double *signed_rank_ways(size_t n)
{
	size_t most = n * (n + 1) / 2;
	double *ways = xcalloc(most + 1, sizeof(*ways));

	ways[0] = 1;
	for (size_t rank = 1; rank <= n; rank++)
		for (size_t w = most; w >= rank; w--)
			ways[w] += ways[w - rank];
	return ways;
}

/* The greatest k with P(W < k) <= 2.5 % for W the signed-rank sum under the null hypothesis; 0
 * where there is none (Hollander & Wolfe 1999, 3.3). */
static size_t exact_k(size_t n)
{
	_cleanup_(freep) double *ways = signed_rank_ways(n);
	double below = 0, all = ldexp(1, (int)n);
	size_t k = 0;

	for (; k <= n * (n + 1) / 2; k++) {
		below += ways[k];
		if (below / all > STATS_TAIL)
			break;
	}
	return k;
}

/* The same from the normal approximation, with continuity correction. */
static size_t normal_k(size_t n)
{
	double m = (double)n, mean = m * (m + 1) / 4, sd = sqrt(m * (m + 1) * (2 * m + 1) / 24);

	return (size_t)floor(mean - NORMAL_TAIL * sd + 0.5);
}

static void range_of(const double *d, size_t n, struct estimate *e)
{
	e->is_range = true;
	e->low = e->high = d[0];
	for (size_t i = 1; i < n; i++) {
		e->low = fmin(e->low, d[i]);
		e->high = fmax(e->high, d[i]);
	}
}

struct estimate stats_shift(const double *d, size_t n)
{
	_cleanup_(freep) double *w = NULL;
	struct estimate e = { .n = n, .known = n > 0 };

	if (!n)
		return e;
	w = walsh(d, n);
	size_t count = n * (n + 1) / 2, k = n <= EXACT_N ? exact_k(n) : normal_k(n);
	e.at = stats_middle(w, count);
	if (!k) {
		range_of(d, n, &e);
		return e;
	}
	e.low = w[k - 1];
	e.high = w[count - k];
	return e;
}
