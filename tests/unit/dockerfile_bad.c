/* What is no Dockerfile, or too much of one: refused with its place and what was expected, and in a
 * time that grows no faster than the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

#include "base/clock.h"
#include "dockerfile/dockerfile.h"

/* A text is start, then part many times, then end. */
struct made {
	const char *start, *part;
	size_t times;
	const char *end;
};

static struct str make(const struct made *m, size_t times)
{
	struct str s = STR_INIT;

	str_add(&s, m->start);
	for (size_t i = 0; i < times; i++)
		str_add(&s, m->part);
	str_add(&s, m->end);
	return s;
}

/* All that is done with a Dockerfile. */
static struct err *use(const char *text, size_t n)
{
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
	_cleanup_(graph_freep) struct df_graph *g = NULL;

	TRY(dockerfile_parse("D", text, n, &d));
	TRY(graph_build(d, NULL, NULL, 0, &g));
	for (size_t i = 0; i < g->count; i++)
		graph_step_reads(&g->steps[i], "a/b/c.d");
	return NULL;
}

static const struct {
	const char *about;
	struct made text;
	const char *at, *what, *next;
} bad[] = {
	{ "UTF-16, low byte first",
		{ "\xff\xfe"
		  "F",
			"", 0, "" },
		"D:1:1", "this is UTF-16", "save it as UTF-8" },
	{ "UTF-16, high byte first", { "\xfe\xff", "", 0, "" }, "D:1:1", "this is UTF-16",
		"save it as UTF-8" },
	{ "a line of 1 MB", { "FROM a\nRUN ", "x", 1000000, "\n" }, "D:2:65536",
		"a line of 1000004 bytes; BuildKit takes at most 65535",
		"break it with a backslash at the end of each part" },
	{ "a comment of 1 MB", { "FROM a\n# ", "x", 1000000, "\n" }, "D:2:65536",
		"a line of 1000002 bytes; BuildKit takes at most 65535",
		"break it with a backslash at the end of each part" },
	{ "100,000 stages", { "", "FROM a\n", 100000, "" }, "D:10001:1", "more than 10000 stages",
		"split the Dockerfile" },
	{ "3 MB", { "FROM a\n", "RUN a\n", 500000, "" }, "D:1:1", "larger than 2 MiB",
		"copy large files into the image instead of writing them here" },
	{ "a here-document without its end", { "FROM a\n\n  RUN <<EOF\n", "x\n", 10, "EOF x\n" },
		"D:3:3", "the here-document EOF does not end",
		"end it with a line that holds EOF alone" },
	{ "one of two without its end", { "FROM a\nCOPY <<A <<B /\nx\n", "A\n", 3, "" }, "D:2:1",
		"the here-document B does not end", "end it with a line that holds B alone" },
	{ "a here-document whose name has no end", { "FROM a\nRUN <<\"A\n", "x\n", 1, "A\n" },
		"D:3:1", NULL, NULL },
	{ "an ARG bomb before FROM",
		{ "ARG A=xxxxxxxx\n", "ARG A=$A$A$A$A$A$A$A$A\n", 10, "FROM $A\n" }, "D:7:1",
		"the expanded text is longer than 1 MiB", "set shorter variables" },
	{ "an ARG bomb in a stage",
		{ "FROM a\n  ARG A=xxxxxxxx\n", "  ARG A=$A$A$A$A$A$A$A$A\n", 10, "RUN x\n" },
		"D:8:3", "the expanded text is longer than 1 MiB", "set shorter variables" },
	{ "an ENV bomb in steps", { "FROM a\nENV A=xxxxxxxx\n", "ENV A=$A$A\nRUN x\n", 30, "" },
		NULL, "the expanded text is longer than 1 MiB", "set shorter variables" },
	{ "${ nested too deep", { "FROM a\nWORKDIR ", "${a:-", 300, "\n" }, "D:2:1",
		"${ is nested deeper than 200 levels", NULL },
	{ "${ without its end", { "FROM a\n\tWORKDIR ${a", "", 0, "\n" }, "D:2:2", NULL, NULL },
	{ "a WORKDIR bomb", { "FROM a\n", "WORKDIR abcd/efgh\n", 100000, "" }, "D:411:1",
		"a working directory of 4100 bytes; Linux takes at most 4095",
		"write an absolute path" },
	{ "a quote without its end", { "FROM a\nWORKDIR 'a", "", 0, "\n" }, "D:2:1",
		"a single quote is not closed", NULL },
	{ "a picture", { "\x89PNG\r\n\x1a\n", "\xff\xd8", 100, "" }, "D:1:1", NULL, NULL },
	{ "a shell script", { "#!/bin/sh\nset -e\n", "make\n", 3, "" }, "D:2:1",
		"unknown instruction \"set\"", NULL },
	{ "HTML", { "<!DOCTYPE html>\n", "<p>\n", 3, "" }, "D:1:1",
		"unknown instruction \"<!DOCTYPE\"", NULL },
	{ "no FROM", { "ARG a\n", "ARG b\n", 3, "" }, "D", "no stage to build",
		"start one with FROM IMAGE" },
	{ "nothing", { "", "", 0, "" }, "D:1:1", "no instructions", "start with FROM IMAGE" },
};

