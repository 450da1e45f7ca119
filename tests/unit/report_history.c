/* reports/: what is told of a history, and that every renderer tells it whatever the history is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <math.h>

#include "base/json.h"
#include "report_fixture.h"
#include "reports/figure.h"
#include "reports/plots_parts.h"
#include "reports/report.h"
#include "reports/reports.h"
#include "reports/svg.h"
#include "reports/treemap.h"
#include "reports/waterfall.h"
#include "store/db.h"

#define LONG_NAME (1 << 20)
#define TOGETHER  4 /* hostile names in one history */

/* Noise without chance: within 1 %, the same at each run. */
static double shake(int i)
{
	return 1 + 0.01 * sin(i * 2.399963);
}

static void other_commit(struct run *r, int number)
{
	free(r->commit);
	r->commit = xasprintf("%07xfedcba9876543210", 0xa000000 + number);
}

static int64_t source_cell(struct tale *t)
{
	return tale_cell(t, "default", "docker", "store", STATE_WARM, EDIT_SOURCE, OUTPUT_IMAGE);
}

/* A tale that waits for no disk: nobody's power fails here. */
static void open_quick(struct tale *t)
{
	tale_open(t);
	if (sqlite3_exec(t->st->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL) != SQLITE_OK)
		must(store_fail(t->st->db, t->db));
}

/* One more run of one cell. */
static void tell_run(struct tale *t, int number, double wall_s, double size_bytes)
{
	if (number)
		tale_run(t, number);
	tale_samples(t, source_cell(t), 3, wall_s, 0.05, 1, 50 * MB, size_bytes);
	tale_end(t);
}

static void tale_load(struct tale *t, const char *branch, struct report *r)
{
	must(report_load(t->st, &(struct report_ask){ .branch = branch }, r));
}

static const struct news *news_about(const struct report *r, const char *word, const char *text)
{
	for (size_t i = 0; i < r->news_count; i++)
		if (str_eq(r->news[i].word, word) && strstr(r->news[i].text, text))
			return &r->news[i];
	return NULL;
}

static void test_level_changes(void **state)
{
	_cleanup_(report_done) struct report r = { 0 };
	struct tale t;

	open_quick(&t);
	t.dress = other_commit;
	for (int i = 0; i < 40; i++)
		tell_run(&t, i, (i < 28 ? 40 : 46) * shake(i), 212 * MB);
	tale_load(&t, NULL, &r);
	assert_int_equal(r.history.count, 1);

	const struct line *l = track_line(&r.history.tracks[0], HEAD_WALL);

	assert_non_null(l);
	assert_int_equal(l->change_count, 1);
	assert_int_equal(l->changes[0].at, 28);
	assert_true(fabs(exp(l->changes[0].effect.at) - 1.15) < 0.02);
	assert_true(fabs(l->changes[0].total - 6) < 1);
	assert_true(l->changes[0].effect.known);
	assert_non_null(l->changes[0].step);
	assert_non_null(strstr(l->changes[0].step, "line 5"));
	assert_true(l->changes[0].step_s > 4 && l->changes[0].step_s < 7);

	const struct news *n = news_about(&r, "changed", "build.wall +1");

	assert_non_null(n);
	assert_int_equal(n->kind, NEWS_LOSS);
	assert_non_null(strstr(n->text, "a00001b..a00001c"));
	assert_non_null(strstr(n->proof, "git worktree add $d-$c/shop $c"));
	tale_done(&t);
}

/* Screening never says slower: it says flag, and what the flag is against. */
static void test_flag(void **state)
{
	_cleanup_(report_done) struct report r = { 0 };
	struct tale t;

	open_quick(&t);
	for (int i = 0; i < 21; i++)
		tell_run(&t, i, i < 20 ? 40 * shake(i) : 45, 212 * MB);
	tale_load(&t, NULL, &r);
	const struct news *n = news_about(&r, "flag", "build.wall 45");

	assert_non_null(n);
	assert_non_null(strstr(n->text, "of the 20 runs before"));
	assert_null(n->proof); /* the same commit */
	for (size_t i = 0; i < r.news_count; i++)
		assert_null(strstr(r.news[i].word, "slower"));
	tale_done(&t);
}

