/* dockerfile/graph.c: what is built, what each step reads, and what an edit busts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "dockerfile/dockerfile.h"

static void show_list(struct str *s, const char *kind, const struct strv *v)
{
	for (size_t i = 0; i < v->count; i++)
		str_addf(s, " %s:%s", kind, v->items[i]);
}

/* A step as a line: "0.1 2/3 #4 RUN reads:PATTERN from:stage:0 arg:A=1 set:USER=x after:0". */
static void show_step(struct str *s, const struct df_step *step)
{
	str_addf(s, "%d.%d %d/%d #%d %s", step->stage, step->index, step->position, step->total,
		step->instruction->line, step->instruction->name);
	show_list(s, "reads", &step->paths);
	show_list(s, "but", &step->excludes);
	show_list(s, "from", &step->from);
	show_list(s, "arg", &step->args);
	show_list(s, "set", &step->settings);
	if (step->cache_mount)
		str_add(s, " cache");
	for (size_t i = 0; i < step->parent_count; i++)
		str_addf(s, " after:%d", step->parents[i]);
	str_addc(s, '\n');
}

static char *read_graph(const char *text, const char *target, const char *arg)
{
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
	_cleanup_(graph_freep) struct df_graph *g = NULL;
	_cleanup_(str_done) struct str s = STR_INIT;
	_cleanup_(strv_done) struct strv parts = STRV_INIT;
	_cleanup_(err_freep) struct err *e = NULL;
	struct build_arg args[1] = { { 0 } };

	strv_split(&parts, arg ? arg : "X=", '=');
	args[0] = (struct build_arg){ parts.items[0], parts.items[1] };
	e = dockerfile_parse("D", text, strlen(text), &d);
	if (!e)
		e = graph_build(d, target, args, arg != NULL, &g);
	if (e)
		str_addf(&s, "%s: %s; %s\n", e->at, e->what, e->next ? e->next : "");
	for (size_t i = 0; g && i < g->count; i++)
		show_step(&s, &g->steps[i]);
	if (g)
		show_list(&s, "base", &g->bases);
	return str_take(&s);
}

