#include <math.h>

#include "stats/bounds.h"
#include "stats/normal.h"
#include "stats/stats.h"

const char *const verdict_names[] = { "inconclusive", "slower", "faster", "same", NULL };

enum verdict stats_verdict(const struct effect *e, const struct rules *r)
{
	double threshold = log1p(r->threshold), margin = log1p(r->margin);

	if (!e->known)
		return VERDICT_INCONCLUSIVE;
	if (e->low > 0 && e->at >= threshold && !e->low_open)
		return VERDICT_SLOWER;
	if (e->high < 0 && e->at <= -threshold && !e->high_open)
		return VERDICT_FASTER;
	if (e->low >= -margin && e->high <= margin && !e->low_open && !e->high_open)
		return VERDICT_SAME;
	return VERDICT_INCONCLUSIVE;
}

double stats_resolution(const struct effect *e)
{
	return e->known ? expm1((e->high - e->low) / 2) : -1;
}

/* The interval narrows as 1 / sqrt(n); it must fit between the estimate and what it is nearest to:
 * 0, from which it would be a change, or the margin, within which it would be none. */
double stats_builds_needed(const struct effect *e, const struct rules *r)
{
	double half = (e->high - e->low) / 2, size = fabs(e->at), room;

	if (!e->known || !(half > 0))
		return -1;
	room = log1p(r->margin) - size;
	if (size >= log1p(r->threshold))
		room = fmax(room, size);
	if (!(room > 0))
		return -1;
	return fmax(2, 2 * ceil((double)e->n * (half * half / (room * room) - 1)));
}

double stats_power(double sd, double effect, double alpha, double power)
{
	double per_pair = fabs(log1p(effect)) / (M_SQRT2 * sd), z = stats_normal_upper(1 - power);
	double n = BOUNDS_FIRST, pair_sd = M_SQRT2 * sd;

	while (n < BOUNDS_LAST &&
		(!stats_is_look((size_t)n) ||
			per_pair * sqrt(n) < stats_bound((size_t)n, pair_sd, alpha) + z))
		n++;
	if (n == BOUNDS_LAST)
		n = fmax(
			n, ceil(pow((stats_bound(BOUNDS_LAST, pair_sd, alpha) + z) / per_pair, 2)));
	return 2 * n;
}
