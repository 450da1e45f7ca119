/* The exec stub: from a description to a running program, in one vfork. */
#ifndef MEASURE_LAUNCH_H
#define MEASURE_LAUNCH_H

#include "measure/wire.h"

struct launch {
	char *const *argv, *const *env;
	const char *cwd;
	char *const *cgroup_files; /* NULL-terminated: "0" is written to each, to join; or NULL */
	uid_t uid;
	gid_t gid;
	int in, out, err; /* all of them above 2 */
	/* What the child tells through our memory. */
	volatile int64_t start_ns; /* it had joined its cgroup, nothing else was done */
	volatile enum wire_step step;
	volatile int error; /* errno of that step; 0: it runs */
};

/* The pid of the running program; -1 when a step failed, which l tells; no child is left then. */
pid_t launch(struct launch *l);

#endif
