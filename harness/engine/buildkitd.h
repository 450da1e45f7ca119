/* A buildkitd of ours: its own root, sockets and configuration; in the lab, behind its relay. One
 * root at a time: another one is a stop and a start. */
#ifndef ENGINE_BUILDKITD_H
#define ENGINE_BUILDKITD_H

#include "engine/engine.h"

struct buildkitd {
	struct lab *lab;
	char *program; /* absolute */
	char *dir;     /* of the engine: all but the root lies in it */
	char *socket;
	char *cgroup; /* of measure/cgroup.h; NULL: none can be had */
	struct strv env;
	struct strv hosts; /* the registries that the lab's is a mirror of, docker.io first */
	struct strv below; /* where each of them begins there */
	char *root;	   /* NULL: none selected */
	bool running;
	int id; /* of the daemon, while it runs */
};

/* Prepare; starts nothing. `program` becomes its own; zeroed members are filled in. */
struct err *buildkitd_init(struct buildkitd *d, struct lab *lab, const struct engine_facts *facts,
	const char *dir, const char *program);
/* Serve the store at `root`; fresh: an empty one. */
struct err *buildkitd_select(struct buildkitd *d, const char *root, bool fresh);
/* Take these bases from the lab's registry. Mirrors stand in the configuration: a registry that was
 * not known yet is a restart on the same root. */
struct err *buildkitd_mirror(struct buildkitd *d, const struct base *bases, size_t count);
/* No process, mount or socket of it is left. */
void buildkitd_done(struct buildkitd *d);

#endif
