#include "dockerfile/lexer.h"

#define SHELL_DEPTH_MAX 200
#define SHELL_SIZE_MAX	(1024 * 1024)

rune lexer_peek(struct lexer *lx)
{
	size_t width;

	if (!lx->started && span_starts(lx->rest, "\xef\xbb\xbf"))
		lx->rest = span_from(lx->rest, 3);
	lx->started = true;
	return rune_first(lx->rest, &width);
}

rune lexer_next(struct lexer *lx)
{
	rune r = lexer_peek(lx);
	size_t width;

	rune_first(lx->rest, &width);
	lx->rest = span_from(lx->rest, width);
	return r;
}

struct err *lexer_bad(const char *what)
{
	return err_next(err_new(ERR_INPUT, "%s", what),
		"close what was opened, or escape the character that opens it");
}

/* --- words --- */

static void word_raw(struct lexer *lx, struct span text)
{
	str_addn(&lx->word, text.p, text.n);
	lx->in_word = true;
}

static void word_rune(struct lexer *lx, rune r, bool raw)
{
	if (raw || !rune_is_space(r)) {
		rune_add(&lx->word, r);
		lx->in_word = true;
	} else if (lx->in_word && lx->word.len > 0) {
		strv_add(lx->words, str_get(&lx->word));
		str_clear(&lx->word);
		lx->in_word = false;
	}
}

static void word_split(struct lexer *lx, struct span text)
{
	size_t width;

	for (; text.n > 0; text = span_from(text, width))
		word_rune(lx, rune_first(text, &width), false);
}

/* --- quotes, escapes, here-documents --- */

static struct err *single_quoted(struct lexer *lx, struct str *out)
{
	rune quote = lexer_next(lx), r;

	if (lx->sh->raw_quotes)
		rune_add(out, quote);
	for (r = lexer_next(lx); r != quote; r = lexer_next(lx)) {
		if (r == RUNE_END)
			return lexer_bad("a single quote is not closed");
		if (r == lx->sh->escape && lx->escapes == KEEP_PATTERN)
			rune_add(out, r);
		rune_add(out, r);
	}
	if (lx->sh->raw_quotes)
		rune_add(out, quote);
	return NULL;
}

static void quoted_rune(struct lexer *lx, struct str *out)
{
	rune r = lexer_next(lx), after = lexer_peek(lx);

	if (r == lx->sh->escape) {
		bool escapes = after == '"' || after == '$' || after == lx->sh->escape;

		if (after == RUNE_END)
			return;
		if (lx->escapes && (escapes || !lx->sh->raw_quotes || lx->escapes == KEEP_PATTERN))
			rune_add(out, r);
		if (escapes)
			r = lexer_next(lx);
	}
	rune_add(out, r);
}

static struct err *double_quoted(struct lexer *lx, struct str *out)
{
	rune quote = lexer_next(lx), r;

	if (lx->sh->raw_quotes)
		rune_add(out, quote);
	for (r = lexer_peek(lx); r != quote; r = lexer_peek(lx)) {
		if (r == RUNE_END)
			return lexer_bad("a double quote is not closed");
		if (r == '$')
			TRY(lexer_dollar(lx, out));
		else
			quoted_rune(lx, out);
	}
	lexer_next(lx);
	if (lx->sh->raw_quotes)
		rune_add(out, quote);
	return NULL;
}

/* "<<" and the white space after it stay together, so that "<< EOF" is one word. */
static void heredoc(struct lexer *lx, struct str *out)
{
	rune_add(out, lexer_next(lx));
	if (lexer_peek(lx) != '<')
		return;
	rune_add(out, lexer_next(lx));
	while (lexer_peek(lx) == ' ' || lexer_peek(lx) == '\t' || lexer_peek(lx) == '\r')
		rune_add(out, lexer_next(lx));
}

/* A rune without a meaning of its own, or an escape and the rune it protects. */
static void ordinary(struct lexer *lx, struct str *out)
{
	rune r = lexer_next(lx);
	bool escaped = r == lx->sh->escape;

	if (escaped) {
		if (lx->escapes) {
			rune_add(out, r);
			if (lx->words)
				word_rune(lx, r, true);
		}
		r = lexer_next(lx);
		if (r == RUNE_END)
			return;
	}
	rune_add(out, r);
	if (lx->words)
		word_rune(lx, r, escaped);
}

