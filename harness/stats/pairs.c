/* Interleaved pairs -> the ratio of two arms: the Hodges-Lehmann estimate of the paired log ratios,
 * with an interval around their mean. A build far from its arm's others (a spike) is an outlier: it
 * is counted, in the rates of its arm, and its pair has no weight in the estimate of how long the
 * others took; without outliers the mean is the location that is known best.
 * The error comes from all builds, not from the n differences alone: from those of builds that
 * followed each other, 2n - 1 of them and of the same variance under drift and autocorrelation (von
 * Neumann 1941), or from each arm's own spread, known better where there is no drift; the smaller,
 * whose bounds were simulated as such. */
#include "stats/pairs.h"

#include <math.h>

#include "base/err.h"
#include "stats/bounds.h"
#include "stats/order.h"
#include "stats/sums.h"

/* An outlier is further from the middle than OUTLIER_FAR (1 + 1 / n) times the scale that three
 * quarters of the builds lie within (of normal numbers, 1.15 standard deviations). */
#define OUTLIER_FAR	5
#define QUARTER3_NORMAL 1.1503493803760079
/* Where fewer pairs than this share are without an outlier, none can say which builds are usual. */
#define CLEAN_LEAST 0.65

/* The builds in the order in which they were made. */
struct trace {
	double *x;     /* logs */
	double *level; /* what the arm adds: 0 or the estimate */
	bool *is_b, *out;
	size_t n;
};

static void trace_done(struct trace *t)
{
	free(t->x);
	free(t->is_b);
	free(t->out);
	free(t->level);
}

static struct trace trace_of(const struct pair *p, size_t n)
{
	struct trace t = { .n = 2 * n };

	t.x = xcalloc(t.n, sizeof(*t.x));
	t.level = xcalloc(t.n, sizeof(*t.level));
	t.is_b = xcalloc(t.n, sizeof(*t.is_b));
	t.out = xcalloc(t.n, sizeof(*t.out));
	for (size_t i = 0; i < n; i++) {
		size_t b = 2 * i + !p[i].b_first, a = 2 * i + p[i].b_first;

		t.x[a] = p[i].a;
		t.x[b] = p[i].b;
		t.is_b[b] = true;
	}
	return t;
}

static void set_level(struct trace *t, double shift)
{
	for (size_t i = 0; i < t->n; i++)
		t->level[i] = t->is_b[i] ? shift : 0;
}

/* Label the outliers, given what B adds. */
static void label(struct trace *t, double shift)
{
	_cleanup_(freep) double *r = xcalloc(t->n, sizeof(*r));
	double middle, limit;

	set_level(t, shift);
	for (size_t i = 0; i < t->n; i++)
		r[i] = t->x[i] - t->level[i];
	stats_sort(r, t->n);
	middle = stats_middle(r, t->n);
	for (size_t i = 0; i < t->n; i++)
		r[i] = fabs(t->x[i] - t->level[i] - middle);
	stats_sort(r, t->n);
	limit = OUTLIER_FAR * (1 + 2 / (double)t->n) * r[(3 * t->n + 3) / 4 - 1] / QUARTER3_NORMAL;
	for (size_t i = 0; i < t->n; i++)
		t->out[i] = fabs(t->x[i] - t->level[i] - middle) > limit;
}

/* The standard deviation of a difference of two builds, from neighbours that are no outliers. */
static double neighbours(const struct trace *t)
{
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; i + 1 < t->n; i++) {
		double d = t->x[i + 1] - t->level[i + 1] - t->x[i] + t->level[i];

		if (t->out[i] || t->out[i + 1])
			continue;
		sum += d * d;
		count++;
	}
	return count > 1 ? sqrt(sum / (double)(count - 1)) : INFINITY;
}

/* The same from how far builds lie from their arm's mean. */
static double within_arms(const struct trace *t)
{
	double sum[2] = { 0 }, squares = 0;
	size_t count[2] = { 0 };

	for (size_t i = 0; i < t->n; i++) {
		if (t->out[i])
			continue;
		sum[t->is_b[i]] += t->x[i];
		count[t->is_b[i]]++;
	}
	if (count[0] < 2 || count[1] < 2)
		return INFINITY;
	for (size_t i = 0; i < t->n; i++) {
		double d = t->x[i] - sum[t->is_b[i]] / (double)count[t->is_b[i]];

		squares += t->out[i] ? 0 : d * d;
	}
	return sqrt(2 * squares / (double)(count[0] + count[1] - 2));
}

