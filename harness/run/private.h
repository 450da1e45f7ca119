/* What the files of run/ share: the standing ground of a cell, and one sample in the making. */
#ifndef RUN_PRIVATE_H
#define RUN_PRIVATE_H

#include "engine/container.h"
#include "image/cache_manifest.h"
#include "image/image.h"
#include "measure/cgroup.h"
#include "measure/machine.h"
#include "run/run.h"

#define DOCKERFILE_CEILING (1u << 20)

/* A Dockerfile as it was built: text read, and what its steps read. */
struct reading {
	struct dockerfile *dockerfile;
	struct df_graph *graph;
};

/* One priming build of a cell. */
struct primed {
	int64_t sample; /* in the store; 0: not yet */
	char export_digest[DIGEST_SIZE];
	struct image image; /* that it made; no config: not known */
	char *root;     /* mode store: where its store lies */
	char *repo;     /* in the lab's registry: images and caches that belong to it */
	char *local;    /* mode local: the directory it exported to */
};

/* What all samples of a cell stand on. */
struct ground {
	struct copy *copy;
	struct reading reading;   /* as primed: without an edit */
	struct primed *primes;    /* by plan_slot.prime */
	size_t prime_count;
	int64_t cell_id, prime_cell_id;
};

/* An image that a sample of this run left. */
struct seen_image {
	char config[DIGEST_SIZE];
	int ordinal;
};

/* The image of a sample, in the lab's registry until all builds are done. */
struct kept {
	size_t cell;     /* of the plan */
	int64_t sample;  /* that left it */
	char *ref;
	char *lacks;     /* image.lacks of it; or NULL */
	char *broken;	 /* why there is none to start; NULL: it is kept */
	int rounds;	 /* starts of its cell that earlier calls of the run recorded */
	bool given_up;   /* it does not start; asked once */
};

/* A cell whose image an earlier call of a resumed run built, and did not start to the end. */
struct again {
	size_t cell; /* of the plan */
	int rounds;  /* starts that were recorded */
};

/* One start in the making. */
struct start {
	struct loop *loop;
	struct kept *kept;
	const struct run_engine *engine;
	const struct health *health;
	char *name;      /* of the container */
	struct container container;
	struct str tail;
	struct sample sample;
};

/* A base that an engine built, of one scenario. */
struct built {
	size_t scenario, engine;
	const struct built_base *how; /* borrowed */
	struct base base;	      /* no digest: its build did not succeed, or has not begun */
	char *broken;		      /* why it did not; else NULL */
	char *by_digest;	      /* "team/base@sha256:…" */
	struct plan_cell cell;        /* of its sample: cold, pushed */
};

/* The image of a variant's first build on an engine without an edit, which later ones are compared
 * with. */
struct first_image {
	size_t scenario, variant, engine;
	struct image_view *view;
};

struct loop {
	struct run_job *job;
	struct ground *grounds;   /* one a cell of the plan, and one a built base */
	struct built *built;
	size_t built_count, built_room;
	struct image_cache *layers;
	struct first_image *firsts;
	size_t first_count, first_room;
	int ordinal;              /* of the next sample */
	struct seen_image *seen;
	size_t seen_count, seen_room;
	struct kept *kept;
	size_t kept_count, kept_room;
	struct again *again;
	size_t again_count, again_room;
};

/* What stands at a sample's refs after its build. */
struct found {
	struct cache_manifest cache; /* at export_ref, of BuildKit's kind */
	bool inline_cache;           /* the config of the image has one */
	int tags_before, tags_after; /* of the repository that is a cache of podman's kind */
	char import_after[DIGEST_SIZE]; /* at import_ref; "" not asked */
	struct strv packings;        /* "gzip", "zstd", "none": of the layers that this build made, as
				      * they begin, the topmost first; empty: not asked */
	struct err *cache_error, *packing_error; /* what could not be read */
};