/* How many bytes from here on mean nothing but themselves. */
static size_t plain_run(const struct lexer *lx, rune stop)
{
	size_t n = 0;

	for (; n < lx->rest.n; n++) {
		unsigned char c = (unsigned char)lx->rest.p[n];

		if (c <= ' ' || c >= 0x7f || c == '\'' || c == '"' || c == '$' || c == '<' ||
			(rune)c == stop || (rune)c == lx->sh->escape)
			break;
	}
	return n;
}

static void plain(struct lexer *lx, size_t n, struct str *out)
{
	str_addn(out, lx->rest.p, n);
	if (lx->words)
		word_raw(lx, (struct span){ lx->rest.p, n });
	lx->rest = span_from(lx->rest, n);
}

static struct err *special(struct lexer *lx, rune r, struct str *out)
{
	if (r == '\'')
		return single_quoted(lx, out);
	if (r == '"')
		return double_quoted(lx, out);
	if (r == '$')
		return lexer_dollar(lx, out);
	heredoc(lx, out);
	return NULL;
}

static struct err *element(struct lexer *lx, rune r, struct str *out)
{
	size_t before = out->len;
	struct span added;
	bool is_special_here = r == '$' || r == '<' ||
			       ((r == '\'' || r == '"') && !lx->sh->skip_quotes);

	if (!is_special_here) {
		ordinary(lx, out);
		return NULL;
	}
	TRY(special(lx, r, out));
	added = span_from((struct span){ str_get(out), out->len }, before);
	if (lx->words && r == '$')
		word_split(lx, added);
	else if (lx->words)
		word_raw(lx, added);
	return out->len > SHELL_SIZE_MAX
		       ? err_next(err_new(ERR_INPUT, "the expanded text is longer than 1 MiB"),
				 "set shorter variables")
		       : NULL;
}

struct err *lexer_until(struct lexer *lx, rune stop, enum keep escapes, struct str *out)
{
	enum keep outer_escapes = lx->escapes;
	struct strv *outer_words = lx->words;

	if (++lx->depth > SHELL_DEPTH_MAX)
		return err_next(
			err_new(ERR_INPUT, "${ is nested deeper than %d levels", SHELL_DEPTH_MAX),
			"set a variable to the inner ones first");
	/* BuildKit keeps one buffer for words at all depths: what stood before ${ is lost */
	str_clear(&lx->word);
	lx->escapes = escapes;
	if (stop != RUNE_END)
		lx->words = NULL;
	for (rune r = lexer_peek(lx); r != RUNE_END && r != stop; r = lexer_peek(lx)) {
		size_t n = plain_run(lx, stop);

		if (n > 0)
			plain(lx, n, out);
		else
			TRY(element(lx, r, out));
	}
	if (stop != RUNE_END && lexer_peek(lx) == RUNE_END)
		return lexer_bad("unexpected end while looking for a closing character");
	if (stop != RUNE_END)
		lexer_next(lx);
	lx->words = outer_words;
	lx->escapes = outer_escapes;
	lx->depth--;
	return NULL;
}

struct err *shell_word(const struct shell *sh, struct span word, const struct env *env,
	struct env *used, char **out)
{
	struct lexer lx = { .sh = sh, .rest = word, .env = env, .used = used };
	_cleanup_(str_done) struct str text = STR_INIT;

	TRY(lexer_until(&lx, RUNE_END, sh->raw_escapes ? KEEP_ESCAPES : KEEP_NONE, &text));
	*out = str_take(&text);
	return NULL;
}

struct err *shell_words(const struct shell *sh, struct span text, struct strv *out)
{
	_cleanup_(strv_done) struct strv words = STRV_INIT;
	struct lexer lx = { .sh = sh, .rest = text, .words = &words };
	_cleanup_(str_done) struct str whole = STR_INIT;
	struct err *e = lexer_until(
		&lx, RUNE_END, sh->raw_escapes ? KEEP_ESCAPES : KEEP_NONE, &whole);

	if (!e && lx.word.len > 0)
		strv_add(&words, str_get(&lx.word));
	str_done(&lx.word);
	if (!e && words.count > 0)
		strv_addv(out, (const char *const *)words.items);
	return e;
}
