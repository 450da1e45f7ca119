/* dockerfile/parser.c: what a Dockerfile says, as BuildKit reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "dockerfile/dockerfile.h"

/* One instruction as a line: "4-5 RUN --mount=x [json] <word> <word> {NAME raw tabs: content}". */
static void show(struct str *s, const struct df_instruction *in)
{
	str_addf(s, "%d-%d %s", in->line, in->end_line, in->name);
	for (size_t i = 0; i < in->flag_count; i++)
		str_addf(s, " --%s=%s", in->flags[i].name,
			in->flags[i].value ? in->flags[i].value : "(none)");
	if (in->json)
		str_add(s, " [json]");
	if (in->legacy)
		str_add(s, " [legacy]");
	for (size_t i = 0; i < in->words.count; i++)
		str_addf(s, " <%s>", in->words.items[i]);
	for (size_t i = 0; i < in->heredoc_count; i++) {
		const struct df_heredoc *h = &in->heredocs[i];

		str_addf(s, " {%d %s%s%s: %s}", h->fd, h->name, h->expand ? "" : " raw",
			h->strip_tabs ? " tabs" : "", h->content);
	}
	str_addc(s, '\n');
}

static char *read_text(const char *text, size_t n)
{
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
	_cleanup_(str_done) struct str s = STR_INIT;
	_cleanup_(err_freep) struct err *e = dockerfile_parse("D", text, n, &d);

	if (e) {
		str_addf(&s, "%s: %s\n", e->at, e->what);
		assert_non_null(e->next); /* each says what to do */
	}
	for (size_t i = 0; d && i < d->count; i++)
		show(&s, &d->items[i]);
	for (size_t i = 0; d && i < d->warning_count; i++)
		str_addf(&s, "warning %d\n", d->warnings[i].line);
	return str_take(&s);
}

