/* What a change of each file busts, and how a big tree is said in few lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "explain/predict.h"

struct story {
	struct dockerfile *d;
	struct df_graph *g;
	struct manifest files;
	struct prediction p;
};

/* `paths`: separated by spaces; a number before a slash, "300/x", makes that many of them. */
static void add_paths(struct manifest *m, const char *paths)
{
	_cleanup_(strv_done) struct strv all = STRV_INIT;

	strv_split(&all, paths, ' ');
	for (size_t i = 0; i < all.count; i++) {
		const char *path = all.items[i];
		char *name;
		long n = strtol(path, &name, 10);

		for (long k = 0; k < (n > 0 ? n : 1); k++) {
			_cleanup_(freep) char *one = n > 0 ? xasprintf("%s%03ld", name, k)
							   : xstrdup(path);
			struct manifest_entry *e = manifest_add(m, one);
			bool dir = str_ends(one, "/");

			if (dir)
				e->path[strlen(e->path) - 1] = '\0';
			e->mode = dir ? S_IFDIR | 0755 : S_IFREG | 0644;
			e->size_bytes = dir ? 0 : 10;
		}
	}
	manifest_seal(m);
}

static void begin(struct story *s, const char *dockerfile, const char *paths)
{
	*s = (struct story){ 0 };
	assert_null(dockerfile_parse("Dockerfile", dockerfile, strlen(dockerfile), &s->d));
	assert_null(graph_build(s->d, NULL, NULL, 0, &s->g));
	add_paths(&s->files, paths);
	predict(s->g, &s->files, &s->p);
}

static void end(struct story *s)
{
	prediction_done(&s->p);
	manifest_done(&s->files);
	graph_free(s->g);
	dockerfile_free(s->d);
}

/* A line for each row: path, files, line of the first step (0: none), steps again. */
static char *rows_text(const struct story *s)
{
	_cleanup_(str_done) struct str out = STR_INIT;
	struct predict_rows rows;

	predict_rows(&s->p, &rows);
	for (size_t i = 0; i < rows.count; i++) {
		const struct predict_row *r = &rows.items[i];
		const struct outcome *o = &s->p.outcomes[r->outcome];

		assert_int_equal(r->size_bytes, 10 * (int64_t)r->files);
		str_addf(&out, "%s %zu %d %zu\n", r->path, r->files,
			o->first == SIZE_MAX ? 0 : s->g->steps[o->first].instruction->line,
			o->again_count);
	}
	predict_rows_done(&rows);
	return str_take(&out);
}

static const struct {
	const char *name, *dockerfile, *paths, *rows;
} cases[] = {
	{ "all in one", "FROM a\nCOPY . /\nRUN x\n", "a b/c b/d", "a 1 2 2\nb/ 2 2 2\n" },
	{ "manifest first", "FROM a\nCOPY req /\nRUN i\nCOPY . /\n", "req src/a src/b",
		"req 1 2 3\nsrc/ 2 4 1\n" },
	{ "nothing reads it", "FROM a\nCOPY a /\n", "a b", "a 1 2 1\nb 1 0 0\n" },
	{ "a mixed directory", "FROM a\nCOPY d/x* /\nRUN y\n", "d/x1 d/y d/e/f",
		"d/x1 1 2 2\nd/e/ 1 0 0\nd/y 1 0 0\n" },
	{ "many of a mixed one are one", "FROM a\nCOPY d/x /\nRUN y\n", "d/x 9d/y",
		"d/x 1 2 2\nd/* 9 0 0\n" },
	{ "six are not many", "FROM a\nCOPY d/x /\n", "d/x 6d/y",
		"d/x 1 2 1\nd/y000 1 0 0\nd/y001 1 0 0\nd/y002 1 0 0\nd/y003 1 0 0\nd/y004 1 0 0\n"
		"d/y005 1 0 0\n" },
	{ "directories stand by themselves", "FROM a\nCOPY d/x /\n", "d/x 9d/y 300d/z/ d/q/1 d/q/2",
		"d/x 1 2 1\nd/* 9 0 0\nd/q/ 2 0 0\nd/z/ 300 0 0\n" },
	{ "many directories are one", "FROM a\nCOPY x /\n", "x a/1 b/1 c/1 d/1 e/1 f/1 g/1",
		"x 1 2 1\n*/ 7 0 0\n" },
	{ "two stages: by what runs again",
		"FROM a AS b\nCOPY s /\nRUN m\nFROM c\nCOPY t /\nCOPY "
		"--from=b /x /\n",
		"s t", "s 1 2 3\nt 1 5 2\n" },
	{ "same first, not the same after", "FROM a\nCOPY a b /\nCOPY a /\nRUN x\n", "a b",
		"a 1 2 3\nb 1 2 3\n" },
	{ "a bind mount reads", "FROM a\nRUN --mount=type=bind,source=src,target=/s make\n",
		"src/a src/b c", "src/ 2 2 1\nc 1 0 0\n" },
	{ "a name that sorts between", "FROM a\nCOPY src /\n", "src/a src-x src.y src/",
		"src/ 1 2 1\nsrc-x 1 0 0\nsrc.y 1 0 0\n" },
	{ "nothing there", "FROM a\nCOPY . /\n", "d/", "" },
	{ "no step at all", "FROM a\nENV a=b\n", "a d/b", "a 1 0 0\nd/ 1 0 0\n" },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct story s;
		_cleanup_(freep) char *text = NULL;

		begin(&s, cases[i].dockerfile, cases[i].paths);
		text = rows_text(&s);
		if (strcmp(text, cases[i].rows) != 0)
			fail_msg("%s: got\n%sinstead of\n%s", cases[i].name, text, cases[i].rows);
		end(&s);
	}
}

static void test_drop(void **state)
{
	struct story s;
	_cleanup_(freep) char *text = NULL;

	begin(&s, "FROM a\nCOPY app /\n", "Dockerfile app other");
	prediction_drop_unread(&s.p, "Dockerfile");
	prediction_drop_unread(&s.p, "Dockerfile");
	prediction_drop_unread(&s.p, "app"); /* it is read: it stays */
	prediction_drop_unread(&s.p, "absent");
	text = rows_text(&s);
	assert_string_equal(text, "app 1 2 1\nother 1 0 0\n");
	assert_int_equal(s.p.file_count, 2);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
