#include "stats/order.h"

#include <math.h>

#include "base/err.h"

struct ranked {
	double x;
	bool censored;
};

/* A time-out is above all that ended, whatever its limit was. */
static int by_rank(const void *a, const void *b)
{
	const struct ranked *p = a, *q = b;

	if (p->censored != q->censored)
		return p->censored - q->censored;
	return (p->x > q->x) - (p->x < q->x);
}

static struct ranked *rank(const double *x, const bool *censored, size_t n)
{
	struct ranked *r = xcalloc(n, sizeof(*r));

	for (size_t i = 0; i < n; i++)
		r[i] = (struct ranked){ x[i], censored && censored[i] };
	qsort(r, n, sizeof(*r), by_rank);
	return r;
}

/* Conover 1999, 3.2: from the k-th smallest to the k-th largest, k as large as P(B < k) <= 2.5 %
 * allows for B binomial(n, 1/2). 0 below n = 6: no k is small enough. */
static size_t order_k(size_t n)
{
	double log_p = -(double)n * M_LN2, below = 0; /* P(B = k): 2^-n alone is 0 for a large n */
	size_t k = 0;

	for (; k < n; k++) {
		below += exp(log_p);
		if (below > STATS_TAIL)
			break;
		log_p += log((double)(n - k) / (double)(k + 1));
	}
	return k;
}

struct estimate stats_median(const double *x, const bool *censored, size_t n)
{
	_cleanup_(freep) struct ranked *r = NULL;
	struct estimate e = { .n = n };

	if (!n)
		return e;
	r = rank(x, censored, n);
	size_t k = order_k(n), low = k ? k - 1 : 0, high = n - 1 - low;
	e.is_range = !k;
	e.known = !r[n / 2].censored;
	e.at = (r[(n - 1) / 2].x + r[n / 2].x) / 2;
	e.low = r[low].x;
	e.high = r[high].x;
	e.high_open = r[high].censored;
	return e;
}
