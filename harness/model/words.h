/* The words of cells, samples and checks as enums, each with one table of names. */
#ifndef MODEL_WORDS_H
#define MODEL_WORDS_H

#include "base/str.h"

enum cache_mode { CACHE_NONE, CACHE_STORE, CACHE_LOCAL, CACHE_REGISTRY, CACHE_INLINE };
/* How much an exported cache holds: the final stage, or all. DEFAULT: the engine has one kind. */
enum cache_depth { DEPTH_DEFAULT, DEPTH_MIN, DEPTH_MAX };
enum state { STATE_COLD, STATE_WARM };
/* CATALOGUE: nothing in the context; what its bases' tags and its package index hold. */
enum edit { EDIT_NONE, EDIT_SOURCE, EDIT_DEPS, EDIT_DOCKERFILE, EDIT_MODE, EDIT_CATALOGUE, EDIT_COMMIT };
enum output { OUTPUT_IMAGE, OUTPUT_PUSH };
/* START: no build, but a start of the image that one left. */
enum sample_kind { SAMPLE_TIMED, SAMPLE_PRIME, SAMPLE_START };
/* What is claimed of a metric of one cell against another's. */
enum claim_way { CLAIM_LESS, CLAIM_MORE, CLAIM_SAME };
enum sample_status { STATUS_OK, STATUS_FAILED, STATUS_TIMEOUT, STATUS_INTERRUPTED };

/* NULL-terminated, indexed by the enum; the words of CLI, JSON and database. */
extern const char *const cache_mode_names[];
extern const char *const cache_depth_names[]; /* "", "min", "max" */
extern const char *const state_names[];
extern const char *const edit_names[];
extern const char *const output_names[];
extern const char *const sample_kind_names[];
extern const char *const sample_status_names[];
extern const char *const claim_way_names[];

/* The index of `word` in such a table, or -1. */
int word_index(const char *const *names, const char *word);

#endif
