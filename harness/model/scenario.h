/* What is built: a context, its variants, and the edits that a developer would make. */
#ifndef MODEL_SCENARIO_H
#define MODEL_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "model/limit.h"
#include "model/words.h"

struct build_arg {
	char *name, *value;
};

struct named_context {
	char *name, *dir; /* dir relative to the scenario */
};

struct variant {
	char *name;
	char *dockerfile; /* relative to the scenario's directory */
	char *target;     /* NULL: the last stage */
	char *platform;   /* NULL: the engine's */
	char *compression; /* NULL: the engine's; gzip, zstd */
	struct build_arg *args;
	size_t arg_count, arg_room;
	struct named_context *contexts;
	size_t context_count, context_room;
	struct strv secrets, ssh; /* by id, never by value */
};

/* One kind of change, applied to the private copy of the context. TOKEN in `text` becomes what
 * makes the sample unique. */
enum edit_how { EDIT_APPEND, EDIT_REPLACE, EDIT_CHMOD };
struct edit_spec {
	enum edit edit;
	enum edit_how how;
	char *file;       /* relative to the context; of the Dockerfile: that of the variant */
	char *variant;    /* NULL: for all variants */
	char *find;       /* EDIT_REPLACE: what stands there now */
	char *text;       /* what is added or put in its place */
	uint32_t mode_xor; /* EDIT_CHMOD: permission bits that flip */
	char *says;       /* a few words for reports: "adds itsdangerous 2.2.0" */
};

struct scenario {
	char *project;  /* the origin URL without credentials, or what --project says */
	char *name;
	char *dir;      /* absolute; the directory that holds scenario.json or the Dockerfile */
	char *context;  /* absolute */
	char *file;     /* of scenario.json as given, or NULL: none */
	char *claim;    /* one sentence, or NULL */
	struct variant *variants;
	size_t variant_count, variant_room;
	struct edit_spec *edits; /* several for one edit and variant: all are applied */
	size_t edit_count, edit_room;
	struct strv engines, caches; /* what its author asks for; empty: the command's default */
	int64_t timeout_ns;
	struct limit *limits; /* what a gate allows; one a metric */
	size_t limit_count, limit_room;
};

void variant_done(struct variant *v);
void scenario_free(struct scenario *s);
DEFINE_CLEANUP(struct scenario *, scenario_free)

#endif
