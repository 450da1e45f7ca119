/* What builds an image. An engine is one file that fills this struct. Calls come from one
 * thread: probe, open, {select, build, progress*, image}*, close. Pointers in are borrowed for the
 * call; what comes out is the caller's. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "lab/lab.h"
#include "model/run.h"

/* What was found. Asked, never guessed from a version. */
struct engine_info {
	struct engine_facts facts;
	char *dir; /* of NAME@DIR, absolute; NULL: PATH */
	bool usable;
	char *why;		    /* not usable: what is missing, one sentence; else NULL */
	char *next;		    /* what to install or do; else NULL */
	bool structured;	    /* progress comes as rawjson */
	bool can[CACHE_INLINE + 1]; /* imports and exports this cache mode */
	bool depths;		    /* tells min and max apart */
	bool can_compress;	    /* can be told the compression of what it pushes */
	bool hub_only;		    /* finds bases of docker.io alone in the lab's registry */
	bool keeps_packing;	    /* but pushes layers of its exported cache as they are: gzip */
	bool no_heredocs, no_links; /* its Dockerfile language is older than RUN <<END, COPY --link */
};

/* One build that the caller wants. */
struct build {
	const char *context;	/* absolute: the private copy */
	const char *dockerfile; /* absolute */
	const struct variant *variant;
	enum output output;
	const char *tag; /* the image's name; for push it starts with 127.0.0.1:cache_port/ */
	struct cache cache;
	const char *import_ref;	  /* registry ref or absolute directory; NULL: imports nothing */
	const char *export_ref;	  /* the same; NULL: exports nothing */
	const char *const *extra; /* what followed -- on the command line; NULL: nothing */
	const struct base *bases; /* as they stand in the lab's registry */
	size_t base_count;
};

struct cmd {
	struct strv argv, env;
	const char *cwd;
	bool is_push; /* the whole of it is the phase push */
};
struct cmds {
	struct cmd items[3];
	size_t count;
};
/* Free, and zero. */
void cmds_done(struct cmds *c);

/* Where the image just built can be read. */
enum image_where { IMAGE_REGISTRY, IMAGE_DOCKER_SOCKET, IMAGE_ARCHIVE_CMD };
struct image_ref {
	enum image_where where;
	char *ref;    /* REPO:TAG at the lab's registry, or the name in the daemon */
	char *socket; /* of the registry or the daemon */
	struct cmd
		save; /* IMAGE_ARCHIVE_CMD: prints a docker-archive on stdout (runs in the lab) */
	char config[DIGEST_SIZE]; /* the image id the engine told; "" unknown */
};
/* Free, and zero. */
void image_ref_done(struct image_ref *r);

/* The cgroups and processes that hold a build's cost. */
struct scope {
	char *cgroup; /* of measure/cgroup.h: holds daemon and steps; NULL: rusage of the command */
};
/* Free, and zero. */
void scope_done(struct scope *s);

/* A step as the Dockerfile says it: the numbers of a df_step, which engines do not know. */
struct step_slot {
	int stage, index, line;
	const char *stage_name; /* NULL: none */
	int position, total;	/* of "[i/n]", as BuildKit counts */
	const char *text;	/* the instruction, before expansion */
	const int *parents;	/* indices of slots */
	size_t parent_count;
};

struct engine {
	const char *name;    /* as --engine takes it */
	const char *summary; /* one line for doctor and --help */
	bool buildah;	     /* reads Dockerfiles and ignore files as buildah does, not BuildKit */
	bool daemon; /* a daemon does the work: the client's rusage is not the build's cost */

	/* Fill *out; `dir` is of NAME@DIR or NULL. Starts nothing. Not usable is no error. */
	struct err *(*probe)(const char *dir, struct engine_info *out);
	/* Why this cell cannot be done, a new string; NULL when it can. */
	char *(*cannot)(const struct engine_info *info, const struct cell *cell);
	/* Start what it needs under lab->dir, behind the lab's relay. *state goes to all below. */
	struct err *(*open)(struct lab *lab, const struct engine_info *info, void **state);
	/* Work on the store at `root` (absolute, below lab->dir) from now on; fresh: an empty one,
	 * bases included, what was there is removed. To be called again after a build that was
	 * ended: all of its cgroup was, and a daemon that is in it too. */
	struct err *(*select)(void *state, const char *root, bool fresh);
	/* What only a running engine tells, once a store is selected: storage driver and network;
	 * and what it cannot do after all, `can` only ever narrows. `cannot` is right from then on.
	 */
	struct err *(*learn)(void *state, struct engine_info *info);
	/* What its Dockerfile language lacks, where only builds tell: asked once, and only where it
	 * matters. NULL: probe has told. */
	struct err *(*learn_language)(void *state, struct engine_info *info);
	/* Whether the selected store is empty: its count of images, layers and build cache records,
	 * asked from the engine. */
	struct err *(*store_count)(void *state, int64_t *out);
	/* The one to three commands a user would type for `b`; the caller spawns and times them. */
	struct err *(*build)(void *state, const struct build *b, struct cmds *out);
	/* A line from `fd` (1 or 2), `at_ns` after spawn; adds to `steps` what it tells. NULL line:
	 * the command ended, close what is open. */
	struct err *(*progress)(void *state, int fd, const char *line, size_t n, int64_t at_ns,
		struct steps *steps);
	/* Say of the steps of the last build where in the Dockerfile they stand: stage, index and
	 * line, by stage and position, never by text. Slots whose step the engine shares with
	 * another one get a copy of it; a step that fits none keeps stage -1. */
	struct err *(*match)(
		void *state, const struct step_slot *slots, size_t count, struct steps *steps);
	struct err *(*image)(void *state, const struct build *b, struct image_ref *out);
	struct err *(*scope)(void *state, struct scope *out);
	/* Bases that the last build resolved (ref and digest), as the engine tells; adds to s. */
	struct err *(*inputs)(void *state, const struct build *b, struct sample *s);
	/* How its command-line program is called, for the words that docker and podman spell alike:
	 * engine/container.h. NULL: it runs no containers. */
	void (*client)(void *state, struct cmd *out);
	/* Add what else its `run` needs; NULL: nothing. */
	void (*run_options)(void *state, struct strv *argv);
	/* On return no process, mount or socket of it is left. NULL is fine. */
	void (*close)(void *state);
};

/* All engines there are, NULL at the end. */
extern const struct engine *const engine_table[];
/* "podman", "docker@DIR" -> the engine and DIR (new, NULL: none). ERR_INPUT with a suggestion. */
struct err *engine_find(const char *word, const struct engine **out, char **dir_out);
/* Why this cell cannot be done on it, compression included, a new string; NULL when it can. */
char *engine_cannot(const struct engine *e, const struct engine_info *info, const struct cell *cell,
	const struct variant *variant);
/* Say why it is not usable (takes `why`) and what to do about it. */
void engine_unusable(struct engine_info *i, char *why, const char *next);
/* Free, and zero. */
void engine_info_done(struct engine_info *i);

#endif