static const struct {
	const char *about, *text, *target, *arg, *shown;
} graphs[] = {
	{ "one stage", "FROM a\nWORKDIR /w\nCOPY . .\nRUN x\nCMD y\n", NULL, NULL,
		"0.0 2/4 #2 WORKDIR set:FROM=a\n"
		"0.1 3/4 #3 COPY reads:. set:WORKDIR=/w after:0\n"
		"0.2 4/4 #4 RUN set:WORKDIR=/w after:1\n base:a" },
	{ "scratch counts no FROM", "FROM scratch\nCOPY a /b\n", NULL, NULL,
		"0.0 1/1 #2 COPY reads:a set:FROM=scratch\n" },
	{ "WORKDIR / makes no vertex but is counted", "FROM a\nWORKDIR /\nRUN x\n", NULL, NULL,
		"0.0 0/3 #2 WORKDIR set:FROM=a\n0.1 2/3 #3 RUN set:WORKDIR=/ after:0\n base:a" },
	{ "only what the target needs", "FROM a AS x\nRUN 1\nFROM b AS y\nRUN 2\nFROM x\nRUN 3\n",
		NULL, NULL, "0.0 2/2 #2 RUN set:FROM=a\n2.0 1/1 #6 RUN after:0\n base:a" },
	{ "a target", "FROM a AS x\nRUN 1\nFROM b AS Y\nRUN 2\n", "Y", NULL,
		"1.0 2/2 #4 RUN set:FROM=b\n base:b" },
	{ "a target that is not there", "FROM a AS build\nFROM build\n", "biuld", NULL,
		"D: there is no stage \"biuld\"; did you mean build?\n" },
	{ "ARG in FROM", "ARG V=1\nFROM a:$V\nRUN x\n", NULL, NULL,
		"0.0 2/2 #3 RUN set:FROM=a:1\n base:a:1" },
	{ "and given", "ARG V=1\nFROM a:${V:-9}\nRUN x\n", NULL, "V=2",
		"0.0 2/2 #3 RUN set:FROM=a:2\n base:a:2" },
	{ "a blank base", "ARG V\nFROM $V\n", NULL, NULL,
		"D:2:1: the base $V is blank; give its variable a value: ARG before FROM, or "
		"--build-arg\n" },
	{ "A2: ARG counts from where it stands",
		"ARG BUST\nFROM a\nRUN before\nARG GIT_SHA\nRUN unrelated\nRUN after\n", NULL,
		"GIT_SHA=2",
		"0.0 2/4 #3 RUN set:FROM=a\n0.1 3/4 #5 RUN arg:GIT_SHA=2 after:0\n"
		"0.2 4/4 #6 RUN arg:GIT_SHA=2 after:1\n base:a" },
	{ "A2: ARG before FROM does not", "ARG BUST\nFROM a\nRUN x\n", NULL, "BUST=2",
		"0.0 2/2 #3 RUN set:FROM=a\n base:a" },
	{ "unless the stage asks for it", "ARG B=1\nFROM a\nARG B\nRUN x\n", NULL, NULL,
		"0.0 2/2 #4 RUN arg:B=1 set:FROM=a\n base:a" },
	{ "A2: a proxy does not", "FROM a\nRUN x\n", NULL, "HTTP_PROXY=y",
		"0.0 2/2 #2 RUN set:FROM=a\n base:a" },
	{ "but one that ARG names does", "FROM a\nARG HTTP_PROXY\nRUN x\n", NULL, "HTTP_PROXY=y",
		"0.0 2/2 #3 RUN arg:HTTP_PROXY=y set:FROM=a\n base:a" },
	{ "COPY counts what it uses", "FROM a\nARG A=1\nARG B=2\nCOPY x$A /$A\n", NULL, NULL,
		"0.0 2/2 #4 COPY reads:x1 arg:A=1 set:FROM=a\n base:a" },
	{ "stages hand variables on", "FROM a AS x\nARG A=1\nENV B=$A\nUSER u\nFROM x\nRUN y\n",
		NULL, NULL, "1.0 1/1 #6 RUN arg:A=1 arg:B=1 set:FROM=a set:USER=u\n base:a" },
	{ "predefined", "FROM a\nARG TARGETARCH\nARG TARGETPLATFORM\nRUN x\n", NULL, NULL,
		"0.0 2/2 #4 RUN arg:TARGETARCH=amd64 arg:TARGETPLATFORM=linux/amd64 set:FROM=a\n"
		" base:a" },
	{ "mounts",
		"FROM a AS x\nRUN 1\nFROM b\nRUN --mount=type=cache,target=/c "
		"--mount=source=s,target=/s --mount=from=x,target=/x --mount=from=img,target=/i "
		"--mount=type=secret,id=i --mount=type=tmpfs,target=/t y\n",
		NULL, NULL,
		"0.0 2/2 #2 RUN set:FROM=a\n"
		"1.0 2/2 #4 RUN reads:s from:stage:0 from:image:img set:FROM=b cache after:0\n"
		" base:a base:b base:img" },
	{ "bind of the whole context", "FROM a\nRUN --mount=target=/s x\n", NULL, NULL,
		"0.0 2/2 #2 RUN reads:. set:FROM=a\n base:a" },
	{ "ADD of URLs and git reads none",
		"FROM a\nADD https://x/y git@h:r.git https://h/r.git#main local.tar /z/\n", NULL,
		NULL, "0.0 2/2 #2 ADD reads:local.tar set:FROM=a\n base:a" },
	{ "here-documents read none", "FROM a\nARG V=1\nCOPY <<A <<'B' x /z/\n$V\nA\n$V\nB\n", NULL,
		NULL, "0.0 2/2 #3 COPY reads:x arg:V=1 set:FROM=a\n base:a" },
	{ "COPY from an image", "FROM a\nCOPY --from=img /x /y\n", NULL, NULL,
		"0.0 2/2 #2 COPY from:image:img set:FROM=a\n base:a base:img" },
	{ "COPY from a number too large", "FROM a\nCOPY --from=1 /x /y\n", NULL, NULL,
		"D:2:1: there is no stage 1; stages are numbered from 0 to 0\n" },
	{ "COPY from a variable", "FROM a\nCOPY --from=$x /x /y\n", NULL, NULL,
		"D:2:1: --from takes no variable; name a stage with FROM $IMAGE AS name, and copy "
		"from that\n" },
	{ "a circle", "FROM a AS x\nCOPY --from=y /1 /\nFROM x AS y\nRUN 1\n", NULL, NULL,
		"D:1:1: stage 1 needs itself, by way of stage 0; "
		"copy from a stage that does not need this one\n" },
	{ "excludes", "FROM a\nCOPY --exclude=*.md docs/ src /d/\n", NULL, NULL,
		"0.0 2/2 #2 COPY reads:docs reads:src but:*.md set:FROM=a\n base:a" },
	{ "parents", "FROM a\nCOPY --parents x/./y/*.c /d/\n", NULL, NULL,
		"0.0 2/2 #2 COPY reads:x/y/*.c set:FROM=a\n base:a" },
	{ "triggers of a stage run in the next one",
		"FROM a AS x\nONBUILD COPY p /q\nONBUILD ENV A=1\nFROM x\nRUN y\n", NULL, NULL,
		"1.0 1/3 #2 COPY reads:p set:FROM=a\n1.1 2/3 #5 RUN arg:A=1 after:0\n base:a" },
	{ "SHELL counts for the shell form", "FROM a\nSHELL [\"b\", \"-c\"]\nRUN x\nRUN [\"y\"]\n",
		NULL, NULL,
		"0.0 2/3 #3 RUN set:FROM=a set:SHELL=b -c\n0.1 3/3 #4 RUN after:0\n base:a" },
	{ "no stage", "ARG x\n", NULL, NULL, "D: no stage to build; start one with FROM IMAGE\n" },
	{ "bad substitution", "FROM a\nENV A=${\n", NULL, NULL,
		"D:2:1: a ${ has no matching }; close what was opened, or escape the character that "
		"opens it\n" },
	{ "a required argument", "FROM a\nARG V\nENV A=${V:?gone}\n", NULL, NULL,
		"D:3:1: V: gone; give it a value: --build-arg, ARG or ENV\n" },
	{ "mount of a kind that is none", "FROM a\nRUN --mount=type=cahce,target=/x y\n", NULL,
		NULL, "D:2:1: there is no mount type \"cahce\"; did you mean cache?\n" },
};

