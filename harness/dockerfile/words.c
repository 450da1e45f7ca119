#include "dockerfile/words.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

/* White space as BuildKit sees it where it looks at bytes as if they were runes. */
static bool byte_is_space(char c)
{
	return rune_is_space((unsigned char)c);
}

static size_t blank_run(struct span s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && is_blank(s.p[at + n]))
		n++;
	return n;
}

void words_split_plain(struct span text, size_t max, struct strv *out)
{
	size_t start = 0, pieces = 1;

	if (text.n == 0)
		return;
	for (size_t i = 0; i < text.n; i++) {
		size_t run = blank_run(text, i);

		if (run == 0 || pieces == max)
			continue;
		strv_own(out, xstrndup(text.p + start, i - start));
		i += run - 1;
		start = i + 1;
		pieces++;
	}
	strv_own(out, xstrndup(text.p + start, text.n - start));
}

/* --- flags --- */

struct flag_reader {
	struct span line;
	size_t at;
	char escape;
};

/* How many bytes from here on are a flag's and mean nothing but themselves. */
static size_t flag_run(const struct flag_reader *r)
{
	size_t n = r->at;

	for (; n < r->line.n; n++) {
		unsigned char c = (unsigned char)r->line.p[n];

		if (c <= ' ' || c >= 0x7f || c == '\'' || c == '"' || (char)c == r->escape)
			break;
	}
	return n - r->at;
}

/* The byte that an escape protects is taken as a rune of its own, as BuildKit does. An escape that
 * ends the line is dropped. */
static void flag_byte(struct flag_reader *r, struct str *word)
{
	if (r->line.p[r->at] == r->escape) {
		if (r->at + 1 == r->line.n)
			return;
		r->at++;
	}
	rune_add(word, (unsigned char)r->line.p[r->at]);
}

/* A flag, up to the white space after it; *blank_ok_out: it has quotes. */
static void flag_word(struct flag_reader *r, struct str *word, bool *blank_ok_out)
{
	char quote = '\0';

	*blank_ok_out = false;
	for (; r->at < r->line.n; r->at++) {
		size_t plain = flag_run(r);
		char c;

		str_addn(word, r->line.p + r->at, plain);
		r->at += plain;
		if (r->at == r->line.n)
			return;
		c = r->line.p[r->at];

		if (!quote && byte_is_space(c))
			return;
		if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? '\0' : c;
			*blank_ok_out = true;
			continue;
		}
		flag_byte(r, word);
	}
}

/* Take flags off the start of the line; what is left is returned. */
static struct span flags_split(struct span line, char escape, struct strv *flags)
{
	struct flag_reader r = { .line = line, .escape = escape };

	for (;;) {
		_cleanup_(str_done) struct str word = STR_INIT;
		bool blank_ok;

		while (r.at < line.n && byte_is_space(line.p[r.at]))
			r.at++;
		if (!span_starts(span_from(line, r.at), "--"))
			return span_from(line, r.at);
		flag_word(&r, &word, &blank_ok);
		if (strcmp(str_get(&word), "--") == 0)
			return span_from(line, r.at);
		if (blank_ok || word.len > 0)
			strv_own(flags, str_take(&word));
	}
}

void command_split(struct span line, char escape, struct command_line *out)
{
	size_t end = 0;

	*out = (struct command_line){ 0 };
	line = span_trim(line);
	while (end < line.n && !is_blank(line.p[end]))
		end++;
	out->command = (struct span){ line.p, end };
	line = span_from(line, end + blank_run(line, end));
	out->args = span_trim(flags_split(line, escape, &out->flags));
}

void command_line_done(struct command_line *c)
{
	strv_done(&c->flags);
}

/* --- words --- */

struct word_reader {
	struct span rest;
	rune escape, quote;
	bool blank_ok;
	struct str word;
	struct strv *out;
};

static rune word_take(struct word_reader *r)
{
	size_t width;
	rune c = rune_first(r->rest, &width);

	r->rest = span_from(r->rest, width);
	return c;
}

static void word_end(struct word_reader *r)
{
	if (r->blank_ok || r->word.len > 0)
		strv_add(r->out, str_get(&r->word));
	str_clear(&r->word);
	r->blank_ok = false;
}

static void word_rune(struct word_reader *r, rune c)
{
	if (r->quote && c == r->quote) {
		r->quote = 0;
	} else if (!r->quote && (c == '\'' || c == '"')) {
		r->quote = c;
		r->blank_ok = true;
	}
	/* nothing is escaped between single quotes */
	if (c == r->escape && r->quote != '\'') {
		if (r->rest.n == 0) {
			r->quote = 0;
			return;
		}
		rune_add(&r->word, c);
		c = word_take(r);
	}
	rune_add(&r->word, c);
}

/* How many bytes from here on mean nothing but themselves: they are taken at once. */
static size_t plain_run(const struct word_reader *r)
{
	size_t n = 0;

	while (n < r->rest.n) {
		unsigned char c = (unsigned char)r->rest.p[n];

		if (c <= ' ' || c >= 0x7f || c == '\'' || c == '"' || (rune)c == r->escape)
			break;
		n++;
	}
	return n;
}

void words_split(struct span text, char escape, struct strv *out)
{
	struct word_reader r = { .rest = text, .escape = escape, .out = out };

	while (r.rest.n > 0) {
		size_t plain = plain_run(&r);
		rune c;

		str_addn(&r.word, r.rest.p, plain);
		r.rest = span_from(r.rest, plain);
		if (r.rest.n == 0)
			break;
		c = word_take(&r);
		if (!r.quote && rune_is_space(c))
			word_end(&r);
		else
			word_rune(&r, c);
	}
	word_end(&r);
	str_done(&r.word);
}

/* --- directives --- */

static bool is_re_space(char c)
{
	return c && strchr("\t\n\f\r ", c);
}

bool directive_split(struct span line, struct span *key, struct span *value)
{
	size_t n = 0;

	if (!span_starts(line, "#"))
		return false;
	line = span_trim_left(span_from(line, 1));
	while (n < line.n &&
		((line.p[n] | 0x20) >= 'a' ? (line.p[n] | 0x20) <= 'z'
					   : n > 0 && line.p[n] >= '0' && line.p[n] <= '9'))
		n++;
	*key = (struct span){ line.p, n };
	line = span_from(line, n);
	while (line.n > 0 && is_re_space(*line.p))
		line = span_from(line, 1);
	if (n == 0 || !span_starts(line, "="))
		return false;
	line = span_from(line, 1);
	while (line.n > 1 && is_re_space(*line.p))
		line = span_from(line, 1);
	while (line.n > 1 && is_re_space(line.p[line.n - 1]))
		line.n--;
	*value = line;
	return line.n > 0;
}