static void test_bad(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_(str_done) struct str s = make(&bad[i].text, bad[i].text.times);
		_cleanup_(err_freep) struct err *e = use(str_get(&s), s.len);

		print_message("%s: %s: %s; %s\n", bad[i].about, e ? e->at : "",
			e ? e->what : "accepted", e && e->next ? e->next : "");
		assert_non_null(e);
		assert_int_equal(e->kind, ERR_INPUT);
		assert_non_null(e->next);
		if (bad[i].at)
			assert_string_equal(e->at, bad[i].at);
		if (bad[i].what)
			assert_string_equal(e->what, bad[i].what);
		if (bad[i].next)
			assert_string_equal(e->next, bad[i].next);
	}
}

/* NULs stand anywhere, UTF-16 without its mark among them. */
static void test_nul(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *at;
	} texts[] = {
		{ "F\0R\0O\0M\0", 8, "D:1:2" },
		{ "FROM a\n\n  RUN \0\n", 16, "D:3:7" },
		{ "FROM a\nRUN <<E\n\0\nE\n", 19, "D:3:1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_(err_freep) struct err *e = use(texts[i].text, texts[i].n);

		assert_non_null(e);
		assert_string_equal(e->at, texts[i].at);
		assert_string_equal(e->what, "a NUL byte");
		assert_string_equal(e->next, "save it as UTF-8 text");
	}
}

/* --- time --- */

/* Texts of about 1 MB; each line stays below BuildKit's limit. */
static const struct {
	const char *about;
	struct made text;
} large[] = {
	{ "continuations", { "FROM a\nRUN x", " \\\n y", 200000, "\n" } },
	{ "comments in a continuation", { "FROM a\nRUN x \\\n", "# word\n", 140000, "y\n" } },
	{ "empty lines in a continuation", { "FROM a\nRUN x \\\n", " \n", 500000, "y\n" } },
	{ "here-documents", { "FROM a\n", "RUN <<E\nx\nE\n", 80000, "" } },
	{ "a here-document", { "FROM a\nRUN <<E\n", "line\n", 200000, "E\n" } },
	{ "here-documents of one line", { "FROM a\nRUN", " <<E", 10000, "\n" } },
	{ "${} side by side", { "FROM a\nENV b=", "${a:-x}\\\n", 110000, "\n" } },
	{ "${} nested", { "FROM a\n", "WORKDIR /${a:-${b:-${c:-${d:-${e:-x}}}}}\n", 25000, "" } },
	{ "patterns in ${}", { "FROM a\nARG b=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nENV c=",
				     "${b//*a*a/x}\\\n", 30000, "\n" } },
	{ "ENV", { "FROM a\nENV", " A=b \\\n", 150000, "\n" } },
	{ "JSON", { "FROM a\nRUN [", "\"a\",\\\n", 170000, "\"b\"]\n" } },
	{ "JSON in JSON", { "FROM a\nRUN ", "[\\\n", 300000, "\n" } },
	{ "flags", { "FROM a\nRUN", " --mount=type=cache,target=/a \\\n", 30000, " x\n" } },
	{ "quotes", { "FROM a\nLABEL a=", "\"b\"'c'\\\n", 120000, "\n" } },
	{ "COPY", { "FROM a\nCOPY ", "a* \\\n", 200000, " /d/\n" } },
	{ "stages", { "FROM a AS x\n", "FROM x AS x\nRUN y\n", 9000, "" } },
	{ "directives", { "", "# syntax\n", 100000, "FROM a\n" } },
};

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * SECOND_NS + t.tv_nsec;
}

/* The least of a few: another process can only add to it. */
static int64_t time_of(const struct made *m, size_t times)
{
	_cleanup_(str_done) struct str s = make(m, times);
	int64_t least = INT64_MAX;

	for (int i = 0; i < 3; i++) {
		int64_t began = cpu_ns(), took;

		err_free(use(str_get(&s), s.len));
		took = cpu_ns() - began;
		least = took < least ? took : least;
	}
	return least;
}

/* Eight times the text takes eight times the time, not 64. Caches, growing lists and a busy machine
 * are given a factor of three. */
static void test_linear(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(large); i++) {
		int64_t small, all;

		for (int tries = 0; tries < 3; tries++) {
			small = time_of(&large[i].text, large[i].text.times / 8);
			all = time_of(&large[i].text, large[i].text.times);
			if (all < 24 * small)
				break;
		}
		print_message("%-30s %6.1f ms, an eighth %6.1f ms\n", large[i].about,
			(double)all / 1e6, (double)small / 1e6);
		assert_true(all < 24 * small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