static void test_graphs(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(graphs); i++) {
		_cleanup_(freep) char *shown = read_graph(
			graphs[i].text, graphs[i].target, graphs[i].arg);

		print_message("%s\n", graphs[i].about);
		assert_string_equal(shown, graphs[i].shown);
	}
}

/* --- case E4: names and numbers of stages --- */

static const struct {
	const char *name, *shown;
} cases[] = {
	{ "E4a", "0.0 2/2 #2 RUN set:FROM=busybox\n1.0 1/1 #4 COPY from:stage:0 after:0\n"
		 "2.0 2/2 #6 RUN set:FROM=busybox\n"
		 "3.0 1/3 #8 COPY from:stage:2 set:FROM=scratch after:2\n"
		 "3.1 2/3 #9 COPY from:stage:0 after:3 after:0\n"
		 "3.2 3/3 #10 COPY from:stage:1 after:4 after:1\n base:busybox" },
	{ "E4b", "0.0 2/2 #2 RUN set:FROM=busybox\n1.0 1/1 #4 COPY from:stage:2 after:0 after:2\n"
		 "2.0 2/2 #6 RUN set:FROM=busybox\n"
		 "3.0 1/3 #8 COPY from:stage:2 set:FROM=scratch after:2\n"
		 "3.1 2/3 #9 COPY from:stage:0 after:3 after:0\n"
		 "3.2 3/3 #10 COPY from:stage:1 after:4 after:1\n base:busybox" },
	{ "E4c", "0.0 2/2 #2 RUN set:FROM=busybox\n"
		 "1.0 1/1 #4 COPY from:stage:0 set:FROM=scratch after:0\n base:busybox" },
};

