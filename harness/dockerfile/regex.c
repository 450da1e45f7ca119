/* Running a regular expression: all threads in step, in order of preference (Thompson 1968, Pike's
 * variant for leftmost-first matches). */
#include "dockerfile/regex_code.h"

static bool is_word(struct span s, size_t at)
{
	char c = at < s.n ? s.p[at] : ' ';

	return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool holds(enum regex_op op, struct span s, size_t at)
{
	bool boundary = (at > 0 && is_word(s, at - 1)) != is_word(s, at);

	switch (op) {
	case RE_BEGIN:
		return at == 0;
	case RE_END:
		return at == s.n;
	case RE_WORD:
		return boundary;
	default:
		return !boundary;
	}
}

static bool in_class(const struct regex_class *c, rune r)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct regex_range *range = &c->items[i];

		if ((r >= range->low && r <= range->high) != range->negated)
			return !c->negated;
	}
	return c->negated;
}

static bool steps_on(const struct regex *re, const struct regex_inst *in, rune r)
{
	switch (in->op) {
	case RE_RUNE:
		return r == in->x;
	case RE_ANY:
		return r != '\n';
	case RE_CLASS:
		return in_class(&re->classes[in->x], r);
	default:
		return false;
	}
}

static bool add_new(struct regex_threads *t, int32_t at, size_t start)
{
	if (t->where[at] < t->count && t->items[t->where[at]].at == at)
		return false;
	t->where[at] = (uint32_t)t->count;
	t->items[t->count++] = (struct regex_thread){ at, start };
	return true;
}

/* Add a thread at instruction `first` and all that it can reach without a rune. */
static void add(struct regex *re, struct regex_threads *t, int32_t first, size_t start,
	struct span s, size_t at)
{
	size_t depth = 0;

	re->stack[depth++] = first;
	while (depth > 0) {
		int32_t i = re->stack[--depth];
		const struct regex_inst *in = &re->code[i];

		if (!add_new(t, i, start))
			continue;
		if (in->op == RE_JUMP) {
			re->stack[depth++] = in->x;
		} else if (in->op == RE_SPLIT) {
			re->stack[depth++] = in->y;
			re->stack[depth++] = in->x;
		} else if (in->op >= RE_BEGIN && in->op <= RE_NO_WORD && holds(in->op, s, at)) {
			re->stack[depth++] = i + 1;
		}
	}
}

/* One rune on: what was a match there is kept, and threads less preferred than it are dropped. */
static bool step(struct regex *re, struct span s, size_t at, size_t *start_out, size_t *end_out)
{
	size_t width;
	rune r = rune_first(span_from(s, at), &width);

	re->next.count = 0;
	for (size_t i = 0; i < re->now.count; i++) {
		struct regex_thread t = re->now.items[i];
		const struct regex_inst *in = &re->code[t.at];

		if (in->op == RE_MATCH) {
			*start_out = t.start;
			*end_out = at;
			return true;
		}
		if (r != RUNE_END && steps_on(re, in, r))
			add(re, &re->next, t.at + 1, t.start, s, at + width);
	}
	return false;
}

bool regex_find(struct regex *re, struct span s, size_t from, size_t *start_out, size_t *end_out)
{
	bool found = false;
	size_t width = 1;

	re->now.count = 0;
	for (size_t at = from; at <= s.n; at += width) {
		struct regex_threads swap;

		if (!found && (at == 0 || !re->anchored))
			add(re, &re->now, 0, at, s, at);
		if (re->now.count == 0 && (found || re->anchored))
			break;
		found |= step(re, s, at, start_out, end_out);
		swap = re->now;
		re->now = re->next;
		re->next = swap;
		rune_first(span_from(s, at), &width);
		width += width == 0;
	}
	return found;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	for (size_t i = 0; i < re->class_count; i++)
		free(re->classes[i].items);
	free(re->classes);
	free(re->code);
	free(re->now.items);
	free(re->now.where);
	free(re->next.items);
	free(re->next.where);
	free(re->stack);
	free(re);
}
