#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "lab/idmap.h"
#include "lab/ledger.h"

static void no_error(struct err *e)
{
	if (e)
		fail_msg("%s", e->what);
}

static int make_dir(void **state)
{
	char dir[] = "/tmp/tare-ledger-XXXXXX";

	assert_non_null(mkdtemp(dir));
	*state = xstrdup(dir);
	return 0;
}

static int drop_dir(void **state)
{
	no_error(dir_remove(*state));
	free(*state);
	return 0;
}

/* "KIND:NAME:A:B|" for each act. */
static char *acts_show(const struct acts *acts)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	for (size_t i = 0; i < acts->count; i++)
		str_addf(&s, "%d:%s:%lld:%lld|", acts->items[i].kind, acts->items[i].name,
			(long long)acts->items[i].a, (long long)acts->items[i].b);
	return str_take(&s);
}

static struct err *read_all(const char *dir, char **out)
{
	_cleanup_(ledger_closep) struct ledger *l = NULL;
	_cleanup_(acts_done) struct acts acts = { 0 };

	no_error(ledger_open(dir, &l));
	TRY(ledger_read(l, &acts));
	*out = acts_show(&acts);
	return NULL;
}

static void remembers_acts(void **state)
{
	_cleanup_(ledger_closep) struct ledger *l = NULL;
	_cleanup_(freep) char *before = NULL, *after = NULL, *cleared = NULL;

	no_error(read_all(*state, &before));
	assert_string_equal(before, "");
	no_error(ledger_open(*state, &l));
	no_error(ledger_add(l, ACT_CGROUP, "run", 0, 0));
	no_error(ledger_add(l, ACT_SUPERVISOR, NULL, 42, INT64_MAX));
	no_error(ledger_add(l, ACT_CGROUP, "a \"b\"\n\\c", 1, 2));
	no_error(ledger_add(l, ACT_CGROUP, "run", 77, 0));
	no_error(read_all(*state, &after));
	assert_string_equal(after, "0:run:77:0|1::42:9223372036854775807|0:a \"b\"\n\\c:1:2|");
	no_error(ledger_clear(l));
	no_error(ledger_add(l, ACT_CGROUP, "again", 5, 0));
	no_error(read_all(*state, &cleared));
	assert_string_equal(cleared, "0:again:5:0|");
}

#define WHOLE "{\"act\":\"cgroup\",\"name\":\"run\",\"a\":7,\"b\":0}\n"

static const struct {
	const char *name, *text, *acts; /* acts NULL: refused */
} texts[] = {
	{ "empty", "", "" },
	{ "one", WHOLE, "0:run:7:0|" },
	{ "a torn last line was never fsynced", WHOLE "{\"act\":\"cgro", "0:run:7:0|" },
	{ "a torn only line", "{\"act\":", "" },
	{ "rubbish before the end", "rubbish\n" WHOLE, NULL },
	{ "an act of a newer tare", "{\"act\":\"vm\",\"name\":\"\",\"a\":0,\"b\":0}\n", NULL },
	{ "a member is missing", "{\"act\":\"cgroup\",\"name\":\"run\",\"a\":7}\n", NULL },
};

static void reads_what_a_crash_left(void **state)
{
	_cleanup_(freep) char *file = path_join(*state, "ledger");

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_(err_freep) struct err *e = NULL;
		_cleanup_(freep) char *acts = NULL;

		print_message("  %s\n", texts[i].name);
		no_error(file_replace(file, 0600, texts[i].text, strlen(texts[i].text)));
		e = read_all(*state, &acts);
		assert_int_equal(e ? e->kind : 0, texts[i].acts ? 0 : ERR_IO);
		if (texts[i].acts)
			assert_string_equal(acts, texts[i].acts);
	}
}

static const struct {
	const char *name, *text, *user;
	unsigned uid, owner;
	const char *args; /* NULL: no range */
} ranges[] = {
	{ "by name", "ann:100000:65536\n", "ann", 1000, 1000, "0 1000 1 1 100000 65536" },
	{ "by number", "1000:100000:65536\n", NULL, 1000, 1000, "0 1000 1 1 100000 65536" },
	{ "a group of its own", "ann:5:6\n", "ann", 1000, 27, "0 27 1 1 5 6" },
	{ "two ranges follow each other", "ann:10:5\nbob:1:9\nann:50:7\n", "ann", 1, 1,
		"0 1 1 1 10 5 6 50 7" },
	{ "another's", "bob:100000:65536\n", "ann", 1000, 1000, NULL },
	{ "a name that begins alike", "anna:100000:65536\n", "ann", 1000, 1000, NULL },
	{ "a comment, rubbish, nothing", "# ann:1:2\nann:x:y\nann:1\nann:0:0\n\n", "ann", 1, 1,
		NULL },
	{ "root's own id is never given", "ann:0:5\n", "ann", 1000, 1000, NULL },
};

static void maps_ranges(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		_cleanup_(strv_done) struct strv argv = STRV_INIT;
		_cleanup_(str_done) struct str line = STR_INIT;
		bool found = idmap_ranges(
			ranges[i].text, ranges[i].user, ranges[i].uid, ranges[i].owner, &argv);

		print_message("  %s\n", ranges[i].name);
		assert_int_equal(found, ranges[i].args != NULL);
		for (size_t k = 0; k < argv.count; k++)
			str_addf(&line, "%s%s", k ? " " : "", argv.items[k]);
		if (found)
			assert_string_equal(str_get(&line), ranges[i].args);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(remembers_acts, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(reads_what_a_crash_left, make_dir, drop_dir),
		cmocka_unit_test(maps_ranges),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
