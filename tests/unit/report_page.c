/* reports/: the page and the plots, and the encoders that foreign text reaches them through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>

#include "base/proc.h"
#include "report_fixture.h"
#include "reports/encode.h"
#include "reports/report.h"
#include "reports/reports.h"

static const struct {
	const char *bytes, *html, *gnuplot;
} encoded[] = {
	{ "shop", "shop", "'shop'" },
	{ "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;",
		"'<script>alert(1)</script>'" },
	{ "a&b \"q\" 'p'", "a&amp;b &quot;q&quot; &#39;p&#39;", "'a&b ~22q~22 ~27p~27'" },
	{ "\x1b[31m", "\\x1b[31m", "'~5Cx1b[31m'" },
	{ "\xe2\x80\xae"
	  "cod",
		"\\u202ecod", "'~5Cu202ecod'" },
	{ "\xff\xfe", "\\xff\\xfe", "'~5Cxff~5Cxfe'" },
	{ "`id` $HOME @m %s ~", "`id` $HOME @m %s ~", "'~60id~60 ~24HOME @m ~25s ~7E'" },
	{ "a\nEOD\nb", "a\\nEOD\\nb", "'a~5CnEOD~5Cnb'" },
	{ "=1+1", "=1+1", "'=1+1'" },
	{ "naïve 日本", "naïve 日本", "'naïve 日本'" },
	{ "", "", "''" },
};

static void test_encoders(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(encoded); i++) {
		_cleanup_(str_done) struct str html = STR_INIT, plot = STR_INIT;

		encode_html(&html, encoded[i].bytes);
		encode_gnuplot(&plot, encoded[i].bytes);
		if (!str_eq(str_get(&html), encoded[i].html))
			fail_msg("row %zu: html %s", i, str_get(&html));
		if (!str_eq(str_get(&plot), encoded[i].gnuplot))
			fail_msg("row %zu: gnuplot %s", i, str_get(&plot));
	}
}

/* Every place of a run that holds foreign text. */
static void tell_hostile(struct tale *t)
{
	struct cell c = tale_words(
		HOSTILE, HOSTILE, "store", STATE_WARM, EDIT_SOURCE, OUTPUT_IMAGE);

	free(c.scenario);
	c.scenario = xstrdup(HOSTILE);
	must(store_add_cell(t->st, &c));
	for (int i = 0; i < 6; i++) {
		struct sample s = tale_sample(t, c.id, SAMPLE_TIMED, i, 10 + i);
		struct input_digest *in = GROW(s.inputs, s.input_count, s.input_room);

		in->ref = xstrdup(HOSTILE);
		snprintf(in->digest, sizeof(in->digest), "sha256:%064d", 1);
		in->standin = true;
		tale_step(&s, 3, "COPY " HOSTILE, false, 1);
		tale_step(&s, 4, "RUN " HOSTILE, false, 8);
		checks_fail(&s.checks, CHECK_WARM_CACHED, "%s", HOSTILE);
		tale_add(t, &s);
	}
	cell_done(&c);
	tale_faults(t);
}

/* The page of the whole database. */
static void tale_page(struct tale *t, const char *path)
{
	_cleanup_(report_done) struct report r = { 0 };

	must(report_load(t->st, &(struct report_ask){ 0 }, &r));
	must(report_html(&r, path));
}

static void tale_plots(struct tale *t, const char *dir)
{
	_cleanup_(report_done) struct report r = { 0 };

	must(report_load(t->st, &(struct report_ask){ 0 }, &r));
	must(report_plots(&r, dir));
}

/* The page of a told run, after `runs` runs of the same. */
static void page_of(void (*tell)(struct tale *), int runs, struct str *page)
{
	struct tale t;

	tale_open(&t);
	for (int i = 0; i < runs; i++) {
		if (i)
			tale_run(&t, i);
		tell(&t);
		tale_end(&t);
	}
	_cleanup_(freep) char *path = path_join(t.dir, "page.html");

	tale_page(&t, path);
	must(file_read(path, 1 << 24, page));
	tale_done(&t);
}

