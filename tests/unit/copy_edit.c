/* scenario/: edits of a private copy, what they say, and taking them back. */
#include "scenario_fixture.h"

#define HEAD   "{\"name\": \"shop\", \"variants\": [{\"name\": \"one\"}], \"edits\": ["
#define TAIL   "]}"
#define REQS   "flask==3.1.0\njinja2==3.1.4\n"
#define RECIPE "FROM scratch\nCOPY . .\nRUN make\n"
#define SOURCE "{\"edit\": \"source\", \"file\": \"app.py\", \"append\": \"# TOKEN\\n\"}"
#define DEPS                                                                                       \
	"{\"edit\": \"deps\", \"file\": \"reqs.txt\", \"find\": \"jinja2==3.1.4\\n\","             \
	" \"replace\": \"jinja2==3.1.6  # TOKEN\\n\", \"says\": \"newer jinja2\"}"
#define DOCKER                                                                                     \
	"{\"edit\": \"dockerfile\", \"find\": \"RUN make\", \"replace\": \"RUN make # TOKEN\"}"
#define MODE "{\"edit\": \"mode\", \"file\": \"app.py\", \"flip\": \"0030\"}"

struct shop {
	struct fixture *f;
	struct scenario *s;
	struct copy *c;
};

static void shop_open(void **state, const char *edits, struct shop *shop)
{
	_cleanup_(freep) char *json = xasprintf(HEAD "%s" TAIL, edits);

	shop->f = *state;
	put(shop->f, "scenario.json", json);
	put(shop->f, "Dockerfile", RECIPE);
	put(shop->f, "app.py", "print()\n");
	put(shop->f, "reqs.txt", REQS);
	put(shop->f, ".dockerignore", "Dockerfile\nscenario.json\n.dockerignore\n");
	shop->s = load(shop->f);
	shop->c = copied(shop->f, shop->s);
}

static void shop_done(struct shop *shop)
{
	copy_free(shop->c);
	scenario_free(shop->s);
}

static char *edit(struct shop *shop, enum edit e, const char *token, struct manifest *now)
{
	char *change = NULL;

	OK(copy_edit(shop->c, shop->s, &shop->s->variants[0], e, token, &change, now));
	return change;
}

static const struct {
	const char *json;
	enum edit edit;
	const char *file, *text; /* of the copy afterwards */
	const char *change;
	bool seen; /* by the build: it is in the manifest */
} edits[] = {
	{ SOURCE, EDIT_SOURCE, "app.py", "print()\n# t-1\n", "app.py: appended \"# t-1\"", true },
	{ DEPS, EDIT_DEPS, "reqs.txt", "flask==3.1.0\njinja2==3.1.6  # t-1\n",
		"reqs.txt: newer jinja2: \"jinja2==3.1.4\" became \"jinja2==3.1.6  # t-1\"", true },
	{ DOCKER, EDIT_DOCKERFILE, "Dockerfile", "FROM scratch\nCOPY . .\nRUN make # t-1\n",
		"Dockerfile: \"RUN make\" became \"RUN make # t-1\"", false },
	{ MODE, EDIT_MODE, "app.py", "print()\n", "app.py: mode 0644 became 0654", true },
	{ SOURCE "," SOURCE, EDIT_SOURCE, "app.py", "print()\n# t-1\n# t-1\n",
		"app.py: appended \"# t-1\"; app.py: appended \"# t-1\"", true },
};

/* Every edit: done, told, seen by the build where it should be, and gone without a trace. */
static void an_edit_is_made_told_and_taken_back(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		void *one = NULL;
		struct shop shop;
		_cleanup_(manifest_done) struct manifest now = { 0 };
		_cleanup_(manifest_done) struct manifest none = { 0 };
		_cleanup_(freep) char *change = NULL, *path = NULL, *before = NULL;
		struct stat old, st;

		print_message("  %s\n", edits[i].json);
		fixture_up(&one);
		shop_open(&one, edits[i].json, &shop);
		path = path_join(shop.c->context, edits[i].file);
		before = text_of(path);
		assert_int_equal(stat(path, &old), 0);
		change = edit(&shop, edits[i].edit, "t-1", &now);
		assert_string_equal(change, edits[i].change);
		assert_text(shop.c->context, edits[i].file, edits[i].text);
		assert_int_equal(strcmp(now.digest, shop.c->manifest.digest) != 0, edits[i].seen);
		assert_int_equal(now.count, shop.c->manifest.count);
		OK(copy_restore(shop.c));
		assert_text(shop.c->context, edits[i].file, before);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode, old.st_mode);
		assert_memory_equal(&st.st_mtim, &old.st_mtim, sizeof(st.st_mtim));
		free(edit(&shop, EDIT_NONE, "t-2", &none));
		assert_string_equal(none.digest, shop.c->manifest.digest);
		shop_done(&shop);
		fixture_down(&one);
	}
}

