#include "reports/figure.h"

#include <math.h>

#include "base/clock.h"

#define DECIMALS_MOST 9 /* a gigabyte in bytes */

void spread_add(struct spread *r, double v)
{
	v = fabs(v);
	if (v <= 0 || !isfinite(v))
		return;
	if (r->high <= 0 || v < r->low)
		r->low = v;
	if (v > r->high)
		r->high = v;
}

void spread_estimate(struct spread *r, const struct estimate *e)
{
	if (e->known)
		spread_add(r, e->at);
}

struct scale scale_seconds(struct spread r)
{
	if (r.high < 1)
		return (struct scale){ 1e-3, r.low < 10e-3 ? 1 : 0, "ms" };
	return (struct scale){ 1, r.low < 0.1 ? 2 : r.low < 1000 ? 1 : 0, "s" };
}

struct scale scale_bytes(struct spread r)
{
	static const struct scale units[] = { { 1e9, 0, "GB" }, { 1e6, 0, "MB" }, { 1e3, 0, "kB" },
		{ 1, 0, "B" } };
	size_t i = 0;

	/* MB up to 10 GB: a gigabyte column would hide what a megabyte one shows */
	while (i + 1 < sizeof(units) / sizeof(units[0]) &&
		r.high < units[i].unit * (i == 0 ? 10 : 1))
		i++;

	struct scale k = units[i];

	if (k.unit > 1 && r.low > 0 && r.low < 10 * k.unit)
		k.decimals = 1;
	return k;
}

void figure_number(struct str *s, struct scale k, double v)
{
	double shown = v / k.unit, step = pow(10, -k.decimals);

	if (shown > 0 && shown < step / 2)
		str_addf(s, "<%.*f", k.decimals, step);
	else
		str_addf(s, "%.*f", shown == 0 ? 0 : k.decimals, shown);
}

void figure_show(struct str *s, struct scale k, double v)
{
	figure_number(s, k, v);
	if (*k.suffix)
		str_addf(s, " %s", k.suffix);
}

void figure_seconds(struct str *s, double seconds)
{
	duration_show(s, (int64_t)llround(seconds * 1e9));
}

void figure_bytes(struct str *s, double bytes)
{
	bytes_show(s, (int64_t)llround(bytes));
}

void figure_limit(struct str *s, double seconds)
{
	str_add(s, "> ");
	if (seconds < 120)
		figure_seconds(s, seconds);
	else
		str_addf(s, "%.0f min", floor(seconds / 60));
}

void figure_interval(struct str *s, struct scale k, const struct estimate *e)
{
	str_add(s, e->high_open ? "≥ " : "");
	figure_number(s, k, e->low);
	if (e->high_open)
		return;
	str_add(s, "–");
	figure_number(s, k, e->high);
}

/* The unit in which a magnitude is read. */
static struct scale unit_of(const char *unit, double v)
{
	static const struct scale bytes[] = { { 1e9, 0, "GB" }, { 1e6, 0, "MB" }, { 1e3, 0, "kB" },
		{ 1, 0, "B" } };
	size_t i = 0;

	if (strcmp(unit, "s") == 0)
		return v < 1 ? (struct scale){ 1e-3, 0, "ms" } : (struct scale){ 1, 0, "s" };
	if (strcmp(unit, "By") != 0)
		return (struct scale){ 1, 0, "" };
	while (i + 1 < ARRAY_SIZE(bytes) && v < bytes[i].unit)
		i++;
	return bytes[i];
}

static int decimals_for(double step, int digits)
{
	int d = step > 0 ? digits - 1 - (int)floor(log10(step)) : 0;

	return d < 0 ? 0 : d > 4 ? 4 : d;
}

static bool is_whole(const char *unit, double v)
{
	return strcmp(unit, "s") != 0 && v == floor(v);
}

/* 0: it has none. */
static double half_width(const struct estimate *e)
{
	return e->n > 1 && !e->high_open ? (e->high - e->low) / 2 : 0;
}

struct scale scale_within(struct scale k, const struct estimate *e)
{
	double half = k.unit > 0 ? half_width(e) / k.unit : 0;
	int most = half > 0 ? decimals_for(half, 2) : k.decimals;

