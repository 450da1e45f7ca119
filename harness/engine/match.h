/* Which step of the Dockerfile a step of the log is: by stage and position, never by its text, as
 * BuildKit prints ARGs expanded. Two stages may have the same name; then what reads what tells. */
#ifndef ENGINE_MATCH_H
#define ENGINE_MATCH_H

#include "engine/engine.h"

/* Whether step `reader` reads what step `read` made, as the engine told. */
typedef bool match_reads(const void *ctx, size_t reader, size_t read);

/* BuildKit: steps know the name of their stage, and "[i/n]". */
void match_named(const struct step_slot *slots, size_t count, match_reads *reads, const void *ctx,
	struct steps *steps);
/* podman and buildah: steps know stage and index. */
void match_numbered(const struct step_slot *slots, size_t count, struct steps *steps);

#endif
