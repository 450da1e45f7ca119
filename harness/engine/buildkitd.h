/* A buildkitd of ours: its own root, sockets and configuration; in the lab, behind its relay. */
#ifndef ENGINE_BUILDKITD_H
#define ENGINE_BUILDKITD_H

#include "engine/daemon.h"

struct buildkitd {
	struct daemon daemon; /* the first member: its kind finds the others by it */
	struct strv hosts;    /* the registries that the lab's is a mirror of, docker.io first */
	struct strv below;    /* where each of them begins there */
};

/* Prepare; starts nothing. `dir` is of buildkit@DIR or NULL; `program` is copied. */
struct err *buildkitd_init(struct buildkitd *b, struct lab *lab, const struct engine_facts *facts,
	const char *dir, const char *program);
/* Take these bases from the lab's registry. Mirrors stand in the configuration: a registry that was
 * not known yet is a restart. */
struct err *buildkitd_mirror(struct buildkitd *b, const struct base *bases, size_t count);
/* No process, mount or socket of it is left. */
void buildkitd_done(struct buildkitd *b);

#endif
