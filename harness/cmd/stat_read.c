/* The questions of tare stat: JSON -> numbers, with the place of what is none. */
#include <math.h>

#include "base/err.h"
#include "cmd/stat.h"

/* The levels that the bounds' table holds. */
#define ALPHA_LEAST 0.0005
#define ALPHA_MOST  0.2

static struct err *number_or(
	struct json_at q, const char *key, double low, double high, double *value)
{
	struct json_at m;
	double v;

	if (!json_has(q, key))
		return NULL;
	m = json_member(q, key);
	v = json_number_value(m.value);
	if (!json_is_number(m.value) || !(v >= low && v <= high))
		return json_error(m, "a number from %g to %g was expected here", low, high);
	*value = v;
	return NULL;
}

struct err *stat_rules(struct json_at q, struct rules *rules)
{
	double pairs = MAX_PAIRS;

	*rules = (struct rules)RULES_DEFAULT;
	TRY(number_or(q, "alpha", ALPHA_LEAST, ALPHA_MOST, &rules->alpha));
	TRY(number_or(q, "threshold", 0, 10, &rules->threshold));
	TRY(number_or(q, "margin", 0, 10, &rules->margin));
	TRY(number_or(q, "max_pairs", 1, MAX_PAIRS, &pairs));
	rules->max_pairs = (size_t)pairs;
	return NULL;
}

struct err *stat_log(struct json_at array, size_t i, double *out)
{
	const json_t *value = json_array_get(array.value, i);
	double v = json_number_value(value);

	if (!json_is_number(value) || !(v > 0) || !isfinite(v))
		return json_error(json_element(array, i), "a time is a number above 0");
	*out = log(v);
	return NULL;
}

static struct err *array_of(struct json_at q, const char *key, struct json_at *out)
{
	*out = json_member(q, key);
	if (!out->value)
		return json_error(q, "the member \"%s\" is missing: an array of numbers", key);
	return json_is_array(out->value)
		       ? NULL
		       : json_error(*out, "an array of numbers was expected here");
}

struct err *stat_logs(struct json_at q, const char *key, double **out, size_t *n)
{
	_cleanup_(freep) double *x = NULL;
	struct json_at array;
	size_t count;

	TRY(array_of(q, key, &array));
	count = json_count(array);
	x = xcalloc(count + 1, sizeof(*x));
	for (size_t i = 0; i < count; i++)
		TRY(stat_log(array, i, &x[i]));
	*n = count;
	*out = TAKE_PTR(x);
	return NULL;
}

struct err *stat_values(struct json_at q, const char *key, double **out, size_t *n)
{
	_cleanup_(freep) double *x = NULL;
	struct json_at array;
	size_t count;

	TRY(array_of(q, key, &array));
	count = json_count(array);
	x = xcalloc(count + 1, sizeof(*x));
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_array_get(array.value, i);

		if (!json_is_number(value))
			return json_error(json_element(array, i), "a number was expected here");
		x[i] = json_number_value(value);
	}
	*n = count;
	*out = TAKE_PTR(x);
	return NULL;
}
