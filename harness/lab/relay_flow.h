/* One connection through the relay: two flows of bytes. Unshaped they are spliced and never seen;
 * shaped they wait in memory for their time. For one thread and one event loop. */
#ifndef LAB_RELAY_FLOW_H
#define LAB_RELAY_FLOW_H

#include <event2/event.h>

#include "lab/relay_link.h"
#include "lab/relay_shared.h"

/* What all connections of a relay have in common. */
struct relay_loop {
	struct event_base *base;
	struct relay_shared *shared;
	struct link_clock up, down; /* client to registry, and back */
	int open, ceiling;	    /* connections */
};

/* Join the two sockets (non-blocking, from now on the connection's) until both are done or one
 * fails. It frees itself. False when it could not be set up; both are closed then too. */
bool conn_start(struct relay_loop *loop, int client, int registry, struct relay_count *count);

#endif
