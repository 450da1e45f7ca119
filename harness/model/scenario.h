/* What is built: a context, its variants, and the edits that a developer would make. */
#ifndef MODEL_SCENARIO_H
#define MODEL_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "model/limit.h"
#include "model/metric.h"
#include "model/words.h"

struct build_arg {
	char *name, *value;
};

struct named_context {
	char *name, *dir; /* dir relative to the scenario */
};

/* How tare asks whether a started image is well: over HTTP from the host, or by a program in the
 * container; and how the image is started. */
struct health {
	int64_t port;     /* 0: not over HTTP */
	char *path;       /* "/health" */
	struct strv exec; /* the program and its arguments; empty: over HTTP */
	char *user;       /* UID or UID:GID that it is started as; NULL: the image's own */
	int64_t limit_ns; /* by when it has to be well; 0: there is nothing to ask */
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
	struct health health; /* in place of the scenario's; zeroes: the scenario's */
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

/* One side of a claim: a cell of the scenario, on each engine. */
struct claim_cell {
	char *variant, *cache, *state, *edit; /* words of cells */
};

/* That a metric of one cell is less or more than that of another, or the same. */
struct claim {
	int64_t row;    /* of the practices; 0: none of them */
	enum metric metric;
	enum claim_way way;
	double minimum; /* the larger by the smaller is at least that; 1: any difference */
	struct claim_cell of, than;
	char *says;     /* a few words for reports, or NULL */
};

/* A base that is built, and not copied: by the engine under test. Or a tag that names one of those,
 * and another once the catalogue was updated. */
struct built_base {
	char *ref;        /* as the Dockerfiles name it */
	char *variant;    /* which builds it; NULL: it is a tag that moves */
	char *before, *after; /* from this base to that one, of the same repository */
};

/* A package index that builds are given, as a directory before and after an update; below the
 * scenario's. */
struct package_index {
	char *before, *after; /* NULL: there is none */
};

/* How the variant differs from the first one: "- COPY . ." and "+ COPY go.mod .", in order. */
struct variant_diff {
	char *variant;
	struct strv lines;
};

struct scenario {
	char *project;  /* the origin URL without credentials, or what --project says */
	char *name;
	char *dir;      /* absolute; the directory that holds scenario.json or the Dockerfile */
	char *context;  /* absolute */
	char *file;     /* of scenario.json as given, or NULL: none */
	char *claim;    /* one sentence, or NULL */
	char *program;  /* in the library's programs/, which is the context; or NULL */
	struct strv tags;
	struct health health; /* zeroes: it is not started */
	struct claim *claims;
	size_t claim_count, claim_room;
	struct built_base *built;
	size_t built_count, built_room;
	struct package_index index;
	struct variant *spares; /* not asked for, but bases are built by them */
	size_t spare_count, spare_room;
	struct variant_diff *differs;
	size_t differs_count, differs_room;
	struct variant *variants;
	size_t variant_count, variant_room;
	struct edit_spec *edits; /* several for one edit and variant: all are applied */
	size_t edit_count, edit_room;
	struct strv engines, caches; /* what its author asks for; empty: the command's default */
	int64_t timeout_ns;
	struct limit *limits; /* what a gate allows; one a metric */
	size_t limit_count, limit_room;
};

void health_done(struct health *h);
/* How a variant of s is asked; its limit_ns is 0 where it is not started. */
const struct health *variant_health(const struct scenario *s, const struct variant *v);
void variant_done(struct variant *v);
/* What stands after a built base's name in a Dockerfile, for the digest that its build gives it. */
#define BY_DIGEST "@DIGEST"
/* What an argument's value begins with, for where the package index is served. */
#define INDEX_URL "INDEX_URL"
/* The base of that name, BY_DIGEST or not, where the scenario has it built; NULL: it is copied. */
const struct built_base *scenario_built(const struct scenario *s, const char *ref);
/* Whether there is a catalogue to update: a tag that moves, or a package index. */
bool scenario_has_catalogue(const struct scenario *s);
/* The variant that builds it; NULL of a tag that moves. Borrowed. */
const struct variant *built_by(const struct scenario *s, const struct built_base *b);
void scenario_free(struct scenario *s);
DEFINE_CLEANUP(struct scenario *, scenario_free)

#endif
