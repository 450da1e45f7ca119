/* dockerfile/ignore.c: what an ignore file leaves out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"
#include "dockerfile/dockerfile.h"

static const struct {
	const char *text, *path;
	bool out;
} rows[] = {
	{ "a\n", "a", true },
	{ "a\n", "a/b/c", true },
	{ "a\n", "b/a", false },
	{ "/a/\n", "a", true },
	{ "*.o\n", "x.o", true },
	{ "*.o\n", "d/x.o", false },
	{ "**/*.o\n", "d/e/x.o", true },
	{ "**/*.o\n", "x.o", true },
	{ "**\n", "a/b", true },
	{ "a/**\n", "a", false },
	{ "a/**\n", "a/b", true },
	{ "**/a/**/b\n", "x/a/y/b", true },
	{ "a/**/b\n", "a/b", true },
	{ "?\n", "a", true },
	{ "?\n", "ab", false },
	{ "[a-c]x\n", "bx", true },
	{ "[^a-c]x\n", "bx", false },
	{ "\\*\n", "*", true },
	{ "\\*\n", "a", false },
	{ "*\n!a\n", "a", false },
	{ "*\n!a\n", "a/b", false },
	{ "a\n!a/b\n", "a/b", false },
	{ "a\n!a/b\n", "a/c", true },
	{ "a/b\n!a\na/b/c\n", "a/b/c", true },
	{ "!a\na\n", "a", true },
	{ "#a\n", "#a", false },
	{ " #a\n", "#a", true },
	{ "a\r\nb\r\n", "a", true },
	{ "  a b  \n", "a b", true },
	{ "\xef\xbb\xbf"
	  "a\n",
		"a", true },
	{ "a/../b\n", "b", true },
	/* BuildKit's own slip: '|' and '{' are not escaped, '.' is */
	{ "a|b*\n", "ax", true },
	{ "a{2}?\n", "aax", true },
	{ "a.b*\n", "axb", false },
	/* a pattern that could not change the verdict of a directory is not asked there */
	{ "*/x\n!a\n", "a/x", true },
	{ "(\n", "(", true },
	{ "a+b*\n", "a+bc", true },
	{ "[[:digit:]]*\n", "7x", true },
	{ "[\\d]x\n", "7x", true },
	{ "[[:^alpha:]]x\n", "7x", true },
	{ "[[:^alpha:]]x\n", "ax", false },
	{ "[\\W]x\n", "-x", true },
	{ "[\\W]x\n", "_x", false },
	{ "\\S\\s*\n", "a b", true },
	{ "\\x41*\n", "Ab", true },
	{ "\\x{e9}*\n", "\xc3\xa9", true },
	{ "\\101?\n", "Ab", true },
	{ "\\t*\n", "\tb", true },
	{ "a\\b*\n", "a-", true },
	{ "a\\b*\n", "ab", false },
	{ "a\\B*\n", "ab", true },
	{ "\\Aa*\n", "ab", true },
	{ "*\\z\n", "ab", true },
	{ "\\Qa.\\E*\n", "a.b", false },
	{ "\\Qa|b\\E*\n", "a|bc", true },
	{ "a{2,3}?\n", "aaab", true },
	{ "a{2,3}?\n", "ab", false },
	{ "a{2,}?\n", "aaaaaab", true },
	{ "a{0}b?\n", "bc", true },
	{ "a{2?\n", "a{2b", true },
	{ "[*]\n", "[]", true },
	{ "\xc3\xa9*\n", "\xc3\xa9t\xc3\xa9", true },
	{ "[\xc3\xa0-\xc3\xbf]\n", "\xc3\xa9", true },
	{ "\xf0\x9f\x98\x80?\n", "\xf0\x9f\x98\x80x", true },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(ignore_freep) struct ignore *ignore = NULL;

		print_message("%s %s\n", rows[i].text, rows[i].path);
		assert_null(ignore_parse(
			"I", rows[i].text, strlen(rows[i].text), IGNORE_MOBY, &ignore));
		assert_int_equal(ignore_match(ignore, rows[i].path), rows[i].out);
	}
}

static const struct {
	const char *text, *at;
} malformed[] = {
	{ "a\n[\n", "I:2:1" },
	{ "!\n", "I:1:1" },
	{ "a\n\n!/\n", "I:3:1" },
	{ "a\\\n", "I:1:1" },
	{ "[b-a]*\n", "I:1:1" },
	{ "*\\q\n", "I:1:1" },
	{ "a*[\n", "I:1:1" },
	{ "{2}?|{2}\n", "I:1:1" },
	{ "[[:foo:]]\n", "I:1:1" },
	{ "\\pL*\n", "I:1:1" },
	{ "a{2}{3}?\n", "I:1:1" },
	{ "a{1001}?\n", "I:1:1" },
	{ "\\x{110000}*\n", "I:1:1" },
	{ "\\xg*\n", "I:1:1" },
	{ "\\8*\n", "I:1:1" },
	{ "\\C*\n", "I:1:1" },
	{ "[\\pL]*\n", "I:1:1" },
	{ "a{3,2}?\n", "I:1:1" },
	{ "a\n  [\n", "I:2:3" },
	{ "\xff\xfe" "a", "I:1:1" },
};