static double median_shift(const struct pair *p, size_t n, double *work)
{
	for (size_t i = 0; i < n; i++)
		work[i] = p[i].b - p[i].a;
	stats_sort(work, n);
	return stats_middle(work, n);
}

static double mean_of(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return sum / (double)n;
}

struct pair_fit stats_pair_fit(const struct pair *p, size_t n)
{
	_cleanup_(trace_done) struct trace t = trace_of(p, n);
	_cleanup_(freep) double *d = xcalloc(n, sizeof(*d));
	struct pair_fit f = { .at = median_shift(p, n, d), .error = INFINITY };
	double sd;

	label(&t, f.at);
	for (size_t i = 0; i < n; i++)
		if (!t.out[2 * i] && !t.out[2 * i + 1])
			d[f.clean++] = p[i].b - p[i].a;
	f.middle = f.at;
	if (f.clean < 2)
		return f;
	stats_sort(d, f.clean);
	f.middle = mean_of(d, f.clean);
	f.at = stats_sums_middle(&(struct sums){ .x = d, .nx = f.clean });
	set_level(&t, f.at);
	sd = fmin(neighbours(&t), within_arms(&t));
	f.error = sd / sqrt((double)f.clean);
	f.sd = sd * (double)n / (double)f.clean;
	return f;
}

void stats_pair_outliers(const struct pair *p, size_t n, bool *a_out, bool *b_out)
{
	_cleanup_(trace_done) struct trace t = trace_of(p, n);
	_cleanup_(freep) double *d = xcalloc(n ? n : 1, sizeof(*d));

	if (!n)
		return;
	label(&t, median_shift(p, n, d));
	for (size_t i = 0; i < n; i++) {
		a_out[i] = t.out[2 * i + p[i].b_first];
		b_out[i] = t.out[2 * i + !p[i].b_first];
	}
}

/* One more look: the interval is what all looks so far have left, for together they hold the truth
 * with the level's probability (Jennison & Turnbull 1989). */
static void look(struct effect *e, const struct pair *p, size_t n, double alpha)
{
	struct pair_fit f = stats_pair_fit(p, n);
	double reach, p_value;

	e->at = f.at;
	if (!stats_is_look(n) || !isfinite(f.error) || (double)f.clean < CLEAN_LEAST * (double)n)
		return;
	reach = stats_bound(n, f.sd, alpha) * f.error;
	p_value = f.error > 0 ? stats_bound_p(n, f.sd, f.middle / f.error) : f.middle == 0;
	e->low = e->error_known ? fmax(e->low, f.middle - reach) : f.middle - reach;
	e->high = e->error_known ? fmin(e->high, f.middle + reach) : f.middle + reach;
	e->p = fmin(e->p, p_value);
	e->error = f.error;
	e->sd = f.sd;
	e->error_n = n;
	e->error_known = true;
}

void stats_pairs_add(struct effect *e, const struct pair *p, size_t n, double alpha)
{
	if (e->n == 0)
		*e = (struct effect){ .p = 1 };
	e->n = n;
	e->low_open |= p[n - 1].a_open;
	e->high_open |= p[n - 1].b_open;
	look(e, p, n, alpha);
	/* where the looks contradict each other, the arms moved while they were measured */
	e->known = e->error_known && e->low <= e->high;
	if (e->known)
		e->at = fmin(fmax(e->at, e->low), e->high);
}

struct effect stats_pairs(const struct pair *p, size_t n, double alpha)
{
	struct effect e = { .p = 1 };

	for (size_t i = 1; i <= n; i++)
		if (i == n || (i <= BOUNDS_LAST && stats_is_look(i)))
			stats_pairs_add(&e, p, i, alpha);
	for (size_t i = 0; i < n; i++) {
		e.low_open |= p[i].a_open;
		e.high_open |= p[i].b_open;
	}
	return e;
}
