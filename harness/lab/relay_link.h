/* One direction of the link, as a clock: no I/O. Bytes leave one after another at its rate and
 * arrive half a round trip later, whichever connection they belong to. */
#ifndef LAB_RELAY_LINK_H
#define LAB_RELAY_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "model/cell.h"

struct link_clock {
	int64_t busy_until_ns; /* when the last byte taken will have left */
};

/* Whether bytes have to wait at all. */
bool link_is_shaped(struct link l);
/* n bytes are taken at now_ns: when the last of them arrives at the other end. */
int64_t link_due_ns(struct link_clock *c, struct link l, int64_t now_ns, size_t n);
/* How long to wait before more is taken, so that little piles up in front of the link; 0: none. */
int64_t link_wait_ns(const struct link_clock *c, struct link l, int64_t now_ns);
/* Bytes to take at once: about a millisecond's worth. */
size_t link_chunk_bytes(struct link l);
/* Bytes of one connection that may be under way, half a round trip's worth and more. */
size_t link_window_bytes(struct link l);

#endif
