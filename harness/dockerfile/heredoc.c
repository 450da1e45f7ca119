#include "dockerfile/heredoc.h"

#include <ctype.h>
#include <limits.h>

#include "dockerfile/shell.h"

static size_t count_quotes(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\'' || *s == '"';
	return n;
}

/* Whether a word is what a shell would leave it as. */
static bool is_plain(struct span word)
{
	for (size_t i = 0; i < word.n; i++)
		if (!isalnum((unsigned char)word.p[i]) && word.p[i] != '_')
			return false;
	return true;
}

/* The name, and whether none of it is quoted: then the text is expanded. */
static struct err *parse_name(struct span rest, struct df_heredoc *out, bool *found_out)
{
	_cleanup_(strv_done) struct strv words = STRV_INIT, raw = STRV_INIT;
	struct shell sh = { .escape = '\\', .skip_unset = true };

	if (is_plain(rest)) {
		out->name = span_dup(rest);
		out->expand = *found_out = true;
		return NULL;
	}
	TRY(shell_words(&sh, rest, &words));
	if (words.count != 1)
		return NULL;
	sh.raw_quotes = true;
	TRY(shell_words(&sh, rest, &raw));
	if (raw.count != 1)
		return err_next(err_new(ERR_INPUT, "the name of a here-document is not one word"),
			"close the quote, or call it EOF");
	out->expand = count_quotes(words.items[0]) == count_quotes(raw.items[0]);
	out->name = TAKE_PTR(words.items[0]);
	words.count = 0;
	*found_out = true;
	return NULL;
}

static int number_of(struct span digits)
{
	int64_t n = 0;

	for (size_t i = 0; i < digits.n && n < INT_MAX; i++)
		n = n * 10 + digits.p[i] - '0';
	return n < INT_MAX ? (int)n : INT_MAX;
}

struct err *heredoc_word(struct span word, struct df_heredoc *out, bool *found_out)
{
	struct df_heredoc h = { 0 };
	struct span rest = word;

	*found_out = false;
	while (rest.n > 0 && *rest.p >= '0' && *rest.p <= '9')
		rest = span_from(rest, 1);
	h.fd = number_of((struct span){ word.p, word.n - rest.n });
	if (!span_starts(rest, "<<"))
		return NULL;
	rest = span_from(rest, 2);
	h.strip_tabs = span_starts(rest, "-");
	rest = span_from(rest, h.strip_tabs);
	while (rest.n > 0 && strchr("\t\n\f\r ", *rest.p))
		rest = span_from(rest, 1);
	if (rest.n == 0 || memchr(rest.p, '<', rest.n))
		return NULL;
	TRY(parse_name(rest, &h, found_out));
	if (*found_out)
		*out = h;
	return NULL;
}

struct err *heredocs_of_line(struct span line, struct df_instruction *in)
{
	struct shell sh = {
		.escape = '\\', .raw_quotes = true, .raw_escapes = true, .skip_unset = true
	};
	_cleanup_(strv_done) struct strv words = STRV_INIT;

	/* a line that is no sequence of words for BuildKit announces nothing */
	err_free(shell_words(&sh, line, &words));
	for (size_t i = 0; i < words.count; i++) {
		struct df_heredoc h;
		bool found;

		TRY(heredoc_word(span_of(words.items[i]), &h, &found));
		if (found)
			*GROW(in->heredocs, in->heredoc_count, in->heredoc_room) = h;
	}
	return NULL;
}

void heredoc_done(struct df_heredoc *h)
{
	free(h->name);
	free(h->content);
}

char *heredoc_text(const struct df_heredoc *h)
{
	_cleanup_(str_done) struct str out = STR_INIT;
	bool start = true;

	for (const char *p = h->content; p && *p; p++) {
		if (start && h->strip_tabs && *p == '\t')
			continue;
		str_addc(&out, *p);
		start = *p == '\n';
	}
	return str_take(&out);
}