static const struct {
	const char *about, *text, *shown;
} texts[] = {
	{ "nothing", "", "D:1:1: no instructions\n" },
	{ "comments only", "# a\n\n  # b\n", "D:3:1: no instructions\n" },
	{ "no newline at the end", "FROM a", "1-1 FROM <a>\n" },
	{ "CRLF", "FROM a\r\nRUN b \\\r\n c\r\n", "1-1 FROM <a>\n2-3 RUN <b  c>\n" },
	{ "byte order mark",
		"\xef\xbb\xbf"
		"FROM a\n",
		"1-1 FROM <a>\n" },
	{ "any case", "from a\nrun x\n", "1-1 FROM <a>\n2-2 RUN <x>\n" },
	{ "comment and blank line inside", "FROM a\nRUN b \\\n# no\n\n  c\n",
		"1-1 FROM <a>\n2-5 RUN <b   c>\nwarning 5\n" },
	{ "an escaped backslash ends the line", "FROM a\nRUN b \\\\\nRUN c\n",
		"1-1 FROM <a>\n2-2 RUN <b \\\\>\n3-3 RUN <c>\n" },
	{ "blanks behind the backslash", "FROM a\nRUN b \\ \t\n c\n",
		"1-1 FROM <a>\n2-3 RUN <b  c>\n" },
	{ "continued to the end", "FROM a\nRUN b \\\n", "1-1 FROM <a>\n2-2 RUN <b>\n" },
	{ "directive in spaces", " # ESCAPE = ` \nFROM a\nRUN b `\n c\n",
		"2-2 FROM <a>\n3-4 RUN <b  c>\n" },
	{ "unknown directive ends them", "# x=y\n# escape=`\nFROM a\nRUN b \\\n c\n",
		"3-3 FROM <a>\n4-5 RUN <b  c>\n" },
	{ "blank line ends them", "\n# escape=`\nFROM a\nRUN b \\\n c\n",
		"3-3 FROM <a>\n4-5 RUN <b  c>\n" },
	{ "bad escape", "# escape=x\nFROM a\n",
		"D:1:1: the escape character is ` or \\, not \"x\"\n" },
	{ "flags", "FROM --platform=linux/arm64 a\nCOPY --link --chown=\"a b\" x y\n",
		"1-1 FROM --platform=linux/arm64 <a>\n2-2 COPY --link=(none) --chown=a b <x> <y>\n" },
	{ "flags end at --", "FROM a\nRUN -- --x\n", "1-1 FROM <a>\n2-2 RUN <--x>\n" },
	{ "unknown flag", "FROM a\n  COPY --form=x y z\n",
		"D:2:3: COPY does not know the flag --form\n" },
	{ "flag twice", "FROM a\nCOPY --from=x --from=y a b\n", "D:2:1: --from is given twice\n" },
	{ "flag without value", "FROM a\nCOPY --from a b\n", "D:2:1: --from has no value\n" },
	{ "flag that is no boolean", "FROM a\nCOPY --link=maybe a b\n",
		"D:2:1: \"maybe\" is no value of --link\n" },
	{ "bytes of a flag are runes to BuildKit", "FROM a\nCOPY --chown=\xc3\xa9 a b\n",
		"1-1 FROM <a>\n2-2 COPY --chown=\xc3\x83\xc2\xa9 <a> <b>\n" },
	{ "json escapes", "FROM a\nRUN [\"\\u00e9\\ud83d\\ude00\", \"a\\tb\"]\n",
		"1-1 FROM <a>\n2-2 RUN [json] <\xc3\xa9\xf0\x9f\x98\x80> <a\tb>\n" },
	{ "json number", "FROM a\nRUN [1]\n", "D:2:1: the JSON form takes strings only\n" },
	{ "json null", "FROM a\nCMD [null]\n", "D:2:1: the JSON form takes strings only\n" },
	{ "a number too large is no JSON", "FROM a\nRUN [1e999]\n",
		"1-1 FROM <a>\n2-2 RUN <[1e999]>\n" },
	{ "json and more", "FROM a\nRUN [\"a\"] b\n", "1-1 FROM <a>\n2-2 RUN <[\"a\"] b>\n" },
	{ "json escape of nothing", "FROM a\nRUN [\"\\q\"]\n",
		"1-1 FROM <a>\n2-2 RUN <[\"\\q\"]>\n" },
	{ "json NUL", "FROM a\nRUN [\"\\u0000\"]\n", "D:2:1: \\u0000 in an argument\n" },
	{ "empty json", "FROM a\nCMD []\n", "1-1 FROM <a>\n2-2 CMD [json]\n" },
	{ "RUN of nothing", "FROM a\nRUN\n", "1-1 FROM <a>\n2-2 RUN\n" },
	{ "ENV quotes", "FROM a\nENV A='b c' D=\"\" E\\ F=g\n",
		"1-1 FROM <a>\n2-2 ENV <A> <'b c'> <D> <\"\"> <E\\ F> <g>\n" },
	{ "ENV of a name", "FROM a\nENV A\n", "D:2:1: ENV needs a name and a value\n" },
	{ "ENV with a word too many", "FROM a\nENV A=1 B\n", "D:2:1: \"B\" has no =\n" },
	{ "ENV with a blank name", "FROM a\nENV =1\n", "D:2:1: ENV has a blank name\n" },
	{ "LABEL", "FROM a\nLABEL a b c\n", "1-1 FROM <a>\n2-2 LABEL [legacy] <a> <b c>\n" },
	{ "ARG", "ARG A=1 B\nFROM a\n", "1-1 ARG <A=1> <B>\n2-2 FROM <a>\n" },
	{ "RUN before FROM", "RUN x\n", "D:1:1: RUN before the first FROM\n" },
	{ "FROM of two", "FROM a b\n", "D:1:1: FROM takes an image, and AS and a name\n" },
	{ "FROM of nothing", "FROM\n", "D:1:1: FROM takes an image, and AS and a name\n" },
	{ "stage name", "FROM a AS 1a\n", "D:1:1: \"1a\" cannot name a stage\n" },
	{ "COPY without destination", "FROM a\nCOPY x\n",
		"D:2:1: COPY needs a source and a destination\n" },
	{ "COPY to a here-document", "FROM a\nCOPY x <<E\nE\n",
		"D:2:1: COPY cannot copy to a here-document\n" },
	{ "unknown", "FROM a\nRUNN x\n", "D:2:1: unknown instruction \"RUNN\"\n" },
	{ "here-document without end", "FROM a\nRUN <<E\nx\n",
		"D:2:1: the here-document E does not end\n" },
	{ "here-document in a quote is none", "FROM a\nRUN echo '<<E'\n",
		"1-1 FROM <a>\n2-2 RUN <echo '<<E'>\n" },
	{ "ONBUILD", "FROM a\nONBUILD COPY --from=x a b\n",
		"1-1 FROM <a>\n2-2 ONBUILD <COPY> <a> <b>\n" },
	{ "ONBUILD here-document", "FROM a\nONBUILD RUN <<E\nx\nE\n",
		"1-1 FROM <a>\n2-4 ONBUILD <RUN> <<<E> {0 E: x\n}\n" },
	{ "ONBUILD of ONBUILD", "FROM a\nONBUILD ONBUILD RUN x\n",
		"D:2:1: ONBUILD cannot hold ONBUILD\n" },
	{ "ONBUILD FROM", "FROM a\nONBUILD FROM x\n", "D:2:1: ONBUILD cannot hold FROM\n" },
	{ "HEALTHCHECK", "FROM a\nHEALTHCHECK --interval=1m30s --retries=3 CMD [\"x\", \"y\"]\n",
		"1-1 FROM <a>\n"
		"2-2 HEALTHCHECK --interval=1m30s --retries=3 [json] <CMD> <x> <y>\n" },
	{ "HEALTHCHECK too often", "FROM a\nHEALTHCHECK --interval=1us CMD x\n",
		"D:2:1: --interval is less than 1ms\n" },
	{ "HEALTHCHECK no duration", "FROM a\nHEALTHCHECK --timeout=5 CMD x\n",
		"D:2:1: --timeout is no duration: \"5\"\n" },
	{ "HEALTHCHECK retries", "FROM a\nHEALTHCHECK --retries=-1 CMD x\n",
		"D:2:1: --retries is no count: \"-1\"\n" },
	{ "HEALTHCHECK NONE", "FROM a\nHEALTHCHECK NONE x\n",
		"D:2:1: HEALTHCHECK NONE takes no arguments\n" },
	{ "HEALTHCHECK of nothing", "FROM a\nHEALTHCHECK CMD\n",
		"D:2:1: HEALTHCHECK CMD has no command\n" },
	{ "HEALTHCHECK other", "FROM a\nHEALTHCHECK GET x\n",
		"D:2:1: HEALTHCHECK is NONE or CMD, not \"GET\"\n" },
	{ "SHELL", "FROM a\nSHELL sh -c\n", "D:2:1: SHELL takes the JSON form only\n" },
	{ "SHELL of nothing", "FROM a\nSHELL []\n", "D:2:1: SHELL needs an argument\n" },
	{ "VOLUME", "FROM a\nVOLUME [\" \"]\n", "D:2:1: VOLUME has a blank path\n" },
	{ "mount with a variable", "FROM a\nRUN --mount=from=$x,target=/y z\n",
		"D:2:1: from= of a mount takes no variable\n" },
	{ "mount with a stray quote", "FROM a\nRUN --mount=type=\\\"cache x\n",
		"D:2:1: --mount: a stray double quote\n" },
	{ "network", "FROM a\nRUN --network=lan x\n",
		"D:2:1: there is no --network=lan\n" },
	{ "device", "FROM a\nRUN --device=a,b x\n", "D:2:1: a device has a second name: \"b\"\n" },
	{ "mount in CSV quotes", "FROM a\nRUN --mount='\"type=bind\",\"source=a\"\"b\"' x\n",
		"1-1 FROM <a>\n2-2 RUN --mount=\"type=bind\",\"source=a\"\"b\" <x>\n" },
	{ "mount in CSV quotes that go on", "FROM a\nRUN --mount='\"type=bind\"x' x\n",
		"D:2:1: --mount: a stray double quote\n" },
	{ "mount in a quote that does not end", "FROM a\nRUN --mount='\"type=bind' x\n",
		"D:2:1: --mount: a stray double quote\n" },
	{ "mount of nothing", "FROM a\nRUN --mount= x\n", "D:2:1: --mount: an empty value\n" },
	{ "device", "FROM a\nRUN --device=name=v/x=y,required=true --device=z,required x\n",
		"1-1 FROM <a>\n2-2 RUN --device=name=v/x=y,required=true --device=z,required <x>\n" },
	{ "device that may be required", "FROM a\nRUN --device=a,required=perhaps x\n",
		"D:2:1: required of a device has no such value\n" },
	{ "security", "FROM a\nRUN --security=lax x\n",
		"D:2:1: there is no --security=lax\n" },
	{ "json of all kinds", "FROM a\nRUN [{\"a\":[1,-2.5e+3,true,null],\"b\":{}},\"c\"]\n",
		"D:2:1: the JSON form takes strings only\n" },
	{ "half a surrogate pair", "FROM a\nRUN [\"\\ud83dx\", \"\\u12\"]\n",
		"1-1 FROM <a>\n2-2 RUN <[\"\\ud83dx\", \"\\u12\"]>\n" },
	{ "and in a sound list", "FROM a\nRUN [\"\\ud83dx\"]\n",
		"1-1 FROM <a>\n2-2 RUN [json] <\xef\xbf\xbdx>\n" },
	{ "Kelvin's K",
		"FROM a\nWOR\xe2\x84\xaa"
		"DIR x\n",
		"1-1 FROM <a>\n2-2 WORKDIR <x>\n" },
	{ "what is no UTF-8", "FROM a\nENV A=\xff\xc3( \n",
		"1-1 FROM <a>\n2-2 ENV <A> <\xef\xbf\xbd\xef\xbf\xbd(>\n" },
	{ "variables on the line of a here-document are left alone",
		"FROM a\nRUN $A ${B} ${C:-d} ${E/f/g} ${H#i} <<J\nJ\n",
		"1-1 FROM <a>\n2-3 RUN <$A ${B} ${C:-d} ${E/f/g} ${H#i} <<J> {0 J: }\n" },
	{ "a name of two words announces nothing", "FROM a\nRUN <<'A B\nJ\n",
		"D:3:1: unknown instruction \"J\"\n" },
	{ "USER of nothing", "FROM a\nUSER\n", "D:2:1: USER takes exactly one argument\n" },
};

