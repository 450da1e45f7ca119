/* scenario/: scenario.json read and refused, scenarios found, the library as it stands. */
#include "scenario_fixture.h"

#include "base/json.h"
#include "base/clock.h"
#include "scenario/find.h"

#define DOCKERFILE "FROM scratch\nCOPY . .\nRUN make\n"

/* What the cases talk about. */
static void shop(const struct fixture *f, const char *json)
{
	_cleanup_(freep) char *escape = path_join(f->app, "escape");

	put(f, "Dockerfile", DOCKERFILE);
	put(f, "app.py", "print()\n# prints\n");
	put(f, "sub/x", "");
	put(f, "ignored.py", "x");
	put(f, ".dockerignore", "ignored.py\n");
	assert_true(symlink("/etc", escape) == 0 || errno == EEXIST);
	put(f, "scenario.json", json);
}

static bool case_refused(struct json_at at, const struct err *e)
{
	_cleanup_(freep) char *error = NULL, *place = NULL, *next = NULL;

	OK(json_str_or(at, "error", NULL, &error));
	if (!error)
		return !e;
	OK(json_str(at, "at", &place));
	OK(json_str_or(at, "next", "", &next));
	return e && e->kind == ERR_INPUT && strstr(e->what, error) && e->at &&
	       strstr(e->at, place) && (!*next || (e->next && strstr(e->next, next)));
}

/* Each case of the table that the JSON Schema is held to as well. */
static void bad_input_is_told_where_it_stands(void **state)
{
	struct fixture *f = *state;
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	const char *file = TEST_DATA "/scenario/cases.json";
	size_t wrong = 0, n;

	OK(file_read(file, 1 << 20, &text));
	OK(json_parse(file, text.buf, text.len, &doc));
	n = json_count(json_root(doc));
	assert_true(n > 50);
	for (size_t i = 0; i < n; i++) {
		struct json_at at = json_element(json_root(doc), i);
		_cleanup_(freep) char *name = NULL, *json = NULL;
		_cleanup_(scenario_freep) struct scenario *s = NULL;
		_cleanup_(err_freep) struct err *e = NULL;

		OK(json_str(at, "case", &name));
		OK(json_str(at, "json", &json));
		shop(f, json);
		e = scenario_load(f->app, NULL, &s);
		if (case_refused(at, e))
			continue;
		wrong++;
		print_message("  %s: %s (at %s; next %s)\n", name, e ? e->what : "accepted",
			e && e->at ? e->at : "-", e && e->next ? e->next : "-");
	}
	assert_int_equal(wrong, 0);
}

static void everything_in_the_file_arrives(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(freep) char *context = path_join(f->app, "sub");
	const struct variant *v;

	put(f, "sub/app.py", "x\n");
	put(f, "sub/lib/a", "");
	shop(f, "{\"name\": \"shop\", \"claim\": \"c\", \"context\": \"sub\", \"timeout\": \"90s\","
		"\"engine\": [\"podman\"], \"cache\": [\"all\"], \"variants\": ["
		"{\"name\": \"one\"}, {\"name\": \"two\", \"dockerfile\": \"Dockerfile\","
		"\"target\": \"t\", \"platform\": \"linux/amd64\", \"compression\": \"zstd\","
		"\"args\": {\"A\": \"1\"}, \"contexts\": {\"lib\": \"lib\"}, \"secrets\": [\"s\"],"
		"\"ssh\": [\"default\"]}], \"edits\": [{\"edit\": \"mode\", \"file\": \"app.py\","
		"\"variant\": \"two\"}]}");
	s = load(f);
	assert_string_equal(s->name, "shop");
	assert_string_equal(s->context, context);
	assert_int_equal(s->timeout_ns, 90 * SECOND_NS);
	assert_true(strv_has(&s->engines, "podman") && strv_has(&s->caches, "all"));
	assert_int_equal(s->variant_count, 2);
	assert_string_equal(s->variants[0].dockerfile, "Dockerfile");
	v = &s->variants[1];
	assert_string_equal(v->target, "t");
	assert_string_equal(v->platform, "linux/amd64");
	assert_string_equal(v->compression, "zstd");
	assert_string_equal(v->args[0].name, "A");
	assert_string_equal(v->args[0].value, "1");
	assert_string_equal(v->contexts[0].dir, "lib");
	assert_true(strv_has(&v->secrets, "s") && strv_has(&v->ssh, "default"));
	assert_int_equal(s->edits[0].mode_xor, 0333);
	{
		const char *why = NULL;

		assert_true(scenario_has_edit(s, v, EDIT_MODE, &why));
		assert_true(scenario_has_edit(s, v, EDIT_NONE, &why));
		assert_false(scenario_has_edit(s, &s->variants[0], EDIT_MODE, &why));
		assert_string_equal(why, "its scenario.json has no such edit");
	}
}

