/* Our side of the differential test: reads "KIND LENGTH\n" and that many bytes, answers
 * "LENGTH NANOSECONDS\n" and a description in the form that main.go gives its own. */
#include <inttypes.h>

#include "base/clock.h"
#include "dockerfile/dockerfile.h"
#include "dockerfile/shell.h"

#define STINT_NS (10 * 1000 * 1000)

static void put(struct str *out, const char *kind, const char *text)
{
	str_addf(out, "%s %zu:%s\n", kind, strlen(text), text);
}

static void put_instruction(struct str *out, const struct df_instruction *in)
{
	str_addf(out, "%d-%d %s json=%d legacy=%d\n", in->line, in->end_line, in->name, in->json,
		in->legacy);
	put(out, "text", in->original);
	for (size_t i = 0; i < in->flag_count; i++) {
		put(out, "flag", in->flags[i].name);
		if (in->flags[i].value)
			put(out, "value", in->flags[i].value);
	}
	for (size_t i = 0; i < in->words.count; i++)
		put(out, "word", in->words.items[i]);
	for (size_t i = 0; i < in->heredoc_count; i++) {
		const struct df_heredoc *h = &in->heredocs[i];

		str_addf(out, "heredoc %d expand=%d tabs=%d\n", h->fd, h->expand, h->strip_tabs);
		put(out, "name", h->name);
		put(out, "content", h->content);
	}
	if (in->onbuild)
		put_instruction(out, in->onbuild);
}

static void describe_dockerfile(const char *text, size_t n, struct str *out)
{
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
	_cleanup_(err_freep) struct err *e = dockerfile_parse("D", text, n, &d);

	if (e) {
		str_add(out, "error\n");
		return;
	}
	str_addf(out, "escape %c\n", d->escape);
	for (size_t i = 0; i < d->count; i++)
		put_instruction(out, &d->items[i]);
	for (size_t i = 0; i < d->stage_count; i++) {
		put(out, "stage", d->stages[i].name ? d->stages[i].name : "");
		put(out, "base", d->stages[i].base);
		put(out, "platform", d->stages[i].platform ? d->stages[i].platform : "");
	}
	for (size_t i = 0; i < d->warning_count; i++)
		str_addf(out, "warning %d\n", d->warnings[i].line);
}

/* "e" or "`", four digits for the options, NAME=VALUE lines, an empty line, and the word. */
static void describe_word(const char *text, size_t n, struct str *out)
{
	const char *options = text + 1, *line = strchr(text, '\n') + 1;
	struct shell sh = { .escape = *text,
		.raw_quotes = options[0] == '1',
		.raw_escapes = options[1] == '1',
		.skip_quotes = options[2] == '1',
		.skip_unset = options[3] == '1' };
	_cleanup_(strv_done) struct strv words = STRV_INIT;
	_cleanup_(freep) char *result = NULL;
	struct env env = { 0 };
	struct span word;
	struct err *e;

	for (; *line != '\n'; line = strchr(line, '\n') + 1) {
		const char *equals = strchr(line, '=');
		_cleanup_(freep) char *name = xstrndup(line, (size_t)(equals - line));
		_cleanup_(freep) char *value = xstrndup(
			equals + 1, (size_t)(strchr(line, '\n') - equals) - 1);

		env_set(&env, name, value);
	}
	word = (struct span){ line + 1, n - (size_t)(line + 1 - text) };
	e = shell_word(&sh, word, &env, NULL, &result);
	put(out, e ? "error" : "word", e ? "" : result);
	err_free(e);
	e = shell_words(&sh, word, &words);
	put(out, e ? "error" : "words", "");
	for (size_t i = 0; i < words.count; i++)
		put(out, "word", words.items[i]);
	err_free(e);
	env_done(&env);
}

/* A path a line, an empty line, and the ignore file. */
static void describe_ignore(const char *text, size_t n, struct str *out)
{
	const char *patterns = strstr(text, "\n\n") + 2;
	_cleanup_(ignore_freep) struct ignore *ignore = NULL;
	_cleanup_(err_freep) struct err *e = ignore_parse(
		"I", patterns, n - (size_t)(patterns - text), IGNORE_MOBY, &ignore);

	if (e) {
		str_add(out, "error\n");
		return;
	}
	for (const char *line = text; *line != '\n'; line = strchr(line, '\n') + 1) {
		_cleanup_(freep) char *path = xstrndup(line, strcspn(line, "\n"));

		str_addf(out, "%d", ignore_match(ignore, path));
	}
}

/* A pattern, an empty line, and a name. */
static void describe_match(const char *text, size_t n, struct str *out)
{
	const char *name = strstr(text, "\n\n") + 2;
	bool bad;
	bool matched = path_match((struct span){ text, (size_t)(name - text) - 2 },
		(struct span){ name, n - (size_t)(name - text) }, &bad);

	str_addf(out, bad ? "error\n" : "%d\n", matched);
}

/* The time of one parse, over many. */
static int64_t parse_many(const char *text, size_t n, struct str *out)
{
	int64_t began = clock_mono_ns(), took = 0, count = 0;

	for (; took < STINT_NS; took = clock_mono_ns() - began, count++) {
		_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
		_cleanup_(err_freep) struct err *e = dockerfile_parse("D", text, n, &d);

		if (e && count == 0)
			str_add(out, "error\n");
	}
	return took / count;
}

static void describe(char kind, const char *text, size_t n, struct str *out)
{
	if (kind == 'D')
		describe_dockerfile(text, n, out);
	else if (kind == 'W')
		describe_word(text, n, out);
	else if (kind == 'I')
		describe_ignore(text, n, out);
	else
		describe_match(text, n, out);
}

int main(void)
{
	char kind;
	size_t n;

	while (scanf("%c %zu", &kind, &n) == 2 && getchar() == '\n') {
		_cleanup_(freep) char *text = xcalloc(n + 1, 1);
		_cleanup_(str_done) struct str out = STR_INIT;
		int64_t began, took;

		if (fread(text, 1, n, stdin) != n)
			return 1;
		began = clock_mono_ns();
		if (kind == 'B') {
			took = parse_many(text, n, &out);
		} else {
			describe(kind, text, n, &out);
			took = clock_mono_ns() - began;
		}
		printf("%zu %" PRId64 "\n", out.len, took);
		fwrite(str_get(&out), 1, out.len, stdout);
		fflush(stdout);
	}
	return 0;
}
