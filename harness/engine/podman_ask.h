/* What a podman is asked before it runs. */
#ifndef ENGINE_PODMAN_ASK_H
#define ENGINE_PODMAN_ASK_H

#include "engine/engine.h"

/* Members of facts.more. */
#define PODMAN_PROGRAM "program"
#define PODMAN_RUNTIME "runtime.path" /* absent: podman's default */

/* The probe of engine.h. */
struct err *podman_probe(const char *dir, struct engine_info *out);
/* The cannot of engine.h. */
char *podman_cannot(const struct engine_info *info, const struct cell *cell);

#endif
