/* The page that tare and its relay share: a file below the lab, mapped by both. The relay counts
 * in it, tare sets the link's shape in it; every member is read and written whole. */
#ifndef LAB_RELAY_SHARED_H
#define LAB_RELAY_SHARED_H

#include <stdatomic.h>
#include <stdint.h>

#define RELAY_MAGIC UINT64_C(0x7461726572656c31)

enum relay_port_name { RELAY_BASE, RELAY_CACHE, RELAY_PORTS };
enum relay_state { RELAY_STARTING, RELAY_READY, RELAY_PORT_TAKEN, RELAY_FAILED };

/* Counted at the client's side. */
struct relay_count {
	_Atomic int64_t rx, tx;	     /* bytes handed to, and taken from, clients */
	_Atomic int64_t connections; /* that were made to the registry */
	_Atomic int64_t turned_away; /* over the ceiling, or the registry did not answer */
};

struct relay_shared {
	uint64_t magic;
	_Atomic int64_t state;		      /* enum relay_state; the relay's own word */
	_Atomic int64_t rtt_ns, rate_bytes_s; /* struct link; tare's word */
	struct relay_count ports[RELAY_PORTS];
};

#endif
