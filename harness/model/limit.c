#include "model/limit.h"

#include <math.h>

#include "base/clock.h"

/* What sums of decimal fractions may be off by: no limit is exceeded by its own rounding. */
#define ROUNDING 1e-9

struct err *metric_find(const char *name, enum metric *out)
{
	const char *names[METRIC_COUNT + 1] = { NULL }, *near;

	for (int m = 0; m < METRIC_COUNT; m++) {
		names[m] = metric_table[m].name;
		if (!str_eq(names[m], name))
			continue;
		*out = m;
		return NULL;
	}
	near = str_nearest(name, names);
	return err_next(
		err_new(ERR_INPUT, "unknown metric \"%s\"%s%s%s", name, STR_MEANT(near)),
		"as image.size, image.compressed or image.setuid; tare gate --help");
}

static struct err *err_limit(enum metric m, const char *text)
{
	const char *unit = metric_table[m].unit;
	struct err *e = err_new(
		ERR_INPUT, "\"%s\" is no limit of %s", text, metric_table[m].name);

	if (str_eq(unit, "By"))
		return err_next(e, "+1%% or +5MB above the baseline, 120MB in all, or none");
	if (str_eq(unit, "s"))
		return err_next(e, "+10%% or +5s above the baseline, 90s in all, or none");
	return err_next(e, "+1%% or +1 above the baseline, 0 in all, or none");
}

/* A quantity in the unit of a metric, without sign. */
static bool quantity(enum metric m, const char *text, double *out)
{
	const char *unit = metric_table[m].unit;
	_cleanup_(err_freep) struct err *e = NULL;
	int64_t v;

	if (*text < '0' || *text > '9')
		return false;
	if (str_to_double(text, out) && (*out == 0 || !str_eq(unit, "s")))
		return true;
	if (str_eq(unit, "s")) {
		e = duration_parse(text, &v);
		*out = (double)v / 1e9;
	} else if (str_eq(unit, "By")) {
		e = bytes_parse(text, &v);
		*out = (double)v;
	} else {
		return false;
	}
	return !e;
}

static bool percentage(const char *text, double *out)
{
	_cleanup_(freep) char *number = xstrndup(text, strlen(text) - 1);

	if (*number < '0' || *number > '9' || !str_to_double(number, out))
		return false;
	*out /= 100;
	return true;
}

struct err *limit_parse(enum metric m, const char *text, struct limit *out)
{
	bool sign = *text == '+' || *text == '-', ratio = str_ends(text, "%");
	double v;

	*out = (struct limit){ m, LIMIT_NONE, 0 };
	if (str_eq(text, "none"))
		return NULL;
	/* a share of nothing in particular is no limit */
	if (ratio ? !sign || !percentage(text + 1, &v) : !quantity(m, text + sign, &v))
		return err_limit(m, text);
	if (!isfinite(v))
		return err_limit(m, text);
	out->kind = ratio ? LIMIT_RATIO : sign ? LIMIT_DELTA : LIMIT_ABSOLUTE;
	out->value = *text == '-' ? -v : v;
	return NULL;
}

struct err *limit_option(const char *text, struct limit *out)
{
	const char *equals = strchr(text, '=');
	_cleanup_(freep) char *name = NULL;
	enum metric m;

	if (!equals)
		return err_next(err_new(ERR_INPUT, "\"%s\" is not METRIC=LIMIT", text),
			"as image.size=+1%%, image.compressed=120MB, image.setuid=0");
	name = xstrndup(text, (size_t)(equals - text));
	TRY(metric_find(name, &m));
	return limit_parse(m, equals + 1, out);
}

void limit_show(struct str *s, const struct limit *l)
{
	double v = fabs(l->value);

	if (l->kind == LIMIT_NONE) {
		str_add(s, "none");
		return;
	}
	if (l->kind != LIMIT_ABSOLUTE)
		str_addc(s, signbit(l->value) ? '-' : '+');
	if (l->kind == LIMIT_RATIO)
		str_addf(s, "%.6g %%", v * 100);
	else if (v > 0 && str_eq(metric_table[l->metric].unit, "By"))
		bytes_show(s, llround(v));
	else if (v > 0 && str_eq(metric_table[l->metric].unit, "s"))
		duration_show(s, llround(v * 1e9));
	else
		str_addf(s, "%.6g", v);
}

bool limit_exceeded(const struct limit *l, double value, double baseline)
{
	double bound = l->kind == LIMIT_RATIO	? baseline * (1 + l->value)
		       : l->kind == LIMIT_DELTA ? baseline + l->value
						: l->value;
	double slack = ROUNDING * fmax(fabs(bound), 1);

	if (l->kind == LIMIT_NONE)
		return false;
	return metric_table[l->metric].better == BETTER_MORE ? value < bound - slack
							     : value > bound + slack;
}
