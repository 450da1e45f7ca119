/* From text to program: the part of Go's regular expressions that ignore patterns can produce
 * (alternatives of characters, classes, assertions and the group "(.*" "/)?", each repeated or
 * not). */
#include "dockerfile/regex_code.h"

#define REGEX_CODE_MAX 100000

/* The group that `**` becomes: any number of whole components. */
static void parse_group(struct regex_parser *p)
{
	int32_t at = (int32_t)p->re->count;

	p->rest = span_from(p->rest, strlen(".*/)?"));
	regex_emit(p->re, RE_SPLIT, at + 1, at + 5);
	regex_emit(p->re, RE_SPLIT, at + 2, at + 4);
	regex_emit(p->re, RE_ANY, 0, 0);
	regex_emit(p->re, RE_JUMP, at + 1, 0);
	regex_emit(p->re, RE_RUNE, '/', 0);
}

/* A backslash and what follows, outside of a class. */
static struct err *parse_backslash(struct regex_parser *p)
{
	static const char names[] = "AzbB";
	static const enum regex_op ops[] = { RE_BEGIN, RE_END, RE_WORD, RE_NO_WORD };
	char c = p->rest.n > 0 ? p->rest.p[0] : ' ';
	struct regex_class *class;
	rune r;

	if (c == 'Q' || (c != '\0' && strchr(names, c))) {
		p->quoted = c == 'Q';
		if (c != 'Q')
			regex_emit(p->re, ops[strchr(names, c) - names], 0, 0);
		regex_take(p);
		return NULL;
	}
	if (c == 'p' || c == 'P')
		return regex_malformed("classes of Unicode (\\p) are not known here");
	p->rest = (struct span){ p->rest.p - 1, p->rest.n + 1 };
	class = GROW(p->re->classes, p->re->class_count, p->re->class_room);
	if (regex_parse_perl(p, class)) {
		regex_emit(p->re, RE_CLASS, (int32_t)p->re->class_count - 1, 0);
		return NULL;
	}
	regex_take(p);
	TRY(regex_parse_escape(p, &r));
	regex_emit(p->re, RE_RUNE, r, 0);
	return NULL;
}

/* The next atom; text after \Q stands for itself up to \E. */
static struct err *parse_atom(struct regex_parser *p)
{
	rune r;

	if (p->quoted && span_starts(p->rest, "\\E")) {
		p->quoted = false;
		p->rest = span_from(p->rest, 2);
		return NULL;
	}
	r = regex_take(p);
	if (p->quoted) {
		regex_emit(p->re, RE_RUNE, r, 0);
		return NULL;
	}
	switch (r) {
	case '\\':
		return parse_backslash(p);
	case '[':
		return regex_parse_class(p);
	case '(':
		parse_group(p);
		return NULL;
	case '.':
		regex_emit(p->re, RE_ANY, 0, 0);
		return NULL;
	case '^':
		regex_emit(p->re, RE_BEGIN, 0, 0);
		return NULL;
	case '$':
		regex_emit(p->re, RE_END, 0, 0);
		return NULL;
	default:
		regex_emit(p->re, RE_RUNE, r, 0);
		return NULL;
	}
}

/* A number of at most 8 digits without leading zeros; -1 when it is larger. False: no number. */
static bool parse_count(struct span *s, int *out)
{
	int n = 0;

	if (s->n == 0 || !rune_is_digit((unsigned char)s->p[0]))
		return false;
	if (s->n >= 2 && s->p[0] == '0' && rune_is_digit((unsigned char)s->p[1]))
		return false;
	for (; s->n > 0 && rune_is_digit((unsigned char)s->p[0]); *s = span_from(*s, 1))
		n = n < 0 || n >= 100000000 ? -1 : n * 10 + s->p[0] - '0';
	*out = n;
	return true;
}

/* {n}, {n,} or {n,m} at *s, taken off it; *max is -1 without an end. False: a brace like any. */
static bool parse_braces(struct span *s, int *min, int *max)
{
	struct span rest = span_from(*s, 1);

	if (!parse_count(&rest, min) || rest.n == 0)
		return false;
	*max = *min;
	if (rest.p[0] == ',') {
		rest = span_from(rest, 1);
		*max = -1;
		if (rest.n > 0 && rest.p[0] != '}') {
			if (!parse_count(&rest, max))
				return false;
			if (*max < 0)
				*min = -1;
		}
	}
	if (rest.n == 0 || rest.p[0] != '}')
		return false;
	*s = span_from(rest, 1);
	return true;
}

/* Put copies of the atom that stands from `at` on in its place: min times, then up to max times
 * more, or any number (max < 0), as many or as few as possible. */
