/* Limits: what is one, how it is shown, and what it allows. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "model/limit.h"

static const struct {
	const char *text; /* as --max takes it */
	enum limit_kind kind;
	double value;
	const char *shown; /* NULL: it is none */
	const char *error;
} texts[] = {
	{ "image.size=+1%", LIMIT_RATIO, 0.01, "+1 %", NULL },
	{ "image.size=+0%", LIMIT_RATIO, 0, "+0 %", NULL },
	{ "image.size=-2.5%", LIMIT_RATIO, -0.025, "-2.5 %", NULL },
	{ "image.size=+5MB", LIMIT_DELTA, 5e6, "+5.00 MB", NULL },
	{ "image.size=+5MiB", LIMIT_DELTA, 5242880, "+5.24 MB", NULL },
	{ "image.compressed=120MB", LIMIT_ABSOLUTE, 120e6, "120 MB", NULL },
	{ "image.size=1000", LIMIT_ABSOLUTE, 1000, "1.00 kB", NULL },
	{ "image.setuid=0", LIMIT_ABSOLUTE, 0, "0", NULL },
	{ "image.setuid=+0", LIMIT_DELTA, 0, "+0", NULL },
	{ "image.setuid=none", LIMIT_NONE, 0, "none", NULL },
	{ "image.efficiency=0.95", LIMIT_ABSOLUTE, 0.95, "0.95", NULL },
	{ "image.efficiency=-1%", LIMIT_RATIO, -0.01, "-1 %", NULL },
	{ "build.wall=+10%", LIMIT_RATIO, 0.1, "+10 %", NULL },
	{ "build.wall=1m30s", LIMIT_ABSOLUTE, 90, "90.0 s", NULL },
	{ "build.wall=+500ms", LIMIT_DELTA, 0.5, "+500 ms", NULL },
	{ "image.size", 0, 0, NULL, "\"image.size\" is not METRIC=LIMIT" },
	{ "image.sizee=+1%", 0, 0, NULL, "unknown metric \"image.sizee\"; did you mean image.size?" },
	{ "image.size=", 0, 0, NULL, "\"\" is no limit of image.size" },
	{ "image.size=5%", 0, 0, NULL, "\"5%\" is no limit of image.size" },
	{ "image.size=+%", 0, 0, NULL, "\"+%\" is no limit" },
	{ "image.size=%", 0, 0, NULL, "\"%\" is no limit" },
	{ "image.size=+-1%", 0, 0, NULL, "\"+-1%\" is no limit" },
	{ "image.size=++5MB", 0, 0, NULL, "\"++5MB\" is no limit" },
	{ "image.size=12XB", 0, 0, NULL, "\"12XB\" is no limit" },
	{ "image.size=1e999", 0, 0, NULL, "is no limit" },
	{ "image.size=nan", 0, 0, NULL, "is no limit" },
	{ "image.setuid=1MB", 0, 0, NULL, "\"1MB\" is no limit of image.setuid" },
	{ "build.wall=90", 0, 0, NULL, "\"90\" is no limit of build.wall" },
};

static void texts_are_limits_or_told_why_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct limit l;
		_cleanup_(err_freep) struct err *e = limit_option(texts[i].text, &l);
		_cleanup_(str_done) struct str s = STR_INIT;

		print_message("%s\n", texts[i].text);
		if (!texts[i].shown) {
			assert_non_null(e);
			assert_int_equal(e->kind, ERR_INPUT);
			assert_non_null(strstr(e->what, texts[i].error));
			assert_non_null(e->next);
			continue;
		}
		assert_null(e);
		assert_int_equal(l.kind, texts[i].kind);
		assert_float_equal(l.value, texts[i].value, 1e-9);
		limit_show(&s, &l);
		assert_string_equal(str_get(&s), texts[i].shown);
	}
}

/* Case D1 of the field among them: a zero baseline, and what is better. */
static const struct {
	const char *limit;
	double baseline, value;
	bool exceeded;
} values[] = {
	{ "image.wasted=+1%", 0, 0, false },
	{ "image.wasted=+1%", 0, 12582912, true },
	{ "image.setuid=+0", 0, 1, true },
	{ "image.setuid=+0", 1, 1, false },
	{ "image.setuid=+0", 2, 1, false },
	{ "cache.hit_ratio=-1%", 0.5, 0.9, false },
	{ "cache.hit_ratio=-1%", 0.9, 0.5, true },
	{ "build.wall=+3%", 10, 5, false },
	{ "image.size=+1%", 100e6, 101e6, false },
	{ "image.size=+1%", 100e6, 101e6 + 1, true },
	{ "image.size=+10%", 3, 3.3, false },
	{ "image.size=+5MB", 100e6, 105e6, false },
	{ "image.size=+5MB", 100e6, 105e6 + 1, true },
	{ "image.size=-10%", 100e6, 95e6, true },
	{ "image.size=120MB", 0, 120e6, false },
	{ "image.size=120MB", 500e6, 120e6 + 1, true },
	{ "image.efficiency=0.95", 0, 0.94, true },
	{ "image.efficiency=0.95", 0, 0.96, false },
	{ "image.size=none", 1, 1e12, false },
};

static void limits_hold_to_the_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct limit l;

		print_message("%s, %g -> %g\n", values[i].limit, values[i].baseline,
			values[i].value);
		assert_null(limit_option(values[i].limit, &l));
		assert_int_equal(limit_exceeded(&l, values[i].value, values[i].baseline),
			values[i].exceeded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_limits_or_told_why_not),
		cmocka_unit_test(limits_hold_to_the_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