static void test_cases(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(freep) char *path = xasprintf(
			"%s/cases/%s.Dockerfile", TEST_DATA, cases[i].name);
		_cleanup_(str_done) struct str s = STR_INIT;
		_cleanup_(freep) char *shown = NULL;

		assert_null(file_read(path, 65536, &s));
		shown = read_graph(str_get(&s), NULL, NULL);
		print_message("%s\n", cases[i].name);
		assert_string_equal(shown, cases[i].shown);
	}
}

/* --- expansion: ENV R=... and what a RUN then has --- */

static const struct {
	const char *word, *value; /* NULL: refused */
} expansions[] = {
	{ "$A", "abcab" },
	{ "${A}x", "abcabx" },
	{ "$N.", "." },
	{ "\\$A", "$A" },
	{ "'$A'", "$A" },
	{ "\"$A\"", "abcab" },
	{ "\"\\$A \\x\"", "$A \\x" },
	{ "$", "$" },
	{ "$1x$12", "x" },
	{ "${A:-x}", "abcab" },
	{ "${N:-x}", "x" },
	{ "${E:-x}", "x" },
	{ "${E-x}", "" },
	{ "${N-x}", "x" },
	{ "${A:+x}", "x" },
	{ "${E:+x}", "" },
	{ "${E+x}", "x" },
	{ "${N+x}", "" },
	{ "${A:?x}", "abcab" },
	{ "${E?x}", "" },
	{ "${N:-${A:-y}}", "abcab" },
	{ "${N:-\"a b\"}", "a b" },
	{ "${A#a}", "bcab" },
	{ "${A#*b}", "cab" },
	{ "${A##*b}", "" },
	{ "${A##*c}", "ab" },
	{ "${A%b}", "abca" },
	{ "${A%b*}", "abca" },
	{ "${A%%b*}", "a" },
	{ "${A%?}", "abca" },
	{ "${A#x}", "abcab" },
	{ "${A/b/X}", "aXcab" },
	{ "${A//b/X}", "aXcaX" },
	{ "${A//b/}", "aca" },
	{ "${A/b*/-}", "a-" },
	{ "${A//?/.}", "....." },
	{ "${A//b/[$0]}", "a[]ca[]" },
	{ "${N/b/X}", "" },
	{ "${P/\\//-}", "a-b/c" },
	{ "${P//\\//-}", "a-b-c" },
	{ "${P#a\\/}", "b/c" },
	{ "${S#\\*}", "b" },
	{ "<<EOF", "<<EOF" },
	{ "${A%%a*}", "" },
	{ "${A%\\q}", NULL },
	{ "${A/\\q/x}", NULL },
	{ "${A//b/$$0}", "a0ca0" },
	{ "${A//b/$D}", "a[b]$cx]ca[b]$cx]" }, /* $0 is the match, $nine no group */
	{ "${A//x*/y}", "abcab" },
	{ "${A//*/y}", "y" },
	{ "${\xc3\xa9:-x}", "x" },
	{ "${A#\"a\\b\"}", "abcab" },
	{ "${A%%$A}", "" },
	{ "${", NULL },
	{ "${A", NULL },
	{ "${}", NULL },
	{ "${:x}", NULL },
	{ "${{A}", NULL },
	{ "${A!x}", NULL },
	{ "${A:x}", NULL },
	{ "${A:#x}", NULL },
	{ "${A:?}", "abcab" },
	{ "${N?gone}", NULL },
	{ "${E:?gone}", NULL },
	{ "${A/b}", NULL },
	{ "${A#\\q}", NULL },
	{ "\"$A", NULL },
	{ "'$A", NULL },
};