/* --- HEALTHCHECK's durations, as Go reads them --- */

static const struct {
	const char *text;
	bool accepted;
} durations[] = {
	{ "1s", true },
	{ "1.5h", true },
	{ ".5s", true },
	{ "1.s", true },
	{ "0", true },
	{ "+5ms", true },
	{ "1h2m3s4ms", true },
	{ "0s", true },
	{ "2us", false },
	{ "1999us", true },
	{ "5\xc2\xb5s", false },
	{ "-1s", false },
	{ "1", false },
	{ "s", false },
	{ ".s", false },
	{ "1x", false },
	{ "1s ", false },
	{ "1e3s", false },
	{ "9223372036854775807ns", true },
	{ "9223372036854775808ns", false },
	{ "99999999999999999999s", false },
	{ "9999999999999h", false },
	{ "1.99999999999999999999999s", true },
	{ "2562047h", true },
	{ "2562048h", false },
};

static void test_durations(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(durations); i++) {
		_cleanup_(freep) char *text = xasprintf(
			"FROM a\nHEALTHCHECK --timeout='%s' CMD x\n", durations[i].text);
		_cleanup_(freep) char *shown = read_text(text, strlen(text));

		print_message("%s: %s", durations[i].text, shown);
		assert_int_equal(str_starts(shown, "1-1 FROM"), durations[i].accepted);
	}
}

