/* Paths and their wildcards as Go's packages path and path/filepath treat them. */
#include "dockerfile/text.h"

/* Drop the last component of out; `root` bytes at its start stay. */
static void pop(struct str *out, size_t root)
{
	while (out->len > root && out->buf[out->len - 1] != '/')
		out->len--;
	if (out->len > root)
		out->len--;
	if (out->buf)
		out->buf[out->len] = '\0';
}

static void push(struct str *out, size_t root, struct span part)
{
	if (out->len > root)
		str_addc(out, '/');
	str_addn(out, part.p, part.n);
}

char *path_clean(struct span s)
{
	_cleanup_(str_done) struct str out = STR_INIT;
	bool rooted = s.n > 0 && s.p[0] == '/';
	size_t root = rooted, ups = 0, names = 0;

	if (rooted)
		str_addc(&out, '/');
	for (size_t i = 0; i < s.n;) {
		const char *slash = memchr(s.p + i, '/', s.n - i);
		struct span part = { s.p + i, slash ? (size_t)(slash - s.p) - i : s.n - i };

		i += part.n + 1;
		if (part.n == 0 || span_eq(part, "."))
			continue;
		if (!span_eq(part, "..")) {
			push(&out, root, part);
			names++;
		} else if (names > 0) {
			pop(&out, root);
			names--;
		} else if (!rooted) {
			push(&out, root, part);
			ups++;
		}
	}
	if (out.len == 0)
		str_addc(&out, '.');
	return str_take(&out);
}

/* One character of a bracket expression, escaped or not; false: malformed. */
static bool class_char(struct span *p, rune *out)
{
	size_t width;

	if (p->n == 0 || p->p[0] == '-' || p->p[0] == ']')
		return false;
	if (p->p[0] == '\\') {
		*p = span_from(*p, 1);
		if (p->n == 0)
			return false;
	}
	*out = rune_first(*p, &width);
	if (*out == RUNE_BAD && width == 1)
		return false;
	*p = span_from(*p, width);
	return p->n > 0;
}

/* The bracket expression at p (after '['), left behind its ']'; false: malformed. */
static bool class_match(struct span *p, rune r, bool *matched_out)
{
	bool negated = p->n > 0 && p->p[0] == '^', matched = false;
	int ranges = 0;

	if (negated)
		*p = span_from(*p, 1);
	while (p->n == 0 || p->p[0] != ']' || ranges == 0) {
		rune low, high;

		if (!class_char(p, &low))
			return false;
		high = low;
		if (p->p[0] == '-') {
			*p = span_from(*p, 1);
			if (!class_char(p, &high))
				return false;
		}
		matched |= low <= r && r <= high;
		ranges++;
	}
	*p = span_from(*p, 1);
	*matched_out = matched != negated;
	return true;
}

/* The next element of chunk, against the first rune of name; *failed once it does not match:
 * from then on the chunk is only checked. False: malformed. */
static bool element_match(struct span *chunk, struct span *name, bool *failed)
{
	bool open = !*failed, matched = false;
	size_t width;
	rune r = rune_first(*name, &width);
	char c = chunk->p[0];

	*chunk = span_from(*chunk, 1);
	if (c == '[') {
		if (!class_match(chunk, r, &matched))
			return false;
	} else if (c == '?') {
		matched = open && name->p[0] != '/';
	} else {
		if (c == '\\') {
			if (chunk->n == 0)
				return false;
			c = chunk->p[0];
			*chunk = span_from(*chunk, 1);
		}
		matched = open && name->p[0] == c;
		width = open;
	}
	*failed = *failed || !matched;
	if (open)
		*name = span_from(*name, width);
	return true;
}

/* Whether name starts with what chunk describes; *rest_out is what follows. */
static bool chunk_match(struct span chunk, struct span name, struct span *rest_out, bool *bad_out)
{
	bool failed = false;

	while (chunk.n > 0) {
		failed = failed || name.n == 0;
		if (!element_match(&chunk, &name, &failed)) {
			*bad_out = true;
			return false;
		}
	}
	*rest_out = name;
	return !failed;
}

/* Take stars and then what follows up to the next star off the pattern. */
static struct span next_chunk(struct span *pattern, bool *star_out)
{
	struct span p = *pattern;
	bool in_class = false;
	size_t i = 0;

	for (*star_out = false; p.n > 0 && p.p[0] == '*'; p = span_from(p, 1))
		*star_out = true;
	for (; i < p.n && (p.p[i] != '*' || in_class); i++) {
		if (p.p[i] == '\\')
			i += i + 1 < p.n;
		else if (p.p[i] == '[' || p.p[i] == ']')
			in_class = p.p[i] == '[';
	}
	*pattern = span_from(p, i);
	return (struct span){ p.p, i };
}

/* Let a star take bytes of *name, but no slash, until the chunk matches after them. */
static bool star_match(struct span chunk, bool last, struct span *name, bool *bad_out)
{
	for (size_t i = 0; i < name->n && name->p[i] != '/'; i++) {
		struct span rest;

		if (!chunk_match(chunk, span_from(*name, i + 1), &rest, bad_out) ||
			(last && rest.n > 0))
			continue;
		*name = rest;
		return true;
	}
	return false;
}

bool path_match(struct span pattern, struct span name, bool *bad_out)
{
	*bad_out = false;
	while (pattern.n > 0) {
		struct span rest;
		bool star;
		struct span chunk = next_chunk(&pattern, &star);

		if (star && chunk.n == 0)
			return name.n == 0 || !memchr(name.p, '/', name.n);
		if (chunk_match(chunk, name, &rest, bad_out) && (rest.n == 0 || pattern.n > 0)) {
			name = rest;
			continue;
		}
		if (*bad_out || !star || !star_match(chunk, pattern.n == 0, &name, bad_out))
			return false;
	}
	return name.n == 0;
}