static void test_malformed(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(malformed); i++) {
		struct ignore *ignore = NULL;
		_cleanup_(err_freep) struct err *e = ignore_parse(
			"I", malformed[i].text, strlen(malformed[i].text), IGNORE_MOBY, &ignore);

		print_message("%s\n", malformed[i].text);
		assert_non_null(e);
		assert_string_equal(e->at, malformed[i].at);
		assert_non_null(e->next);
	}
}

static void test_none(void **state)
{
	_cleanup_(ignore_freep) struct ignore *ignore = NULL;

	assert_null(ignore_parse("I", NULL, 0, IGNORE_MOBY, &ignore));
	assert_false(ignore_match(ignore, "a"));
	assert_false(ignore_may_hold(ignore, "a"));
}

static const struct {
	const char *text, *dir;
	bool moby, buildah;
} holds[] = {
	{ "*\n", "a", false, false },
	{ "*\n!a/b\n", "a", true, true },
	{ "*\n!a/b\n", "c", false, false },
	{ "*\n!**/*.py\n", "c", true, false },
	{ "*\n!a/*\n", "a", true, true },
};

static void test_holds(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(holds); i++)
		for (int d = IGNORE_MOBY; d <= IGNORE_BUILDAH; d++) {
			_cleanup_(ignore_freep) struct ignore *ignore = NULL;

			assert_null(ignore_parse(
				"I", holds[i].text, strlen(holds[i].text), d, &ignore));
			assert_int_equal(ignore_may_hold(ignore, holds[i].dir),
				d == IGNORE_MOBY ? holds[i].moby : holds[i].buildah);
		}
}

/* --- case E5 --- */

static bool in_list(struct json_at list, const char *path)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *item;

		assert_null(json_text(json_element(list, i), &item));
		if (strcmp(item, path) == 0)
			return true;
	}
	return false;
}

static bool expected(struct json_at set, const char *path, enum ignore_dialect d)
{
	struct json_at differs = json_member(set, "kept_buildah_1.28_differs");
	bool kept = in_list(json_member(set, "kept"), path);

	if (d == IGNORE_MOBY || !json_has(set, "kept_buildah_1.28_differs"))
		return kept;
	return (kept && !in_list(json_member(differs, "less"), path)) ||
	       in_list(json_member(differs, "more"), path);
}

static void check_set(struct json_at tree, struct json_at set, enum ignore_dialect d)
{
	_cleanup_(ignore_freep) struct ignore *ignore = NULL;
	_cleanup_(freep) char *text = NULL;

	assert_null(json_str(set, "ignore", &text));
	assert_null(ignore_parse("I", text, strlen(text), d, &ignore));
	for (size_t i = 0; i < json_count(tree); i++) {
		const char *path;

		assert_null(json_text(json_element(tree, i), &path));
		print_message("dialect %d: %s\n", d, path);
		assert_int_equal(!ignore_match(ignore, path), expected(set, path, d));
	}
}

static void test_e5(void **state)
{
	_cleanup_(str_done) struct str s = STR_INIT;
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	struct json_at sets;

	assert_null(file_read(TEST_DATA "/cases/E5.json", 65536, &s));
	assert_null(json_parse("E5.json", str_get(&s), s.len, &doc));
	sets = json_member(json_root(doc), "sets");
	assert_int_equal(json_count(sets), 4);
	for (size_t i = 0; i < json_count(sets); i++)
		for (int d = IGNORE_MOBY; d <= IGNORE_BUILDAH; d++)
			check_set(json_member(json_root(doc), "tree"), json_element(sets, i), d);
}

/* Many "**" against a long path: no blow-up. */
static void test_stars(void **state)
{
	_cleanup_(str_done) struct str text = STR_INIT, path = STR_INIT;
	_cleanup_(ignore_freep) struct ignore *ignore = NULL;

	for (int i = 0; i < 300; i++)
		str_add(&text, "**/a*");
	str_add(&text, "/b\n");
	for (int i = 0; i < 60; i++)
		str_add(&path, "a/");
	str_add(&path, "c");
	assert_null(ignore_parse("I", str_get(&text), text.len, IGNORE_MOBY, &ignore));
	assert_false(ignore_match(ignore, str_get(&path)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_e5),
		cmocka_unit_test(test_stars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