static void test_texts(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_(freep) char *shown = read_text(texts[i].text, strlen(texts[i].text));

		print_message("%s\n", texts[i].about);
		assert_string_equal(shown, texts[i].shown);
	}
}

static char *read_case(const char *name)
{
	_cleanup_(freep) char *path = xasprintf("%s/cases/%s.Dockerfile", TEST_DATA, name);
	_cleanup_(str_done) struct str s = STR_INIT;

	assert_null(file_read(path, 65536, &s));
	return read_text(str_get(&s), s.len);
}

static const struct {
	const char *name, *shown;
} cases[] = {
	{ "E1a", "3-3 FROM <scratch> <AS> <win>\n4-5 COPY <a.txt> <dir\\>\n"
		 "6-7 RUN <echo one  && echo two>\n" },
	{ "E1b", "3-3 FROM <scratch>\n4-5 RUN <echo one `date`  && echo two>\n" },
	{ "E1c", "D:2:1: the directive escape is given twice\n" },
	{ "E2", "2-2 FROM <busybox> <AS> <one>\n"
		"3-8 RUN <<<EOF> {0 EOF: # not a Dockerfile comment\nFROM nowhere AS ghost\n"
		"echo hi \\\n  there\n}\n"
		"9-13 RUN <cat >> /f <<A 3<<\"B\"> {0 A: $x\n} {3 B raw: $y\n}\n"
		"14-18 COPY --chmod=0644 <<<'EOF'> <<<-T2> </etc/> {0 EOF raw: a = $HOME\n} "
		"{0 T2 tabs: \ttabbed $HOME\n}\n"
		"19-19 RUN [json] <echo> <<<EOF>\n"
		"20-22 RUN <<<COPY> {0 COPY: echo COPY is only a delimiter\n}\n"
		"23-23 RUN <echo $((1<<2)) && cat <<<word>\n24-24 FROM <one> <AS> <two>\n" },
	{ "E3", "1-1 FROM <busybox>\n2-2 CMD <['/bin/sh', '-c', 'echo no']>\n"
		"3-3 RUN [json] <sh> <-c> <echo a>\n4-4 RUN <[\"sh\", \"-c\", \"echo b\"] && echo c>\n"
		"5-5 VOLUME <[> <\"/data\">\n6-6 COPY [json] <a b.txt> <c d/> </dest dir/>\n"
		"7-7 ENTRYPOINT <[\"/x\",]>\n8-8 SHELL [json] </bin/ash> <-eo> <pipefail> <-c>\n"
		"9-9 RUN <echo d | cat>\n10-10 ENV <A> <1> <B> <\"two words\"> <C> <x\\ y>\n"
		"11-11 ENV [legacy] <OLD> <some value>\n" },
	{ "E4d", "D:1:1: \"1st\" cannot name a stage\n" },
};