/* One sample in the making. */
struct trial {
	struct loop *loop;
	const struct plan_slot *slot;
	const struct plan_cell *pc;
	struct ground *ground;
	struct run_engine *engine;
	const struct scenario *scenario;
	const struct variant *variant;
	struct primed *primed;    /* NULL: the sample needs no priming build and is none */
	struct reading now;       /* the Dockerfile as it is built */
	bool *busted;             /* per step of now.graph: what it reads has changed since the prime */
	char **why;               /* per step: in words, or NULL */
	char *root;
	bool fresh;
	char *tag, *import_ref, *export_ref;
	struct strv marks[2];     /* of the repositories shared with later samples */
	bool marked;
	const struct built *makes; /* the base that it builds; NULL: none */
	struct base *bases;        /* of the run, and those that the engine built; members borrowed */
	size_t base_count;
	struct build build;
	struct scope scope;
	struct relay_bytes relay_before, relay_after;
	struct clock_mark clock_before, clock_after;
	int64_t net_before, net_after; /* bytes that the machine received; -1: not known */
	int64_t store_before;     /* things in the store before a cold build; -1: not asked */
	int64_t wall_ns, push_ns;
	int64_t log_bytes;
	bool log_cut;
	struct rusage usage;      /* of the commands, summed */
	struct usage cost;        /* of the cgroup */
	char told_config[DIGEST_SIZE]; /* the image id that the engine told; "" none */
	struct err *image_error;  /* why the image could not be read back */
	struct found found;
	struct sample sample;
};

/* reading.c: the Dockerfile at path, with its steps for this variant. */
struct err *reading_make(const char *path, const struct variant *v, struct reading *out);
void reading_done(struct reading *r);
/* The variant's Dockerfile as the scenario has it, unedited; *out is to be done, on an error too. */
struct err *variant_reading(
	const struct scenario *s, const struct variant *v, struct reading *out);
/* The bases that a variant is built on, and with `frontends` its syntax directive's; unique. */
struct err *variant_base_refs(const struct scenario *s, const struct variant *v, bool frontends,
	struct strv *out);

/* prepare.c: copy, edit, root, refs, the engine's store. */
struct err *trial_prepare(struct trial *t);
/* Take the edit back, and forget what the sample left that nobody needs. */
struct err *trial_restore(struct trial *t);

/* Of no block of the plan: a resumed run builds it again. */
#define NO_BLOCK (-1)

/* built.c: bases that scenarios have built. Find those that cells of the plan are built on, an entry
 * for each engine; and build them, a timed sample of their own cell each, pushed to the lab's registry
 * and pinned. */
struct err *built_check(const struct scenario *s); /* ERR_INPUT where they are built on each other */
struct err *built_find(struct loop *l);
struct err *built_make(struct loop *l);
/* Make t a failed sample, with the reason, where it stands on a base whose build did not succeed.
 */
struct err *built_lacking(struct trial *t);
/* Fill t->bases; what the engine of t built stands under its name from now on, and under tags that move
 * what they name for t. */
struct err *built_use(struct trial *t);
/* What the engine of t built under that name; NULL: nothing. */
const struct built *built_named(const struct trial *t, const char *ref);
void built_done(struct built *b);
/* catalogue.c: what builds take from elsewhere, and its update. Serve the package indexes of all
 * scenarios, as they are before it, and give builds their addresses. */
struct err *catalogue_open(struct run_job *job);
/* Write the digests of built bases where the private copy's Dockerfile asks for them. */
struct err *catalogue_pin(const struct trial *t, const char *dockerfile);
/* Let the index stand as t is to find it; t->sample.change says what moved. */
struct err *catalogue_turn(struct trial *t);
/* changed.c: what of the image differs from that of its variant's first build. Takes the view; NULL is
 * fine. */
bool trial_is_compared(const struct trial *t);
void trial_changed(struct trial *t, struct image_view *view);
void firsts_done(struct loop *l);
/* loop.c: the ids of a cell of the plan, and of its priming builds, into its ground. */
struct err *loop_cell_ids(struct loop *l, size_t cell);
/* A trial of that slot, borrowed; the ids are there. */
void trial_init(struct trial *t, struct loop *l, const struct plan_slot *slot);
/* Prepare, time, collect, check; the edit is taken back. What it leaves is not recorded. */
struct err *trial_run(struct trial *t);

/* refs.c: of a name of the lab's registry, "127.0.0.1:PORT/REPO:TAG", the repository (new) and the
 * tag (borrowed; NULL where it has none). */
char *ref_repo(const char *ref);
const char *ref_tag(const char *ref);
/* What stands at a ref (a registry's, or a local directory); "" when nothing does. */
void ref_digest(struct trial *t, const char *ref, char digest[DIGEST_SIZE]);
/* Whether it is one tag of a repository; else a directory, or a whole repository. */
bool ref_is_tag(const char *ref);
/* The repository of the caches of a prime whose images are pushed to repo; the caller frees it. */
char *cache_repo(const char *repo);
/* How many tags a repository has, and a digest of all; 0 and digest as it was: there is none. */
struct err *ref_tags(struct trial *t, const char *ref, int *out, char digest[DIGEST_SIZE]);
/* The digest of the manifest in a cache's directory, which is as it was when there is none. */
struct err *ref_layout(const char *dir, char digest[DIGEST_SIZE]);
/* Note what is in the repositories that a warm sample adds to; and take away what it added, so that
 * the next one pushes as much. */
