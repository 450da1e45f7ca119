/* Where registries.conf has an image read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../must.h"
#include "base/file.h"
#include "image/places.h"

#define RULE "[[registry]]\n"
#define MIRROR "[[registry.mirror]]\n"
#define OWN " https://example.com/v2 team/shop"

static const struct {
	const char *conf, *ref, *places; /* places: " BASE REPO" each, or the error */
} rows[] = {
	{ "", "example.com/team/shop", OWN },
	{ "", "shop", " https://registry-1.docker.io/v2 library/shop" },
	{ RULE "location = \"example.com\"\n" MIRROR "location = \"m.net:5000/x\"\n", "example.com/team/shop",
		" https://m.net:5000/v2 x/team/shop" OWN },
	{ RULE "prefix = \"example.com/te\"\nlocation = \"other.net\"\n", "example.com/team/shop", OWN },
	{ RULE "prefix = \"example.com/team\"\nlocation = \"other.net/b\"\n", "example.com/team/shop",
		" https://other.net/v2 b/shop" },
	{ RULE "prefix = \"example.com\"\nlocation = \"a.net\"\n" RULE "prefix = \"example.com/team\"\nlocation = \"b.net/b\"\n"
	       RULE "prefix = \"example.com\"\nlocation = \"c.net\"\n",
		"example.com/team/shop", " https://b.net/v2 b/shop" },
	{ RULE "prefix = \"example.com\"\nlocation = \"a.net\"\n" RULE "prefix = \"example.com\"\nlocation = \"c.net\"\n",
		"example.com/team/shop", " https://c.net/v2 team/shop" },
	{ RULE "prefix = \"*.example.com\"\nlocation = \"a.net\"\n", "eu.example.com/team/shop",
		" https://a.net/v2 team/shop" },
	{ RULE "prefix = \"*.example.com\"\nlocation = \"a.net\"\n", "example.com/team/shop", OWN },
	{ RULE "prefix = \"example.com/team/\"\nlocation = \"other.net/b/\"\n", "example.com/team/shop",
		" https://other.net/v2 b/shop" },
	{ RULE "prefix = \"*.example.com\"\nlocation = \"\"\n" MIRROR "location = \"m.net\"\n",
		"eu.example.com/shop", " https://m.net/v2 shop https://eu.example.com/v2 shop" },
	{ RULE "prefix = \"example.com\"\ninsecure = true\n", "example.com/team/shop",
		" http://example.com/v2 team/shop" },
	{ RULE "location = \"docker.io\"\n" MIRROR "location = \"m.net\"\ninsecure = true\n", "alpine:3",
		" http://m.net/v2 library/alpine https://registry-1.docker.io/v2 library/alpine" },
	{ RULE "location = \"example.com\"\nmirror-by-digest-only = true\n" MIRROR "location = \"m.net\"\n",
		"example.com/team/shop:1", OWN },
	{ RULE "location = \"example.com\"\nmirror-by-digest-only = true\n" MIRROR "location = \"m.net\"\n",
		"example.com/team/shop@sha256:0", " https://m.net/v2 team/shop" OWN },
	{ RULE "location = \"example.com\"\n" MIRROR "location = \"m.net\"\npull-from-mirror = \"tag-only\"\n",
		"example.com/team/shop@sha256:0", OWN },
	{ RULE "location = \"example.com\"\nmirror = [{location = \"m.net\"}]\n", "example.com/team/shop",
		" https://m.net/v2 team/shop" OWN },
	{ RULE "location = \"example.com\"\nblocked = true\n", "example.com/team/shop", "registries.conf blocks it" },
	{ MIRROR "location = \"m.net\"\n", "example.com/team/shop", "a mirror of no registry" },
	{ "[registries.search]\nregistries = ['a', 'b']\n", "example.com/team/shop", OWN },
};

static void test_places(void **state)
{
	char dir[] = "/tmp/tare-registries-XXXXXX";
	_cleanup_(freep) char *conf = path_join(mkdtemp(dir), "r.conf");

	setenv("CONTAINERS_REGISTRIES_CONF", conf, 1);
	setenv("XDG_CONFIG_HOME", dir, 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(remote_done) struct remote r = { 0 };
		_cleanup_(places_done) struct places p = { 0 };
		_cleanup_(str_done) struct str got = STR_INIT;
		_cleanup_(err_freep) struct err *e = NULL;

		must(file_replace(conf, 0600, rows[i].conf, strlen(rows[i].conf)));
		must(remote_init(&r, rows[i].ref, NULL));
		e = remote_places(&r, &p);
		for (size_t k = 0; !e && k < p.count; k++)
			str_addf(&got, " %s %s", p.items[k].base, p.items[k].repo);
		if (!str_eq(e ? e->what : str_get(&got), rows[i].places))
			fail_msg("row %zu: %s", i, e ? e->what : str_get(&got));
	}
	must(dir_remove(dir));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_places) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
