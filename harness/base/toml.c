#include "base/toml.h"

#include <ctype.h>

#include "base/str.h"

#define DEPTH_MAX 32

struct toml {
	const char *at, *end, *where;
	int line, depth;
	struct str table; /* of the last header */
	struct err *(*on)(void *ctx, const struct toml_item *item);
	void *ctx;
};

static struct err *fail(const struct toml *t, const char *expected)
{
	return err_at(err_new(ERR_INPUT, "this is no TOML: %s is expected", expected), "%s:%d", t->where,
		t->line);
}

/* The next character; '\0' at the end, where a zero stands, too. */
static char peek(const struct toml *t)
{
	return t->at < t->end ? *t->at : '\0';
}

static bool take(struct toml *t, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(t->end - t->at) < n || memcmp(t->at, word, n) != 0)
		return false;
	t->at += n;
	return true;
}

static void skip_spaces(struct toml *t)
{
	while (peek(t) == ' ' || peek(t) == '\t')
		t->at++;
}

/* Spaces, comments and ends of lines. */
static void skip_lines(struct toml *t)
{
	for (;;) {
		skip_spaces(t);
		if (peek(t) == '#')
			while (t->at < t->end && *t->at != '\n')
				t->at++;
		else if (take(t, "\n") || take(t, "\r\n"))
			t->line++;
		else
			return;
	}
}

static struct err *end_of_line(struct toml *t)
{
	int line = t->line;

	skip_lines(t);
	return t->line > line || t->at == t->end ? NULL : fail(t, "the end of the line");
}

static struct err *code_point(struct toml *t, int digits, struct str *out)
{
	uint32_t c = 0;

	for (; digits > 0; digits--, t->at++) {
		char d = peek(t);

		if (!isxdigit((unsigned char)d))
			return fail(t, "a hexadecimal digit");
		c = c << 4 | (uint32_t)(d <= '9' ? d - '0' : (d | 0x20) - 'a' + 10);
	}
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return fail(t, "a character");
	if (c < 0x80)
		str_addc(out, (char)c);
	else if (c < 0x800)
		str_addf(out, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 63));
	else if (c < 0x10000)
		str_addf(out, "%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 63), 0x80 | (c & 63));
	else
		str_addf(out, "%c%c%c%c", 0xf0 | c >> 18, 0x80 | (c >> 12 & 63), 0x80 | (c >> 6 & 63),
			0x80 | (c & 63));
	return NULL;
}

/* What follows a backslash. */
static struct err *escape(struct toml *t, bool multi, struct str *out)
{
	static const char names[] = "btnfr\"\\", values[] = "\b\t\n\f\r\"\\";
	const char *at = peek(t) ? strchr(names, peek(t)) : NULL;

	if (at) {
		t->at++;
		str_addc(out, values[at - names]);
		return NULL;
	}
	if (take(t, "u"))
		return code_point(t, 4, out);
	if (take(t, "U"))
		return code_point(t, 8, out);
	if (!multi || !isspace((unsigned char)peek(t)))
		return fail(t, "an escape");
	while (isspace((unsigned char)peek(t)))
		t->line += *t->at++ == '\n';
	return NULL;
}

/* One of the four kinds of strings; where it begins is a quote. */
static struct err *string(struct toml *t, struct str *out)
{
	char quote = *t->at, three[] = { quote, quote, quote, '\0' };
	bool multi = take(t, three);

	if (!multi)
		t->at++;
	else if (take(t, "\n") || take(t, "\r\n"))
		t->line++;
	for (;;) {
		char c = peek(t);

		if (c == '\0' || (c == '\n' && !multi))
			return fail(t, "the end of the string");
		if (multi ? take(t, three) : c == quote) {
			t->at += !multi;
			/* "" before the three belongs to the text */
			for (; multi && peek(t) == quote; t->at++)
				str_addc(out, quote);
			return NULL;
		}
		t->at++;
		t->line += c == '\n';
		if (c == '\\' && quote == '"')
			TRY(escape(t, multi, out));
		else
			str_addc(out, c);
	}
}