static void test_words(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(expansions); i++) {
		_cleanup_(freep) char *text = xasprintf(
			"FROM a\nENV A=abcab E=\"\" P=a/b/c S=*b D='[$0]$$c$nine${x}x]'\nENV R=%s\nRUN x\n",
			expansions[i].word);
		_cleanup_(freep) char *shown = read_graph(text, NULL, NULL);
		_cleanup_(freep) char *want = expansions[i].value
						      ? xasprintf(" arg:R=%s set:FROM=a\n",
								expansions[i].value)
						      : NULL;

		print_message("%s -> %s", expansions[i].word, shown);
		if (want)
			assert_non_null(strstr(shown, want));
		else
			assert_true(str_starts(shown, "D:3:1: "));
	}
}

/* --- which paths a step reads --- */

static const struct {
	const char *copy, *path;
	bool reads;
} reads[] = {
	{ "COPY . /", "a/b", true },
	{ "COPY / /", "a/b", true },
	{ "COPY a /", "a", true },
	{ "COPY a/ /", "a/b/c", true },
	{ "COPY ./a//b /", "a/b", true },
	{ "COPY a /", "ab", false },
	{ "COPY a/b /", "a", false },
	{ "COPY *.py /", "x.py", true },
	{ "COPY *.py /", "d/x.py", false },
	{ "COPY * /", "d/x.py", true },
	{ "COPY s?c/[ab].py /", "src/a.py", true },
	{ "COPY s?c/[ab].py /", "src/c.py", false },
	{ "COPY ../a /", "a", true },
	{ "COPY --exclude=*.md . /", "a.md", false },
	{ "COPY --exclude=*.md . /", "d/a.md", true },
	{ "COPY --exclude=**/*.md d /", "d/e/a.md", false },
	{ "COPY --exclude=*.md d /", "d/a.md", false },
	{ "COPY --exclude=e d /", "d/e/x", false },
	{ "COPY --parents **/*.c /", "d/e/x.c", true },
	{ "COPY --parents **/*.c /", "d/e/x.h", false },
	{ "COPY --parents src/./lib /", "src/lib/x", true },
	{ "ADD a.tar /", "a.tar", true },
	{ "ADD http://h/a.tar /", "a.tar", false },
	{ "RUN --mount=source=d,target=/x y", "d/f", true },
	{ "RUN --mount=type=cache,target=/x y", "d/f", false },
};

static void test_reads(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
		_cleanup_(graph_freep) struct df_graph *g = NULL;
		_cleanup_(freep) char *text = xasprintf("FROM a\n%s\n", reads[i].copy);

		print_message("%s: %s\n", reads[i].copy, reads[i].path);
		assert_null(dockerfile_parse("D", text, strlen(text), &d));
		assert_null(graph_build(d, NULL, NULL, 0, &g));
		assert_int_equal(graph_step_reads(&g->steps[0], reads[i].path), reads[i].reads);
	}
}

/* --- what is busted --- */

struct state_of {
	struct dockerfile *d;
	struct df_graph *g;
	struct manifest m;
};

/* Files as "PATH=MODE:CONTENT" words. */
static void load(struct state_of *s, const char *text, const char *files, const char *arg)
{
	_cleanup_(strv_done) struct strv words = STRV_INIT;
	struct build_arg args[1] = { { "V", (char *)arg } };

	assert_null(dockerfile_parse("D", text, strlen(text), &s->d));
	assert_null(graph_build(s->d, NULL, args, arg != NULL, &s->g));
	strv_split(&words, files, ' ');
	for (size_t i = 0; i < words.count; i++) {
		char *equals = strchr(words.items[i], '=');
		struct manifest_entry *entry;

		*equals = '\0';
		entry = manifest_add(&s->m, words.items[i]);
		entry->mode = (uint32_t)strtoul(equals + 1, NULL, 8);
		snprintf(entry->digest, sizeof(entry->digest), "%s", strchr(equals + 1, ':') + 1);
	}
	manifest_seal(&s->m);
}

