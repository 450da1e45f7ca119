/* A sample: one timed build of a cell, with all that was read back from it. */
#ifndef MODEL_SAMPLE_H
#define MODEL_SAMPLE_H

#include "model/cell.h"
#include "model/check.h"
#include "model/image.h"
#include "model/manifest.h"
#include "model/metric.h"
#include "model/step.h"

struct input_arg { /* a build argument as passed */
	char *name, *value;
};

/* A base, frontend or imported cache that the build resolved. */
struct input_digest {
	char *ref;    /* "python:3.13-slim" */
	char digest[DIGEST_SIZE];
	bool standin;
};

struct sample {
	int64_t id;      /* in the store; 0 before */
	int64_t cell_id;
	int64_t run_id;
	enum sample_kind kind;
	int arm;         /* 0, or 1 for the head of an A/B */
	char *revision;  /* commit, or NULL */
	int block;       /* from 0 */
	int ordinal;     /* place in the run's order, from 0 */
	enum sample_status status;
	int exit_code;   /* of the command that failed, else 0 */
	int64_t start_unix_ns;
	int64_t prime_id; /* sample that primed it; 0: none */
	char import_digest[DIGEST_SIZE], export_digest[DIGEST_SIZE]; /* "" none */
	char *token;     /* what made its edit unique */
	char *change;    /* what exactly changed, in words */
	char *command;   /* what was run, as one could type it; secrets are not in it */
	char *log_tail;  /* foreign; at most 64 KiB */
	char *failure;   /* one sentence, when status is not ok */
	struct values values;
	struct steps steps;
	struct checks checks;
	struct manifest manifest;
	struct image image;
	struct input_digest *inputs;
	size_t input_count, input_room;
};

void sample_done(struct sample *s);

#endif
