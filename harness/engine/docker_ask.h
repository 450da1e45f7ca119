/* What a docker is asked before it runs: which programs it is, and what its CLI and plugin can. */
#ifndef ENGINE_DOCKER_ASK_H
#define ENGINE_DOCKER_ASK_H

#include "engine/engine.h"

/* Members of facts.more. */
#define DOCKER_CLI     "cli.path"
#define DOCKER_DAEMON  "daemon.path"
#define DOCKER_OPTIONS "cli.options" /* of --cache-to, --push, … those that its help lists */

/* The probe of engine.h. */
struct err *docker_probe(const char *dir, struct engine_info *out);
/* The cannot of engine.h. */
char *docker_cannot(const struct engine_info *info, const struct cell *cell);

#endif