struct err *refs_mark(struct trial *t);
struct err *refs_restore(struct trial *t);

/* time.c: the engine's own commands, from spawn to exit. */
struct err *trial_time(struct trial *t);
/* What was run, as one could type it; appended, after " && " where there is something. */
void command_note(struct str *to, const struct cmd *c);
/* told.c: keep the end of what the build printed, as a person reads it; of one that failed, say what it
 * could not reach, where it tells. */
void trial_told_log(struct trial *t, const struct str *printed);

/* packages.c: the first program of a RUN's text that fetches packages, of this kind; static, NULL:
 * none. */
enum fetches { FETCHES, FETCHES_HTTP, FETCHES_HTTPS };
const char *fetching_program(const char *text, enum fetches how);
/* Let a RUN of it ask this machine itself, whatever proxy stands in its environment. */
void variant_reach_here(struct variant *v);
/* Why the lab's proxy is of no use to a variant, a new string; NULL: it is, or nothing is fetched. */
char *proxy_cannot(const struct scenario *s, const struct variant *v);

/* starts.c: images started once all builds are done. Say of a sample whose image will not be started
 * why not; keep the image of one that was recorded, where it will; start what was kept. ERR_AGAIN
 * when *stop was set. */
void starts_absent(struct trial *t);
struct err *starts_keep(struct trial *t);
struct err *starts_all(struct loop *l);
/* Whether the image of a cell is to be started, and how often. */
bool starts_wanted(const struct run_job *job, const struct plan_cell *pc);
int64_t starts_of(const struct run_job *job, const struct plan_cell *pc);
/* Whether the cell's image was kept, or why not, in this call. */
bool starts_kept(const struct loop *l, size_t cell);
/* Keep the image of t, which was built for its starts alone. */
struct err *starts_keep_built(struct trial *t, int rounds);
/* starts_again.c: what earlier calls built, whose lab is gone with the images. Find it before
 * anything is built; then build each again that this call has not, a priming build of no block of
 * the plan, so that no statistics see it. */
struct err *again_find(struct loop *l);
struct err *again_build(struct loop *l);
/* start.c: one start of an image that was kept: with the pull, then unpacked; nothing of it is left.
 * An image that does not start is no error. */
struct err *start_once(struct start *s);
void start_done(struct start *s);
/* health.c: ERR_CHECK where the port that it will be asked on is taken; whether it is well, by the
 * probe; and, once it is, ERR_CHECK where another program than it answered. */
struct err *health_free(const struct start *s);
struct err *health_ask(const struct start *s, bool *well);
struct err *health_own(const struct start *s);

/* found.c: what a build that succeeded left at its refs, past the relay. */
void trial_look(struct trial *t);
void found_done(struct found *f);
/* Whether a step makes a layer on every engine: RUN, COPY and ADD do. */
bool step_has_layer(const struct df_step *s);
/* Which steps made the layers that the image has beyond its base, and how many they are. in_image has
 * room for all steps. */
size_t graph_layers(const struct df_graph *g, bool *in_image);

/* match.c: where each step that the engine told stands in the Dockerfile. */
struct err *trial_match(struct trial *t);

/* collect.c: time, cost, bytes, steps and inputs -> values. */
void trial_collect(struct trial *t);
/* The image of a build that succeeded -> values. */
void trial_image(struct trial *t);

/* checks.c: every claim read back. */
void trial_check(struct trial *t);

/* decided.c: the comparisons of the plan as they stand; nothing where it has none. */
struct err *record_decided(struct run_job *job);

/* trial.c */
void trial_done(struct trial *t);
/* Whether this build starts from an empty store. */
bool trial_is_fresh(const struct trial *t);
/* Whether it is built after the catalogue's update. */
bool trial_is_updated(const struct trial *t);
/* Whether it makes a cache that others could start from: a priming build, or a cold cell of a mode
 * that keeps or exports one. */
bool trial_primes(const struct trial *t);
/* Whether it is timed with a cache that an earlier build left. */
bool trial_is_warm(const struct trial *t);

#endif
