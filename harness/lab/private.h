/* What the files of lab/ share. Below lab->dir:
 *   CACHEDIR.TAG, lock, ledger, ports, over/   the lab's own
 *   keep/                 outlives a run: the bases' registry store, assembled stand-ins, packages
 *   log/                  a file a daemon; outlives its run, replaced by the next
 *   all else              of the run: removed by lab_close, or by the next run */
#ifndef LAB_PRIVATE_H
#define LAB_PRIVATE_H

#include "lab/lab.h"
#include "lab/ledger.h"
#include "lab/supervisor.h"

/* argv[0] of a program that is tare itself, whatever became of its file: the child of the
 * supervisor that execs it has the supervisor's executable. */
#define LAB_SELF "/proc/self/exe"

struct lab_daemon {
	char *name;
	int id;       /* of measure/spawn.h */
	bool running; /* as far as we were told */
};

struct lab_private {
	int lock;            /* held until closed */
	struct ledger *ledger;
	struct supervisor supervisor; /* its socket is lab->sock too */
	struct lab_daemon *daemons;
	size_t daemon_count, daemon_room;
	bool has_cgroup;     /* /tare/RUN was made, and is in the ledger */
	struct registry *registry; /* registry.c's, NULL before registry_start */
	struct relay *relay;       /* relay.c's, NULL before relay_start */
};

/* registry.c: start the two registries as daemons on Unix sockets, make the secret (lab->user,
 * lab->password). stop takes what start left, also half of it; it runs before the daemons end. */
struct err *registry_start(struct lab *lab);
void registry_stop(struct lab *lab);
/* relay.c: start the relay as a daemon on lab->base_port and lab->cache_port. */
struct err *relay_start(struct lab *lab, struct link link);
void relay_stop(struct lab *lab);

/* daemon.c: ERR_TOOL of a daemon that "ended" or the like, with the end of its log. */
struct err *daemon_silent(struct lab *lab, const char *daemon, const char *what);

#endif
