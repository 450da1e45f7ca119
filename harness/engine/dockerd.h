/* A dockerd of ours: its own data root, exec root, socket, containerd; in the lab, behind its
 * relay. */
#ifndef ENGINE_DOCKERD_H
#define ENGINE_DOCKERD_H

#include "base/json.h"
#include "engine/daemon.h"

/* Prepare; starts nothing. `dir` is of docker@DIR or NULL; `program` is copied. */
struct err *dockerd_init(struct daemon *d, struct lab *lab, const struct engine_facts *facts,
	const char *dir, const char *program);
/* GET a document of the Engine API, "/info". */
struct err *dockerd_get(const struct daemon *d, const char *path, struct json_doc **out);
/* Images, and records of the build cache. */
struct err *dockerd_count(const struct daemon *d, int64_t *out);

#endif