static void unload(struct state_of *s)
{
	graph_free(s->g);
	dockerfile_free(s->d);
	manifest_done(&s->m);
}

static char *busted_text(const struct state_of *before, const struct state_of *now)
{
	_cleanup_(str_done) struct str s = STR_INIT;
	bool *busted = xcalloc(now->g->count, sizeof(*busted));
	char **why = xcalloc(now->g->count, sizeof(*why));

	assert_null(graph_busted(before->g, &before->m, now->g, &now->m, busted, why));
	for (size_t i = 0; i < now->g->count; i++) {
		str_addf(&s, "%s\n", why[i] ? why[i] : busted[i] ? "after" : "kept");
		free(why[i]);
	}
	free(busted);
	free(why);
	return str_take(&s);
}

#define MANIFEST_FIRST "FROM a\nCOPY req /\nRUN pip\nCOPY . /\nRUN x\n"
#define LINKED "FROM a AS x\nCOPY req /\nFROM b\nCOPY app /\nCOPY --link --from=x req /\nRUN y\n"
static const struct {
	const char *about, *before, *files_before, *arg_before, *now, *files_now, *arg_now, *shown;
} edits[] = {
	{ "nothing", MANIFEST_FIRST, "app=100644:1 req=100644:1", NULL, MANIFEST_FIRST,
		"app=100644:1 req=100644:1", NULL, "kept\nkept\nkept\nkept\n" },
	{ "a source", MANIFEST_FIRST, "app=100644:1 req=100644:1", NULL, MANIFEST_FIRST,
		"app=100644:2 req=100644:1", NULL,
		"kept\nkept\nline 4 COPY reads app: content\nafter\n" },
	{ "a dependency", MANIFEST_FIRST, "app=100644:1 req=100644:1", NULL, MANIFEST_FIRST,
		"app=100644:1 req=100644:2", NULL,
		"line 2 COPY reads req: content\nafter\nline 4 COPY reads req: content\nafter\n" },
	{ "A1: a mode", MANIFEST_FIRST, "app=100644:1 req=100644:1", NULL, MANIFEST_FIRST,
		"app=100664:1 req=100644:1", NULL,
		"kept\nkept\nline 4 COPY reads app: mode\nafter\n" },
	{ "a file more", MANIFEST_FIRST, "req=100644:1", NULL, MANIFEST_FIRST,
		"new=100644:1 req=100644:1", NULL,
		"kept\nkept\nline 4 COPY reads new: added\nafter\n" },
	{ "a file less", MANIFEST_FIRST, "old=100644:1 req=100644:1", NULL, MANIFEST_FIRST,
		"req=100644:1", NULL, "kept\nkept\nline 4 COPY reads old: removed\nafter\n" },
	{ "A2: an argument", "FROM a\nRUN 1\nARG V\nRUN 2\nRUN 3\n", "f=100644:1", "1",
		"FROM a\nRUN 1\nARG V\nRUN 2\nRUN 3\n", "f=100644:1", "2",
		"kept\nline 4 RUN: variable V changed\nline 5 RUN: variable V changed\n" },
	{ "A2: one before FROM", "ARG V\nFROM a\nRUN 1\n", "f=100644:1", "1",
		"ARG V\nFROM a\nRUN 1\n", "f=100644:1", "2", "kept\n" },
	{ "a text", "FROM a\nRUN 1\nRUN 2\n", "f=100644:1", NULL, "FROM a\nRUN 1b\nRUN 2\n",
		"f=100644:1", NULL, "line 2 RUN: its text changed\nafter\n" },
	{ "white space alone", "FROM a\nRUN   1\n", "f=100644:1", NULL, "FROM a\n\n# c\nrun 1\n",
		"f=100644:1", NULL, "kept\n" },
	{ "a step more", "FROM a\nRUN 1\n", "f=100644:1", NULL, "FROM a\nRUN 1\nRUN 2\n",
		"f=100644:1", NULL, "kept\nline 3 RUN: it is new\n" },
	{ "a base", "FROM a:1\nRUN 1\n", "f=100644:1", NULL, "FROM a:2\nRUN 1\n", "f=100644:1",
		NULL, "line 2 RUN: setting FROM changed\n" },
	{ "a user", "FROM a\nUSER x\nRUN 1\n", "f=100644:1", NULL, "FROM a\nUSER y\nRUN 1\n",
		"f=100644:1", NULL, "line 3 RUN: setting USER changed\n" },
	{ "another stage", "FROM a AS x\nCOPY f /\nFROM b\nRUN 1\nCOPY --from=x f /\n",
		"f=100644:1", NULL, "FROM a AS x\nCOPY f /\nFROM b\nRUN 1\nCOPY --from=x f /\n",
		"f=100644:2", NULL, "line 2 COPY reads f: content\nkept\nafter\n" },
	{ "a later stage", "FROM a AS x\nCOPY --from=y f /\nFROM b AS y\nCOPY f /\nFROM x\n",
		"f=100644:1", NULL,
		"FROM a AS x\nCOPY --from=y f /\nFROM b AS y\nCOPY f /\nFROM x\n", "f=100644:2",
		NULL, "after\nline 4 COPY reads f: content\n" },
	{ "a linked copy hands on what is below it", LINKED, "app=100644:1 req=100644:1", NULL,
		LINKED, "app=100644:2 req=100644:1", NULL,
		"kept\nline 4 COPY reads app: content\nkept\nafter\n" },
	{ "a linked copy of what changed", LINKED, "app=100644:1 req=100644:1", NULL, LINKED,
		"app=100644:1 req=100644:2", NULL,
		"line 2 COPY reads req: content\nkept\nafter\nafter\n" },
	{ "a body", "FROM a\nRUN <<E\n1\nE\n", "f=100644:1", NULL, "FROM a\nRUN <<E\n2\nE\n",
		"f=100644:1", NULL, "line 2 RUN: its text changed\n" },
};