static void repeat(struct regex *re, size_t at, int min, int max, bool lazy)
{
	size_t n = re->count - at;
	struct regex_inst atom[5];
	size_t splits = max > min ? (size_t)(max - min) : 0;
	int32_t end = (int32_t)(at + (size_t)min * n + splits * (n + 1));

	memcpy(atom, &re->code[at], n * sizeof(*atom));
	re->count = at;
	for (int i = 0; i < min || i < max || (max < 0 && i == min); i++) {
		int32_t here = (int32_t)re->count, shift;

		if (max < 0 && i >= min)
			end = here + (int32_t)n + 2;
		if (i >= min)
			regex_emit(re, RE_SPLIT, lazy ? end : here + 1, lazy ? here + 1 : end);
		shift = (int32_t)re->count - (int32_t)at;
		for (size_t k = 0; k < n; k++) {
			struct regex_inst in = atom[k];
			bool moves = in.op == RE_SPLIT || in.op == RE_JUMP;

			regex_emit(re, in.op, moves ? in.x + shift : in.x,
				moves ? in.y + shift : in.y);
		}
		if (max < 0 && i >= min)
			regex_emit(re, RE_JUMP, here, 0);
	}
}

static bool starts_repeat(struct span s)
{
	int min, max;

	return span_starts(s, "*") || (span_starts(s, "{") && parse_braces(&s, &min, &max));
}

/* The repetition behind the atom at `at`, if there is one; two in a row are an error. */
static struct err *parse_repeat(struct regex_parser *p, size_t at)
{
	int min = 0, max = -1;
	bool lazy;

	if (p->quoted || p->rest.n == 0)
		return NULL;
	if (p->rest.p[0] == '*')
		regex_take(p);
	else if (p->rest.p[0] != '{' || !parse_braces(&p->rest, &min, &max))
		return NULL;
	if (min < 0 || min > 1000 || max > 1000 || (max >= 0 && min > max))
		return regex_malformed("bad repetition count");
	lazy = span_starts(p->rest, "?");
	if (lazy)
		regex_take(p);
	repeat(p->re, at, min, max, lazy);
	if (starts_repeat(p->rest))
		return regex_malformed("two repetitions in a row");
	return NULL;
}

/* One alternative; *anchored_out: it starts with ^. */
static struct err *parse_branch(struct regex_parser *p, bool *anchored_out)
{
	size_t start = p->re->count, last = start;

	if (starts_repeat(p->rest))
		return regex_malformed("nothing to repeat");
	while (p->rest.n > 0 && (p->quoted || p->rest.p[0] != '|')) {
		size_t at = p->re->count;
		bool group = !p->quoted && p->rest.p[0] == '(';

		TRY(parse_atom(p));
		if (p->re->count > at)
			last = at;
		if (group && starts_repeat(p->rest))
			return regex_malformed("two repetitions in a row");
		if (p->re->count > start)
			TRY(parse_repeat(p, last));
		if (p->re->count > REGEX_CODE_MAX)
			return regex_malformed("it is too large");
	}
	*anchored_out = p->re->count > start && p->re->code[start].op == RE_BEGIN;
	return NULL;
}

/* Alternatives, the first preferred: SPLIT to one or to what follows it. */
static struct err *parse_all(struct regex_parser *p)
{
	bool anchored = false, more = true;
	size_t pending = 0; /* jumps to the end, chained through x */

	p->re->anchored = true;
	while (more) {
		size_t split = p->re->count, jump;

		regex_emit(p->re, RE_SPLIT, (int32_t)split + 1, 0);
		TRY(parse_branch(p, &anchored));
		p->re->anchored &= anchored;
		more = p->rest.n > 0;
		if (more)
			regex_take(p);
		jump = p->re->count;
		regex_emit(p->re, RE_JUMP, (int32_t)pending, 0);
		pending = jump;
		p->re->code[split].y = more ? (int32_t)jump + 1 : (int32_t)split + 1;
	}
	while (pending != 0) {
		size_t next = (size_t)p->re->code[pending].x;

		p->re->code[pending].x = (int32_t)p->re->count;
		pending = next;
	}
	regex_emit(p->re, RE_MATCH, 0, 0);
	return NULL;
}

static void threads_init(struct regex_threads *t, size_t n)
{
	t->items = xcalloc(n, sizeof(*t->items));
	t->where = xcalloc(n, sizeof(*t->where));
}

struct err *regex_new(struct span text, struct regex **out)
{
	_cleanup_(regex_freep) struct regex *re = NEW(struct regex);
	struct regex_parser p = { .re = re, .rest = text };

	TRY(parse_all(&p));
	threads_init(&re->now, re->count);
	threads_init(&re->next, re->count);
	re->stack = xcalloc(2 * re->count + 2, sizeof(*re->stack));
	*out = TAKE_PTR(re);
	return NULL;
}
