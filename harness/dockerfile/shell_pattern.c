#include "dockerfile/shell_pattern.h"

#include "dockerfile/regex.h"

/* One character of a shell pattern as a regular expression; false: an escape that is none. */
static bool add_element(struct str *out, struct span *rest, const char *star)
{
	size_t width;
	rune r = rune_first(*rest, &width);

	*rest = span_from(*rest, width);
	if (r == '*' || r == '?') {
		str_add(out, r == '*' ? star : ".");
		return true;
	}
	if (r == '\\') {
		/* before } and / the escape only got it past the end of ${} */
		if (span_starts(*rest, "}") || span_starts(*rest, "/"))
			return true;
		str_addc(out, '\\');
		r = rune_first(*rest, &width);
		*rest = span_from(*rest, width);
		if (r != '*' && r != '?' && r != '\\')
			return false;
	} else if (r < 0x80 && strchr("[]{}.+()|^$", (int)r)) {
		str_addc(out, '\\');
	}
	rune_add(out, r);
	return true;
}

static struct err *compile(struct span pattern, bool greedy, bool anchored, struct regex **out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	struct span rest = pattern;

	if (span_starts(rest, "\xef\xbb\xbf"))
		rest = span_from(rest, 3);
	if (anchored)
		str_addc(&text, '^');
	while (rest.n > 0)
		if (!add_element(&text, &rest, greedy ? ".*" : ".*?"))
			return err_new(ERR_INPUT, "invalid escape in pattern \"%.*s\"",
				(int)(pattern.n < 80 ? pattern.n : 80), pattern.p);
	return regex_new((struct span){ str_get(&text), text.len }, out);
}

struct err *shell_trim_prefix(struct span pattern, struct span value, bool greedy, struct str *out)
{
	_cleanup_(regex_freep) struct regex *re = NULL;
	size_t start, end = 0;

	TRY(compile(pattern, greedy, true, &re));
	if (regex_find(re, value, 0, &start, &end))
		value = span_from(value, end);
	str_addn(out, value.p, value.n);
	return NULL;
}

/* The length of the first piece of s: a rune, or with `escapes` a backslash and its rune. */
static size_t piece(struct span s, bool escapes)
{
	size_t width, next;

	if (rune_first(s, &width) != '\\' || !escapes || s.n == width)
		return width;
	rune_first(span_from(s, width), &next);
	return width + next;
}

/* Append s with its pieces in reverse; what is no UTF-8 becomes U+FFFD. */
static void add_reversed(struct str *out, struct span s, bool escapes)
{
	_cleanup_(str_done) struct str runes = STR_INIT;
	_cleanup_(freep) size_t *starts = xcalloc(s.n + 1, sizeof(*starts));
	size_t count = 0, width;

	for (; s.n > 0; s = span_from(s, width))
		rune_add(&runes, rune_first(s, &width));
	s = (struct span){ str_get(&runes), runes.len };
	for (size_t at = 0; at < s.n; at += piece(span_from(s, at), escapes))
		starts[count++] = at;
	for (size_t end = s.n; count > 0; end = starts[count]) {
		count--;
		str_addn(out, s.p + starts[count], end - starts[count]);
	}
}

struct err *shell_trim_suffix(struct span pattern, struct span value, bool greedy, struct str *out)
{
	_cleanup_(str_done) struct str turned = STR_INIT, name = STR_INIT, result = STR_INIT;

	/* the shortest match at the end is one at the start of the reverse */
	add_reversed(&turned, pattern, true);
	add_reversed(&name, value, false);
	TRY(shell_trim_prefix((struct span){ str_get(&turned), turned.len },
		(struct span){ str_get(&name), name.len }, greedy, &result));
	add_reversed(out, (struct span){ str_get(&result), result.len }, false);
	return NULL;
}

static size_t name_length(struct span s)
{
	size_t n = 0, width;

	while (n < s.n) {
		rune r = rune_first(span_from(s, n), &width);

		if (r != '_' && !rune_is_letter(r) && !rune_is_digit(r))
			break;
		n += width;
	}
	return n;
}

/* The $name or ${name} at s (behind its '$'): its length, or 0 when it is none. */
static size_t reference(struct span s, struct span *name_out)
{
	bool braces = span_starts(s, "{");
	size_t n = name_length(span_from(s, braces));

	*name_out = (struct span){ s.p + braces, n };
	if (n == 0 || (braces && !span_starts(span_from(s, 1 + n), "}")))
		return 0;
	return braces ? n + 2 : n;
}

/* Go expands references to groups in a replacement; there is group 0, the match, alone. */
static void add_template(struct str *out, struct span text, struct span match)
{
	while (text.n > 0) {
		const char *dollar = memchr(text.p, '$', text.n);
		size_t plain = dollar ? (size_t)(dollar - text.p) : text.n, n;
		struct span name;

		str_addn(out, text.p, plain);
		text = span_from(text, plain);
		if (text.n == 0)
			break;
		text = span_from(text, 1);
		n = span_starts(text, "$") ? 0 : reference(text, &name);
		if (n == 0)
			str_addc(out, '$');
		else if (span_eq(name, "0"))
			str_addn(out, match.p, match.n);
		text = span_from(text, n > 0 ? n : span_starts(text, "$"));
	}
}

static void replace_all(struct regex *re, struct span value, struct span text, struct str *out)
{
	size_t done = 0, at = 0, start, end, width;

	while (at <= value.n && regex_find(re, value, at, &start, &end)) {
		str_addn(out, value.p + done, start - done);
		/* no empty match right behind another one */
		if (end > done || start == 0)
			add_template(out, text, (struct span){ value.p + start, end - start });
		done = end;
		rune_first(span_from(value, at), &width);
		if (at + width > end)
			at += width;
		else
			at = at + 1 > end ? at + 1 : end;
	}
	str_addn(out, value.p + done, value.n - done);
}

struct err *shell_replace(
	struct span pattern, struct span value, struct span text, bool all, struct str *out)
{
	_cleanup_(regex_freep) struct regex *re = NULL;
	size_t start = value.n, end = value.n;

	TRY(compile(pattern, true, false, &re));
	if (all) {
		replace_all(re, value, text, out);
		return NULL;
	}
	if (!regex_find(re, value, 0, &start, &end)) {
		str_addn(out, value.p, value.n);
		return NULL;
	}
	str_addn(out, value.p, start);
	str_addn(out, text.p, text.n);
	str_addn(out, value.p + end, value.n - end);
	return NULL;
}