static bool is_bare(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* A key, dots in it; all but its last name are added to `table`. */
static struct err *key(struct toml *t, struct str *table, struct str *out)
{
	for (;;) {
		skip_spaces(t);
		if (peek(t) == '"' || peek(t) == '\'')
			TRY(string(t, out));
		else if (is_bare(peek(t)))
			while (is_bare(peek(t)))
				str_addc(out, *t->at++);
		else
			return fail(t, "a key");
		skip_spaces(t);
		if (!take(t, "."))
			return NULL;
		str_addf(table, "%s%s", table->len ? "." : "", str_get(out));
		str_clear(out);
	}
}

static struct err *emit(struct toml *t, const struct toml_item *item)
{
	return err_at(t->on(t->ctx, item), "%s:%d", t->where, t->line);
}

static struct err *value(struct toml *t, const char *table, const char *name);

static struct err *pair(struct toml *t, const char *in)
{
	_cleanup_(str_done) struct str table = STR_INIT, name = STR_INIT;

	str_add(&table, in);
	TRY(key(t, &table, &name));
	if (!take(t, "="))
		return fail(t, "\"=\"");
	skip_spaces(t);
	return value(t, str_get(&table), str_get(&name));
}

static struct err *inline_table(struct toml *t, const char *table, const char *name)
{
	_cleanup_(freep) char *full = xasprintf("%s%s%s", table, *table ? "." : "", name);

	TRY(emit(t, &(struct toml_item){ .kind = TOML_TABLE, .table = full }));
	skip_spaces(t);
	if (take(t, "}"))
		return NULL;
	do {
		TRY(pair(t, full));
		skip_spaces(t);
	} while (take(t, ","));
	return take(t, "}") ? NULL : fail(t, "\"}\"");
}

static struct err *array(struct toml *t, const char *table, const char *name)
{
	for (skip_lines(t); !take(t, "]"); skip_lines(t)) {
		TRY(value(t, table, name));
		skip_lines(t);
		if (!take(t, ",") && peek(t) != ']')
			return fail(t, "\",\" or \"]\"");
	}
	return NULL;
}

static bool is_word(const char *at, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(at, word, n) == 0;
}

/* true, false, a number or a date; a date's time may follow a space. */
static struct err *word(struct toml *t, struct toml_item *item)
{
	const char *from = t->at;
	size_t n;

	while (is_bare(peek(t)) || (peek(t) && strchr("+.:", peek(t))) ||
		(peek(t) == ' ' && t->at - from == 10 && from[4] == '-' && t->at + 1 < t->end &&
			isdigit((unsigned char)t->at[1])))
		t->at++;
	n = (size_t)(t->at - from);
	item->truth = is_word(from, n, "true");
	item->kind = item->truth || is_word(from, n, "false") ? TOML_BOOL : TOML_OTHER;
	if (n == 0 || (item->kind == TOML_OTHER && isalpha((unsigned char)*from) &&
			      !is_word(from, n, "inf") && !is_word(from, n, "nan")))
		return fail(t, "a value");
	return emit(t, item);
}

static struct err *nested(struct toml *t, const char *table, const char *name, bool is_array)
{
	struct err *e;

	if (++t->depth > DEPTH_MAX)
		return fail(t, "a value that is not nested as deep");
	e = is_array ? array(t, table, name) : inline_table(t, table, name);
	t->depth--;
	return e;
}

static struct err *value(struct toml *t, const char *table, const char *name)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	struct toml_item item = { .kind = TOML_STRING, .table = table, .key = name };

	if (take(t, "["))
		return nested(t, table, name, true);
	if (take(t, "{"))
		return nested(t, table, name, false);
	if (peek(t) != '"' && peek(t) != '\'')
		return word(t, &item);
	TRY(string(t, &text));
	item.text = str_get(&text);
	return emit(t, &item);
}

static struct err *header(struct toml *t)
{
	bool element = take(t, "[[");
	_cleanup_(str_done) struct str last = STR_INIT;

	if (!element)
		t->at++;
	str_clear(&t->table);
	TRY(key(t, &t->table, &last));
	str_addf(&t->table, "%s%s", t->table.len ? "." : "", str_get(&last));
	if (!take(t, element ? "]]" : "]"))
		return fail(t, element ? "\"]]\"" : "\"]\"");
	return emit(t, &(struct toml_item){ .kind = TOML_TABLE, .table = str_get(&t->table) });
}

static struct err *read_all(struct toml *t)
{
	for (skip_lines(t); t->at < t->end;) {
		TRY(peek(t) == '[' ? header(t) : pair(t, str_get(&t->table)));
		TRY(end_of_line(t));
	}
	return NULL;
}

struct err *toml_read(const char *where, const char *text, size_t n,
	struct err *(*on)(void *ctx, const struct toml_item *item), void *ctx)
{
	struct toml t = { .at = text, .end = text + n, .where = where, .line = 1, .on = on, .ctx = ctx };
	struct err *e = read_all(&t);

	str_done(&t.table);
	return e;
}
