#include "dockerfile/shell.h"

#include "dockerfile/shell_pattern.h"

#define SHELL_DEPTH_MAX 200
#define SHELL_SIZE_MAX  (1024 * 1024)

/* What becomes of escapes. */
enum keep {
	KEEP_NONE,    /* they have done their work */
	KEEP_ESCAPES, /* they stay */
	KEEP_PATTERN, /* they stay, doubled where quotes made them plain: a pattern is read again */
};

struct lexer {
	const struct shell *sh;
	struct span rest;
	bool started; /* a byte order mark counts as none before that only */
	enum keep escapes;
	const struct env *env;
	struct env *used;   /* or NULL */
	struct strv *words; /* NULL: one word is wanted */
	struct str word;    /* of words, so far */
	bool in_word;
	int depth;
};

static rune peek(struct lexer *lx)
{
	size_t width;

	if (!lx->started && span_starts(lx->rest, "\xef\xbb\xbf"))
		lx->rest = span_from(lx->rest, 3);
	lx->started = true;
	return rune_first(lx->rest, &width);
}

static rune next(struct lexer *lx)
{
	rune r = peek(lx);
	size_t width;

	rune_first(lx->rest, &width);
	lx->rest = span_from(lx->rest, width);
	return r;
}

static struct err *bad(const char *what)
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

/* --- variables --- */

static bool is_special(rune r)
{
	return r > 0 && r < 0x80 && strchr("@*#?-$!0", (int)r);
}

/* Letters, digits and underscores; or digits alone; or one special parameter. */
static struct span take_name(struct lexer *lx)
{
	struct span name = { NULL, 0 };
	bool digits = rune_is_digit(peek(lx));

	name.p = lx->rest.p;
	if (!digits && is_special(peek(lx))) {
		next(lx);
	} else {
		for (rune r = peek(lx); r != RUNE_END; r = peek(lx)) {
			if (!rune_is_digit(r) && (digits || (r != '_' && !rune_is_letter(r))))
				break;
			next(lx);
		}
	}
	name.n = (size_t)(lx->rest.p - name.p);
	return name;
}

static const char *lookup(struct lexer *lx, struct span name)
{
	const char *value = env_get(lx->env, name);
	_cleanup_(freep) char *copy = value && lx->used ? span_dup(name) : NULL;

	if (copy)
		env_set(lx->used, copy, value);
	return value;
}

/* A ${name...} as it stood, for variables that are left alone. */
static void add_kept(struct str *out, struct span name, rune colon, rune op, const char *word)
{
	str_add(out, "${");
	str_addn(out, name.p, name.n);
	if (colon)
		rune_add(out, colon);
	rune_add(out, op);
	str_add(out, word);
	str_addc(out, '}');
}

static struct err *refused(struct span name, const char *word, const char *why)
{
	return err_next(err_new(ERR_INPUT, "%.*s: %s", (int)(name.n < 200 ? name.n : 200), name.p,
				*word ? word : why),
		"give it a value: --build-arg, ARG or ENV");
}

static struct err *trim(rune op, const char *word, const char *value, struct str *out)
{
	bool greedy = (rune)*word == op;
	struct span pattern = span_of(word + greedy);

	if (op == '%')
		return shell_trim_suffix(pattern, span_of(value), greedy, out);
	return shell_trim_prefix(pattern, span_of(value), greedy, out);
}

/* What ${name OP word} stands for. */
static struct err *modify(struct span name, rune colon, rune op, const char *word,
	const char *value, struct str *out)
{
	bool has = value && (!colon || *value);

	switch (op) {
	case '-':
		str_add(out, has ? value : word);
		return NULL;
	case '+':
		str_add(out, has ? word : "");
		return NULL;
	case '?':
		if (!has)
			return refused(name, word,
				value ? "is not allowed to be empty" : "is not allowed to be unset");
		str_add(out, value);
		return NULL;
	case '%':
	case '#':
		return trim(op, word, value ? value : "", out);
	default:
		return bad("unsupported modifier in substitution");
	}
}

