/* scenario/: the edits chosen for a directory that has a Dockerfile and nothing else. */
#include "scenario_fixture.h"

#include "base/proc.h"
#include "scenario/language.h"

static const struct {
	const char *what, *dockerfile, *files[6], *source, *text;
} sources[] = {
	{ "python", "FROM b\nCOPY reqs.txt .\nRUN pip\nCOPY . .\n", { "app.py", "reqs.txt" },
		"app.py", "# TOKEN\n" },
	{ "the last step that reads source", "FROM b\nCOPY lib lib\nCOPY src src\n",
		{ "lib/a.go", "src/b.go" }, "src/b.go", "// TOKEN\n" },
	{ "an entry point copied last", "FROM b\nCOPY src src\nCOPY run.sh /\n",
		{ "src/main.rs", "run.sh" }, "src/main.rs", "// TOKEN\n" },
	{ "nothing but an entry point", "FROM b\nCOPY run.sh /\n", { "run.sh" }, "run.sh",
		"# TOKEN\n" },
	{ "main before others", "FROM b\nCOPY . .\n", { "util.js", "main.js", "z.js" }, "main.js",
		"// TOKEN\n" },
	{ "tests last", "FROM b\nCOPY . .\n", { "tests/main.py", "deep/down/worker.py" },
		"deep/down/worker.py", "# TOKEN\n" },
	{ "a stage that is built", "FROM b AS x\nCOPY . .\nFROM b\nCOPY --from=x /a /a\n",
		{ "a.c" }, "a.c", "// TOKEN\n" },
	{ "a bind mount", "FROM b\nRUN --mount=type=bind,target=. go build\n", { "a.go" }, "a.go",
		"// TOKEN\n" },
	{ "a pattern", "FROM b\nCOPY *.lua /\n", { "x/b.lua", "a.lua" }, "a.lua", "-- TOKEN\n" },
	{ "an ignored file", "FROM b\nCOPY . .\n", { "app.py", "!.dockerignore", "lib.py" },
		"lib.py", "# TOKEN\n" },
	{ "a page", "FROM b\nCOPY . .\n", { "index.html" }, "index.html", "<!-- TOKEN -->\n" },
	{ "no known language", "FROM b\nCOPY . .\n", { "data.csv", "Makefile" }, NULL, NULL },
	{ "not what a step reads", "FROM b\nCOPY conf /\n", { "app.py", "conf/x" }, NULL, NULL },
	{ "no step reads anything", "FROM b\nRUN true\n", { "app.py" }, NULL, NULL },
};

static const struct edit_spec *spec_of(const struct scenario *s, enum edit e)
{
	for (size_t i = 0; i < s->edit_count; i++)
		if (s->edits[i].edit == e)
			return &s->edits[i];
	return NULL;
}

static void a_source_file_is_chosen(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		void *one = NULL;
		_cleanup_(scenario_freep) struct scenario *s = NULL;
		const struct edit_spec *source, *mode;
		const char *why = NULL;

		print_message("  %s\n", sources[i].what);
		fixture_up(&one);
		put(one, "Dockerfile", sources[i].dockerfile);
		for (size_t k = 0; k < 6 && sources[i].files[k]; k++)
			if (sources[i].files[k][0] == '!')
				put(one, sources[i].files[k] + 1, sources[i].files[0]);
			else
				put(one, sources[i].files[k], "x\n");
		s = load(one);
		source = spec_of(s, EDIT_SOURCE);
		mode = spec_of(s, EDIT_MODE);
		assert_int_equal(source != NULL, sources[i].source != NULL);
		assert_int_equal(mode != NULL, sources[i].source != NULL);
		assert_false(scenario_has_edit(s, &s->variants[0], EDIT_DEPS, &why));
		assert_string_equal(
			why, "what a dependency is cannot be guessed: write a scenario.json");
		if (source) {
			assert_string_equal(source->file, sources[i].source);
			assert_string_equal(source->text, sources[i].text);
			assert_string_equal(mode->file, sources[i].source);
		} else {
			assert_false(scenario_has_edit(s, &s->variants[0], EDIT_SOURCE, &why));
			assert_non_null(strstr(why, "language"));
		}
		fixture_down(&one);
	}
}