static void test_exact(void **state)
{
	_cleanup_(report_done) struct report r = { 0 };
	struct tale t;

	open_quick(&t);
	for (int i = 0; i < 3; i++)
		tell_run(&t, i, 40, i < 2 ? 212 * MB : 253 * MB);
	tale_load(&t, NULL, &r);
	const struct news *n = news_about(
		&r, "larger", "image.size 212 MB → 253 MB (+41.0 MB, +19 %)");

	assert_non_null(n);
	assert_int_equal(n->kind, NEWS_LOSS);
	assert_true(n->track == &r.history.tracks[0]);
	tale_done(&t);
}

static void test_first_run(void **state)
{
	_cleanup_(report_done) struct report r = { 0 };
	struct tale t;

	open_quick(&t);
	tell_run(&t, 0, 40, 212 * MB);
	tale_load(&t, NULL, &r);
	assert_int_equal(r.news_count, 0);
	assert_int_equal(r.watched, 0); /* so that nothing is said to be as before */
	tale_done(&t);
}

static void test_nothing_new(void **state)
{
	_cleanup_(report_done) struct report r = { 0 };
	struct tale t;

	open_quick(&t);
	for (int i = 0; i < 12; i++)
		tell_run(&t, i, 40 * shake(i), 212 * MB);
	tale_load(&t, NULL, &r);
	assert_int_equal(r.news_count, 0);
	assert_true(r.watched > 2);
	tale_done(&t);
}

static void dress_branches(struct run *r, int number)
{
	if (number % 3 != 1)
		return;
	free(r->branch);
	r->branch = xstrdup("topic");
}

static void test_branches(void **state)
{
	_cleanup_(report_done) struct report main = { 0 }, topic = { 0 }, none = { 0 };
	struct tale t;

	open_quick(&t);
	t.dress = dress_branches;
	for (int i = 0; i < 9; i++)
		tell_run(&t, i, i % 3 == 1 ? 90 : 40 * shake(i), 212 * MB);
	tale_load(&t, NULL, &main);
	tale_load(&t, "topic", &topic);
	assert_string_equal(main.history.branch, "main");
	assert_int_equal(main.history.tracks[0].count, 9);
	assert_int_equal(track_line(&main.history.tracks[0], HEAD_WALL)->count, 6);
	assert_int_equal(track_line(&topic.history.tracks[0], HEAD_WALL)->count, 3);
	/* later runs are not of the one that leads */
	assert_int_equal(topic.history.tracks[0].count, 8);

	struct err *e = report_load(t.st, &(struct report_ask){ .branch = "nix" }, &none);

	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INPUT);
	err_free(e);
	tale_done(&t);
}

static void dress_machines(struct run *r, int number)
{
	if (number < 4)
		facts_set(&r->env, "cpu.cores", "8");
	if (number < 6)
		return;
	free(r->engines[0].version);
	r->engines[0].version = xstrdup("28.3");
}

static void test_machines_and_markers(void **state)
{
	_cleanup_(report_done) struct report r = { 0 };
	struct tale t;
	size_t walls = 0, sizes = 0;

	open_quick(&t);
	t.dress = dress_machines;
	for (int i = 0; i < 8; i++)
		if (i)
			tell_run(&t, i, i < 4 ? 20 : 40, 212 * MB);
	tale_load(&t, NULL, &r);

	const struct track *track = &r.history.tracks[0];

	for (size_t i = 0; i < track->line_count; i++) {
		walls += track->lines[i].headline == HEAD_WALL;
		sizes += track->lines[i].headline == HEAD_SIZE;
	}
	assert_int_equal(walls, 2); /* times of two machines are two series */
	assert_int_equal(sizes, 1);
	assert_int_equal(track_line(track, HEAD_WALL)->count, 4);
	for (size_t i = 0; i < track->count; i++)
		if (i == 5)
			assert_string_equal(track->runs[i].marker, "docker 28.2 → 28.3");
		else
			assert_null(track->runs[i].marker);
	tale_done(&t);
}

