/* What the files of this folder share, and nobody else sees. */
#ifndef SCENARIO_PRIVATE_H
#define SCENARIO_PRIVATE_H

#include "base/clock.h"
#include "base/json.h"
#include "scenario/scenario.h"

#define SCENARIO_FILE	   "scenario.json"
#define SCENARIO_CEILING   (1024 * 1024) /* bytes of scenario.json */
#define DOCKERFILE_CEILING (1024 * 1024)
#define VARIANTS_CEILING   64
#define EDITS_CEILING	   256
#define NAME_CEILING	   64
#define PROGRAMS	   "programs" /* beside the scenarios of a library */
#define EDITED_CEILING	   ((size_t)16 << 20) /* bytes of a file that is edited */
/* What a mode edit may flip: who may read stays, a sample must still build. */
#define FLIP_BITS	   0333
#define TIMEOUT_DEFAULT_NS (30 * MINUTE_NS)

/* --- read.c --- */
/* Fill s (dir and file are set) from the text of its scenario.json. */
struct err *scenario_read(const char *text, size_t n, struct scenario *s);
/* [a-z0-9][a-z0-9._-]*, at most NAME_CEILING bytes. */
bool name_valid(const char *name);
/* A required or optional (NULL when absent) member that is a valid name. */
struct err *name_read(struct json_at at, const char *key, bool required, char **out);
/* The member, a path that stays below the scenario: relative, without "..". Optional: NULL. */
struct err *path_read(struct json_at at, const char *key, bool required, char **out);

/* An error of another parser (or NULL), told at this place of the file; takes e. */
struct err *err_here(struct json_at at, struct err *e);

/* --- claims.c, started.c: optional members of the root, each into s; health of a variant, too --- */
struct err *claims_read(struct json_at at, struct scenario *s);
struct err *differs_read(struct json_at at, struct scenario *s);
struct err *tags_read(struct json_at at, struct scenario *s);
struct err *health_read(struct json_at at, struct health *h);

/* --- catalogue.c: the same of what builds take from elsewhere --- */
/* "bases": that are built, and tags of theirs that move. */
struct err *built_read(struct json_at at, struct scenario *s);
/* "index": a package index before and after an update. */
struct err *index_read(struct json_at at, struct scenario *s);
/* Its directories are there. */
struct err *index_check(const struct scenario *s);

/* --- check.c --- */
/* The Dockerfiles, and the files and texts of the edits, are where s says. */
struct err *scenario_check(const struct scenario *s);

/* --- variant.c, limits.c, edit.c --- */
struct err *variants_read(struct json_at at, struct scenario *s);
struct err *limits_read(struct json_at at, struct scenario *s);
/* The variant of that name, borrowed; NULL: none. */
const struct variant *variant_find(const struct scenario *s, const char *name);
/* ERR_INPUT at the member `key` when `name`, if there is one, is no variant's. */
struct err *variant_known(
	struct json_at at, const char *key, const struct scenario *s, const char *name);
struct err *edits_read(struct json_at at, struct scenario *s);
/* Whether the word TOKEN stands at p of text: NPM_TOKEN and TOKENS are other words. */
bool token_at(const char *text, const char *p);
bool edit_is_for(const struct edit_spec *e, const struct variant *v);

/* --- text.c: the Dockerfile of a variant --- */
/* Absolute path, as the user would name it. */
char *variant_path(const struct scenario *s, const struct variant *v)
	__attribute__((warn_unused_result));
/* Its text; in a scenario.json never from outside the scenario's directory. */
struct err *variant_text(const struct scenario *s, const struct variant *v, struct str *out);
/* Path of `path` below `dir` (both as realpath gives them), borrowed; NULL when it is not. */
const char *path_below(const char *dir, const char *path);

#endif
