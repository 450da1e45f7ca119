#include <math.h>

#include "stats/stats.h"

const char *const claimed_names[] = { "holds", "fails", "inconclusive", NULL };

static enum claimed same_effect(const struct effect *e, double minimum, const struct rules *r)
{
	struct rules rules = *r;

	if (minimum > 1)
		rules.margin = minimum - 1;
	switch (stats_verdict(e, &rules)) {
	case VERDICT_SAME:
		return CLAIM_HOLDS;
	case VERDICT_INCONCLUSIVE:
		return CLAIM_INCONCLUSIVE;
	default:
		return CLAIM_FAILS;
	}
}

enum claimed stats_claim(
	const struct effect *e, enum claim_way way, double minimum, const struct rules *r)
{
	double limit = log(minimum), sign = way == CLAIM_LESS ? -1 : 1;
	double least = way == CLAIM_LESS ? -e->high : e->low;
	double most = way == CLAIM_LESS ? -e->low : e->high;
	bool least_open = sign < 0 ? e->high_open : e->low_open;
	bool most_open = sign < 0 ? e->low_open : e->high_open;

	if (!e->known)
		return CLAIM_INCONCLUSIVE;
	if (way == CLAIM_SAME)
		return same_effect(e, minimum, r);
	if (least > 0 && least >= limit && !least_open)
		return CLAIM_HOLDS;
	if (most < limit && !most_open)
		return CLAIM_FAILS;
	return CLAIM_INCONCLUSIVE;
}

/* Whether `more` exceeds `less`, by that ratio at least. */
static bool exceeds(double more, double less, double minimum)
{
	return more > less && more >= minimum * less;
}

/* What is far apart at least, and at most: two ranges. */
static enum claimed same_exact(
	const struct estimate *a, const struct estimate *b, double minimum)
{
	double low = fmin(a->low, b->low), high = fmax(a->high, b->high);
	double gap_low = fmin(a->high, b->high), gap_high = fmax(a->low, b->low);

	if (high <= minimum * low)
		return CLAIM_HOLDS;
	return gap_high > minimum * gap_low ? CLAIM_FAILS : CLAIM_INCONCLUSIVE;
}

enum claimed stats_claim_exact(const struct estimate *of, const struct estimate *than,
	enum claim_way way, double minimum)
{
	const struct estimate *more = way == CLAIM_LESS ? than : of;
	const struct estimate *less = way == CLAIM_LESS ? of : than;

	if (way == CLAIM_SAME)
		return same_exact(of, than, minimum);
	if (exceeds(more->low, less->high, minimum))
		return CLAIM_HOLDS;
	return exceeds(more->high, less->low, minimum) ? CLAIM_INCONCLUSIVE : CLAIM_FAILS;
}
