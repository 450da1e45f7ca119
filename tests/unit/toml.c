/* TOML, as settings of other programs are written in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/toml.h"

static struct err *write_item(void *ctx, const struct toml_item *item)
{
	struct str *out = ctx;

	if (item->kind == TOML_TABLE)
		str_addf(out, "[%s] ", item->table);
	else
		str_addf(out, "%s%s%s=%s ", item->table, *item->table ? "." : "", item->key,
			item->kind == TOML_STRING ? item->text
			: item->kind == TOML_OTHER ? "?"
			: item->truth		 ? "true"
						 : "false");
	return NULL;
}

static const struct {
	const char *text, *items, *at; /* at: the error's place */
} texts[] = {
	{ "", "", NULL },
	{ "a = \"b\" # c\n\n[t]\nd = 'e\\'\r\n", "a=b [t] t.d=e\\ ", NULL },
	{ "[[x.y]]\nk = true\n[[x.y]]\nk=false", "[x.y] x.y.k=true [x.y] x.y.k=false ", NULL },
	{ "\"q.r\".s = 1\n[ t . \"u v\" ]\nw-1_ = 2024-01-02 03:04:05\n", "q.r.s=? [t.u v] t.u v.w-1_=? ", NULL },
	{ "a = [ \"b\", # c\n 'd',\n]\ne = []\n", "a=b a=d ", NULL },
	{ "m = [{l = \"x\", i = true}, {}]\n", "[m] m.l=x m.i=true [m] ", NULL },
	{ "a = \"\\t\\u00e9\\U0001F600\\\"\"", "a=\t\xc3\xa9\xf0\x9f\x98\x80\" ", NULL },
	{ "a = \"\"\"\nb\\\n   c\"\"\"\"\nd = '''\ne''f'''\n", "a=bc\" d=e''f ", NULL },
	{ "a = +1.5e3\nb = inf\nc = 0xff\n", "a=? b=? c=? ", NULL },
	{ "a = yes\n", NULL, "f:1" },
	{ "a = no\n", NULL, "f:1" },
	{ "a = \"b\" c = 1\n", NULL, "f:1" },
	{ "a = 1\nb\n", NULL, "f:2" },
	{ "\n[t\n", NULL, "f:2" },
	{ "[[t]\n", NULL, "f:1" },
	{ "a = \"b\nc\"\n", NULL, "f:1" },
	{ "a = \"\\q\"\n", NULL, "f:1" },
	{ "a = \"\\ud800\"\n", NULL, "f:1" },
	{ "a = [1 2]\n", NULL, "f:1" },
	{ "a = {b = 1\n", NULL, "f:1" },
	{ "a = '''\n\n", NULL, "f:3" },
	{ "= 1\n", NULL, "f:1" },
	{ "a = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", NULL, "f:1" },
};

static void test_texts(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_(str_done) struct str got = STR_INIT;
		_cleanup_(err_freep) struct err *e = toml_read("f", texts[i].text,
			strlen(texts[i].text), write_item, &got);

		if (!e != !texts[i].at)
			fail_msg("%s: %s", texts[i].text, e ? e->what : "no error");
		if (e)
			assert_string_equal(e->at, texts[i].at);
		else
			assert_string_equal(str_get(&got), texts[i].items);
	}
}

static struct err *refuse(void *ctx, const struct toml_item *item)
{
	return item->key ? err_new(ERR_INPUT, "not this") : NULL;
}

/* An error of who reads it has the place, too. */
static void test_refused(void **state)
{
	static const char text[] = "[t]\n\na = 1\n";
	_cleanup_(err_freep) struct err *e = toml_read("f", text, sizeof(text) - 1, refuse, NULL);

	assert_non_null(e);
	assert_string_equal(e->what, "not this");
	assert_string_equal(e->at, "f:3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
