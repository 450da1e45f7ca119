/* Where a history changed its level. Spikes are clipped; what drift, two modes and autocorrelation
 * make look like a change is pruned: each change must hold against its neighbours by a rank test,
 * and explain them better than a slope does. */
#include <math.h>

#include "base/err.h"
#include "stats/normal.h"
#include "stats/order.h"
#include "stats/partition.h"

#define MAD_SCALE 1.4826
/* Residuals count up to so many standard deviations. */
#define CLIP 3.5
/* Cost of a change, in variances times log n. */
#define PENALTY 2.8
/* Residuals less correlated than this are taken for independent. */
#define RHO_LEAST 0.2
/* A change must be this unlikely between equal stretches; less so where few points have come since,
 * which cannot show more. */
#define P_MOST	 0.00002
#define P_RECENT 0.01
/* Less is no change, whatever its significance: a log ratio; and in standard deviations, since what
 * is smaller cannot be placed within a few points. */
#define STEP_LEAST    0.01
#define STEP_LEAST_SD 1.0
/* A slope does as well where its cost is at most this much of the step's. */
#define SLOPE_FAVOUR 1.02
#define SLOPE_RECENT 0.9
/* The same of several steps one way, which follow a slope more closely. */
#define STAIRS_FAVOUR 1.1
/* Fewer points on a side show no slope. */
#define SLOPE_SIDE 5
/* So few are "few points since". */
#define RECENT 12
/* Shorter stretches are compared with this many values of a long one: exactly. */
#define SHORT	    8
#define EXACT_TOTAL 50
/* Fewer points have no change. */
#define POINTS_LEAST 6

struct series {
	const double *x;
	size_t n;
	double sd;	/* of what is between neighbours, so that no change adds to it */
	double inflate; /* of a mean's variance by autocorrelation: 1 for none */
	double *work, *work2;
};

static double median_of(const double *x, size_t n, double *work)
{
	memcpy(work, x, n * sizeof(*work));
	stats_sort(work, n);
	return stats_middle(work, n);
}

/* From the differences of neighbours. */
static double spread_of(const double *x, size_t n, double *work)
{
	for (size_t i = 0; i + 1 < n; i++)
		work[i] = fabs(x[i + 1] - x[i]);
	stats_sort(work, n - 1);
	return MAD_SCALE * stats_middle(work, n - 1) / M_SQRT2;
}

double stats_autocorrelation(const double *r, size_t n)
{
	double sum = 0, squares = 0, mean = 0;

	for (size_t i = 0; i < n; i++)
		mean += r[i] / (double)n;
	for (size_t i = 0; i < n; i++) {
		squares += (r[i] - mean) * (r[i] - mean);
		if (i + 1 < n)
			sum += (r[i] - mean) * (r[i + 1] - mean);
	}
	return squares > 0 ? sum / squares : 0;
}

/* The residuals of stretches around their medians, clipped. */
static void residuals(const struct series *s, const size_t *starts, size_t count, double *r)
{
	for (size_t i = 0; i <= count; i++) {
		size_t from = i ? starts[i - 1] : 0, to = i < count ? starts[i] : s->n;
		double middle = median_of(s->x + from, to - from, s->work);

		for (size_t k = from; k < to; k++)
			r[k] = fmin(fmax(s->x[k] - middle, -CLIP * s->sd), CLIP * s->sd);
	}
}

/* How unlikely the step at `at` is between equal stretches [from, at) and [at, to). */
static double step_p(const struct series *s, size_t from, size_t at, size_t to)
{
	size_t na = at - from, nb = to - at;
	struct effect e;

	if (na < SHORT || nb < SHORT) {
		if (na > EXACT_TOTAL - SHORT)
			na = EXACT_TOTAL - SHORT;
		if (nb > EXACT_TOTAL - SHORT)
			nb = EXACT_TOTAL - SHORT;
	}
	memcpy(s->work, s->x + at - na, na * sizeof(*s->work));
	memcpy(s->work2, s->x + at, nb * sizeof(*s->work2));
	e = stats_unpaired(s->work, na, s->work2, nb, 0.05);
	if (fabs(e.at) < fmax(STEP_LEAST, STEP_LEAST_SD * s->sd))
		return 1;
	if (s->inflate <= 1 || e.p >= 1)
		return e.p;
	return 2 * stats_normal_above(stats_normal_upper(fmax(e.p, 1e-300) / 2) / sqrt(s->inflate));
}

/* The cost of a step at `at` in [from, to), as the sum of clipped absolute residuals. */
static double step_cost(const struct series *s, size_t from, size_t at, size_t to)
{
	double a = median_of(s->x + from, at - from, s->work),
	       b = median_of(s->x + at, to - at, s->work);
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += fmin(fabs(s->x[i] - (i < at ? a : b)), CLIP * s->sd);
	return sum;
}

/* The same of a slope: between the medians of the first and last thirds. */
static double slope_cost(const struct series *s, size_t from, size_t to)
{
	size_t third = (to - from) / 3;
	double first = median_of(s->x + from, third, s->work);
	double last = median_of(s->x + to - third, third, s->work);
	double slope = (last - first) / (double)(to - from - third), sum = 0;

	for (size_t i = from; i < to; i++) {
		double fit = first + slope * ((double)(i - from) - (double)(third - 1) / 2);

		sum += fmin(fabs(s->x[i] - fit), CLIP * s->sd);
	}
	return sum;
}