/* Voids and failures are listed, never drawn; a finding is drawn, and hollow. */
static void test_faults_in_history(void **state)
{
	_cleanup_(report_done) struct report r = { 0 };
	struct tale t;

	open_quick(&t);
	for (int i = 0; i < 4; i++) {
		if (i)
			tale_run(&t, i);
		tale_bare(&t, source_cell(&t), 0, 40, i == 1 ? STATUS_FAILED : STATUS_OK,
			i == 2	 ? CHECK_IMPORTED
			: i == 3 ? CHECK_WARM_CACHED
				 : -1);
		tale_end(&t);
	}
	tale_load(&t, NULL, &r);
	const struct track *track = &r.history.tracks[0];

	assert_int_equal(track->count, 4);
	assert_int_equal(track->runs[1].failures, 1);
	assert_int_equal(track->runs[2].voids, 1);
	assert_false(track->runs[2].v[HEAD_WALL].known);
	assert_true(track->runs[3].finding);
	assert_int_equal(track_line(track, HEAD_WALL)->count, 2);
	tale_done(&t);
}

/* All renderers of a report. */
struct told {
	struct str page, markdown, script, table, json;
	bool no_json; /* for what would be told in full there */
};

static void told_done(struct told *t)
{
	str_done(&t->page);
	str_done(&t->markdown);
	str_done(&t->script);
	str_done(&t->table);
	str_done(&t->json);
}

static void printed(struct tale *t, const struct report *r, const char *name, struct str *out,
	struct err *(*print)(struct tale *t, const struct report *r, FILE *f))
{
	_cleanup_(freep) char *path = path_join(t->dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	must(print(t, r, f));
	fclose(f);
	must(file_read(path, 1 << 28, out));
}

static struct err *print_markdown(struct tale *t, const struct report *r, FILE *f)
{
	return report_markdown(r, f);
}

static struct err *print_table(struct tale *t, const struct report *r, FILE *f)
{
	struct term term = { .utf8 = true, .width = 80 };

	TRY(report_table(r, f, term));
	for (size_t i = 0; i < r->lead_count; i++)
		TRY(report_run_table(t->st, r->runs[i], f, term));
	return NULL;
}

static struct err *print_json(struct tale *t, const struct report *r, FILE *f)
{
	json_t *j = NULL;

	if (r->lead_count)
		TRY(report_run_json(t->st, r->runs[0], &j));
	else
		j = report_no_run_json();
	report_json(r, j);
	return json_print(j, f);
}

static void tell(struct tale *t, struct told *out)
{
	_cleanup_(report_done) struct report r = { 0 };
	_cleanup_(freep) char *path = path_join(t->dir, "page.html");

	tale_load(t, NULL, &r);
	must(report_html(&r, path));
	must(file_read(path, 1 << 28, &out->page));
	printed(t, &r, "md", &out->markdown, print_markdown);
	printed(t, &r, "table", &out->table, print_table);
	if (out->no_json)
		return;
	printed(t, &r, "json", &out->json, print_json);
	plots_script(&out->script, &r);
}

static void tell_all_failed(struct tale *t)
{
	for (int i = 0; i < 3; i++)
		tale_bare(t, source_cell(t), i, 3, STATUS_FAILED, -1);
}

static void tell_all_void(struct tale *t)
{
	for (int i = 0; i < 3; i++)
		tale_bare(t, source_cell(t), i, 40, STATUS_OK, CHECK_IMPORTED);
}

static void tell_all_findings(struct tale *t)
{
	for (int i = 0; i < 3; i++)
		tale_bare(t, source_cell(t), i, 40, STATUS_OK, CHECK_WARM_CACHED);
}

static void tell_one_point(struct tale *t)
{
	tale_bare(t, source_cell(t), 0, 40, STATUS_OK, -1);
}

static void tell_nothing(struct tale *t)
{
}

static const struct {
	const char *name;
	void (*tell)(struct tale *t);
	int runs;
	const char *page, *markdown; /* what they say, among other things */
} histories[] = {
	{ "no run has begun", NULL, 0, "No run was recorded", "No run was recorded" },
	{ "a run without a sample", tell_nothing, 1, "No answer", "No answer" },
	{ "one point", tell_one_point, 1, "There is one run so far", "store, source edit" },
	{ "all failed", tell_all_failed, 1, "3 of 3 builds failed", "failed" },
	{ "all failed, again and again", tell_all_failed, 4, "3 of 3 builds failed", "failed" },
	{ "all void", tell_all_void, 1, "the cache that should be imported was not", "void" },
	{ "all void, again and again", tell_all_void, 4, "12 void or failed samples listed",
		"void" },
	{ "all findings", tell_all_findings, 1, "finding in 3 of 3 samples", "findings" },
	{ "all findings, again and again", tell_all_findings, 4, "dots finding",
		"Nothing changed" },
};

/* Each is told the same twice, and sensibly. */
static void test_odd_histories(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(histories); i++) {
		_cleanup_(told_done) struct told once = { 0 }, twice = { 0 };
		struct tale t;

		open_quick(&t);
		if (!histories[i].runs) {
			store_close(t.st);
			assert_int_equal(remove(t.db), 0);
			must(store_open(t.db, STORE_WRITE, &t.st));
		}
		for (int k = 0; k < histories[i].runs; k++) {
			if (k)
				tale_run(&t, k);
			histories[i].tell(&t);
			tale_end(&t);
		}
		tell(&t, &once);
		tell(&t, &twice);
		if (!strstr(str_get(&once.page), histories[i].page))
			fail_msg("%s: the page lacks \"%s\"", histories[i].name, histories[i].page);
		if (!strstr(str_get(&once.markdown), histories[i].markdown))
			fail_msg("%s: Markdown: %s", histories[i].name, str_get(&once.markdown));
		assert_string_equal(str_get(&once.page), str_get(&twice.page));
		assert_string_equal(str_get(&once.markdown), str_get(&twice.markdown));
		assert_string_equal(str_get(&once.json), str_get(&twice.json));
		assert_string_equal(str_get(&once.script), str_get(&twice.script));
		tale_done(&t);
	}
}

