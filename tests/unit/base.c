/* base/: what everything stands on. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/opts.h"
#include "base/proc.h"
#include "base/random.h"
#include "base/term.h"

static const struct {
	const char *text;
	size_t most, cut;
} cuts[] = { { "abc", 3, 3 }, { "abcd", 3, 3 }, { "", 0, 0 }, { "aé", 2, 1 }, { "aéb", 3, 3 },
	{ "→", 2, 0 } };

static void text_is_cut_between_characters(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++)
		assert_int_equal(str_cut(cuts[i].text, cuts[i].most), cuts[i].cut);
}

static const struct {
	const char *text;
	int64_t ns;
} durations[] = {
	{ "1.5s", 1500000000 }, { "200ms", 200000000 }, { "30m", 1800 * SECOND_NS },
	{ "1h30m", 5400 * SECOND_NS }, { "0s", 0 }, { "15", -1 }, { "", -1 }, { "5 s", -1 },
	{ "s", -1 }, { "1x", -1 }, { "-1s", -1 }, { "1.2.3s", -1 }, { "999999999999h", -1 },
};

static void durations_have_a_unit(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(durations); i++) {
		int64_t ns = -1;
		_cleanup_(err_freep) struct err *e = duration_parse(durations[i].text, &ns);

		print_message("  \"%s\"\n", durations[i].text);
		assert_int_equal(ns, durations[i].ns);
		assert_int_equal(e != NULL, durations[i].ns < 0);
	}
}

static const struct {
	int64_t ns;
	const char *text;
} shown[] = {
	{ 0, "0 ns" }, { 620000000, "620 ms" }, { 999600000, "1.00 s" }, { 9410000000, "9.41 s" },
	{ 9996000000, "10.0 s" }, { 48200000000, "48.2 s" }, { 181000000000, "181 s" },
	{ 630 * SECOND_NS, "10 min 30 s" }, { 2 * HOUR_NS, "2 h 0 min" }, { -1500000000, "-1.50 s" },
};

static void durations_show_three_digits(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		_cleanup_(str_done) struct str s = STR_INIT;

		duration_show(&s, shown[i].ns);
		assert_string_equal(str_get(&s), shown[i].text);
	}
}

static const struct {
	const char *text;
	int64_t bytes;
} sizes[] = {
	{ "10", 10 }, { "1.5MB", 1500000 }, { "64KiB", 65536 }, { "2G", 2000000000 },
	{ "1 MB", -1 }, { "MB", -1 }, { "1.5XB", -1 }, { "1MB2", -1 },
};

static void sizes_are_parsed(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		int64_t bytes = -1;
		_cleanup_(err_freep) struct err *e = bytes_parse(sizes[i].text, &bytes);

		assert_int_equal(bytes, sizes[i].bytes);
		assert_int_equal(e != NULL, sizes[i].bytes < 0);
	}
}

static const struct {
	int64_t bytes;
	const char *text;
} amounts[] = {
	{ 0, "0 B" }, { 999, "999 B" }, { 1000, "1.00 kB" }, { 999499, "999 kB" },
	{ 999500, "1.00 MB" }, { 181234567, "181 MB" }, { 2310000000, "2.31 GB" }, { -1500, "-1.50 kB" },
};

static void sizes_show_three_digits(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(amounts); i++) {
		_cleanup_(str_done) struct str s = STR_INIT;

		bytes_show(&s, amounts[i].bytes);
		assert_string_equal(str_get(&s), amounts[i].text);
	}
}

static const struct {
	const char *text;
	int64_t ns;
} times[] = {
	{ "1970-01-01T00:00:01Z", SECOND_NS },
	{ "2026-11-24T23:37:16.462064424Z", INT64_C(1795563436462064424) },
	{ "2026-11-25T00:37:16.462064424+01:00", INT64_C(1795563436462064424) },
	{ "9999-11-24T23:37:16Z", -1 }, { "2026-11-24T23:37:16", -1 }, { "yesterday", -1 }, { "2026-11-24T23:37:16Zx", -1 },
};

static void times_are_rfc3339(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		int64_t ns = -1;
		_cleanup_(err_freep) struct err *e = time_parse(times[i].text, &ns);

		assert_int_equal(ns, times[i].ns);
		assert_int_equal(e != NULL, times[i].ns < 0);
	}
}

static const struct {
	const char *word, *near;
} words[] = {
	{ "regsitry", "registry" }, { "stroe", "store" }, { "inlin", "inline" }, { "x", NULL },
	{ "completely-else", NULL }, { "registry", "registry" },
};

static void near_words_are_found(void **state)
{
	static const char *const modes[] = { "none", "store", "local", "registry", "inline", NULL };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		assert_true(str_eq(str_nearest(words[i].word, modes), words[i].near));
}

static const struct {
	const char *bytes, *shown;
} foreign[] = {
	{ "plain", "plain" }, { "\x1b[31mred", "\\x1b[31mred" }, { "caf\xe9", "caf\\xe9" },
	{ "e\xcc\x81 \xc3\xa9", "e\xcc\x81 \xc3\xa9" }, { "a\tb\nc", "a\\tb\\nc" },
	{ "\xe2\x80\xae" "cod", "\\u202ecod" }, { "\xc2\x9b", "\\x9b" }, { "\xed\xa0\x80", "\\xed\\xa0\\x80" },
	{ "\xe6\x97\xa5", "\xe6\x97\xa5" }, { "\xf0\x9f\x90\xb3", "\xf0\x9f\x90\xb3" }, { "\x7f", "\\x7f" },
};

static void foreign_text_is_encoded(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++) {
		_cleanup_(str_done) struct str s = STR_INIT;

		term_encode(&s, foreign[i].bytes, strlen(foreign[i].bytes));
		assert_string_equal(str_get(&s), foreign[i].shown);
	}
}

static struct err *read_word(const char *text)
{
	static const char *const modes[] = { "none", "store", "registry", NULL };
	struct json_doc *doc = NULL;
	struct err *e = json_parse("f.json", text, strlen(text), &doc);
	int mode;

	if (!e)
		e = json_only(json_root(doc), KEYS("mode", "a/b"));
	if (!e)
		e = json_word(json_root(doc), "mode", modes, &mode);
	json_doc_free(doc);
	return e;
}

static const struct {
	const char *text, *what, *at;
} jsons[] = {
	{ "{\"mode\": \"regsitry\"}", "unknown mode \"regsitry\"; did you mean registry?", "f.json: /mode" },
	{ "{\"moed\": 1}", "unknown member \"moed\"; did you mean mode?", "f.json: /moed" },
	{ "{\"a/b\": 1}", "the member \"mode\" is missing: a string", "f.json: /" },
	{ "{\"mode\": 3}", "a string was expected here", "f.json: /mode" },
	{ "[1]", "an object was expected here", "f.json: /" },
};

static void json_errors_name_their_place(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(jsons); i++) {
		_cleanup_(err_freep) struct err *e = read_word(jsons[i].text);

		assert_non_null(e);
		assert_string_equal(e->what, jsons[i].what);
		assert_string_equal(e->at, jsons[i].at);
		assert_int_equal(e->kind, ERR_INPUT);
	}
}

static void json_syntax_errors_have_a_line(void **state)
{
	struct json_doc *doc = NULL;
	_cleanup_(err_freep) struct err *e = json_parse("f.json", "{\n \"a\": }", 9, &doc);

	assert_non_null(e);
	assert_true(str_starts(e->at, "f.json:2:"));
}

struct demo {
	bool flag;
	char *text;
	struct strv list, args, rest;
	int64_t n, wait_ns;
};

static const struct opt demo_table[] = {
	{ OPT_FLAG, 'q', "quiet", NULL, "say less", offsetof(struct demo, flag) },
	{ OPT_STR, 'f', "file", "FILE", "the file", offsetof(struct demo, text) },
	{ OPT_LIST, 0, "cache", "LIST", "modes", offsetof(struct demo, list) },
	{ OPT_INT, 'n', "samples", "N", "how many", offsetof(struct demo, n) },
	{ OPT_DURATION, 0, "budget", "DURATION", "how long", offsetof(struct demo, wait_ns) },
	{ OPT_ARGS, 0, NULL, "DIR", NULL, offsetof(struct demo, args) },
	{ OPT_REST, 0, NULL, "OPTIONS", NULL, offsetof(struct demo, rest) },
	{ OPT_END },
};
static const struct opts demo_opts = { "demo", "shows", "[DIR]", NULL, demo_table };

static void options_are_parsed(void **state)
{
	char *argv[] = { "demo", "-q", "--file=x", "--cache", "a,b", "-n", "3", "dir", "--budget", "2m",
		"--", "--raw", NULL };
	struct demo d = { 0 };

	assert_null(opts_parse(&demo_opts, &d, 12, argv));
	assert_true(d.flag);
	assert_string_equal(d.text, "x");
	assert_int_equal(d.list.count, 2);
	assert_int_equal(d.n, 3);
	assert_int_equal(d.wait_ns, 2 * MINUTE_NS);
	assert_string_equal(d.args.items[0], "dir");
	assert_string_equal(d.rest.items[0], "--raw");
	opts_done(&demo_opts, &d);
}

static const struct {
	const char *word, *what;
} bad_options[] = {
	{ "--cahce", "unknown option \"--cahce\"; did you mean --cache?" },
	{ "--samples=x", "\"x\" is no whole number" }, { "--quiet=1", "--quiet takes no value" },
	{ "--file", "--file needs a value: FILE" }, { "--samples=-1", "\"-1\" is no whole number" },
};

static void bad_options_are_explained(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_options); i++) {
		char *argv[] = { "demo", (char *)bad_options[i].word, NULL };
		struct demo d = { 0 };
		_cleanup_(err_freep) struct err *e = opts_parse(&demo_opts, &d, 2, argv);

		assert_non_null(e);
		assert_string_equal(e->what, bad_options[i].what);
		opts_done(&demo_opts, &d);
	}
}

static void programs_are_run_and_read(void **state)
{
	struct proc p = { .argv = (const char *const[]){ "sh", "-c", "cat; echo bad >&2; exit 3", NULL },
		.input = "in" };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };
	struct proc_result none = { 0 };
	_cleanup_(err_freep) struct err *e = NULL;

	assert_null(proc_run(&p, &r));
	assert_int_equal(r.status, 3);
	assert_string_equal(str_get(&r.out), "in");
	e = proc_check(&p, &none);
	assert_string_equal(e->what, "sh ended with exit code 3: bad");
}

static void a_hanging_program_is_ended(void **state)
{
	struct proc p = { .argv = (const char *const[]){ "sh", "-c", "sleep 60 & wait", NULL },
		.timeout_ns = SECOND_NS / 5 };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };

	assert_null(proc_run(&p, &r));
	assert_true(r.timed_out);
}

static void a_program_nobody_wants_any_more_is_asked_to_end(void **state)
{
	const volatile int stop = SIGINT;
	struct proc p = {
		.argv = (const char *const[]){ "sh", "-c", "trap 'echo tidied; exit 7' TERM; sleep 60 & wait",
			NULL },
		.stop = &stop,
	};
	_cleanup_(proc_result_done) struct proc_result r = { 0 };
	struct proc_result none = { 0 };
	_cleanup_(err_freep) struct err *e = NULL;
	int64_t start_ns = clock_mono_ns();

	assert_null(proc_run(&p, &r));
	assert_true(r.stopped && !r.timed_out);
	e = proc_check(&p, &none);
	assert_int_equal(e->kind, ERR_AGAIN);
	assert_true(clock_mono_ns() - start_ns < 30 * SECOND_NS);
}

static void the_generator_is_the_same_everywhere(void **state)
{
	struct rng r;
	size_t seen[3] = { 0 };

	rng_seed(&r, 42);
	assert_true(rng_next(&r) == UINT64_C(0x15780b2e0c2ec716));
	for (int i = 0; i < 3000; i++)
		seen[rng_below(&r, 3)]++;
	for (int i = 0; i < 3; i++)
		assert_in_range(seen[i], 900, 1100);
}

static void uuids_are_version_7_and_ordered(void **state)
{
	char a[UUID_SIZE], b[UUID_SIZE];

	uuid_v7(a);
	usleep(2000);
	uuid_v7(b);
	assert_int_equal(a[14], '7');
	assert_non_null(strchr("89ab", a[19]));
	assert_true(strcmp(a, b) < 0);
}

static void a_digest_is_what_sha256sum_says(void **state)
{
	char digest[DIGEST_SIZE];

	sha256_bytes("abc", 3, digest);
	assert_string_equal(digest,
		"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_file_is_replaced_whole_and_a_tree_removed(void **state)
{
	char dir[] = "/tmp/tare-base-XXXXXX";
	_cleanup_(freep) char *deep = NULL;
	_cleanup_(freep) char *file = NULL;
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *e = NULL;

	assert_non_null(mkdtemp(dir));
	deep = path_join(dir, "a/b");
	file = path_join(deep, "f");
	assert_null(dir_make(deep, 0700));
	assert_null(file_replace(file, 0600, "one", 3));
	assert_null(file_replace(file, 0600, "two!", 4));
	assert_null(file_read(file, 4, &text));
	assert_string_equal(str_get(&text), "two!");
	e = file_read(file, 3, &text);
	assert_int_equal(e->kind, ERR_INPUT);
	assert_null(dir_remove(dir));
	assert_false(path_exists(dir));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_between_characters),
		cmocka_unit_test(durations_have_a_unit),
		cmocka_unit_test(durations_show_three_digits),
		cmocka_unit_test(sizes_are_parsed),
		cmocka_unit_test(sizes_show_three_digits),
		cmocka_unit_test(times_are_rfc3339),
		cmocka_unit_test(near_words_are_found),
		cmocka_unit_test(foreign_text_is_encoded),
		cmocka_unit_test(json_errors_name_their_place),
		cmocka_unit_test(json_syntax_errors_have_a_line),
		cmocka_unit_test(options_are_parsed),
		cmocka_unit_test(bad_options_are_explained),
		cmocka_unit_test(programs_are_run_and_read),
		cmocka_unit_test(a_hanging_program_is_ended),
		cmocka_unit_test(a_program_nobody_wants_any_more_is_asked_to_end),
		cmocka_unit_test(the_generator_is_the_same_everywhere),
		cmocka_unit_test(uuids_are_version_7_and_ordered),
		cmocka_unit_test(a_digest_is_what_sha256sum_says),
		cmocka_unit_test(a_file_is_replaced_whole_and_a_tree_removed),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