static struct err *until(struct lexer *lx, rune stop, enum keep escapes, struct str *out);

/* As until(), with the error that names what is missing at the end of the text. */
static struct err *until_or(struct lexer *lx, rune stop, enum keep escapes, struct str *out,
	const char *missing)
{
	struct err *e = until(lx, stop, escapes, out);

	if (!e || peek(lx) != RUNE_END)
		return e;
	err_free(e);
	return bad(missing);
}

/* ${name[:]OP word}, behind its OP. */
static struct err *modified(struct lexer *lx, struct span name, rune op, struct str *out)
{
	_cleanup_(str_done) struct str word = STR_INIT;
	rune colon = op == ':' ? op : 0;
	const char *value;
	bool pattern;

	if (colon)
		op = next(lx);
	pattern = op == '#' || op == '%';
	if (colon && pattern)
		return bad("unsupported modifier in substitution");
	TRY(until_or(lx, '}', pattern ? KEEP_PATTERN : KEEP_NONE, &word, "a ${ has no matching }"));
	value = lookup(lx, name);
	if (!value && lx->sh->skip_unset) {
		add_kept(out, name, colon, op, str_get(&word));
		return NULL;
	}
	return modify(name, colon, op, str_get(&word), value, out);
}

/* ${name/pattern/text} and ${name//pattern/text}, behind the first slash. */
static struct err *replaced(struct lexer *lx, struct span name, struct str *out)
{
	_cleanup_(str_done) struct str pattern = STR_INIT, text = STR_INIT;
	bool all = peek(lx) == '/';
	const char *value;

	if (all)
		next(lx);
	TRY(until_or(lx, '/', KEEP_PATTERN, &pattern, "a ${ / has no second /"));
	TRY(until_or(lx, '}', KEEP_ESCAPES, &text, "a ${ has no matching }"));
	value = lookup(lx, name);
	if (!value && lx->sh->skip_unset) {
		str_addc(&pattern, '/');
		str_add(&pattern, str_get(&text));
		add_kept(out, name, 0, '/', str_get(&pattern));
		return NULL;
	}
	return shell_replace((struct span){ str_get(&pattern), pattern.len },
		span_of(value), (struct span){ str_get(&text), text.len }, all, out);
}

static void plain(struct lexer *lx, struct span name, bool braces, struct str *out)
{
	const char *value = lookup(lx, name);

	if (value) {
		str_add(out, value);
	} else if (lx->sh->skip_unset) {
		str_add(out, braces ? "${" : "$");
		str_addn(out, name.p, name.n);
		str_add(out, braces ? "}" : "");
	}
}

static struct err *dollar(struct lexer *lx, struct str *out)
{
	struct span name;
	rune op;

	next(lx);
	if (peek(lx) != '{') {
		name = take_name(lx);
		if (name.n == 0)
			str_addc(out, '$');
		else
			plain(lx, name, false, out);
		return NULL;
	}
	next(lx);
	op = peek(lx);
	if (op == RUNE_END)
		return bad("a ${ has no matching }");
	if (op == '{' || op == '}' || op == ':')
		return bad("bad substitution: ${ without a name");
	name = take_name(lx);
	op = next(lx);
	if (op == '}') {
		plain(lx, name, true, out);
		return NULL;
	}
	if (op == '/')
		return replaced(lx, name, out);
	if (op > 0 && op < 0x80 && strchr(":+-?#%", (int)op))
		return modified(lx, name, op, out);
	return bad("unsupported modifier in substitution");
}

/* --- quotes, escapes, here-documents --- */

static struct err *single_quoted(struct lexer *lx, struct str *out)
{
	rune quote = next(lx), r;

