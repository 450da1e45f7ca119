/* The Dockerfile language as BuildKit reads it: text in, structures out. Pure: no I/O. */
#ifndef DOCKERFILE_DOCKERFILE_H
#define DOCKERFILE_DOCKERFILE_H

#include <stdbool.h>
#include <sys/types.h>

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
	const char *name; /* upper case: "RUN"; an unknown one as written, and then own_name too */
	char *own_name;
	int line, end_line, column; /* from 1 */
	int stage;      /* index; -1 before the first FROM */
	struct df_flag *flags;
	size_t flag_count, flag_room;
	struct strv words; /* arguments: JSON form's elements, or the shell form as one word, or split;
	                    * of ENV and LABEL name and value in turn; not expanded */
	bool json;      /* the exec form */
	bool legacy;    /* ENV NAME VALUE, LABEL NAME VALUE: without = */
	struct df_heredoc *heredocs;
	size_t heredoc_count, heredoc_room;
	char *original; /* as written, continuation lines joined */
	struct df_instruction *onbuild; /* the instruction inside ONBUILD; or NULL */
};
struct df_stage {
	char *name;     /* lower case; NULL: none */
	char *base;     /* as written, before expansion */
	char *platform; /* or NULL */
	int line, column;
	size_t first, last; /* its instructions, FROM not among them: [first, last) */
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

/* ERR_INPUT with "file:line:column", for what BuildKit refuses (FROM missing is graph_build's to say)
 * and for what exceeds 2 MiB, lines of 65,535 bytes (BuildKit's own limit) or 10,000 stages, or holds
 * NULs. */
struct err *dockerfile_parse(const char *file, const char *text, size_t n, struct dockerfile **out);
void dockerfile_free(struct dockerfile *d);
/* Whether it is a COPY --link or ADD --link. */
bool instruction_is_linked(const struct df_instruction *in);
DEFINE_CLEANUP(struct dockerfile *, dockerfile_free)

/* --- ignore.c: .dockerignore --- */
enum ignore_dialect { IGNORE_MOBY, IGNORE_BUILDAH };
struct ignore;
/* text NULL: nothing is ignored. ERR_INPUT with file:line:column on a malformed pattern. */
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
	int position, total; /* the i and n of "[i/n]" as BuildKit counts in its stage: FROM of an image
	                      * is 1. position 0: BuildKit does nothing for it (WORKDIR /) */
	int number, number_total; /* the i and n of podman's and buildah's "STEP i/n": all instructions
	                           * of the stage, triggers included; FROM is 1 */
	int file_number; /* the i of the legacy builder's "Step i/n": all instructions of the file;
	                  * 0: a trigger, which it does not number */
	bool onbuild;    /* a trigger of the stage that this one is based on */
	const struct df_instruction *instruction;
	struct strv paths;   /* patterns of context files it reads ("." is all); empty: none */
	struct strv excludes; /* of COPY --exclude, relative to a directory that is read */
	bool deep;           /* COPY --parents: paths know ** */
	struct strv from;    /* images or stage numbers it reads ("stage:0", "image:busybox") */
	struct strv args;    /* NAME=VALUE in its cache key, as BuildKit counts: every ARG and ENV in
	                      * scope of a RUN, those that it uses of the others. Proxies only where
	                      * an ARG names them. */
	struct strv settings; /* the same of what is set in another way: FROM, SHELL, USER, WORKDIR */
	char *key;           /* its text as it counts, expanded where BuildKit expands it */
	char *before;        /* the instructions between the step before it and it (ENV, LABEL, CMD...),
	                      * without ARG; "" for none */
	bool cache_mount;    /* has a --mount=type=cache */
	bool linked;         /* COPY --link: the step before it, its first parent, may change */
	int *parents;        /* indices of steps it depends on: the one before it, and the last of
	                      * every stage it reads from */
	size_t parent_count;
};
struct df_graph {
	struct df_step *steps; /* of all stages that are built, in the Dockerfile's order */
	size_t count, room;
	struct strv bases;     /* images that are pulled: FROM, --from, --mount from; expanded; unique */
	int target;            /* index of the stage that is asked for */
	bool *built;           /* of each stage: the target needs it */
	int built_count;
	int file_total;        /* the n of the legacy builder's "Step i/n" */
	const struct dockerfile *dockerfile; /* borrowed */
};
/* ERR_INPUT when the target is not there (did you mean) or a reference cannot be resolved.
 * Built for linux/amd64; graph_build_for says for what, "os/arch[/variant]", or NULL. */
struct err *graph_build(const struct dockerfile *d, const char *target,
	const struct build_arg *args, size_t arg_count, struct df_graph **out);
struct err *graph_build_for(const struct dockerfile *d, const char *target, const char *platform,
	const struct build_arg *args, size_t arg_count, struct df_graph **out);
void graph_free(struct df_graph *g);
DEFINE_CLEANUP(struct df_graph *, graph_free)
/* Whether the step reads this path of the context (relative, '/' between), so that a change of it
 * counts. */
bool graph_step_reads(const struct df_step *step, const char *path);

/* --- match.c: the steps that engines number in their logs; an index into g->steps, or -1 --- */
/* "[stage/stages] STEP number" of podman and buildah; stages 0: the prefix is not there, as there
 * is but one stage. A number that is no step's (ENV) is -1. */
ssize_t graph_match_buildah(const struct df_graph *g, int stage, int stages, int number);
/* "Step number/total" of the legacy builder. */
ssize_t graph_match_legacy(const struct df_graph *g, int number);

/* A busted step busts those that depend on it: mark them too. */
void graph_spread(const struct df_graph *g, bool *busted);
/* Which steps must run again: busted[i] for each step of `now`. Steps are matched by stage and
 * position; a step whose text, args, settings or read files (path, mode, digest; the manifests hold
 * what the ignore file lets through) differ is busted, and so is each that depends on one. Owners
 * do not count, as no engine sends them: they all hand files on as root's. why[i], when not NULL,
 * gets a new string for steps busted by themselves ("line 4 COPY reads src/app.py: content"), else
 * NULL. */
struct err *graph_busted(const struct df_graph *before, const struct manifest *manifest_before,
	const struct df_graph *now, const struct manifest *manifest_now, bool *busted, char **why);
/* The same on podman, buildah and the legacy builder, which go through a stage instruction by
 * instruction: a changed ENV, LABEL or CMD busts every step after it. */
struct err *graph_busted_linear(const struct df_graph *before,
	const struct manifest *manifest_before, const struct df_graph *now,
	const struct manifest *manifest_now, bool *busted, char **why);

#endif
