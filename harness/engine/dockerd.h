/* A dockerd of ours: its own data root, exec root, socket, containerd; in the lab, behind its
 * relay. One data root at a time: another one is a stop and a start. */
#ifndef ENGINE_DOCKERD_H
#define ENGINE_DOCKERD_H

#include "base/json.h"
#include "engine/engine.h"

struct dockerd {
	struct lab *lab;
	char *program; /* absolute */
	char *dir;     /* of the engine: all but the data root lies in it */
	char *socket;
	char *cgroup; /* of measure/cgroup.h; NULL: none can be had */
	struct strv env;
	char *root; /* the data root; NULL: none selected */
	bool running;
	int id; /* of the daemon, while it runs */
};

/* Prepare; starts nothing. `program` becomes its own; zeroed members are filled in. */
struct err *dockerd_init(struct dockerd *d, struct lab *lab, const struct engine_facts *facts,
	const char *dir, const char *program);
/* Serve the store at `root`; fresh: an empty one. */
struct err *dockerd_select(struct dockerd *d, const char *root, bool fresh);
/* GET a document of the Engine API, "/info". */
struct err *dockerd_get(const struct dockerd *d, const char *path, struct json_doc **out);
/* Images, and records of the build cache. */
struct err *dockerd_count(const struct dockerd *d, int64_t *out);
/* No process, mount or socket of it is left. */
void dockerd_done(struct dockerd *d);

#endif
