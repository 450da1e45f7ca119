/* A daemon of an engine: in the lab, with a store, a socket and an environment of its own. One store
 * at a time: another one is a stop and a start. What differs between programs is a daemon_kind. */
#ifndef ENGINE_DAEMON_H
#define ENGINE_DAEMON_H

#include "engine/engine.h"

struct daemon;

struct daemon_kind {
	const char *socket; /* its name in the daemon's directory */
	/* Write its configuration and say how it is started. */
	struct err *(*command)(const struct daemon *d, struct strv *argv);
	/* Whether it answers on its socket; NULL: one that can be connected to is enough. */
	bool (*answers)(const struct daemon *d);
	/* Take away what it leaves; NULL: nothing but its socket. */
	struct err *(*tidy)(const struct daemon *d);
};

struct daemon {
	const struct daemon_kind *kind;
	struct lab *lab;
	char *program; /* absolute */
	char *dir;     /* of the engine: all but the store lies in it */
	char *socket;
	char *cgroup; /* of measure/cgroup.h; NULL: none can be had */
	struct strv env;
	char *root; /* of the store; NULL: none selected */
	bool running;
	int id; /* while it runs */
};

/* Prepare; starts nothing. `dir` is of NAME@DIR or NULL; `program` is copied. */
struct err *daemon_init(struct daemon *d, const struct daemon_kind *kind, struct lab *lab,
	const struct engine_facts *facts, const char *dir, const char *program);
/* XDG_RUNTIME_DIR, which every program that runs without root asks for; made. *out is new; NULL: not
 * wanted. */
struct err *daemon_runtime_dir(struct daemon *d, char **out);
/* Serve the store at `root`; fresh: an empty one. */
struct err *daemon_select(struct daemon *d, const char *root, bool fresh);
/* Stop and start on the same store, if it runs: it reads its configuration again. */
struct err *daemon_restart(struct daemon *d);
/* No process, mount or socket of it is left. */
void daemon_done(struct daemon *d);

#endif
