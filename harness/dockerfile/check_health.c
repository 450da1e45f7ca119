/* HEALTHCHECK's flags: durations as Go writes them, and a count. */
#include <limits.h>

#include "dockerfile/instruction.h"

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "\xc2\xb5s", 1000 },
	{ "\xce\xbcs", 1000 },
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", 60000000000 },
	{ "h", 3600000000000 },
};

static bool is_digit(struct span s)
{
	return s.n > 0 && *s.p >= '0' && *s.p <= '9';
}

/* Digits before the point; false on overflow. */
static bool leading_int(struct span *s, uint64_t *out)
{
	uint64_t value = 0;

	for (; is_digit(*s); *s = span_from(*s, 1)) {
		if (value > ((uint64_t)1 << 63) / 10)
			return false;
		value = value * 10 + (uint64_t)(*s->p - '0');
		if (value > (uint64_t)1 << 63)
			return false;
	}
	*out = value;
	return true;
}

/* Digits behind the point, as value / scale; what does not fit is left out. */
static uint64_t leading_fraction(struct span *s, double *scale_out)
{
	uint64_t value = 0;
	bool overflow = false;

	*scale_out = 1;
	for (; is_digit(*s); *s = span_from(*s, 1)) {
		uint64_t next = value * 10 + (uint64_t)(*s->p - '0');

		overflow = overflow || value > (((uint64_t)1 << 63) - 1) / 10 ||
			   next > (uint64_t)1 << 63;
		if (overflow)
			continue;
		value = next;
		*scale_out *= 10;
	}
	return value;
}

/* The unit at *s, taken off it; 0 when there is none that is known. */
static uint64_t unit(struct span *s)
{
	size_t n = 0;

	while (n < s->n && s->p[n] != '.' && !is_digit(span_from(*s, n)))
		n++;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (span_eq((struct span){ s->p, n }, units[i].name)) {
			*s = span_from(*s, n);
			return units[i].ns;
		}
	return 0;
}

/* One "1.5h"; false when it is none or too large. */
static bool part(struct span *s, uint64_t *total)
{
	struct span before = *s;
	uint64_t value, fraction, ns;
	double scale;
	bool digits;

	if ((*s->p != '.' && !is_digit(*s)) || !leading_int(s, &value))
		return false;
	digits = s->n < before.n;
	fraction = 0;
	scale = 1;
	if (span_starts(*s, ".")) {
		*s = span_from(*s, 1);
		before = *s;
		fraction = leading_fraction(s, &scale);
		digits |= s->n < before.n;
	}
	ns = unit(s);
	if (!digits || ns == 0 || value > ((uint64_t)1 << 63) / ns)
		return false;
	value = value * ns + (uint64_t)((double)fraction * ((double)ns / scale));
	*total += value;
	return value <= (uint64_t)1 << 63 && *total <= (uint64_t)1 << 63;
}

/* Go's time.ParseDuration, here only to tell whether it lies below a millisecond. */
static bool parse_duration(const char *text, bool *too_short_out)
{
	struct span s = span_of(text);
	bool negative = span_starts(s, "-");
	uint64_t total = 0;

	if (negative || span_starts(s, "+"))
		s = span_from(s, 1);
	*too_short_out = false;
	if (span_eq(s, "0"))
		return true;
	if (s.n == 0)
		return false;
	while (s.n > 0)
		if (!part(&s, &total))
			return false;
	if (!negative && total > ((uint64_t)1 << 63) - 1)
		return false;
	*too_short_out = total > 0 && (negative || total < 1000000);
	return true;
}

static struct err *check_interval(const struct df_instruction *in, const char *name)
{
	const char *value = instruction_flag(in, name);
	bool too_short;

	if (!value || !*value)
		return NULL;
	if (!parse_duration(value, &too_short))
		return err_next(err_new(ERR_INPUT, "--%s is no duration: \"%.80s\"", name, value),
			"write it like 30s or 1m30s");
	return too_short ? err_next(err_new(ERR_INPUT, "--%s is less than 1ms", name),
				   "write it like 30s or 1m30s")
			 : NULL;
}

static struct err *check_retries(const char *value)
{
	const char *digits = value ? value + (*value == '-' || *value == '+') : "";
	int64_t n;

	if (!value || !*value)
		return NULL;
	if (!is_digit(span_of(digits)) || !str_to_i64(digits, &n) || n > INT_MAX ||
		(*value == '-' && n > 0))
		return err_next(err_new(ERR_INPUT, "--retries is no count: \"%.80s\"", value),
			"write it like 3");
	return NULL;
}

struct err *check_health(const struct df_instruction *in)
{
	static const char *const names[] = { "interval", "timeout", "start-period",
		"start-interval" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		TRY(check_interval(in, names[i]));
	return check_retries(instruction_flag(in, "retries"));
}