static void the_command_line_goes_over_the_file(void **state)
{
	struct fixture *f = *state;
	_cleanup_(strv_done) struct strv args = STRV_INIT;
	_cleanup_(strv_done) struct strv secrets = STRV_INIT;
	struct scenario_opts o = { .project = "ours",
		.target = "dev",
		.platform = "linux/arm64",
		.build_args = &args,
		.secrets = &secrets };
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(scenario_freep) struct scenario *none = NULL;
	_cleanup_(err_freep) struct err *e = NULL;

	shop(f, "{\"name\": \"shop\", \"variants\": [{\"name\": \"one\", \"target\": \"t\","
		"\"args\": {\"A\": \"1\", \"B\": \"2\"}, \"secrets\": [\"s\"]}]}");
	strv_addl(&args, "B=x=y", "C=");
	strv_addl(&secrets, "s", "t");
	OK(scenario_load(f->app, &o, &s));
	assert_string_equal(s->project, "ours");
	assert_string_equal(s->variants[0].target, "dev");
	assert_string_equal(s->variants[0].platform, "linux/arm64");
	assert_int_equal(s->variants[0].arg_count, 3);
	assert_string_equal(s->variants[0].args[1].value, "x=y");
	assert_string_equal(s->variants[0].args[2].value, "");
	assert_int_equal(s->variants[0].secrets.count, 2);
	strv_add(&args, "HOME");
	e = scenario_load(f->app, &o, &none);
	assert_non_null(e);
	assert_string_equal(e->what, "\"HOME\" is not NAME=VALUE");
	assert_string_equal(e->at, "--build-arg");
}

static const struct {
	const char *dir, *name;
} dirs[] = {
	{ "shop", "shop" },
	{ "My App", "my-app" },
	{ "_x", "x" },
	{ "Caf\xc3\xa9.v2", "caf--.v2" },
	{ "---", "context" },
};

static void a_directory_with_a_dockerfile_is_a_scenario(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		_cleanup_(freep) char *dir = path_join(f->app, dirs[i].dir);
		_cleanup_(freep) char *file = path_join(
			dirs[i].dir, i ? "Dockerfile" : "Containerfile");
		_cleanup_(scenario_freep) struct scenario *s = NULL;

		put(f, file, DOCKERFILE);
		OK(scenario_load(dir, NULL, &s));
		assert_string_equal(s->name, dirs[i].name);
		assert_string_equal(s->project, dirs[i].dir);
		assert_null(s->file);
		assert_int_equal(s->variant_count, 1);
		assert_string_equal(s->variants[0].name, "default");
		assert_string_equal(s->variants[0].dockerfile, strrchr(file, '/') + 1);
		assert_string_equal(s->context, dir);
	}
}

static const struct {
	const char *where, *what, *next;
} nowhere[] = {
	{ "pip-oder", "no scenario or directory \"pip-oder\"; did you mean pip-order?",
		"Dockerfile" },
	{ "./gone", "no scenario or directory \"./gone\"", "Dockerfile" },
	{ "/etc/hostname", "not a directory", "-f FILE" },
	{ "/etc", "no scenario.json, Dockerfile or Containerfile", "-f FILE" },
	{ "../pip-order", "no scenario or directory \"../pip-order\"; did you mean pip-order?",
		"Dockerfile" },
};

static void what_is_not_there_is_told(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		_cleanup_(scenario_freep) struct scenario *s = NULL;
		_cleanup_(err_freep) struct err *e = scenario_load(nowhere[i].where, NULL, &s);

		assert_non_null(e);
		assert_int_equal(e->kind, ERR_INPUT);
		assert_string_equal(e->what, nowhere[i].what);
		assert_non_null(strstr(e->next, nowhere[i].next));
	}
}