static void test_busted(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		struct state_of before = { 0 }, now = { 0 };
		_cleanup_(freep) char *shown = NULL;

		print_message("%s\n", edits[i].about);
		load(&before, edits[i].before, edits[i].files_before, edits[i].arg_before);
		load(&now, edits[i].now, edits[i].files_now, edits[i].arg_now);
		shown = busted_text(&before, &now);
		assert_string_equal(shown, edits[i].shown);
		unload(&before);
		unload(&now);
	}
}

/* BuildKit keeps a COPY behind a changed LABEL, engines that go line by line do not. */
static void test_linear(void **state)
{
	static const char first[] = "FROM a\nRUN 1\nLABEL l=1\nCOPY f /\nRUN 2\n";
	static const char second[] = "FROM a\nRUN 1\nLABEL l=2\nCOPY f /\nRUN 2\n";
	struct state_of before = { 0 }, now = { 0 };
	bool buildkit[3], linear[3];
	char *why[3];

	load(&before, first, "f=100644:1", NULL);
	load(&now, second, "f=100644:1", NULL);
	assert_null(graph_busted(before.g, &before.m, now.g, &now.m, buildkit, NULL));
	assert_null(graph_busted_linear(before.g, &before.m, now.g, &now.m, linear, why));
	assert_false(buildkit[0] || buildkit[1] || buildkit[2]);
	assert_true(!linear[0] && linear[1] && linear[2]);
	assert_string_equal(why[1], "line 4 COPY: an instruction before it changed");
	assert_null(why[2]);
	free(why[1]);
	unload(&before);
	unload(&now);
}

