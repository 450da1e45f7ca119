/* The Dockerfile language as BuildKit reads it: text in, structures out. Pure: no I/O. */
#ifndef DOCKERFILE_DOCKERFILE_H
#define DOCKERFILE_DOCKERFILE_H

#include <stdbool.h>

#include "base/str.h"
#include "model/manifest.h"
#include "model/scenario.h"

/* --- parser.c: instructions --- */
struct df_flag {
	char *name, *value; /* --name[=value]; value NULL when there is none */
};
struct df_heredoc {
	char *name, *content;
	bool expand, strip_tabs;
	int fd; /* of N<<; 0 */
};
struct df_instruction {
	char *name;     /* upper case: "RUN" */
	int line, end_line; /* from 1 */
	int stage;      /* index; -1 before the first FROM */
	struct df_flag *flags;
	size_t flag_count, flag_room;
	struct strv words; /* arguments: JSON form's elements, or the shell form as one word, or split */
	bool json;      /* the exec form */
	struct df_heredoc *heredocs;
	size_t heredoc_count, heredoc_room;
	char *original; /* as written, continuation lines joined */
	struct df_instruction *onbuild; /* the instruction inside ONBUILD; or NULL */
};
struct df_stage {
	char *name;     /* lower case; NULL: none */
	char *base;     /* as written, before expansion */
	char *platform; /* or NULL */
	int line;
	size_t first, last; /* its instructions: [first, last) */
};
struct df_warning {
	int line;
	char *text;
};
struct dockerfile {
	char *file; /* for messages */
	char *syntax; /* of the directive; or NULL */
	char escape;
	struct df_instruction *items;
	size_t count, room;
	struct df_stage *stages;
	size_t stage_count, stage_room;
	struct df_warning *warnings;
	size_t warning_count, warning_room;
};

/* ERR_INPUT with "file:line:column". Ceilings: 1 MiB of text? see the .c; they are said in errors. */
struct err *dockerfile_parse(const char *file, const char *text, size_t n, struct dockerfile **out);
void dockerfile_free(struct dockerfile *d);
DEFINE_CLEANUP(struct dockerfile *, dockerfile_free)

/* --- ignore.c: .dockerignore --- */
enum ignore_dialect { IGNORE_MOBY, IGNORE_BUILDAH };
struct ignore;
/* text NULL: nothing is ignored. ERR_INPUT with file:line on a malformed pattern. */
struct err *ignore_parse(const char *file, const char *text, size_t n, enum ignore_dialect d,
	struct ignore **out);
/* Whether the path (relative, '/' between) is left out of the context. */
bool ignore_match(const struct ignore *i, const char *path);
/* Whether a directory that is itself left out may still hold something that is let through. */
bool ignore_may_hold(const struct ignore *i, const char *dir);
void ignore_free(struct ignore *i);
DEFINE_CLEANUP(struct ignore *, ignore_free)

/* --- graph.c: what is built and what each step reads --- */
struct df_step {
	int stage, index; /* stage; place among the steps of its stage */
	int position, total; /* the i of "[i/n]" as BuildKit counts in its stage: FROM is 1 */
	const struct df_instruction *instruction;
	struct strv paths;   /* patterns of context files it reads; empty: none */
	struct strv from;    /* images or stage numbers it reads ("stage:0", "image:busybox") */
	struct strv args;    /* NAME=VALUE in its cache key (ARG and ENV in scope), as BuildKit counts */
	bool cache_mount;    /* has a --mount=type=cache */
	int *parents;        /* indices of steps it depends on: the one before it, and the last of
	                      * every stage it reads from */
	size_t parent_count;
};
struct df_graph {
	struct df_step *steps; /* of all stages that are built, in the Dockerfile's order */
	size_t count, room;
	struct strv bases;     /* images that are pulled: FROM, --from, --mount from; expanded; unique */
	const struct dockerfile *dockerfile; /* borrowed */
};
/* ERR_INPUT when the target is not there (did you mean) or a reference cannot be resolved. */
struct err *graph_build(const struct dockerfile *d, const char *target,
	const struct build_arg *args, size_t arg_count, struct df_graph **out);
void graph_free(struct df_graph *g);
DEFINE_CLEANUP(struct df_graph *, graph_free)

/* Which steps must run again: busted[i] for each step of `now`. Steps are matched by stage and
 * position; a step whose instruction text, args or read files (path, mode, owner, digest after the
 * ignore file) differ is busted, and so is each that depends on one. why[i], when not NULL, gets a
 * new string for steps busted by themselves ("line 4 COPY reads src/app.py: content"). */
struct err *graph_busted(const struct df_graph *before, const struct manifest *manifest_before,
	const struct df_graph *now, const struct manifest *manifest_now, bool *busted, char **why);

#endif