static const struct {
	const char *what, *before, *after; /* NULL: none */
} dockerfiles[] = {
	{ "one line", "FROM b\nRUN make\n", "FROM b\nRUN make # t7\n" },
	{ "the last of two", "FROM b\nRUN a\nRUN b\nCMD c\n",
		"FROM b\nRUN a\nRUN b # t7\nCMD c\n" },
	{ "no newline at the end", "FROM b\nRUN make", "FROM b\nRUN make # t7" },
	{ "several lines", "FROM b\nRUN a \\\n && b\nCMD c\n",
		"FROM b\nRUN a \\\n && b # t7\nCMD c\n" },
	{ "the same command twice", "FROM b\nRUN make\nRUN x\nRUN make\n",
		"FROM b\nRUN make\nRUN x\nRUN make # t7\n" },
	{ "a prefix of another", "FROM b\nRUN make all\nRUN make\n",
		"FROM b\nRUN make all\nRUN make # t7\n" },
	{ "exec form", "FROM b\nRUN [\"make\"]\n", "FROM b\nENV TARE_EDIT=t7\nRUN [\"make\"]\n" },
	{ "a heredoc", "FROM b\nRUN <<E\nmake\nE\n",
		"FROM b\nENV TARE_EDIT=t7\nRUN <<E\nmake\nE\n" },
	{ "Windows line ends", "FROM b\r\nRUN make\r\nCMD c\r\n",
		"FROM b\r\nRUN make # t7\r\nCMD c\r\n" },
	{ "flags", "FROM b\nRUN --mount=type=cache,target=/c make\n",
		"FROM b\nRUN --mount=type=cache,target=/c make # t7\n" },
	{ "a secret called TOKEN", "FROM b\nRUN --mount=type=secret,id=TOKEN make\n", NULL },
	{ "a token in a name", "FROM b\nARG NPM_TOKEN\nRUN echo $NPM_TOKEN\n",
		"FROM b\nARG NPM_TOKEN\nRUN echo $NPM_TOKEN # t7\n" },
	{ "a stage that is not built", "FROM b AS x\nRUN a\nFROM b AS y\nRUN b\nFROM x\nCMD c\n",
		"FROM b AS x\nRUN a # t7\nFROM b AS y\nRUN b\nFROM x\nCMD c\n" },
	{ "no RUN", "FROM b\nCOPY . .\n", NULL },
};

/* Guessed, applied, and still a Dockerfile of as many steps. */
static void the_last_run_is_changed(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(dockerfiles); i++) {
		void *one = NULL;
		_cleanup_(scenario_freep) struct scenario *s = NULL;
		_cleanup_(copy_freep) struct copy *c = NULL;
		_cleanup_(manifest_done) struct manifest now = { 0 };
		_cleanup_(freep) char *change = NULL, *text = NULL;
		_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
		const char *why = NULL;

		print_message("  %s\n", dockerfiles[i].what);
		fixture_up(&one);
		put(one, "Dockerfile", dockerfiles[i].before);
		s = load(one);
		assert_int_equal(scenario_has_edit(s, &s->variants[0], EDIT_DOCKERFILE, &why),
			dockerfiles[i].after != NULL);
		if (dockerfiles[i].after) {
			c = copied(one, s);
			OK(copy_edit(c, s, &s->variants[0], EDIT_DOCKERFILE, "t7", &change, &now));
			text = text_of(c->dockerfile);
			assert_string_equal(text, dockerfiles[i].after);
			OK(dockerfile_parse("Dockerfile", text, strlen(text), &d));
			assert_true(strcmp(now.digest, c->manifest.digest) != 0);
		}
		fixture_down(&one);
	}
}

static void git(const struct fixture *f, const char *a, const char *b, const char *c)
{
	const char *const argv[] = { "git", "-C", f->app, a, b, c, NULL };
	struct proc p = { .argv = argv };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };

	OK(proc_check(&p, &r));
}

/* What git does not track is nobody's daily work; the project is the origin, without its token. */
static void a_repository_is_asked(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;

	put(f, "Dockerfile", "FROM b\nCOPY . .\n");
	put(f, "main.py", "x\n");
	put(f, "lib/work.py", "x\n");
	git(f, "init", "-q", NULL);
	git(f, "add", "lib", "Dockerfile");
	git(f, "config", "remote.origin.url", "https://ci:s3cret@forge.example/o/shop.git");
	s = load(f);
	assert_string_equal(s->project, "https://forge.example/o/shop.git");
	assert_string_equal(spec_of(s, EDIT_SOURCE)->file, "lib/work.py");
}

/* A repository's own settings start no program of theirs. */
static void a_hostile_repository_starts_nothing(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(freep) char *mark = path_join(f->top, "started");
	_cleanup_(freep) char *monitor = xasprintf("touch %s; false", mark);

	put(f, "Dockerfile", "FROM b\nCOPY . .\n");
	put(f, "main.py", "x\n");
	git(f, "init", "-q", NULL);
	git(f, "add", "main.py", NULL);
	git(f, "config", "core.fsmonitor", monitor);
	s = load(f);
	assert_string_equal(spec_of(s, EDIT_SOURCE)->file, "main.py");
	assert_false(path_exists(mark));
}

static void a_broken_dockerfile_is_told(void **state)
{
	struct fixture *f = *state;
	struct scenario_opts o = { .target = "biuld" };
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(err_freep) struct err *e = NULL;

	put(f, "Dockerfile", "FROM b\nRNU make\n");
	e = scenario_load(f->app, NULL, &s);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INPUT);
	assert_non_null(strstr(e->at, "Dockerfile:2"));
	err_free(TAKE_PTR(e));
	put(f, "Dockerfile", "FROM b AS build\n");
	e = scenario_load(f->app, &o, &s);
	assert_non_null(e);
	assert_string_equal(e->next, "did you mean build?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_file_is_chosen),
		cmocka_unit_test(the_last_run_is_changed),
		STORY(a_repository_is_asked),
		STORY(a_hostile_repository_starts_nothing),
		STORY(a_broken_dockerfile_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
