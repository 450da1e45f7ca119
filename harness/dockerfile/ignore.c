/* .dockerignore: the last pattern that matches a path or one of its parents wins. */
#include "dockerfile/pattern.h"

#define IGNORE_SIZE_MAX (2 * 1024 * 1024)
#define IGNORE_LINE_MAX 65535 /* BuildKit's */

struct ignore {
	struct pattern *items;
	size_t count, room;
	enum ignore_dialect dialect;
	bool exclusions; /* has '!' patterns */
	bool anywhere;	 /* one of them may match in any directory */
	bool *matched;	 /* of each pattern: whether it matched the parent */
};

static struct err *add_line(struct ignore *i, struct span line)
{
	struct pattern p = { 0 };
	bool blank;
	struct err *e;

	if (span_starts(line, "#"))
		return NULL;
	e = pattern_read(line, i->dialect, &p, &blank);
	if (!e && !blank)
		*GROW(i->items, i->count, i->room) = p;
	else
		pattern_done(&p);
	i->exclusions |= !e && !blank && p.exclusion;
	return e;
}

/* What can be no ignore file: too long, or UTF-16. */
static struct err *check_text(const char *file, struct span text)
{
	struct err *e = NULL;

	if (text.n > IGNORE_SIZE_MAX)
		e = err_next(err_new(ERR_INPUT, "larger than 2 MiB"),
			"name directories instead of each file in them");
	else if (span_starts(text, "\xff\xfe") || span_starts(text, "\xfe\xff"))
		e = err_next(err_new(ERR_INPUT, "this is UTF-16"), "save it as UTF-8");
	return e ? err_at(e, "%s:1:1", file) : NULL;
}

/* One line; *column_out is where what is wrong stands. */
static struct err *read_line(struct ignore *i, struct span s, int *column_out)
{
	const char *nul = s.n > 0 ? memchr(s.p, '\0', s.n) : NULL;

	*column_out = nul ? (int)(nul - s.p) + 1 : (int)(s.n - span_trim_left(s).n) + 1;
	if (nul)
		return err_next(err_new(ERR_INPUT, "a NUL byte"), "save it as UTF-8 text");
	if (s.n <= IGNORE_LINE_MAX) {
		struct err *e = add_line(i, s);

		return e ? err_next(e, "a backslash makes a character stand for itself") : NULL;
	}
	*column_out = IGNORE_LINE_MAX + 1;
	return err_next(err_new(ERR_INPUT, "a line of %zu bytes; BuildKit takes at most %d", s.n,
				IGNORE_LINE_MAX),
		"write one pattern a line");
}

static struct err *read_lines(struct ignore *i, const char *file, struct span text)
{
	if (span_starts(text, "\xef\xbb\xbf"))
		text = span_from(text, 3);
	for (int line = 1; text.n > 0; line++) {
		const char *end = memchr(text.p, '\n', text.n);
		struct span s = { text.p, end ? (size_t)(end - text.p) : text.n };
		struct err *e;
		int column;

		text = span_from(text, s.n + (end != NULL));
		e = read_line(i, s, &column);
		if (e)
			return err_at(e, "%s:%d:%d", file, line, column);
	}
	return NULL;
}

/* What a pattern surely starts with. */
static struct span plain_part(const struct pattern *p)
{
	struct span text = span_of(p->text);

	if (text.n >= 3 && memcmp(text.p + text.n - 3, "/**", 3) == 0)
		text.n -= 3;
	if (text.n >= 2 && memcmp(text.p + text.n - 2, "/*", 2) == 0)
		text.n -= 2;
	return text;
}

/* Whether a '!' pattern with wildcards might match anywhere. buildah does not think so. */
static bool matches_anywhere(const struct ignore *i)
{
	for (size_t k = 0; k < i->count && i->dialect == IGNORE_MOBY; k++) {
		struct span text = plain_part(&i->items[k]);

		for (size_t n = 0; i->items[k].exclusion && n < text.n; n++)
			if (strchr("*[]?^\\", text.p[n]))
				return true;
	}
	return false;
}

struct err *ignore_parse(
	const char *file, const char *text, size_t n, enum ignore_dialect d, struct ignore **out)
{
	_cleanup_(ignore_freep) struct ignore *i = NEW(struct ignore);
	struct span s = { text, text ? n : 0 };

	i->dialect = d;
	TRY(check_text(file, s));
	TRY(read_lines(i, file, s));
	i->anywhere = matches_anywhere(i);
	i->matched = xcalloc(i->count + 1, sizeof(*i->matched));
	*out = TAKE_PTR(i);
	return NULL;
}

/* Whether `path` is left out, given what matched its parent, which is updated to what matched it. A
 * pattern that could not change the verdict is not asked, and so does not count for what is below:
 * BuildKit's walk over the context does the same. */
static bool verdict(const struct ignore *i, struct span path)
{
	bool out = false;

	for (size_t k = 0; k < i->count; k++) {
		const struct pattern *p = &i->items[k];

		if (!i->matched[k] && p->exclusion == out)
			i->matched[k] = pattern_match(p, path);
		if (i->matched[k])
			out = !p->exclusion;
	}
	return out;
}

/* buildah asks every pattern, and each one for the parents too. */
static bool verdict_buildah(const struct ignore *i, struct span path)
{
	bool out = false;

	for (size_t k = 0; k < i->count; k++) {
		bool matched = pattern_match(&i->items[k], path);

		for (size_t n = 1; n < path.n && !matched; n++)
			matched = path.p[n] == '/' &&
				  pattern_match(&i->items[k], (struct span){ path.p, n });
		if (matched)
			out = !i->items[k].exclusion;
	}
	return out;
}

static bool is_out(const struct ignore *i, struct span path)
{
	return i->dialect == IGNORE_BUILDAH ? verdict_buildah(i, path) : verdict(i, path);
}

/* Whether the text of a '!' pattern leads below dir. buildah compares without the slash after dir,
 * and so lets "docs/x" keep a directory "doc" open: that shows only in the time it takes. */
static bool leads_below(const struct ignore *i, struct span dir)
{
	for (size_t k = 0; k < i->count; k++) {
		struct span text = plain_part(&i->items[k]);

		if (i->items[k].exclusion && text.n >= dir.n &&
			(text.n == dir.n || text.p[dir.n] == '/') &&
			memcmp(text.p, dir.p, dir.n) == 0)
			return true;
	}
	return false;
}

static bool may_hold(const struct ignore *i, struct span dir)
{
	return i->exclusions && (i->anywhere || leads_below(i, dir));
}

bool ignore_match(const struct ignore *i, const char *path)
{
	struct span whole = span_of(path);

	if (i->count == 0)
		return false;
	memset(i->matched, 0, i->count * sizeof(*i->matched));
	for (size_t n = 0; n < whole.n; n++) {
		struct span dir = { whole.p, n };

		if (whole.p[n] == '/' && n > 0 && is_out(i, dir) && !may_hold(i, dir))
			return true;
	}
	return whole.n > 0 && is_out(i, whole);
}

bool ignore_may_hold(const struct ignore *i, const char *dir)
{
	return may_hold(i, span_of(dir));
}

void ignore_free(struct ignore *i)
{
	if (!i)
		return;
	for (size_t k = 0; k < i->count; k++)
		pattern_done(&i->items[k]);
	free(i->items);
	free(i->matched);
	free(i);
}
