/* The log of podman build and buildah: no times, so lines are stamped as they arrive. A program's
 * output stands between the engine's own lines, and could imitate them. So a step's number must be
 * the one that comes next, and a cache hit must be followed by the commit of the very image it
 * names, which no program can know; what contradicts that is left out, and the step flagged. */
#ifndef ENGINE_BUILDAH_H
#define ENGINE_BUILDAH_H

#include "base/hash.h"
#include "engine/spans.h"
#include "model/step.h"

#define BUILDAH_STAGES_MAX 1024
#define BUILDAH_WAITS_MAX  16

/* Where a stage is. */
struct buildah_place {
	int stage, stages;   /* s and S of "[s/S]"; 1 and 1 when there is none; 0 before the first */
	int position, total; /* i and n of "STEP i/n" */
	ssize_t step;	     /* in steps->items; -1: the instruction is no step */
	int steps_in_stage;
};

struct buildah {
	int fd;		   /* where the engine's lines come; 0: not known yet */
	struct buildah_place at;
	int64_t header_ns; /* when the line of this instruction came */
	uint64_t begun[BUILDAH_STAGES_MAX / 64]; /* a bit a stage, from 0 on */
	/* Where a COPY is from a stage that had not begun: it goes on when that one is through. */
	struct buildah_place waits[BUILDAH_WAITS_MAX];
	int wait_count;
	bool copies;		 /* the instruction is COPY or ADD: nothing of it prints */
	int64_t through_ns;	 /* when the last commit came */
	int commits;		 /* of this instruction */
	bool from;		 /* the instruction is FROM */
	bool pulling;		 /* and its base had to be pulled */
	int64_t commit_ns;	 /* since when the image is written; -1: not yet */
	int64_t push_ns;	 /* since when a layer goes to the cache; -1: it does not */
	char hit[DIGEST_SIZE];	 /* the image of "Using cache", in hex; "" none */
	char image[DIGEST_SIZE]; /* the image's id, "sha256:…"; "" not told */
	char *error;		 /* the last line that says so; NULL: none */
	struct strv made; /* layers that this build made itself, as their commits name them */
	struct spans pull, import, export, write, execute;
};

/* Before the first line of a command. */
void buildah_init(struct buildah *b);
/* One line from `fd`, at_ns after spawn; what it tells is in `steps` afterwards. */
void buildah_line(
	struct buildah *b, int fd, const char *line, size_t n, int64_t at_ns, struct steps *steps);
/* The command ended: close what is open, fill in the phases. */
void buildah_end(struct buildah *b, int64_t at_ns, struct steps *steps);
/* Free, and be as after buildah_init. */
void buildah_done(struct buildah *b);

#endif