static void tell_matrix(struct tale *t)
{
	tale_matrix(t, 6);
}

static size_t count_of(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what))) {
		n++;
		text += strlen(what);
	}
	return n;
}

static void test_page_says(void **state)
{
	_cleanup_(str_done) struct str page = STR_INIT;

	page_of(tell_matrix, 1, &page);
	const char *text = str_get(&page);
	const char *answer = strstr(text, "registry:max answers a dependency change in");
	const char *table = strstr(text, "<table");

	assert_non_null(answer);
	assert_non_null(table);
	assert_true(answer < table); /* the verdict first */
	assert_non_null(strstr(text, "There is one run so far"));
	assert_int_equal(count_of(text, "<rect class=\"bar"), 8);
	assert_null(strstr(text, "class=\"graph\""));
	assert_non_null(strstr(text, "unsupported: podman exports a cache to a registry only"));
	assert_non_null(strstr(text, "Nothing was flagged"));
}

static void test_page_trends(void **state)
{
	_cleanup_(str_done) struct str page = STR_INIT;

	page_of(tell_matrix, 3, &page);
	assert_int_equal(count_of(str_get(&page), "<svg class=\"graph\""), 32); /* 8 cells, 4 each */
	assert_null(strstr(str_get(&page), "There is one run so far"));
}

static void test_page_hostile(void **state)
{
	_cleanup_(str_done) struct str page = STR_INIT;

	page_of(tell_hostile, 1, &page);
	const char *text = str_get(&page);

	assert_int_equal(count_of(text, "<script"), 1); /* its own */
	assert_null(strstr(text, "\x1b"));
	assert_null(strstr(text, "\xe2\x80\xae"));
	assert_null(strstr(text, "\xff"));
	assert_non_null(strstr(text, "&lt;script&gt;"));
}

static void hash_of(const char *from, const char *to, unsigned char out[2 * EVP_MAX_MD_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n;

	assert_true(EVP_Digest(from, (size_t)(to - from), digest, &n, EVP_sha256(), NULL));
	EVP_EncodeBlock(out, digest, (int)n);
}

/* Nothing of the page breaks its own policy: no inline style or handler, nothing fetched; and the
 * hashes that the policy names are those of the one style sheet and the one script. */
static void test_page_policy(void **state)
{
	_cleanup_(str_done) struct str page = STR_INIT;
	unsigned char style_hash[2 * EVP_MAX_MD_SIZE], script_hash[2 * EVP_MAX_MD_SIZE];

	page_of(tell_hostile, 1, &page);
	const char *text = str_get(&page), *style = strstr(text, "<style>") + 7;
	const char *end = strstr(style, "</style>"), *script = strstr(text, "<script>") + 8;
	const char *script_end = strstr(script, "</script>");

	assert_int_equal(count_of(text, " style=\""), 0);
	assert_int_equal(count_of(text, " src="), 0);
	assert_int_equal(count_of(text, " onload=") + count_of(text, " onclick="), 0);
	assert_int_equal(count_of(text, "url("), 0);
	assert_int_equal(count_of(text, "@import"), 0);
	assert_int_equal(count_of(text, "<link"), 0);
	assert_int_equal(count_of(text, "{{"), 0);
	hash_of(style, end, style_hash);
	assert_true(script_end - script <= 15 * 1024);
	hash_of(script, script_end, script_hash);

	_cleanup_(freep) char *policy = xasprintf(
		"content=\"default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; "
		"form-action 'none'\"",
		style_hash, script_hash);

	assert_non_null(strstr(text, policy));
}

static bool has_gnuplot(void)
{
	_cleanup_(freep) char *found = path_find_program(NULL, "gnuplot");

	return found != NULL;
}

static void plots_of(void (*tell)(struct tale *), int runs)
{
	static const struct {
		const char *file, *magic;
		size_t n;
	} files[] = {
		{ "matrix.png", "\x89PNG\r\n\x1a\n", 8 },
		{ "trend.png", "\x89PNG\r\n\x1a\n", 8 },
		{ "matrix.svg", "<?xml ", 6 },
		{ "trend.svg", "<?xml ", 6 },
	};
	struct tale t;

	tale_open(&t);
	for (int i = 0; i < runs; i++) {
		if (i)
			tale_run(&t, i);
		tell(&t);
		tale_end(&t);
	}
	_cleanup_(freep) char *dir = path_join(t.dir, "a 'dir' `id`");

	tale_plots(&t, dir);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_(freep) char *path = path_join(dir, files[i].file);
		_cleanup_(str_done) struct str bytes = STR_INIT;

		must(file_read(path, 1 << 24, &bytes));
		assert_true(bytes.len > 1000);
		assert_memory_equal(bytes.buf, files[i].magic, files[i].n);
	}
	tale_done(&t);
}