/* What a Dockerfile, image, log or environment can be called, and what of it no output may hold. */
static const struct {
	const char *name, *bytes, *active[4];
} hostile[] = {
	{ "a terminal's escape", "a\x1b[31mb\x07", { "\x1b", "\x07" } },
	{ "the end of a script", "a</script><script>alert(1)</script>",
		{ "<script>alert", "a</script>" } },
	{ "an image in HTML", "\"><img src=x onerror=alert(1)>", { "<img" } },
	{ "a bidirectional control",
		"a\xe2\x80\xae"
		"b\xe2\x81\xa6",
		{ "\xe2\x80\xae", "\xe2\x81\xa6" } },
	{ "quotes", "a\"b'c`d`", { "`d`" } },
	{ "a workflow command", "x\n::error file=a::b", { "\n::error", " ::error" } },
	{ "an older workflow command", "##[error]b", { "##[error" } },
	{ "what gnuplot runs", "`touch ran` $(touch ran) %s", { "`touch" } },
	{ "the end of inline data", "a\nEOD\nsystem 'touch ran'", { "\nsystem" } },
	{ "no UTF-8", "a\xff\xfe\xc0\xafz", { "\xff", "\xfe", "\xc0" } },
	{ "Markdown", "[a](javascript:x) ![b](http://c) @all | <b id=z> #1",
		{ "[a](", "![b]", "@all |", "<b id=z" } },
	{ "no closing comment", "--><!--x", { "<!--x" } },
};

static char *hostile_text;

static void dress_hostile(struct run *r, int number)
{
	char **fields[] = { &r->project, &r->branch, &r->ci_job, &r->tag, &r->version, &r->command,
		&r->commit, &r->engines[0].engine, &r->engines[0].version,
		&r->engines[0].storage_driver, &r->engines[0].network };

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		free(*fields[i]);
		*fields[i] = xstrdup(hostile_text);
	}
	facts_set(&r->env, "cpu.model", "%s", hostile_text);
	facts_set(&r->engines[0].more, hostile_text, "%s", hostile_text);
}

/* A layer's instruction, package and file, in the image and no more in it. */
static void hostile_contents(struct image *image, int run)
{
	struct layer_view *v = GROW(image->views, image->view_count, image->view_room);
	struct layer_contents *c = contents_new();

	snprintf(c->key, XXH_SIZE, "%032d", run);
	*GROW(c->packages, c->package_count, c->package_room) =
		(struct content_package){ xstrdup("pip"), xstrdup(hostile_text),
			xstrdup(hostile_text), run > 10 ? 50000000 : 10000000, 7 };
	for (int hidden = 0; hidden < 2; hidden++)
		*GROW(c->files, c->file_count, c->file_room) = (struct content_file){
			xstrdup(hostile_text), run > 10 ? 45000000 : 5000000, hidden - 1, hidden };
	*v = (struct layer_view){ xstrdup(hostile_text), run > 10 ? 90000000 : 20000000, 9, 100, c };
	image->size_bytes = (212 + 40 * (run > 10)) * 1000000;
}