/* The same of what a linked COPY stands on. */
static void test_linear_link(void **state)
{
	struct state_of before = { 0 }, now = { 0 };
	bool linear[4];

	load(&before, LINKED, "app=100644:1 req=100644:1", NULL);
	load(&now, LINKED, "app=100644:2 req=100644:1", NULL);
	assert_null(graph_busted_linear(before.g, &before.m, now.g, &now.m, linear, NULL));
	assert_true(!linear[0] && linear[1] && linear[2] && linear[3]);
	unload(&before);
	unload(&now);
}

/* --- numbers of other engines --- */

static void test_numbers(void **state)
{
	static const char text[] = "ARG X\nFROM a AS x\nENV A=1\nRUN 1\nFROM b AS unused\nRUN 2\n"
				   "FROM x\nLABEL l=1\nCOPY f /\n";
	struct state_of s = { 0 };

	load(&s, text, "f=100644:1", NULL);
	assert_int_equal(s.g->count, 2);
	assert_int_equal(graph_match_buildah(s.g, 1, 3, 3), 0);
	assert_int_equal(graph_match_buildah(s.g, 1, 3, 2), -1);
	assert_int_equal(graph_match_buildah(s.g, 3, 3, 3), 1);
	assert_int_equal(graph_match_buildah(s.g, 2, 2, 3), 1);
	assert_int_equal(graph_match_buildah(s.g, 9, 3, 3), -1);
	assert_int_equal(graph_match_buildah(s.g, 9, 2, 3), -1);
	assert_int_equal(graph_match_buildah(s.g, 0, 0, 3), -1);
	assert_int_equal(s.g->steps[1].number_total, 3);
	assert_int_equal(graph_match_legacy(s.g, 4), 0);
	assert_int_equal(graph_match_legacy(s.g, 9), 1);
	assert_int_equal(graph_match_legacy(s.g, 0), -1);
	assert_int_equal(s.g->file_total, 9);
	unload(&s);
}

/* --- ceilings --- */

static const struct {
	const char *start, *part;
	size_t times;
	const char *end;
} large[] = {
	{ "FROM a\n", "ENV A$A=$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A\n", 20, "" },
	{ "FROM a\nENV A=xx\n", "ENV A=$A$A$A$A\n", 40, "RUN x\n" },
	{ "FROM a\nENV A=", "${A:-\\\n", 100000, "\n" },
	{ "FROM a AS x\n", "FROM x AS x\nRUN y\n", 9000, "" },
	{ "FROM a\n", "RUN --mount=from=b,target=/c d\n", 30000, "" },
	{ "FROM a\nARG A=1\nCOPY ", "$A \\\n", 200000, " /d\n" },
};

static void test_large(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(large); i++) {
		_cleanup_(str_done) struct str s = STR_INIT;
		_cleanup_(freep) char *shown = NULL;

		str_add(&s, large[i].start);
		for (size_t k = 0; k < large[i].times; k++)
			str_add(&s, large[i].part);
		str_add(&s, large[i].end);
		shown = read_graph(str_get(&s), NULL, NULL);
		print_message("%.100s\n", shown);
		assert_true(*shown);
	}
}

/* 30,000 variables and as many steps would be 900 million entries. */
static void test_variables(void **state)
{
	_cleanup_(str_done) struct str s = STR_INIT;
	_cleanup_(freep) char *shown = NULL;

	str_add(&s, "FROM a\n");
	for (int i = 0; i < 30000; i++)
		str_addf(&s, "ENV A%d=1\nRUN x\n", i);
	shown = read_graph(str_get(&s), NULL, NULL);
	assert_non_null(strstr(shown, "more than 2000000 variables over all steps"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_graphs),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_busted),
		cmocka_unit_test(test_linear),
		cmocka_unit_test(test_linear_link),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_variables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
