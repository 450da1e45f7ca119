#include <math.h>

#include "stats/stats.h"

/* Tables as likely as the one seen, but for the last bits, count as likely. */
#define AS_LIKELY (1 + 1e-7)

static double log_choose(size_t n, size_t k)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

/* Fisher 1922: two-sided, over all tables no likelier than the one seen. */
static double fisher(size_t ka, size_t na, size_t kb, size_t nb)
{
	size_t k = ka + kb, least = k > nb ? k - nb : 0, most = k < na ? k : na;
	double all = log_choose(na + nb, k), p = 0;
	double seen = exp(log_choose(na, ka) + log_choose(nb, kb) - all);

	for (size_t i = least; i <= most; i++) {
		double q = exp(log_choose(na, i) + log_choose(nb, k - i) - all);

		if (q <= seen * AS_LIKELY)
			p += q;
	}
	return fmin(1, p);
}

struct rates stats_rates(size_t ka, size_t na, size_t kb, size_t nb, double alpha)
{
	struct rates r = { .p = 1, .resolution = -1 };
	size_t low, high = nb;

	if (!na || !nb)
		return r;
	r.p = fisher(ka, na, kb, nb);
	low = ka * nb / na; /* where B's rate is A's, and nothing is shown */
	if (fisher(ka, na, high, nb) > alpha)
		return r;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (fisher(ka, na, mid, nb) <= alpha)
			high = mid;
		else
			low = mid;
	}
	r.resolution = (double)high / (double)nb - (double)ka / (double)na;
	return r;
}
