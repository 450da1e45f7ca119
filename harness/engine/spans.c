#include "engine/spans.h"

#include <stdlib.h>

#include "base/err.h"

/* A vertex that a hostile engine restarts without end takes no more memory than this. */
#define SPANS_MAX 4096

void spans_add(struct spans *s, int64_t start_ns, int64_t end_ns)
{
	struct span *new;

	for (size_t i = s->count; i > 0; i--) {
		struct span *old = &s->items[i - 1];

		if (old->start_ns != start_ns)
			continue;
		if (end_ns > old->end_ns)
			old->end_ns = end_ns;
		return;
	}
	if (s->count >= SPANS_MAX || end_ns < start_ns)
		return;
	new = GROW(s->items, s->count, s->room);
	*new = (struct span){ start_ns, end_ns };
}

void spans_add_all(struct spans *s, const struct spans *from)
{
	for (size_t i = 0; i < from->count; i++)
		spans_add(s, from->items[i].start_ns, from->items[i].end_ns);
}

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->start_ns > y->start_ns) - (x->start_ns < y->start_ns);
}

int64_t spans_cover_ns(struct spans *s)
{
	int64_t cover_ns = 0, end_ns = INT64_MIN;

	if (s->count)
		qsort(s->items, s->count, sizeof(*s->items), by_start);
	for (size_t i = 0; i < s->count; i++) {
		const struct span *p = &s->items[i];
		int64_t from_ns = p->start_ns > end_ns ? p->start_ns : end_ns;

		if (p->end_ns <= from_ns)
			continue;
		cover_ns += p->end_ns - from_ns;
		end_ns = p->end_ns;
	}
	return cover_ns;
}

int64_t spans_cover_less_ns(const struct spans *a, const struct spans *b)
{
	struct spans both = { 0 }, less = { 0 };
	int64_t ns;

	spans_add_all(&less, b);
	spans_add_all(&both, a);
	spans_add_all(&both, b);
	ns = spans_cover_ns(&both) - spans_cover_ns(&less);
	spans_done(&both);
	spans_done(&less);
	return ns;
}

int64_t spans_first_ns(const struct spans *s)
{
	int64_t first_ns = -1;

	for (size_t i = 0; i < s->count; i++)
		if (first_ns < 0 || s->items[i].start_ns < first_ns)
			first_ns = s->items[i].start_ns;
	return first_ns;
}

void spans_done(struct spans *s)
{
	free(s->items);
	*s = (struct spans){ 0 };
}
