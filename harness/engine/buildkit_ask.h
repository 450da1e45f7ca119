/* What a BuildKit is asked before it runs: which programs it is, and what its client can. */
#ifndef ENGINE_BUILDKIT_ASK_H
#define ENGINE_BUILDKIT_ASK_H

#include "engine/engine.h"

/* Members of facts.more. */
#define BUILDKIT_CLIENT "client.path"
#define BUILDKIT_DAEMON "daemon.path"

/* As in engine.h. */
struct err *buildkit_probe(const char *dir, struct engine_info *out);
char *buildkit_cannot(const struct engine_info *info, const struct cell *cell);

#endif