	if (lx->sh->raw_quotes)
		rune_add(out, quote);
	for (r = next(lx); r != quote; r = next(lx)) {
		if (r == RUNE_END)
			return bad("a single quote is not closed");
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
	rune r = next(lx), after = peek(lx);

	if (r == lx->sh->escape) {
		bool escapes = after == '"' || after == '$' || after == lx->sh->escape;

		if (after == RUNE_END)
			return;
		if (lx->escapes && (escapes || !lx->sh->raw_quotes || lx->escapes == KEEP_PATTERN))
			rune_add(out, r);
		if (escapes)
			r = next(lx);
	}
	rune_add(out, r);
}

static struct err *double_quoted(struct lexer *lx, struct str *out)
{
	rune quote = next(lx), r;

	if (lx->sh->raw_quotes)
		rune_add(out, quote);
	for (r = peek(lx); r != quote; r = peek(lx)) {
		if (r == RUNE_END)
			return bad("a double quote is not closed");
		if (r == '$')
			TRY(dollar(lx, out));
		else
			quoted_rune(lx, out);
	}
	next(lx);
	if (lx->sh->raw_quotes)
		rune_add(out, quote);
	return NULL;
}

/* "<<" and the white space after it stay together, so that "<< EOF" is one word. */
static void heredoc(struct lexer *lx, struct str *out)
{
	rune_add(out, next(lx));
	if (peek(lx) != '<')
		return;
	rune_add(out, next(lx));
	while (peek(lx) == ' ' || peek(lx) == '\t' || peek(lx) == '\r')
		rune_add(out, next(lx));
}

/* A rune without a meaning of its own, or an escape and the rune it protects. */
static void ordinary(struct lexer *lx, struct str *out)
{
	rune r = next(lx);
	bool escaped = r == lx->sh->escape;

	if (escaped) {
		if (lx->escapes) {
			rune_add(out, r);
			if (lx->words)
				word_rune(lx, r, true);
		}
		r = next(lx);
		if (r == RUNE_END)
			return;
	}
	rune_add(out, r);
	if (lx->words)
		word_rune(lx, r, escaped);
}

static struct err *special(struct lexer *lx, rune r, struct str *out)
{
	if (r == '\'')
		return single_quoted(lx, out);
	if (r == '"')
		return double_quoted(lx, out);
	if (r == '$')
		return dollar(lx, out);
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
	return out->len > SHELL_SIZE_MAX ? bad("the expanded text is longer than 1 MiB") : NULL;
}

/* Up to and behind `stop`, or to the end of the text for RUNE_END. */
static struct err *until(struct lexer *lx, rune stop, enum keep escapes, struct str *out)
{
	enum keep outer_escapes = lx->escapes;
	struct strv *outer_words = lx->words;

	if (++lx->depth > SHELL_DEPTH_MAX)
		return bad("${ is nested deeper than 200 levels");
	/* BuildKit keeps one buffer for words at all depths: what stood before ${ is lost */
	str_clear(&lx->word);
	lx->escapes = escapes;
	if (stop != RUNE_END)
		lx->words = NULL;
	for (rune r = peek(lx); r != RUNE_END && r != stop; r = peek(lx))
		TRY(element(lx, r, out));
	if (stop != RUNE_END && peek(lx) == RUNE_END)
		return bad("unexpected end while looking for a closing character");
	if (stop != RUNE_END)
		next(lx);
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

	TRY(until(&lx, RUNE_END, sh->raw_escapes ? KEEP_ESCAPES : KEEP_NONE, &text));
	*out = str_take(&text);
	return NULL;
}

struct err *shell_words(const struct shell *sh, struct span text, struct strv *out)
{
	_cleanup_(strv_done) struct strv words = STRV_INIT;
	struct lexer lx = { .sh = sh, .rest = text, .words = &words };
	_cleanup_(str_done) struct str whole = STR_INIT;
	struct err *e = until(&lx, RUNE_END, sh->raw_escapes ? KEEP_ESCAPES : KEEP_NONE, &whole);

	if (!e && lx.word.len > 0)
		strv_add(&words, str_get(&lx.word));
	str_done(&lx.word);
	if (!e && words.count > 0)
		strv_addv(out, (const char *const *)words.items);
	return e;
}
