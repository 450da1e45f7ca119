/* The characters of a regular expression: escapes and classes. */
#include "dockerfile/regex_code.h"

struct err *regex_malformed(const char *what)
{
	return err_new(ERR_INPUT, "malformed pattern: %s", what);
}

struct regex_inst *regex_emit(struct regex *re, enum regex_op op, int32_t x, int32_t y)
{
	struct regex_inst *in = GROW(re->code, re->count, re->room);

	*in = (struct regex_inst){ op, x, y };
	return in;
}

rune regex_take(struct regex_parser *p)
{
	size_t width;
	rune r = rune_first(p->rest, &width);

	p->rest = span_from(p->rest, width);
	return r;
}

static int hex(rune r)
{
	if (r >= '0' && r <= '9')
		return r - '0';
	r |= 0x20;
	return r >= 'a' && r <= 'f' ? r - 'a' + 10 : -1;
}

/* \xHH or \x{H...}, behind the x. */
static struct err *parse_hex(struct regex_parser *p, rune *out)
{
	bool braces = span_starts(p->rest, "{");
	rune value = 0;
	size_t digits = 0;

	if (braces)
		regex_take(p);
	for (; braces ? !span_starts(p->rest, "}") : digits < 2; digits++) {
		int digit = hex(regex_take(p));

		if (digit < 0)
			return regex_malformed("bad \\x escape");
		value = value * 16 + digit;
		if (value > 0x10ffff)
			return regex_malformed("bad \\x escape");
	}
	if (braces)
		regex_take(p);
	*out = value;
	return digits > 0 ? NULL : regex_malformed("bad \\x escape");
}

static rune parse_octal(struct regex_parser *p, rune value)
{
	for (int i = 0; i < 2 && p->rest.n > 0 && p->rest.p[0] >= '0' && p->rest.p[0] <= '7'; i++)
		value = value * 8 + regex_take(p) - '0';
	return value;
}

struct err *regex_parse_escape(struct regex_parser *p, rune *out)
{
	static const char letters[] = "afnrtv", values[] = "\a\f\n\r\t\v";
	bool octal_follows;
	rune r = regex_take(p);

	if (r == RUNE_END)
		return regex_malformed("trailing backslash");
	octal_follows = p->rest.n > 0 && p->rest.p[0] >= '0' && p->rest.p[0] <= '7';
	if (r == 'x')
		return parse_hex(p, out);
	if (r < 0x80 && !rune_is_letter(r) && !rune_is_digit(r))
		*out = r;
	else if (r == '0' || (r >= '1' && r <= '7' && octal_follows))
		*out = parse_octal(p, r - '0');
	else if (r < 0x80 && strchr(letters, (int)r))
		*out = values[strchr(letters, (int)r) - letters];
	else
		return regex_malformed("unknown escape");
	return NULL;
}

static void add_range(struct regex_class *c, rune low, rune high)
{
	*GROW(c->items, c->count, c->room) = (struct regex_range){ low, high, false };
}

/* The ranges of a named class, as pairs; negated: what lies outside. Negation of several ranges
 * needs their complement, so it is built here. */
static void add_set(struct regex_class *c, const char *pairs, bool negated)
{
	rune next = 0;

	for (; *pairs; pairs += 2) {
		rune low = (unsigned char)pairs[0], high = (unsigned char)pairs[1];

		if (!negated)
			add_range(c, low, high);
		else if (next < low)
			add_range(c, next, low - 1);
		next = high + 1;
	}
	if (negated)
		add_range(c, next, 0x10ffff);
}

bool regex_parse_perl(struct regex_parser *p, struct regex_class *c)
{
	static const char names[] = "dsw";
	static const char *const sets[] = { "09", "\t\n\f\r  ", "09AZ__az" };
	const char *at;

	if (p->rest.n < 2 || p->rest.p[0] != '\\' || p->rest.p[1] == 0)
		return false;
	at = strchr(names, p->rest.p[1] | 0x20);
	if (!at || *at == '\0')
		return false;
	add_set(c, sets[at - names], p->rest.p[1] < 'a');
	p->rest = span_from(p->rest, 2);
	return true;
}

/* [:name:] at p; *found_out is false when there is none. */
static struct err *parse_named(struct regex_parser *p, struct regex_class *c, bool *found_out)
{
	static const struct {
		const char *name, *set;
	} classes[] = {
		{ "alnum", "09AZaz" },
		{ "alpha", "AZaz" },
		{ "blank", "\t\t  " },
		{ "cntrl", "\x01\x1f\x7f\x7f" },
		{ "digit", "09" },
		{ "graph", "!~" },
		{ "lower", "az" },
		{ "print", " ~" },
		{ "punct", "!/:@[`{~" },
		{ "space", "\t\r  " },
		{ "upper", "AZ" },
		{ "word", "09AZ__az" },
		{ "xdigit", "09AFaf" },
		{ "ascii", "\x01\x7f" },
	};
	const char *end;
	struct span name;
	bool negated;

	*found_out = false;
	if (p->rest.n <= 2 || !span_starts(p->rest, "[:"))
		return NULL;
	end = memmem(p->rest.p + 2, p->rest.n - 2, ":]", 2);
	if (!end)
		return NULL;
	name = (struct span){ p->rest.p + 2, (size_t)(end - p->rest.p) - 2 };
	negated = span_starts(name, "^");
	name = span_from(name, negated);
	for (size_t i = 0; i < ARRAY_SIZE(classes) && !*found_out; i++)
		if (span_eq(name, classes[i].name)) {
			add_set(c, classes[i].set, negated);
			*found_out = true;
		}
	p->rest = span_from(p->rest, (size_t)(end - p->rest.p) + 2);
	return *found_out ? NULL : regex_malformed("unknown character class");
}

static struct err *parse_class_char(struct regex_parser *p, rune *out)
{
	*out = regex_take(p);
	if (*out == RUNE_END)
		return regex_malformed("[ without ]");
	return *out == '\\' ? regex_parse_escape(p, out) : NULL;
}

bool regex_is_unicode_class(struct span s)
{
	return span_starts(s, "\\p") || span_starts(s, "\\P");
}

/* One member of a class: a named one, a range or a character. */
static struct err *parse_member(struct regex_parser *p, struct regex_class *c)
{
	bool found;
	rune low, high;

	TRY(parse_named(p, c, &found));
	if (found)
		return NULL;
	if (regex_is_unicode_class(p->rest))
		return regex_malformed("classes of Unicode (\\p) are not known here");
	if (regex_parse_perl(p, c))
		return NULL;
	TRY(parse_class_char(p, &low));
	high = low;
	if (p->rest.n >= 2 && p->rest.p[0] == '-' && p->rest.p[1] != ']') {
		regex_take(p);
		TRY(parse_class_char(p, &high));
		if (high < low)
			return regex_malformed("range out of order");
	}
	add_range(c, low, high);
	return NULL;
}

struct err *regex_parse_class(struct regex_parser *p)
{
	size_t index = p->re->class_count;
	struct regex_class *c = GROW(p->re->classes, p->re->class_count, p->re->class_room);
	bool first = true;

	if (span_starts(p->rest, "^")) {
		c->negated = true;
		regex_take(p);
	}
	for (; first || !span_starts(p->rest, "]"); first = false)
		TRY(parse_member(p, c));
	regex_take(p);
	regex_emit(p->re, RE_CLASS, (int32_t)index, 0);
	return NULL;
}