static void tell_sample(struct tale *t, int64_t cell, int run, int block)
{
	struct sample s = tale_sample(
		t, cell, SAMPLE_TIMED, block, run > 10 ? 60 : 40 * shake(run));
	struct input_digest *in = GROW(s.inputs, s.input_count, s.input_room);
	struct image_layer *l = GROW(s.image.layers, s.image.layer_count, s.image.layer_room);

	in->ref = xstrdup(hostile_text);
	snprintf(in->digest, sizeof(in->digest), "sha256:%064d", run / 6);
	in->standin = true;
	snprintf(l->digest, sizeof(l->digest), "sha256:%064d", run);
	memcpy(s.image.digest, l->digest, sizeof(l->digest));
	l->size_bytes = 1000000 * (run + 1);
	l->media_type = xstrdup(hostile_text);
	hostile_contents(&s.image, run);
	free(s.change);
	free(s.command);
	s.change = xstrdup(hostile_text);
	s.command = xstrdup(hostile_text);
	s.failure = xstrdup(hostile_text);
	s.log_tail = xstrdup(hostile_text);
	tale_step(&s, 3, hostile_text, false, 1)->error = xstrdup(hostile_text);
	tale_step(&s, 4, hostile_text, false, run > 10 ? 50 : 30)->stage_name = xstrdup(
		hostile_text);
	values_set(&s.values, M_IMAGE_SIZE, (212 + 40 * (run > 10)) * MB);
	values_absent(&s.values, M_REGISTRY_RX, "%s", hostile_text);
	checks_fail(&s.checks, CHECK_WARM_CACHED, "%s", hostile_text);
	s.status = block == 5 ? STATUS_FAILED : STATUS_OK;
	tale_add(t, &s);
}

static void tell_hostile(struct tale *t, int run, int samples)
{
	_cleanup_(freep) char *runner = xasprintf("runner-%s", hostile_text);
	const char *const names[] = { hostile_text, runner };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (int warm = 0; warm < 2; warm++) {
			struct cell c = tale_words(hostile_text, hostile_text,
				warm ? "store" : "none", warm ? STATE_WARM : STATE_COLD,
				warm ? EDIT_SOURCE : EDIT_NONE, OUTPUT_IMAGE);

			free(c.scenario);
			c.scenario = xstrdup(names[i]);
			must(store_add_cell(t->st, &c));
			for (int k = 0; k < samples; k++)
				tell_sample(t, c.id, run, k);
			cell_done(&c);
		}
}

/* The text of the page's own script and style is none of the user's. */
static void without_own(struct str *page)
{
	char *from = strstr(page->buf, "<style>"), *to = strstr(page->buf, "</style>");
	char *script = strstr(page->buf, "<script>"),
	     *end = strstr(page->buf, "</script>\n</body>");

	memset(from, ' ', (size_t)(to - from) + strlen("</style>"));
	memset(script, ' ', (size_t)(end - script) + strlen("</script>"));
}

static void tell_hostile_all(struct told *out, int runs, int samples)
{
	struct tale t = { 0 };

	open_quick(&t);
	t.dress = dress_hostile;
	for (int i = 1; i <= runs; i++) {
		tale_run(&t, i);
		tell_hostile(&t, i, samples);
		tale_end(&t);
	}
	tell(&t, out);
	tale_done(&t);
}

static void lacks(const char *name, const char *where, const struct str *text, const char *active)
{
	const char *at = strstr(str_get(text), active);

	if (at)
		fail_msg("%s, %s: …%.80s", name, where, at > str_get(text) + 20 ? at - 20 : at);
}

/* What no renderer may have let through of one of the names. */
static void check_hostile(const struct told *told, const char *name, const char *active)
{
	bool raw = (unsigned char)*active < 0x20 || (unsigned char)*active > 0x7e;
	bool command = strstr(active, "::") || strstr(active, "##");

	/* what is markup to one is mere text to another */
	if (raw || *active == '<' || strchr(active, '/'))
		lacks(name, "page", &told->page, active);
	if (raw || *active == '`')
		lacks(name, "gnuplot", &told->script, active);
	if (raw || command)
		lacks(name, "table", &told->table, active);
	if (raw || command || strchr("<[!@`", *active))
		lacks(name, "Markdown", &told->markdown, active);
}