static void the_manifest_has_exactly_what_changed(void **state)
{
	struct shop shop;
	_cleanup_(manifest_done) struct manifest now = { 0 };
	char digest[XXH_SIZE];

	shop_open(state, SOURCE, &shop);
	free(edit(&shop, EDIT_SOURCE, "k7", &now));
	assert_int_equal(now.count, 2);
	xxh_bytes("print()\n# k7\n", 13, digest);
	assert_string_equal(manifest_find(&now, "app.py")->digest, digest);
	assert_int_equal(manifest_find(&now, "app.py")->size_bytes, 13);
	assert_string_equal(manifest_find(&now, "reqs.txt")->digest,
		manifest_find(&shop.c->manifest, "reqs.txt")->digest);
	shop_done(&shop);
}

static void an_edit_takes_the_last_one_back(void **state)
{
	struct shop shop;

	shop_open(state, SOURCE "," DEPS, &shop);
	for (int i = 0; i < 3; i++) {
		_cleanup_(manifest_done) struct manifest now = { 0 };

		free(edit(&shop, i % 2 ? EDIT_DEPS : EDIT_SOURCE, "x", &now));
	}
	assert_text(shop.c->context, "app.py", "print()\n# x\n");
	assert_text(shop.c->context, "reqs.txt", REQS);
	shop_done(&shop);
}

/* The second of two edits fails: the first is taken back, and nothing is told. */
static void a_failed_edit_changes_nothing(void **state)
{
	struct shop shop;
	_cleanup_(err_freep) struct err *e = NULL;
	_cleanup_(manifest_done) struct manifest now = { 0 };
	_cleanup_(freep) char *reqs = NULL;
	char *change = NULL;

	shop_open(state,
		DEPS ",{\"edit\": \"deps\", \"file\": \"app.py\", \"append\": \"# TOKEN\"}", &shop);
	reqs = path_join(shop.c->context, "app.py");
	assert_int_equal(unlink(reqs), 0);
	e = copy_edit(shop.c, shop.s, &shop.s->variants[0], EDIT_DEPS, "x", &change, &now);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INPUT);
	assert_string_equal(e->what, "the deps edit's file is not in the context");
	assert_null(change);
	assert_text(shop.c->context, "reqs.txt", REQS);
	shop_done(&shop);
}

static const struct {
	const char *token;
	enum edit edit;
	const char *what;
} refused[] = {
	{ "a b", EDIT_SOURCE, "\"a b\" cannot mark an edit" },
	{ "", EDIT_SOURCE, "\"\" cannot mark an edit" },
	{ "$(reboot)", EDIT_SOURCE, "\"$(reboot)\" cannot mark an edit" },
	{ "a\nRUN x", EDIT_SOURCE, "\"a\nRUN x\" cannot mark an edit" },
	{ "x", EDIT_DEPS, "no deps edit: its scenario.json has no such edit" },
	{ "x", EDIT_COMMIT, "no commit edit: commits are replayed, not applied to a copy" },
};

static void what_cannot_be_edited_is_refused(void **state)
{
	struct shop shop;

	shop_open(state, SOURCE, &shop);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		_cleanup_(manifest_done) struct manifest now = { 0 };
		_cleanup_(err_freep) struct err *e = NULL;
		char *change = NULL;

		e = copy_edit(shop.c, shop.s, &shop.s->variants[0], refused[i].edit,
			refused[i].token, &change, &now);
		assert_non_null(e);
		assert_string_equal(e->what, refused[i].what);
	}
	shop_done(&shop);
}

/* All 63 sets of the default's six bits, whatever the tokens; then it owns up. */
static void mode_edits_differ_while_they_can(void **state)
{
	struct shop shop;
	bool seen[01000] = { false };

	shop_open(state, "{\"edit\": \"mode\", \"file\": \"app.py\"}", &shop);
	for (int i = 0; i < 64; i++) {
		_cleanup_(manifest_done) struct manifest now = { 0 };
		_cleanup_(freep) char *token = xasprintf(i % 3 ? "run-%d" : "r%dx", i * 7);
		_cleanup_(freep) char *change = edit(&shop, EDIT_MODE, token, &now);
		uint32_t mode = manifest_find(&now, "app.py")->mode & 0777;

		assert_int_equal(mode & 0444, 0444);
		assert_int_equal(seen[mode], i == 63);
		assert_int_equal(strstr(change, "as in an earlier sample") != NULL, i == 63);
		seen[mode] = true;
	}
	shop_done(&shop);
}

