/* tare stat: the statistics as plumbing, JSON in and out. */
#include <errno.h>

#include "base/err.h"
#include "base/file.h"
#include "cmd/cmd.h"
#include "cmd/stat.h"

/* As much as one document of base/json. */
#define INPUT_MOST (64u << 20)

struct stat_opt {
	struct strv args;
	bool batch;
};

static const struct opt stat_table[] = {
	{ OPT_FLAG, 0, "batch", NULL, "one question a line, one answer a line",
		offsetof(struct stat_opt, batch) },
	{ OPT_ARGS, 0, NULL, "WHAT", NULL, offsetof(struct stat_opt, args) },
	{ OPT_END },
};

static const struct opts stat_opts = { "stat", "the statistics as plumbing: JSON in and out",
	"ab|gate|compare|changepoint|median|power [FILE]",
	"Reads a question, a JSON object, from FILE or standard input and prints its answer.\n\n"
	"ab       {\"a\":[...],\"b\":[...],\"alpha\":0.05,\"threshold\":0.03,\"margin\":0.05,\"max_pairs\":30,\n"
	"         \"seed\":0}: what build t of A or B would take; B against A, sequentially.\n"
	"         -> verdict, schedule; ratio, low, high, p, n; outliers of each arm\n"
	"gate     the same and \"history\":[...], earlier builds of A: first one build of B, and only\n"
	"         where it is above what they let expect the A/B.\n"
	"         -> the same and screened: the one build was enough\n"
	"compare  {\"a\":[...],\"b\":[...],\"paired\":false} -> verdict, ratio, low, high, p, n.\n"
	"         With --batch the false discoveries of all lines are controlled together\n"
	"changepoint  {\"values\":[...]}, oldest first -> changepoints: first points of new regimes\n"
	"median   {\"values\":[...]} -> median, low, high, outliers\n"
	"power    {\"sd\":0.03,\"effect\":0.05,\"power\":0.98} -> builds of A and B that decide",
	stat_table };

static void stat_done(struct stat_opt *s)
{
	opts_done(&stat_opts, s);
}

/* NULL for ask: the comparisons, which are decided together. */
static const struct {
	const char *name;
	struct err *(*ask)(struct json_at q, json_t **out);
} operations[] = {
	{ "ab", stat_ab },
	{ "gate", stat_gate },
	{ "compare", NULL },
	{ "changepoint", stat_changepoint },
	{ "median", stat_median },
	{ "power", stat_power },
};

/* One question and what became of it. */
struct line {
	struct comparison c;
	bool is_comparison;
	json_t *answer; /* or the error */
};

struct lines {
	struct line *items;
	size_t count, room, broken;
	const char *file;
};

static void lines_done(struct lines *l)
{
	for (size_t i = 0; i < l->count; i++) {
		stat_compare_done(&l->items[i].c);
		json_decref(l->items[i].answer);
	}
	free(l->items);
}

static struct err *ask(
	const char *file, const char *text, size_t n, size_t operation, struct line *to)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;

	TRY(json_parse(file, text, n, &doc));
	if (!json_is_object(json_root(doc).value))
		return json_error(json_root(doc), "an object was expected here");
	if (operations[operation].ask)
		return operations[operation].ask(json_root(doc), &to->answer);
	TRY(stat_compare_read(json_root(doc), &to->c));
	to->is_comparison = true;
	return NULL;
}

/* A broken line is an answer of its own; the others go on. */
static void ask_line(struct lines *l, size_t number, const char *text, size_t n, size_t operation)
{
	_cleanup_(freep) char *where = xasprintf("%s, line %zu", l->file, number);
	struct line *to = GROW(l->items, l->count, l->room);
	_cleanup_(err_freep) struct err *e = ask(where, text, n, operation, to);

	if (!e)
		return;
	l->broken++;
	json_decref(to->answer);
	to->answer = json_pack("{s:s, s:s}", "error", e->what, "at", e->at ? e->at : where);
}

static bool is_blank(const char *text, size_t n)
{
	return strspn(text, " \t\r") >= n;
}

static void ask_lines(struct lines *l, const char *text, size_t operation)
{
	for (size_t number = 1; *text; number++) {
		size_t n = strcspn(text, "\n");

		if (!is_blank(text, n))
			ask_line(l, number, text, n, operation);
		text += n + (text[n] == '\n');
	}
}

static struct err *print(json_t *answer)
{
	if (json_dumpf(
		    answer, stdout, JSON_COMPACT | JSON_REAL_PRECISION(12) | JSON_ENSURE_ASCII) ||
		fputc('\n', stdout) == EOF)
		return err_sys("standard output", errno);
	return NULL;
}

/* All comparisons at the level that controls their false discoveries; each line's own alpha where
 * there is one only. */
static void decide(struct lines *l)
{
	_cleanup_(freep) double *p = xcalloc(l->count + 1, sizeof(*p));
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].is_comparison)
			p[n++] = l->items[i].c.p;
	for (size_t i = 0; i < l->count; i++) {
		struct line *line = &l->items[i];

		if (line->is_comparison)
			line->answer = stat_compare_at(
				&line->c, stats_many_level(p, n, line->c.rules.alpha));
	}
}

static struct err *answer(struct lines *l)
{
	decide(l);
	for (size_t i = 0; i < l->count; i++)
		TRY(print(l->items[i].answer));
	if (!l->broken)
		return NULL;
	return err_next(
		err_at(err_new(ERR_INPUT, "%zu of %zu lines have no answer", l->broken, l->count),
			"%s", l->file),
		"see \"error\" and \"at\" in their place; the others are answered");
}

static struct err *read_input(const char *path, struct str *out)
{
	if (strcmp(path, "-") != 0)
		return file_read(path, INPUT_MOST, out);
	for (;;) {
		char part[65536];
		size_t n = fread(part, 1, sizeof(part), stdin);

		if (!n)
			break;
		if (out->len + n > INPUT_MOST)
			return err_at(err_new(ERR_INPUT, "the input is larger than 64 MiB"),
				"standard input");
		str_addn(out, part, n);
	}
	return ferror(stdin) ? err_sys("standard input", errno) : NULL;
}

static struct err *find(const char *word, size_t *out)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	const char *near;

	for (*out = 0; *out < ARRAY_SIZE(operations); ++*out) {
		if (strcmp(operations[*out].name, word) == 0)
			return NULL;
		strv_add(&names, operations[*out].name);
	}
	near = str_nearest(word, (const char *const *)names.items);
	return err_next(err_new(ERR_INPUT, "unknown question \"%s\"%s%s%s", word, STR_MEANT(near)),
		"tare stat --help lists them");
}

static struct err *stat_main(int argc, char **argv)
{
	_cleanup_(stat_done) struct stat_opt opt = { 0 };
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(lines_done) struct lines lines = { 0 };
	size_t operation;

	TRY(opts_parse(&stat_opts, &opt, argc, argv));
	if (opt.args.count < 1 || opt.args.count > 2)
		return err_next(
			err_new(ERR_INPUT, "which question?"), "tare stat --help lists them");
	TRY(find(opt.args.items[0], &operation));
	const char *path = opt.args.count > 1 ? opt.args.items[1] : "-";
	TRY(read_input(path, &text));
	lines.file = strcmp(path, "-") == 0 ? "standard input" : path;
	if (opt.batch)
		ask_lines(&lines, str_get(&text), operation);
	else
		TRY(ask(lines.file, str_get(&text), text.len, operation,
			GROW(lines.items, lines.count, lines.room)));
	return answer(&lines);
}

const struct command command_stat = { &stat_opts, stat_main };