/* Several names at a time are one: what each could do stands in it as it did alone. */
static void test_hostile(void **state)
{
	for (size_t from = 0; from < ARRAY_SIZE(hostile); from += TOGETHER) {
		_cleanup_(told_done) struct told told = { 0 };
		_cleanup_(str_done) struct str name = STR_INIT;

		for (size_t i = from; i < from + TOGETHER && i < ARRAY_SIZE(hostile); i++)
			str_add(&name, hostile[i].bytes);
		hostile_text = (char *)str_get(&name);
		tell_hostile_all(&told, 14, 6);
		without_own(&told.page);
		assert_null(strchr(str_get(&told.script), '"'));
		for (size_t i = from; i < from + TOGETHER && i < ARRAY_SIZE(hostile); i++)
			for (size_t k = 0; k < ARRAY_SIZE(hostile[i].active) && hostile[i].active[k];
				k++)
				check_hostile(&told, hostile[i].name, hostile[i].active[k]);
	}
}

/* Names of a megabyte: Markdown stays what a comment takes, and nothing dies of them. */
static void test_long_names(void **state)
{
	_cleanup_(told_done) struct told told = { .no_json = true };

	hostile_text = xcalloc(LONG_NAME + 1, 1);
	memset(hostile_text, 'x', LONG_NAME);
	tell_hostile_all(&told, 1, 1);
	assert_true(told.markdown.len < 65536);
	assert_true(told.page.len < 4 * 1024 * 1024);
	free(hostile_text);
}

static void test_many_rows(void **state)
{
	_cleanup_(told_done) struct told told = { 0 };
	struct tale t;

	open_quick(&t);
	for (int i = 0; i < 600; i++) {
		_cleanup_(freep) char *variant = xasprintf(
			"a-rather-long-name-of-a-variant-%04d", i);
		int64_t cell = tale_cell(
			&t, variant, "docker", "none", STATE_COLD, EDIT_NONE, OUTPUT_IMAGE);

		tale_bare(&t, cell, 0, 40, STATUS_OK, -1);
	}
	tale_end(&t);
	tell(&t, &told);
	assert_true(told.markdown.len < 65536);
	assert_non_null(strstr(str_get(&told.markdown), "rows left out"));
	assert_non_null(strstr(str_get(&told.markdown), "</details>"));
	tale_done(&t);
}

static void test_places(void **state)
{
	static const struct {
		size_t runs, places, share;
	} rows[] = { { 1, 1, 1 }, { 2, 2, 1 }, { 119, 119, 1 }, { 120, 120, 1 }, { 121, 61, 2 },
		{ 300, 101, 3 }, { 500, 101, 5 }, { 10000, 119, 85 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct track t = { .count = rows[i].runs };
		size_t places = trend_places(&t, 0);

		if (places != rows[i].places || trend_share(&t, 0) != rows[i].share)
			fail_msg("%zu runs: %zu places of %zu", rows[i].runs, places,
				trend_share(&t, 0));
		assert_true(places <= TREND_PLACES);
		assert_int_equal(trend_first(&t, 0, 0), 0);
		assert_int_equal(trend_first(&t, 0, places - 1), rows[i].runs - 1);
		assert_int_equal(trend_first(&t, 0, places), rows[i].runs);
	}
}

static void test_treemap(void **state)
{
	static const double values[] = { 6, 6, 4, 3, 2, 2, 1 };
	struct area out[ARRAY_SIZE(values)];
	double sum = 0;

	treemap(values, ARRAY_SIZE(values), (struct area){ 0, 0, 6, 4 }, out);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		double area = out[i].width * out[i].height;

		sum += area;
		assert_true(fabs(area - values[i]) < 1e-9);
		assert_true(
			out[i].x + out[i].width < 6 + 1e-9 && out[i].y + out[i].height < 4 + 1e-9);
	}
	assert_true(fabs(sum - 24) < 1e-9);
	/* the paper's example: the first two share a column of half the width */
	assert_true(fabs(out[0].width - 3) < 1e-9 && fabs(out[0].height - 2) < 1e-9);
}