/* Tokens that count up never meet, though each sample has a copy of its own. */
static void counted_mode_edits_differ_across_copies(void **state)
{
	bool seen[01000] = { false };
	struct shop shop;

	shop_open(state, "{\"edit\": \"mode\", \"file\": \"app.py\"}", &shop);
	for (int i = 0; i < 63; i++) {
		_cleanup_(manifest_done) struct manifest now = { 0 };
		_cleanup_(freep) char *token = xasprintf("5c1f02-%d", i);
		uint32_t mode;

		copy_free(shop.c);
		shop.c = copied(shop.f, shop.s);
		free(edit(&shop, EDIT_MODE, token, &now));
		mode = manifest_find(&now, "app.py")->mode & 0777;
		assert_false(seen[mode]);
		seen[mode] = true;
	}
	shop_done(&shop);
}

static void token_is_a_word_of_its_own(void **state)
{
	struct shop shop;
	_cleanup_(manifest_done) struct manifest now = { 0 };

	shop_open(state,
		"{\"edit\": \"source\", \"file\": \"app.py\", \"append\":"
		" \"NPM_TOKEN TOKENS #TOKEN, TOKEN\"}",
		&shop);
	free(edit(&shop, EDIT_SOURCE, "x9", &now));
	assert_text(shop.c->context, "app.py", "print()\nNPM_TOKEN TOKENS #x9, x9");
	shop_done(&shop);
}

static void a_line_that_does_not_end_is_ended_first(void **state)
{
	struct shop shop;
	_cleanup_(manifest_done) struct manifest now = { 0 };

	shop_open(state, SOURCE, &shop);
	put(shop.f, "app.py", "print()");
	copy_free(shop.c);
	shop.c = copied(shop.f, shop.s);
	free(edit(&shop, EDIT_SOURCE, "x9", &now));
	assert_text(shop.c->context, "app.py", "print()\n# x9\n");
	shop_done(&shop);
}

static void the_users_own_files_never_change(void **state)
{
	struct shop shop;
	_cleanup_(manifest_done) struct manifest now = { 0 };

	shop_open(state, SOURCE, &shop);
	free(edit(&shop, EDIT_SOURCE, "x", &now));
	assert_text(shop.f->app, "app.py", "print()\n");
	shop_done(&shop);
}

/* The edited file is a link: what it leads to changes, if that is in the context. */
static void a_link_is_edited_where_it_leads(void **state)
{
	struct shop shop;
	_cleanup_(manifest_done) struct manifest now = { 0 };
	_cleanup_(freep) char *link = NULL;

	shop_open(state,
		"{\"edit\": \"source\", \"file\": \"reqs.txt\", \"append\": \"# TOKEN\\n\"}",
		&shop);
	link = path_join(shop.c->context, "reqs.txt");
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink("app.py", link), 0);
	free(edit(&shop, EDIT_SOURCE, "x", &now));
	assert_text(shop.c->context, "app.py", "print()\n# x\n");
	assert_true(strcmp(manifest_find(&now, "app.py")->digest,
			    manifest_find(&shop.c->manifest, "app.py")->digest) != 0);
	OK(copy_restore(shop.c));
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink("/etc/hostname", link), 0);
	{
		_cleanup_(err_freep) struct err *e = NULL;
		char *change = NULL;

		e = copy_edit(
			shop.c, shop.s, &shop.s->variants[0], EDIT_SOURCE, "x", &change, &now);
		assert_non_null(e);
	}
	shop_done(&shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_edit_is_made_told_and_taken_back),
		STORY(the_manifest_has_exactly_what_changed),
		STORY(an_edit_takes_the_last_one_back),
		STORY(a_failed_edit_changes_nothing),
		STORY(what_cannot_be_edited_is_refused),
		STORY(mode_edits_differ_while_they_can),
		STORY(counted_mode_edits_differ_across_copies),
		STORY(token_is_a_word_of_its_own),
		STORY(a_line_that_does_not_end_is_ended_first),
		STORY(the_users_own_files_never_change),
		STORY(a_link_is_edited_where_it_leads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
