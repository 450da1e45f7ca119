/* BuildKit's structured progress, --progress=rawjson: JSON lines on stderr in which a vertex comes
 * many times, each time as it is now; warnings and errors are plain lines between them. */
#ifndef ENGINE_RAWJSON_H
#define ENGINE_RAWJSON_H

#include "engine/vertex.h"

struct rawjson {
	struct vertexes all;
	int64_t spawn_unix_ns; /* the engine tells times of day; steps count from the spawn */
	int place;	       /* a "Dockerfile:LINE" that waits for its excerpt; 0: none */
};

/* One line; what it tells is in `steps` afterwards. Foreign: what is not understood is left out. */
void rawjson_line(struct rawjson *r, const char *line, size_t n, struct steps *steps);
/* The command ended: close what is open, fill in the phases. */
void rawjson_end(struct rawjson *r, int64_t at_ns, struct steps *steps);

#endif