static void a_missing_dockerfile_is_told(void **state)
{
	struct fixture *f = *state;
	struct scenario_opts o = { .file = "prod.Dockerfile" };
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(err_freep) struct err *e = NULL;

	put(f, "Dockerfile", DOCKERFILE);
	e = scenario_load(f->app, &o, &s);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INPUT);
	assert_string_equal(e->what, "no such Dockerfile");
	err_free(TAKE_PTR(e));
	put(f, "prod.Dockerfile", DOCKERFILE); /* from the context, as podman takes it */
	OK(scenario_load(f->app, &o, &s));
	assert_string_equal(s->variants[0].dockerfile, "prod.Dockerfile");
}

static const struct {
	const char *url, *clean;
} urls[] = {
	{ "https://github.com/o/r.git", "https://github.com/o/r.git" },
	{ "https://me:ghp_secret@github.com/o/r.git", "https://github.com/o/r.git" },
	{ "https://x-access-token:a@b@github.com/o/r", "https://github.com/o/r" },
	{ "https://h/r.git?private_token=s", "https://h/r.git" },
	{ "https://u@h/r.git#s", "https://h/r.git" },
	{ "https://h/a@b", "https://h/a@b" },
	{ "ssh://git:pw@h:2222/r", "ssh://h:2222/r" },
	{ "git@github.com:o/r.git", "github.com:o/r.git" },
	{ "/srv/git/a@b", "/srv/git/a@b" },
	{ "../up@stream", "../up@stream" },
	{ "", "" },
};

static void credentials_are_not_part_of_a_project(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(urls); i++) {
		_cleanup_(freep) char *clean = url_without_credentials(urls[i].url);

		assert_string_equal(clean, urls[i].clean);
	}
}

/* Names are looked up where TARE_SCENARIOS says, and nowhere else then. */
static void a_library_of_ones_own(void **state)
{
	struct fixture *f = *state;
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(scenario_freep) struct scenario *none = NULL;
	_cleanup_(err_freep) struct err *e = NULL;

	put(f, "ours/Dockerfile", DOCKERFILE);
	put(f, "ours/scenario.json", "{\"name\": \"ours\", \"variants\": [{\"name\": \"one\"}]}");
	put(f, "not-one/Dockerfile", DOCKERFILE);
	setenv("TARE_SCENARIOS", f->app, 1);
	OK(scenario_list(&names));
	OK(scenario_load("ours", NULL, &s));
	e = scenario_load("pip-order", NULL, &none);
	unsetenv("TARE_SCENARIOS");
	assert_int_equal(names.count, 1);
	assert_string_equal(names.items[0], "ours");
	assert_string_equal(s->name, "ours");
	assert_non_null(e);
}

static bool is_base(const struct scenario *s, const struct variant *v)
{
	for (size_t i = 0; i < s->built_count; i++)
		if (str_eq(s->built[i].variant, v->name))
			return true;
	return false;
}

/* Each kind of edit; where a base is built, dependencies may be the base's: a source edit of all
 * others. */
static void has_all_edits(const struct scenario *s)
{
	const enum edit end = s->built_count ? EDIT_SOURCE + 1 : EDIT_CATALOGUE;

	for (size_t v = 0; v < s->variant_count; v++)
		for (enum edit e = EDIT_NONE; e < end; e++) {
			const char *why = "";

			if (!is_base(s, &s->variants[v]) &&
				!scenario_has_edit(s, &s->variants[v], e, &why))
				fail_msg("%s/%s: %s", s->name, s->variants[v].name, why);
		}
}

/* The library as it stands loads, and says that it holds what its pages say. */
static void the_library_loads(void **state)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;

	OK(scenario_list(&names));
	assert_true(strv_has(&names, "pip-order") && strv_has(&names, "multi-stage"));
	assert_false(strv_has(&names, "bases"));
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_(scenario_freep) struct scenario *s = NULL;

		OK(scenario_load(names.items[i], NULL, &s));
		assert_string_equal(s->name, names.items[i]);
		assert_non_null(s->claim);
		has_all_edits(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(bad_input_is_told_where_it_stands),
		STORY(everything_in_the_file_arrives),
		STORY(the_command_line_goes_over_the_file),
		STORY(a_directory_with_a_dockerfile_is_a_scenario),
		cmocka_unit_test(what_is_not_there_is_told),
		STORY(a_missing_dockerfile_is_told),
		cmocka_unit_test(credentials_are_not_part_of_a_project),
		STORY(a_library_of_ones_own),
		cmocka_unit_test(the_library_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