static void test_plots(void **state)
{
	if (!has_gnuplot())
		skip();
	plots_of(tell_matrix, 1);
	plots_of(tell_matrix, 3);
}

/* A name that gnuplot would run, were it more than text to it. */
static void tell_running(struct tale *t)
{
	int64_t cell = tale_cell(t, "default", "x`touch ran`\"; system \"touch ran\"; \"", "none",
		STATE_COLD, EDIT_NONE, OUTPUT_IMAGE);

	tale_samples(t, cell, 3, 10, 1, 0, 0, 0);
}

static void test_plots_hostile(void **state)
{
	struct tale t;
	_cleanup_(freep) char *dir = NULL, *ran = NULL;

	if (!has_gnuplot())
		skip();
	plots_of(tell_hostile, 2);
	tale_open(&t);
	tell_running(&t);
	tale_end(&t);
	dir = path_join(t.dir, "plots");
	tale_plots(&t, dir);
	ran = path_join(dir, "ran");
	assert_false(path_exists(ran));
	tale_done(&t);
}

static void tell_failure(struct tale *t, const char *scenario)
{
	tale_bare(t, tale_cell_of(t, scenario, "default", "docker"), 0, 3, STATUS_FAILED, -1);
}

/* Of several scenarios a flag says whose it is: of a run each, and of one run. */
static void test_flags_of_scenarios(void **state)
{
	for (int together = 0; together < 2; together++) {
		_cleanup_(str_done) struct str page = STR_INIT;
		_cleanup_(freep) char *path = NULL;
		struct tale t;

		tale_open(&t);
		tell_failure(&t, "shop");
		if (!together) {
			tale_end(&t);
			tale_run(&t, 1);
		}
		tell_failure(&t, "cart");
		tale_end(&t);
		path = path_join(t.dir, "page.html");
		tale_page(&t, path);
		must(file_read(path, 1 << 24, &page));
		assert_non_null(strstr(str_get(&page), "flagged</b> shop, "));
		assert_non_null(strstr(str_get(&page), "flagged</b> cart, "));
		tale_done(&t);
	}
}

static void tell_nothing(struct tale *t)
{
}

/* A run that was stopped before its first build. */
static void test_empty(void **state)
{
	_cleanup_(str_done) struct str page = STR_INIT;
	struct tale t;

	page_of(tell_nothing, 1, &page);
	assert_non_null(strstr(str_get(&page), "No answer"));
	if (!has_gnuplot())
		return;
	tale_open(&t);
	_cleanup_(freep) char *dir = path_join(t.dir, "plots");

	tale_plots(&t, dir);
	tale_done(&t);
}

static void test_unwritable(void **state)
{
	_cleanup_(report_done) struct report r = { 0 };
	struct tale t;
	struct err *e;

	tale_open(&t);
	tale_first_run(&t, 1);
	must(report_load(t.st, &(struct report_ask){ 0 }, &r));
	e = report_html(&r, "/proc/no/page.html");
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_IO);
	err_free(e);
	tale_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encoders),
		cmocka_unit_test(test_page_says),
		cmocka_unit_test(test_page_trends),
		cmocka_unit_test(test_page_hostile),
		cmocka_unit_test(test_page_policy),
		cmocka_unit_test(test_plots),
		cmocka_unit_test(test_plots_hostile),
		cmocka_unit_test(test_flags_of_scenarios),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_unwritable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
