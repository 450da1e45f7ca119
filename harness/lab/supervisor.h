/* tare's side of the supervisor, and what both sides say to each other before it serves. */
#ifndef LAB_SUPERVISOR_H
#define LAB_SUPERVISOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "lab/ledger.h"

#define SUPERVISOR_SOCK 3 /* the descriptor that the supervisor finds its end at */

/* Two packets come before it serves: from outside the namespaces, with the pid of their init, which
 * waits until tare wrote it down and answers with one byte; then from that init, set up. */
struct supervisor_hello {
	int kind; /* enum err_kind; 0: all is well */
	pid_t init;
	char what[512], at[512], next[256];
};

struct supervisor {
	int sock;
	pid_t outer; /* our child, outside the namespaces; 0: none */
};

/* Start it, with what it is written to the ledger before it does anything. */
struct err *supervisor_start(
	const char *dir, bool root, struct ledger *ledger, struct supervisor *out);
/* Close the socket and wait: no process and no mount of it is left. */
void supervisor_stop(struct supervisor *s);

/* When a process started, in clock ticks since boot; 0 when there is none of that number. */
int64_t pid_start_ticks(pid_t pid);

#endif
