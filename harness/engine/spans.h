/* Intervals of time of one thing that was seen to start and stop more than once. */
#ifndef ENGINE_SPANS_H
#define ENGINE_SPANS_H

#include <stddef.h>
#include <stdint.h>

struct span {
	int64_t start_ns, end_ns;
};
struct spans {
	struct span *items;
	size_t count, room;
};

/* Add one. The same start told again with a later end is the same interval. */
void spans_add(struct spans *s, int64_t start_ns, int64_t end_ns);
/* Add each one of `from`. */
void spans_add_all(struct spans *s, const struct spans *from);
/* The time that at least one of them covers. Sorts them. */
int64_t spans_cover_ns(struct spans *s);
/* The time that a covers and b does not. */
int64_t spans_cover_less_ns(const struct spans *a, const struct spans *b);
/* The first start; -1 when there is none. */
int64_t spans_first_ns(const struct spans *s);
/* Free, and be empty. */
void spans_done(struct spans *s);

#endif