static struct step timed(double start_s, double end_s, bool cached)
{
	return (struct step){ .start_ns = (int64_t)(start_s * 1e9),
		.end_ns = (int64_t)(end_s * 1e9),
		.cached = cached };
}

/* Two stages side by side; the last step waited for the longer. */
/* What is copied into a shell holds nothing but plain words, and names the scenario's own place. */
static void test_proof(void **state)
{
	static const struct {
		const char *command, *scenario, *variant, *holds; /* holds NULL: no command */
	} rows[] = {
		{ "tare run . --engine docker", "shop", "default",
			"d=$(git rev-parse --show-cdup)../tare; for c in 6f1ed00 9ab3c21; do "
			"git worktree add $d-$c/shop $c; done; "
			"for c in 6f1ed00 9ab3c21 9ab3c21 6f1ed00 6f1ed00 9ab3c21 " },
		{ "tare run . --engine docker", "shop", "default",
			"do (cd \"$d-$c/shop/$(git rev-parse --show-prefix)\" && "
			"tare run . --engine docker --cache store --state warm --edit source "
			"--output image --samples 1 --tag $c) || break; done; "
			"tare compare 6f1ed00 9ab3c21" },
		{ "tare run ci/shop -e docker", "shop", "default", "&& tare run ci/shop --engine docker" },
		{ "tare run ../shop -e docker", "shop", "default", "&& tare run . --engine docker" },
		{ "tare run /srv/shop", "shop", "default", "&& tare run . --engine docker" },
		{ "tare run .", "shop", "a-b", "--output image --variant a-b --samples 1" },
		{ "tare run .", "sh op", "default", NULL },
		{ "tare run .", "shop", "a;b", NULL },
		{ "tare run .", "..", "default", NULL },
	};
	struct run before = { .commit = "6f1ed00" }, after = { .commit = "9ab3c21" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct cell cell = { .scenario = (char *)rows[i].scenario,
			.variant = (char *)rows[i].variant, .engine = "docker",
			.cache = { CACHE_STORE, DEPTH_DEFAULT }, .state = STATE_WARM,
			.edit = EDIT_SOURCE, .output = OUTPUT_IMAGE };
		const struct cell_sum sum = { .cell = &cell };
		const struct track track = { .cell = &sum };

		after.command = (char *)rows[i].command;
		_cleanup_(freep) char *proof = proof_command(&track, &before, &after);

		print_message("  %s, %s/%s\n", rows[i].command, rows[i].scenario, rows[i].variant);
		if (rows[i].holds)
			assert_non_null(strstr(proof, rows[i].holds));
		else
			assert_null(proof);
	}
}

static void test_critical_path(void **state)
{
	struct step steps[] = { timed(0, 1, false), timed(1, 9, false), timed(0, 4, false),
		timed(4, 5, false), timed(9, 10, false), timed(0, 0, true) };
	static const bool wanted[] = { true, true, false, false, true, false };
	bool path[ARRAY_SIZE(steps)] = { false };

	critical_path(&(struct steps){ .items = steps, .count = ARRAY_SIZE(steps) }, path);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (path[i] != wanted[i])
			fail_msg("step %zu", i);
}

/* Two stages side by side, and a step that reads both: what ended last just before it began is not
 * what it waited for, where a third stage was of no use to it. */
static void test_critical_path_of_stages(void **state)
{
	static const struct {
		int stage, index;
		double start_s, end_s;
		struct step_ref parents[2];
		size_t parent_count;
		bool on_path;
	} rows[] = {
		{ 0, 0, 0, 2, { { 0 } }, 0, true },
		{ 0, 1, 2, 8, { { 0, 0 } }, 1, true },
		{ 1, 0, 0, 3, { { 0 } }, 0, false },
		{ 2, 0, 0, 8.4, { { 0 } }, 0, false },
		{ 1, 1, 8.5, 9, { { 1, 0 }, { 0, 1 } }, 2, true },
	};
	struct step steps[ARRAY_SIZE(rows)];
	bool path[ARRAY_SIZE(rows)] = { false };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		steps[i] = timed(rows[i].start_s, rows[i].end_s, false);
		steps[i].stage = rows[i].stage;
		steps[i].index = rows[i].index;
		steps[i].parents = (struct step_ref *)rows[i].parents;
		steps[i].parent_count = rows[i].parent_count;
	}
	critical_path(&(struct steps){ .items = steps, .count = ARRAY_SIZE(steps) }, path);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (path[i] != rows[i].on_path)
			fail_msg("step %zu", i);
}

