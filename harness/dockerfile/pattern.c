#include "dockerfile/pattern.h"

struct compiler {
	struct span rest;
	struct str regex;
	enum pattern_kind kind;
	bool first;
	enum ignore_dialect dialect;
};

static rune take(struct compiler *c)
{
	size_t width;
	rune r = rune_first(c->rest, &width);

	c->rest = span_from(c->rest, width);
	return r;
}

/* "**", behind its first star; a slash after it belongs to it. */
static void two_stars(struct compiler *c)
{
	take(c);
	if (span_starts(c->rest, "/"))
		take(c);
	if (c->rest.n > 0) {
		str_add(&c->regex, "(.*/)?");
		c->kind = PATTERN_REGEX;
	} else if (c->kind == PATTERN_EXACT && c->dialect == IGNORE_MOBY) {
		c->kind = PATTERN_PREFIX;
	} else {
		str_add(&c->regex, ".*");
		c->kind = PATTERN_REGEX;
	}
	if (c->first && c->dialect == IGNORE_MOBY)
		c->kind = PATTERN_SUFFIX;
}

static void backslash(struct compiler *c)
{
	str_addc(&c->regex, '\\');
	if (c->rest.n == 0)
		return;
	rune_add(&c->regex, take(c));
	c->kind = PATTERN_REGEX;
}

/* The next piece of a pattern as a regular expression. '|', '{' and '}' are not escaped: so it is
 * in BuildKit, and "a|b*" matches all that starts with an a. */
static void piece(struct compiler *c)
{
	rune r = take(c);

	if (r == '*' && span_starts(c->rest, "*")) {
		two_stars(c);
	} else if (r == '*' || r == '?') {
		str_add(&c->regex, r == '*' ? "[^/]*" : "[^/]");
		c->kind = PATTERN_REGEX;
	} else if (r == '\\') {
		backslash(c);
	} else {
		if (r < 0x80 && strchr(".+()$", (int)r))
			str_addc(&c->regex, '\\');
		rune_add(&c->regex, r);
		if (r == '[' || r == ']')
			c->kind = PATTERN_REGEX;
	}
	c->first = false;
}

static struct err *compile(struct pattern *p, enum ignore_dialect dialect)
{
	struct compiler c = { .rest = span_of(p->text), .first = true, .dialect = dialect };
	struct err *e = NULL;

	if (span_starts(c.rest, "\xef\xbb\xbf"))
		c.rest = span_from(c.rest, 3);
	str_addc(&c.regex, '^');
	while (c.rest.n > 0)
		piece(&c);
	str_addc(&c.regex, '$');
	p->kind = c.kind;
	if (c.kind == PATTERN_REGEX)
		e = regex_new((struct span){ str_get(&c.regex), c.regex.len }, &p->regex);
	str_done(&c.regex);
	return e;
}

/* The line as moby's ignorefile hands it on: cleaned, without a leading slash. */
static char *clean_line(struct span line)
{
	bool invert = span_starts(line, "!");
	struct span text = invert ? span_trim(span_from(line, 1)) : line;
	_cleanup_(freep) char *clean = text.n > 0 ? path_clean(text) : xstrdup("");

	return xasprintf("%s%s", invert ? "!" : "", clean + (*clean == '/' && clean[1] != '\0'));
}

struct err *pattern_read(
	struct span line, enum ignore_dialect dialect, struct pattern *out, bool *blank_out)
{
	_cleanup_(freep) char *once = NULL, *text = NULL;
	bool bad;

	line = span_trim(line);
	*blank_out = line.n == 0;
	if (*blank_out)
		return NULL;
	once = clean_line(line);
	text = path_clean(span_trim(span_of(once)));
	if (strcmp(text, "!") == 0)
		return err_next(err_new(ERR_INPUT, "a pattern of ! alone"),
			"name what shall be let through: !PATTERN");
	out->exclusion = *text == '!';
	path_match(span_of(text + out->exclusion), span_of("."), &bad);
	if (bad)
		return err_new(ERR_INPUT, "malformed pattern");
	out->text = xstrdup(text + out->exclusion);
	return compile(out, dialect);
}

bool pattern_match(const struct pattern *p, struct span path)
{
	struct span text = span_of(p->text);
	size_t start, end;

	switch (p->kind) {
	case PATTERN_PREFIX:
		text.n -= strlen("**");
		return path.n >= text.n && memcmp(path.p, text.p, text.n) == 0;
	case PATTERN_SUFFIX:
		text = span_from(text, strlen("**"));
		if (path.n >= text.n && memcmp(path.p + path.n - text.n, text.p, text.n) == 0)
			return true;
		return span_starts(text, "/") && span_eq(path, text.p + 1);
	case PATTERN_REGEX:
		return regex_find(p->regex, path, 0, &start, &end);
	default:
		return span_eq(path, p->text);
	}
}

void pattern_done(struct pattern *p)
{
	free(p->text);
	regex_free(p->regex);
}
