#include "base/clock.h"

#include <math.h>
#include <time.h>

static int64_t clock_of(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * SECOND_NS + t.tv_nsec;
}

int64_t clock_mono_ns(void)
{
	return clock_of(CLOCK_MONOTONIC);
}

int64_t clock_unix_ns(void)
{
	return clock_of(CLOCK_REALTIME);
}

struct unit {
	const char *name;
	double size;
};

/* A number and a unit of the table at *text; moves on. False when either is missing. */
static bool quantity(const char **text, const struct unit *units, double *out)
{
	char number[32];
	size_t n = strspn(*text, "0123456789."), m;
	double v;

	if (n == 0 || n >= sizeof(number))
		return false;
	memcpy(number, *text, n);
	number[n] = '\0';
	if (!str_to_double(number, &v))
		return false;
	m = strspn(*text + n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	for (; units->name; units++)
		if (strlen(units->name) == m && strncasecmp(units->name, *text + n, m) == 0) {
			*text += n + m;
			*out = v * units->size;
			return true;
		}
	return false;
}

struct err *duration_parse(const char *text, int64_t *ns_out)
{
	static const struct unit units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 },
		{ "s", 1e9 }, { "m", 60e9 }, { "min", 60e9 }, { "h", 3600e9 }, { NULL, 0 } };
	const char *at = text;
	double total = 0, part;

	do {
		if (!quantity(&at, units, &part))
			return err_next(err_new(ERR_INPUT, "\"%s\" is no duration", text),
				"a number and a unit: 90s, 1.5m, 200ms, 1h30m");
		total += part;
	} while (*at);
	if (total > 9e18)
		return err_new(ERR_INPUT, "the duration \"%s\" is too long", text);
	*ns_out = (int64_t)llround(total);
	return NULL;
}

struct err *bytes_parse(const char *text, int64_t *bytes_out)
{
	static const struct unit units[] = { { "", 1 }, { "b", 1 }, { "k", 1e3 }, { "kb", 1e3 },
		{ "m", 1e6 }, { "mb", 1e6 }, { "g", 1e9 }, { "gb", 1e9 }, { "t", 1e12 },
		{ "tb", 1e12 }, { "ki", 1024 }, { "kib", 1024 }, { "mi", 1048576 },
		{ "mib", 1048576 }, { "gi", 1073741824. }, { "gib", 1073741824. },
		{ "ti", 1099511627776. }, { "tib", 1099511627776. }, { NULL, 0 } };
	const char *at = text;
	double v;

	if (!quantity(&at, units, &v) || *at || v > 9e18)
		return err_next(err_new(ERR_INPUT, "\"%s\" is no size", text),
			"a number and a unit: 500kB, 12.5MB, 64MiB, 2GB");
	*bytes_out = (int64_t)llround(v);
	return NULL;
}

/* Three significant digits: 0.62, 9.41, 48.2, 181. */
static void three_digits(struct str *s, double v)
{
	if (v < 0.995)
		str_addf(s, "%.2f", v);
	else if (v < 9.995)
		str_addf(s, "%.2f", v);
	else if (v < 99.95)
		str_addf(s, "%.1f", v);
	else
		str_addf(s, "%.0f", v);
}

void duration_show(struct str *s, int64_t ns)
{
	double v = (double)ns;

	if (ns < 0) {
		str_addc(s, '-');
		v = -v;
	}
	if (v < 1e3)
		str_addf(s, "%.0f ns", v);
	else if (v < 999500.)
		three_digits(s, v / 1e3), str_add(s, " us");
	else if (v < 999.5e6)
		three_digits(s, v / 1e6), str_add(s, " ms");
	else if (v < 600e9)
		three_digits(s, v / 1e9), str_add(s, " s");
	else if (v < 3600e9)
		str_addf(s, "%.0f min %.0f s", floor(v / 60e9), floor(fmod(v, 60e9) / 1e9));
	else
		str_addf(s, "%.0f h %.0f min", floor(v / 3600e9), floor(fmod(v, 3600e9) / 60e9));
}

void bytes_show(struct str *s, int64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
	double v = (double)bytes;
	size_t i = 0;

	if (v < 0) {
		str_addc(s, '-');
		v = -v;
	}
	if (v < 1000) {
		str_addf(s, "%.0f B", v);
		return;
	}
	for (v /= 1000; v >= 999.5 && i + 1 < ARRAY_SIZE(units); v /= 1000)
		i++;
	three_digits(s, v);
	str_addf(s, " %s", units[i]);
}

void time_show(struct str *s, int64_t unix_ns)
{
	time_t t = unix_ns / SECOND_NS;
	struct tm tm;
	char text[32];

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	str_add(s, text);
}

/* ".123456789" -> ns; moves on; digits beyond the ninth are dropped. */
static int64_t fraction_ns(const char **at)
{
	int64_t ns = 0, scale = SECOND_NS / 10;

	if (**at != '.')
		return 0;
	for ((*at)++; **at >= '0' && **at <= '9'; (*at)++, scale /= 10)
		ns += (**at - '0') * scale;
	return ns;
}

struct err *time_parse(const char *text, int64_t *unix_ns_out)
{
	struct tm tm = { 0 };
	const char *at = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t ns, seconds, zone = 0;
	int hours, minutes, used = 0;

	if (!at)
		return err_new(ERR_INPUT, "\"%.40s\" is no RFC 3339 time", text);
	ns = fraction_ns(&at);
	if ((*at == '+' || *at == '-') && sscanf(at + 1, "%2d:%2d%n", &hours, &minutes, &used) == 2) {
		zone = (hours * 3600 + minutes * 60) * (*at == '-' ? -1 : 1);
		at += 1 + used;
	} else if (*at == 'Z') {
		at++;
	} else {
		return err_new(ERR_INPUT, "\"%.40s\" has no time zone", text);
	}
	if (*at)
		return err_new(ERR_INPUT, "\"%.40s\" is no RFC 3339 time", text);
	seconds = timegm(&tm) - zone;
	if (seconds <= -INT64_MAX / SECOND_NS || seconds >= INT64_MAX / SECOND_NS)
		return err_new(ERR_INPUT, "\"%.40s\" is out of range: years 1678 to 2261", text);
	*unix_ns_out = seconds * SECOND_NS + ns;
	return NULL;
}