static void test_sparkline(void **state)
{
	static const double x[] = { 1, 2, 3, 8 }, flat[] = { 5, 5 };
	_cleanup_(str_done) struct str s = STR_INIT;

	sparkline(&s, x, 4);
	assert_string_equal(str_get(&s), "▁▂▃█");
	str_clear(&s);
	sparkline(&s, flat, 2);
	assert_string_equal(str_get(&s), "▄▄");
}

/* A log of seconds or bytes with the two digits of its half-width. */
static void test_rounding(void **state)
{
	static const struct {
		const char *unit;
		struct estimate e;
		const char *text;
	} rows[] = {
		{ "s", { 41.936, 41.21, 42.63, 6, false, true }, "41.94 s (95 %: 41.21–42.63)" },
		{ "s", { 41.936, 35.2, 48.63, 6, false, true }, "41.9 s (95 %: 35.2–48.6)" },
		{ "s", { 241.936, 200.2, 288.63, 6, false, true }, "242 s (95 %: 200–289)" },
		{ "s", { 0.6123, 0.5912, 0.6401, 3, true, true }, "612 ms (range 591–640)" },
		{ "s", { 41.936, 41.936, 41.936, 1, true, true }, "41.9 s (one sample)" },
		{ "By", { 212.4e6, 211.9e6, 212.8e6, 6, false, true },
			"212.40 MB (95 %: 211.90–212.80)" },
		{ "By", { 93, 93, 93, 6, false, true }, "93 B (95 %: 93–93)" },
		{ "1", { 4, 4, 4, 6, false, true }, "4 (95 %: 4–4)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(str_done) struct str s = STR_INIT;

		figure_with_interval(&s, rows[i].unit, &rows[i].e);
		if (!str_eq(str_get(&s), rows[i].text))
			fail_msg("row %zu: %s", i, str_get(&s));
	}
}

static struct estimate exactly(double v)
{
	return (struct estimate){ .at = v, .low = v, .high = v, .n = 1, .known = true };
}

/* What is compared has the same digits, and so many that a difference shows. */
static void test_exact_pairs(void **state)
{
	static const struct {
		const char *unit;
		double a, b;
		const char *text;
	} rows[] = {
		{ "1", 1, 0.9996, "1.0000, 0.9996" },
		{ "1", 0.91, 0.968, "0.910, 0.968" },
		{ "1", 0.5, 0.5, "0.500, 0.500" },
		{ "1", 12, 7, "12, 7" },
		{ "By", 212.4e6, 253.1e6, "212 MB, 253 MB" },
		{ "By", 212412e3, 212415e3, "212.412 MB, 212.415 MB" },
		{ "By", 9.75e6, 10.2e6, "9.75 MB, 10.20 MB" },
		{ "By", 579e3, 330e6, "579 kB, 330 MB" },
		{ "By", 93, 94, "93 B, 94 B" },
		{ "By", 1234567890, 1234567891, "1.234567890 GB, 1.234567891 GB" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct estimate a = exactly(rows[i].a), b = exactly(rows[i].b);
		_cleanup_(str_done) struct str s = STR_INIT, other = STR_INIT;

		figure_exact_pair(&s, &other, rows[i].unit, &a, &b);
		str_addf(&s, ", %s", str_get(&other));
		if (!str_eq(str_get(&s), rows[i].text))
			fail_msg("row %zu: %s", i, str_get(&s));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_level_changes),
		cmocka_unit_test(test_flag),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_first_run),
		cmocka_unit_test(test_nothing_new),
		cmocka_unit_test(test_branches),
		cmocka_unit_test(test_machines_and_markers),
		cmocka_unit_test(test_faults_in_history),
		cmocka_unit_test(test_odd_histories),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_treemap),
		cmocka_unit_test(test_proof),
		cmocka_unit_test(test_exact_pairs),
		cmocka_unit_test(test_critical_path),
		cmocka_unit_test(test_critical_path_of_stages),
		cmocka_unit_test(test_sparkline),
		cmocka_unit_test(test_rounding),
	};

	/* without it libsmartcols never ends a cell that is not ASCII */
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