	k.decimals = most < k.decimals ? most : k.decimals;
	return k;
}

struct scale scale_estimate(const char *unit, const struct estimate *e)
{
	struct scale k = unit_of(unit, fabs(e->at));
	double half = half_width(e) / k.unit;

	if (half > 0)
		k.decimals = decimals_for(half, 2);
	else if (k.unit != 1 || !is_whole(unit, e->at))
		k.decimals = decimals_for(fabs(e->at) / k.unit, 3);
	if (k.unit == 1 && is_whole(unit, e->at) && is_whole(unit, e->low) &&
		is_whole(unit, e->high))
		k.decimals = 0; /* bytes and counts have no parts */
	return k;
}

void figure_estimate(struct str *s, const char *unit, const struct estimate *e)
{
	if (e->known)
		figure_show(s, scale_estimate(unit, e), e->at);
	else
		str_add(s, e->n ? "timed out" : "–");
}

void figure_rounded(struct str *s, const char *unit, const struct estimate *e)
{
	struct estimate alone = *e;

	alone.low = alone.high = alone.at;
	if (e->known)
		figure_show(s, scale_within(scale_estimate(unit, &alone), e), e->at);
	else
		figure_estimate(s, unit, e);
}

void figure_exact(struct str *s, const char *unit, const struct estimate *e)
{
	struct estimate alone = *e;

	alone.low = alone.high = alone.at;
	figure_estimate(s, unit, &alone);
}

static bool look_alike(struct scale k, double a, double b)
{
	_cleanup_(str_done) struct str sa = STR_INIT, sb = STR_INIT;

	figure_number(&sa, k, a);
	figure_number(&sb, k, b);
	return a != b && str_eq(str_get(&sa), str_get(&sb));
}

static bool all_apart(struct scale k, const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (look_alike(k, v[i], v[j]))
				return false;
	return true;
}

struct scale scale_apart(const char *unit, const double *v, size_t n)
{
	struct scale k = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct estimate alone = { .at = v[i], .low = v[i], .high = v[i] };
		const struct scale own = scale_estimate(unit, &alone);

		k = own.unit > k.unit ? (struct scale){ own.unit, k.decimals, own.suffix } : k;
		k.decimals = own.decimals > k.decimals ? own.decimals : k.decimals;
	}
	while (k.decimals < DECIMALS_MOST && !all_apart(k, v, n))
		k.decimals++;
	return k;
}

void figure_exact_pair(struct str *a, struct str *b, const char *unit, const struct estimate *ea,
	const struct estimate *eb)
{
	const double v[] = { ea->at, eb->at };
	struct scale k;

	if (!ea->known || !eb->known ||
		unit_of(unit, fabs(v[0])).unit != unit_of(unit, fabs(v[1])).unit) {
		figure_exact(a, unit, ea);
		figure_exact(b, unit, eb);
		return;
	}
	k = scale_apart(unit, v, 2);
	figure_show(a, k, v[0]);
	figure_show(b, k, v[1]);
}

void figure_with_interval(struct str *s, const char *unit, const struct estimate *e)
{
	figure_estimate(s, unit, e);
	if (!e->known)
		return;
	if (e->n < 2) {
		str_add(s, " (one sample)");
		return;
	}
	str_add(s, e->is_range ? " (range " : " (95 %: ");
	figure_interval(s, scale_estimate(unit, e), e);
	str_addc(s, ')');
}

void figure_difference(struct str *s, const char *unit, double d)
{
	struct estimate e = { .at = fabs(d), .n = 1, .known = true };

	str_add(s, d < 0 ? "−" : "+");
	figure_estimate(s, unit, &e);
}

void figure_ratio(struct str *s, double log_ratio)
{
	double p = 100 * expm1(log_ratio);

	if (fabs(p) >= 1000) {
		str_addf(s, "× %.3g", exp(log_ratio));
		return;
	}
	str_addf(s, "%s%.*f %%", p < 0 ? "−" : "+", fabs(p) < 9.95 ? 1 : 0, fabs(p));
}
