/* What BuildKit tells while it builds, in whichever form its client can: structured or plain. */
#ifndef ENGINE_PROGRESS_H
#define ENGINE_PROGRESS_H

#include "engine/engine.h"
#include "engine/plain.h"
#include "engine/rawjson.h"

struct progress {
	bool structured; /* set by the owner */
	struct rawjson rawjson;
	struct plain plain;
};

/* Forget the last build. */
void progress_reset(struct progress *p);
/* A line of stderr, at_ns after spawn; NULL: the command ended. */
void progress_line(
	struct progress *p, const char *line, size_t n, int64_t at_ns, struct steps *steps);
/* All that was told; valid until the next reset. */
const struct vertexes *progress_told(const struct progress *p);
/* Add the bases that were resolved, under the names that the Dockerfile has for them. */
void progress_inputs(
	const struct progress *p, const struct lab *lab, const struct build *b, struct sample *s);

#endif