/* Where around `at` the absolute residuals are least. */
static size_t sharpen(const struct series *s, size_t from, size_t at, size_t to)
{
	size_t best = at, low = at > from + 4 ? at - 3 : from + 1,
	       high = at + 4 < to ? at + 3 : to - 1;
	double least = step_cost(s, from, at, to);

	for (size_t k = low; k <= high; k++) {
		double cost = step_cost(s, from, k, to);

		if (cost < least) {
			least = cost;
			best = k;
		}
	}
	return best;
}

/* How much a change is to be doubted: its p-value over what it may be; infinitely where a slope
 * does as well, which few points since can hardly tell. */
static double doubt(const struct series *s, size_t from, size_t at, size_t to)
{
	bool recent = to == s->n && to - at <= RECENT;
	double p = step_p(s, from, at, to) / (recent ? P_RECENT : P_MOST);

	double favour = recent ? SLOPE_RECENT : SLOPE_FAVOUR;

	if (p <= 1 && at - from >= SLOPE_SIDE && to - at >= SLOPE_SIDE &&
		slope_cost(s, from, to) <= favour * step_cost(s, from, at, to))
		return INFINITY;
	return p;
}

static size_t left_of(const size_t *starts, size_t i)
{
	return i ? starts[i - 1] : 0;
}

static size_t right_of(const struct series *s, const size_t *starts, size_t count, size_t i)
{
	return i + 1 < count ? starts[i + 1] : s->n;
}

/* Backward elimination: the most doubtful change goes first, its neighbours are looked at again. */
static size_t prune(const struct series *s, size_t *starts, size_t count)
{
	_cleanup_(freep) double *p = xcalloc(count + 1, sizeof(*p));

	for (size_t i = 0; i < count; i++)
		p[i] = doubt(s, left_of(starts, i), starts[i], right_of(s, starts, count, i));
	while (count) {
		size_t worst = 0;

		for (size_t i = 1; i < count; i++)
			if (p[i] > p[worst])
				worst = i;
		if (p[worst] <= 1)
			break;
		count--;
		memmove(starts + worst, starts + worst + 1, (count - worst) * sizeof(*starts));
		memmove(p + worst, p + worst + 1, (count - worst) * sizeof(*p));
		for (size_t i = worst ? worst - 1 : 0; i <= worst && i < count; i++) {
			size_t from = left_of(starts, i), to = right_of(s, starts, count, i);

			starts[i] = sharpen(s, from, starts[i], to);
			p[i] = doubt(s, from, starts[i], to);
		}
	}
	return count;
}

static bool goes_up(const struct series *s, const size_t *starts, size_t count, size_t i)
{
	size_t from = left_of(starts, i), at = starts[i], to = right_of(s, starts, count, i);

	return median_of(s->x + at, to - at, s->work) > median_of(s->x + from, at - from, s->work);
}

/* The cost of changes i to j as steps, from the stretch before the first to that after the last. */
static double stairs_cost(
	const struct series *s, const size_t *starts, size_t count, size_t i, size_t j)
{
	double sum = 0;

	for (size_t k = i; k <= j + 1; k++) {
		size_t from = left_of(starts, k), to = k < count ? starts[k] : s->n;
		double middle = median_of(s->x + from, to - from, s->work);

		for (size_t t = from; t < to; t++)
			sum += fmin(fabs(s->x[t] - middle), CLIP * s->sd);
	}
	return sum;
}

/* Steps one way, one after the other, are drift where one slope does as well as all of them. */
static size_t drop_stairs(const struct series *s, size_t *starts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t j = i;
		bool up = goes_up(s, starts, count, i);

		while (j + 1 < count && goes_up(s, starts, count, j + 1) == up)
			j++;
		if (j > i && slope_cost(s, left_of(starts, i), right_of(s, starts, count, j)) <=
				     STAIRS_FAVOUR * stairs_cost(s, starts, count, i, j)) {
			memmove(starts + i, starts + j + 1, (count - j - 1) * sizeof(*starts));
			count -= j + 1 - i;
			i--;
		} else {
			i = j;
		}
	}
	return count;
}

static size_t cut(const struct series *s, size_t *starts)
{
	double penalty = PENALTY * s->sd * s->sd * s->inflate * log((double)s->n);

	return stats_partition(s->x, s->n, CLIP * s->sd, penalty, starts);
}

size_t stats_changes(const double *x, size_t n, size_t *starts)
{
	_cleanup_(freep) double *work = xcalloc(n + 1, sizeof(*work));
	_cleanup_(freep) double *work2 = xcalloc(n + 1, sizeof(*work2));
	_cleanup_(freep) double *r = xcalloc(n + 1, sizeof(*r));
	struct series s = { .x = x, .n = n, .inflate = 1, .work = work, .work2 = work2 };
	size_t count;
	double rho;

	if (n < POINTS_LEAST)
		return 0;
	/* without any noise a step must still be told from rounding */
	s.sd = fmax(spread_of(x, n, work), STEP_LEAST / 10);
	count = cut(&s, starts);
	residuals(&s, starts, count, r);
	rho = stats_autocorrelation(r, n);
	if (rho > RHO_LEAST) {
		s.inflate = (1 + rho) / (1 - rho);
		count = cut(&s, starts);
	}
	return drop_stairs(&s, starts, prune(&s, starts, count));
}
