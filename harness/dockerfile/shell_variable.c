/* $name and every form of ${name...}. */
#include "dockerfile/lexer.h"
#include "dockerfile/shell_pattern.h"

static bool is_special(rune r)
{
	return r > 0 && r < 0x80 && strchr("@*#?-$!0", (int)r);
}

/* Letters, digits and underscores; or digits alone; or one special parameter. */
static struct span take_name(struct lexer *lx)
{
	struct span name = { NULL, 0 };
	bool digits = rune_is_digit(lexer_peek(lx));

	name.p = lx->rest.p;
	if (!digits && is_special(lexer_peek(lx))) {
		lexer_next(lx);
	} else {
		for (rune r = lexer_peek(lx); r != RUNE_END; r = lexer_peek(lx)) {
			if (!rune_is_digit(r) && (digits || (r != '_' && !rune_is_letter(r))))
				break;
			lexer_next(lx);
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
static struct err *modify(
	struct span name, rune colon, rune op, const char *word, const char *value, struct str *out)
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
				value ? "is not allowed to be empty"
				      : "is not allowed to be unset");
		str_add(out, value);
		return NULL;
	case '%':
	case '#':
		return trim(op, word, value ? value : "", out);
	default:
		return lexer_bad("unsupported modifier in substitution");
	}
}

/* As lexer_until(), with the error that names what is missing at the end of the text. */
static struct err *until_or(
	struct lexer *lx, rune stop, enum keep escapes, struct str *out, const char *missing)
{
	struct err *e = lexer_until(lx, stop, escapes, out);

	if (!e || lexer_peek(lx) != RUNE_END)
		return e;
	err_free(e);
	return lexer_bad(missing);
}

/* ${name[:]OP word}, behind its OP. */
static struct err *modified(struct lexer *lx, struct span name, rune op, struct str *out)
{
	_cleanup_(str_done) struct str word = STR_INIT;
	rune colon = op == ':' ? op : 0;
	const char *value;
	bool pattern;

	if (colon)
		op = lexer_next(lx);
	pattern = op == '#' || op == '%';
	if (colon && pattern)
		return lexer_bad("unsupported modifier in substitution");
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
	bool all = lexer_peek(lx) == '/';
	const char *value;

	if (all)
		lexer_next(lx);
	TRY(until_or(lx, '/', KEEP_PATTERN, &pattern, "a ${ / has no second /"));
	TRY(until_or(lx, '}', KEEP_ESCAPES, &text, "a ${ has no matching }"));
	value = lookup(lx, name);
	if (!value && lx->sh->skip_unset) {
		str_addc(&pattern, '/');
		str_add(&pattern, str_get(&text));
		add_kept(out, name, 0, '/', str_get(&pattern));
		return NULL;
	}
	return shell_replace((struct span){ str_get(&pattern), pattern.len }, span_of(value),
		(struct span){ str_get(&text), text.len }, all, out);
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

struct err *lexer_dollar(struct lexer *lx, struct str *out)
{
	struct span name;
	rune op;

	lexer_next(lx);
	if (lexer_peek(lx) != '{') {
		name = take_name(lx);
		if (name.n == 0)
			str_addc(out, '$');
		else
			plain(lx, name, false, out);
		return NULL;
	}
	lexer_next(lx);
	op = lexer_peek(lx);
	if (op == RUNE_END)
		return lexer_bad("a ${ has no matching }");
	if (op == '{' || op == '}' || op == ':')
		return lexer_bad("bad substitution: ${ without a name");
	name = take_name(lx);
	op = lexer_next(lx);
	if (op == '}') {
		plain(lx, name, true, out);
		return NULL;
	}
	if (op == '/')
		return replaced(lx, name, out);
	if (op > 0 && op < 0x80 && strchr(":+-?#%", (int)op))
		return modified(lx, name, op, out);
	return lexer_bad("unsupported modifier in substitution");
}
