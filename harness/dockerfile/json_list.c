#include "dockerfile/json_list.h"

#include <math.h>

#define JSON_DEPTH_MAX 10000

struct json_reader {
	struct span rest;
	bool overflow; /* of a number: Go then refuses the whole */
	bool nul;
	int depth;
};

static char look(const struct json_reader *r)
{
	return r->rest.n > 0 ? *r->rest.p : '\0';
}

static void skip_space(struct json_reader *r)
{
	while (look(r) == ' ' || look(r) == '\t' || look(r) == '\r' || look(r) == '\n')
		r->rest = span_from(r->rest, 1);
}

static bool take(struct json_reader *r, const char *text)
{
	bool there = span_starts(r->rest, text);

	if (there)
		r->rest = span_from(r->rest, strlen(text));
	return there;
}

static bool hex4(struct json_reader *r, rune *out)
{
	rune value = 0;

	if (r->rest.n < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = r->rest.p[i] | 0x20;

		if (r->rest.p[i] >= '0' && r->rest.p[i] <= '9')
			value = value * 16 + r->rest.p[i] - '0';
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + c - 'a' + 10;
		else
			return false;
	}
	r->rest = span_from(r->rest, 4);
	*out = value;
	return true;
}

/* \uXXXX behind its u; the two halves of a surrogate pair are one rune, half a pair is U+FFFD. */
static bool unicode_escape(struct json_reader *r, struct str *out)
{
	struct json_reader ahead;
	rune high, low;

	if (!hex4(r, &high))
		return false;
	ahead = *r;
	if (high >= 0xd800 && high < 0xdc00 && take(&ahead, "\\u") && hex4(&ahead, &low) &&
		low >= 0xdc00 && low < 0xe000) {
		*r = ahead;
		high = 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00));
	}
	if (high == 0)
		r->nul = true;
	else
		rune_add(out, high);
	return true;
}

static bool escape(struct json_reader *r, struct str *out)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	char c = look(r);
	const char *at = c ? strchr(names, c) : NULL;

	if (take(r, "u"))
		return unicode_escape(r, out);
	if (!at)
		return false;
	r->rest = span_from(r->rest, 1);
	str_addc(out, values[at - names]);
	return true;
}

/* How many bytes from here on mean nothing but themselves. */
static size_t plain_run(const struct json_reader *r)
{
	size_t n = 0;

	for (; n < r->rest.n; n++) {
		unsigned char c = (unsigned char)r->rest.p[n];

		if (c < ' ' || c >= 0x80 || c == '"' || c == '\\')
			break;
	}
	return n;
}

static bool string(struct json_reader *r, struct str *out)
{
	if (!take(r, "\""))
		return false;
	for (;;) {
		size_t width = plain_run(r);
		rune c;

		str_addn(out, r->rest.p, width);
		r->rest = span_from(r->rest, width);
		if (take(r, "\""))
			return true;
		c = rune_first(r->rest, &width);

		if (c == RUNE_END || c < ' ')
			return false;
		r->rest = span_from(r->rest, width);
		if (c != '\\')
			rune_add(out, c);
		else if (!escape(r, out))
			return false;
	}
}

static bool digits(struct json_reader *r)
{
	size_t before = r->rest.n;

	while (look(r) >= '0' && look(r) <= '9')
		r->rest = span_from(r->rest, 1);
	return r->rest.n < before;
}

static bool number(struct json_reader *r)
{
	struct span start = r->rest;
	_cleanup_(freep) char *text = NULL;

	take(r, "-");
	if (!take(r, "0") && !digits(r))
		return false;
	if (take(r, ".") && !digits(r))
		return false;
	if (take(r, "e") || take(r, "E")) {
		if (!take(r, "+"))
			take(r, "-");
		if (!digits(r))
			return false;
	}
	text = xstrndup(start.p, start.n - r->rest.n);
	r->overflow |= isinf(strtod(text, NULL));
	return true;
}

static bool value(struct json_reader *r);

static bool object(struct json_reader *r)
{
	_cleanup_(str_done) struct str key = STR_INIT;

	skip_space(r);
	if (take(r, "}"))
		return true;
	do {
		skip_space(r);
		if (!string(r, &key))
			return false;
		skip_space(r);
		if (!take(r, ":") || !value(r))
			return false;
		str_clear(&key);
	} while (take(r, ","));
	return take(r, "}");
}

static bool array(struct json_reader *r)
{
	skip_space(r);
	if (take(r, "]"))
		return true;
	do {
		if (!value(r))
			return false;
	} while (take(r, ","));
	return take(r, "]");
}

static bool container(struct json_reader *r)
{
	bool ok = ++r->depth <= JSON_DEPTH_MAX &&
		  (take(r, "{") ? object(r) : take(r, "[") && array(r));

	r->depth--;
	return ok;
}

/* Any value, with white space around it; nothing is kept. */
static bool value(struct json_reader *r)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	bool ok;

	skip_space(r);
	if (look(r) == '"')
		ok = string(r, &text);
	else if (look(r) == '{' || look(r) == '[')
		ok = container(r);
	else
		ok = take(r, "true") || take(r, "false") || take(r, "null") || number(r);
	skip_space(r);
	return ok;
}

/* One element of the outer array, with white space around it. */
static bool element(struct json_reader *r, struct strv *out, bool *mixed)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	skip_space(r);
	if (look(r) != '"') {
		*mixed = true;
		return value(r);
	}
	if (!string(r, &text))
		return false;
	strv_own(out, str_take(&text));
	skip_space(r);
	return true;
}

static bool elements(struct json_reader *r, struct strv *out, bool *mixed)
{
	skip_space(r);
	if (take(r, "]"))
		return true;
	do {
		if (!element(r, out, mixed))
			return false;
	} while (take(r, ","));
	return take(r, "]");
}

enum json_list json_list_parse(struct span text, struct strv *out, bool *nul_out)
{
	struct json_reader r = { .rest = span_trim_left(text), .depth = 1 };
	_cleanup_(strv_done) struct strv items = STRV_INIT;
	bool mixed = false;

	*nul_out = false;
	if (!take(&r, "[") || !elements(&r, &items, &mixed))
		return JSON_LIST_NONE;
	skip_space(&r);
	if (r.rest.n > 0 || r.overflow)
		return JSON_LIST_NONE;
	if (mixed)
		return JSON_LIST_MIXED;
	*nul_out = r.nul;
	for (size_t i = 0; i < items.count; i++)
		strv_own(out, items.items[i]);
	items.count = 0;
	return JSON_LIST_STRINGS;
}
