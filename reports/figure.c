#include "reports/figure.h"

#include <math.h>

#include "base/clock.h"

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
