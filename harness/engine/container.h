/* Containers: images kept past their store, started and ended. What docker and podman spell alike;
 * engines without `client` run none. */
#ifndef ENGINE_CONTAINER_H
#define ENGINE_CONTAINER_H

#include "engine/engine.h"

struct container {
	const struct engine *engine;
	void *state;	  /* of the engine */
	struct lab *lab;
	const char *ref;  /* of the image: 127.0.0.1:cache_port/REPO:TAG */
	const char *name; /* its own */
	const char *user; /* UID or UID:GID; NULL: the image's */
};

/* Push the image called `tag` in the selected store to c->ref, so that it outlives the store. */
struct err *container_keep(const struct container *c, const char *tag);
/* The command that runs it in the foreground, on the host's network; it pulls what the store lacks. */
void container_run(const struct container *c, struct cmd *out);
/* The command that runs `argv` in it. */
void container_exec(const struct container *c, const struct strv *argv, struct cmd *out);
/* Kill and remove it; with `image` its image, too. What is not there is fine. */
void container_remove(const struct container *c, bool image);

#endif
