/* Two samples that share no blocks: Mann & Whitney 1947, and the shift interval that goes with it
 * (Hollander & Wolfe 1999, 4.2 and 4.3). */
#include <math.h>

#include "base/err.h"
#include "stats/normal.h"
#include "stats/order.h"
#include "stats/sums.h"

/* Up to here the null distribution is counted out: the counts fit a double exactly. */
#define EXACT_TOTAL 50

/* In how many of the choose(na + nb, na) orders U is u, for u from 0 to na nb: the coefficients of
 * the Gaussian binomial, multiplied by 1 - q^(nb + i) and divided by 1 - q^i for each i. */
static double *orders(size_t na, size_t nb)
{
	size_t most = na * nb;
	double *ways = xcalloc(most + 1, sizeof(*ways));

	ways[0] = 1;
	for (size_t i = 1; i <= na; i++) {
		for (size_t u = most; u >= nb + i; u--)
			ways[u] -= ways[u - nb - i];
		for (size_t u = i; u <= most; u++)
			ways[u] += ways[u - i];
	}
	return ways;
}

/* What the test needs of two sorted samples. */
struct ranks {
	size_t na, nb;
	double u;    /* pairs with b above a; ties count half */
	double ties; /* sum of t^3 - t over the groups of equal values */
};

static void count_ties(struct ranks *r, const double *a, const double *b)
{
	size_t i = 0, j = 0;

	while (i < r->na || j < r->nb) {
		double v = j == r->nb || (i < r->na && a[i] <= b[j]) ? a[i] : b[j], of_a, of_b;
		size_t i0 = i, j0 = j;

		while (i < r->na && a[i] <= v)
			i++;
		while (j < r->nb && b[j] <= v)
			j++;
		of_a = (double)(i - i0);
		of_b = (double)(j - j0);
		r->u += of_b * ((double)i0 + of_a / 2);
		r->ties += pow(of_a + of_b, 3) - of_a - of_b;
	}
}

static bool is_exact(const struct ranks *r)
{
	return r->na + r->nb <= EXACT_TOTAL && r->ties == 0;
}

/* The two-sided p-value of u, and the greatest k with P(U < k) <= tail. */
static void exact_test(const struct ranks *r, double tail, double *p, size_t *k)
{
	_cleanup_(freep) double *ways = orders(r->na, r->nb);
	size_t most = r->na * r->nb, u = (size_t)fmin(r->u, (double)most - r->u);
	double all = 0, below = 0, at_u = 0;

	for (size_t i = 0; i <= most; i++)
		all += ways[i];
	for (*k = 0; *k <= most; ++*k) {
		below += ways[*k];
		if (below / all > tail)
			break;
	}
	for (size_t i = 0; i <= u; i++)
		at_u += ways[i];
	*p = fmin(1, 2 * at_u / all);
}

static void normal_test(const struct ranks *r, double tail, double *p, size_t *k)
{
	double pairs = (double)r->na * (double)r->nb, n = (double)(r->na + r->nb);
	double sd = sqrt(fmax(0, pairs / 12 * (n + 1 - r->ties / (n * (n - 1)))));
	double off = fabs(r->u - pairs / 2) - 0.5;

	*p = sd > 0 ? fmin(1, 2 * stats_normal_above(off / sd)) : 1;
	*k = (size_t)fmax(0, floor(pairs / 2 - stats_normal_upper(tail) * sd + 0.5));
}

struct effect stats_unpaired(double *a, size_t na, double *b, size_t nb, double alpha)
{
	struct ranks r = { .na = na, .nb = nb };
	struct effect e = { .n = na < nb ? na : nb, .p = 1 };
	_cleanup_(freep) double *minus_a = na ? xcalloc(na, sizeof(*minus_a)) : NULL;
	struct sums s = { .x = b, .y = minus_a, .nx = nb, .ny = na };
	size_t k;

	if (!e.n)
		return e;
	stats_sort(a, na);
	stats_sort(b, nb);
	for (size_t i = 0; i < na; i++)
		minus_a[i] = -a[na - 1 - i];
	count_ties(&r, a, b);
	e.at = stats_sums_middle(&s);
	if (is_exact(&r))
		exact_test(&r, alpha / 2, &e.p, &k);
	else
		normal_test(&r, alpha / 2, &e.p, &k);
	if (!k)
		return e;
	e.known = true;
	e.low = stats_sums_kth(&s, k);
	e.high = stats_sums_kth(&s, na * nb + 1 - k);
	return e;
}
