/* A step: a RUN, COPY, ADD or WORKDIR of a stage that is built; and the phases around steps. */
#ifndef MODEL_STEP_H
#define MODEL_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Of what a build printed, its end is kept. */
#define LOG_KEPT_BYTES ((size_t)64 * 1024)

/* Where a step stands in the Dockerfile. */
struct step_ref {
	int stage, index;
};

/* What an engine told about a step, and (once matched) where it stands in the Dockerfile. */
struct step {
	int stage;          /* index of the stage in the Dockerfile; -1: not matched */
	int index;          /* index of the step in its stage, counting steps only */
	int line;           /* first line of its instruction; 0: not matched */
	char *stage_name;   /* as the engine shows it; NULL: none */
	int position;       /* the i of "i/n" as the engine counts; 0: none */
	int total;          /* the n */
	char *text;         /* as the engine shows it, foreign */
	int64_t start_ns;   /* since spawn; -1: unknown */
	int64_t end_ns;     /* since spawn; -1: unknown */
	bool cached;
	bool failed;
	bool ambiguous;     /* told from output that a step could imitate */
	bool clipped;       /* its log was clipped by the engine */
	int exit_code;      /* of a failed RUN; -1: unknown */
	char *error;        /* first line of the engine's error, or NULL */
	struct step_ref *parents; /* what it is built on or reads, once matched */
	size_t parent_count, parent_room;
};

enum phase {
	PHASE_BASE_PULL, PHASE_CACHE_IMPORT, PHASE_EXECUTE, PHASE_IMAGE_EXPORT, PHASE_PUSH,
	PHASE_CACHE_EXPORT, PHASE_COUNT
};
extern const char *const phase_names[]; /* "base_pull", ... */

struct phase_time {
	bool known;
	int64_t ns;
	char *error; /* the phase failed: why, or NULL */
};

struct steps {
	struct step *items;
	size_t count, room;
	struct phase_time phase[PHASE_COUNT];
	bool structured;  /* from structured progress */
	char *import_ref, *import_digest, *export_digest; /* of a cache, as told; or NULL */
	struct str log;   /* the end of what steps printed, where the engine packs it; else empty */
};

void step_done(struct step *s);
void steps_done(struct steps *s);

#endif