static void test_cases(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(freep) char *shown = read_case(cases[i].name);

		print_message("%s\n", cases[i].name);
		assert_string_equal(shown, cases[i].shown);
	}
}

static void test_stages(void **state)
{
	static const char text[] = "ARG X\nFROM a AS One\nRUN b\nFROM one\nENV A=1\nRUN c\n";
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;

	assert_null(dockerfile_parse("D", text, strlen(text), &d));
	assert_int_equal(d->stage_count, 2);
	assert_string_equal(d->stages[0].name, "one");
	assert_string_equal(d->stages[0].base, "a");
	assert_null(d->stages[1].name);
	assert_int_equal(d->items[0].stage, -1);
	assert_int_equal(d->stages[1].first, 4);
	assert_int_equal(d->stages[1].last, 6);
	assert_int_equal(d->items[5].stage, 1);
}

/* --- what is no Dockerfile --- */

static const struct {
	const char *about, *text;
	size_t n;
	const char *shown;
} foreign[] = {
	{ "UTF-16",
		"\xff\xfe"
		"F\0R\0",
		6, "D:1:1: this is UTF-16\n" },
	{ "NUL", "FROM a\nRUN \0\n", 13, "D:2:5: a NUL byte\n" },
};

static void test_foreign(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++) {
		_cleanup_(freep) char *shown = read_text(foreign[i].text, foreign[i].n);

		print_message("%s\n", foreign[i].about);
		assert_string_equal(shown, foreign[i].shown);
	}
}

static void repeat(struct str *s, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		str_add(s, text);
}

/* BuildKit takes lines of 65535 bytes and not one more. */
static void test_line_length(void **state)
{
	for (size_t extra = 0; extra < 2; extra++) {
		_cleanup_(str_done) struct str s = STR_INIT;
		_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
		struct err *e;

		str_add(&s, "FROM a\nRUN ");
		repeat(&s, "x", 65531 + extra);
		e = dockerfile_parse("D", str_get(&s), s.len, &d);
		assert_int_equal(e != NULL, extra);
		if (e)
			assert_string_equal(e->at, "D:2:65536");
		err_free(e);
	}
}

/* About 1 MB of each construct takes no noticeable time: a quadratic one would hit the time-out. */
static const struct {
	const char *start, *part;
	size_t times;
} large[] = {
	{ "FROM a\nRUN x", " \\\n y", 200000 },
	{ "FROM a\nRUN x \\\n", "# comment\n", 100000 },
	{ "FROM a\n", "RUN <<E\nx\nE\n", 80000 },
	{ "FROM a\nRUN ", "<<E \\\n", 100000 },
	{ "FROM a\nENV", " A=b \\\n", 150000 },
	{ "FROM a\nRUN [", "\"a\",\\\n", 150000 },
	{ "FROM a\nCOPY", " --x=y \\\n", 110000 },
	{ "FROM a\nRUN <<E ", "${a:-\\\n", 150000 },
	{ "FROM a\nONBUILD", " RUN \\\n", 150000 },
};

static void test_large(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(large); i++) {
		_cleanup_(str_done) struct str s = STR_INIT;
		_cleanup_(freep) char *shown = NULL;

		str_add(&s, large[i].start);
		repeat(&s, large[i].part, large[i].times);
		shown = read_text(str_get(&s), s.len);
		assert_true(*shown);
	}
}

static void test_many_stages(void **state)
{
	_cleanup_(str_done) struct str s = STR_INIT;
	_cleanup_(freep) char *shown = NULL;

	repeat(&s, "FROM a\n", 100000);
	shown = read_text(str_get(&s), s.len);
	assert_string_equal(shown, "D:10001:1: more than 10000 stages\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_line_length),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_many_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
