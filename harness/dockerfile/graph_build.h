/* What the parts of the graph's construction share. Private to this folder. */
#ifndef DOCKERFILE_GRAPH_BUILD_H
#define DOCKERFILE_GRAPH_BUILD_H

#include "dockerfile/dockerfile.h"
#include "dockerfile/env.h"
#include "dockerfile/shell.h"

/* A stage while the graph is made. */
struct stage_state {
	int base;	/* the stage it is based on; -1: an image or nothing */
	char *image;	/* of a FROM that names no stage, expanded: "scratch" for nothing */
	char *platform; /* of --platform, expanded; or NULL */
	int *refs;	/* stages it needs: its base, --from, from= of mounts */
	size_t ref_count, ref_room;
	struct env env;		      /* what is set at this point of it */
	char *user, *shell, *workdir; /* NULL: as the base image has it */
	struct str before;	      /* instructions since the last step */
	int last_step;		      /* of it or else of what it is based on; -1: none */
	int step_count, position, total;
	int command_count, trigger_count;
};

/* An instruction that a stage runs: its own, or a trigger of the stage it is based on. */
struct command {
	const struct df_instruction *in;
	const struct df_instruction
		*outer; /* holds its here-documents; `in` when it is no trigger */
	bool trigger;
};

struct graph_builder {
	const struct dockerfile *d;
	struct df_graph *g;
	struct shell sh;
	struct env build_args, global; /* --build-arg; ARG before FROM and platforms */
	struct env names;	       /* stages by name, lower case: their index */
	struct env images;	       /* those in g->bases */
	struct stage_state *stages;
	size_t vars, bytes; /* of variables so far: there is a ceiling */
};

/* graph_stages.c: resolve bases, references and the target; mark what is built. */
struct err *graph_resolve(struct graph_builder *b, const char *target);
/* The stage that --from or from= means, or -1: an image (or nothing). */
struct err *graph_reference(
	const struct graph_builder *b, const char *from, bool numbers, int *stage_out);
/* Each command of a stage in the order it runs, with `ctx`. */
struct err *graph_each_command(struct graph_builder *b, int stage,
	struct err *(*each)(struct graph_builder *b, int stage, const struct command *c));
/* An error about a command gets its place. */
struct err *graph_at(const struct graph_builder *b, const struct df_instruction *in, struct err *e);
void graph_need_image(struct graph_builder *b, const char *image);

/* graph_scope.c: variables. */
struct err *graph_globals(struct graph_builder *b, const char *target, const char *platform,
	const struct build_arg *args, size_t arg_count);
struct err *graph_inherit(struct graph_builder *b, int stage);
/* Carry out what sets something: ARG, ENV, USER, SHELL, WORKDIR. */
struct err *graph_set(
	struct graph_builder *b, struct stage_state *st, const struct df_instruction *in);
bool graph_path_is_default(const char *name, const char *value);
/* The value of WORKDIR's argument below the one in force. */
char *graph_workdir(const struct stage_state *st, const char *path)
	__attribute__((returns_nonnull, warn_unused_result));

/* graph_steps.c: add the step that a RUN, COPY, ADD or WORKDIR is. */
struct err *graph_add_step(struct graph_builder *b, int stage, const struct command *c);

/* reads.c: what COPY and ADD read. */
struct err *reads_of_copy(struct graph_builder *b, const struct stage_state *st,
	const struct command *c, struct df_step *step, struct str *key);
/* "dir/./x", "/x", "./x/" as a path below the context: "." is all of it. */
char *reads_path(const char *source) __attribute__((returns_nonnull, warn_unused_result));

/* Expand with the Dockerfile's escape; variables that are found are set in `used`, or NULL. What
 * all stages expand and all steps carry has a ceiling: variables can grow by doubling. */
struct err *graph_expand(struct graph_builder *b, const char *text, const struct env *env,
	struct env *used, char **out);
/* Count what a stage or step is about to copy. */
struct err *graph_count(struct graph_builder *b, const struct env *env);
/* Count text that was expanded in another way; NULL counts nothing. */
struct err *graph_count_text(struct graph_builder *b, const char *text);

#endif
