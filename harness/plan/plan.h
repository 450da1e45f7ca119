/* The plan: what was asked, as cells, and the order in which they are built. Blocks are
 * interleaved: each holds one sample of every cell of a scenario, in an order drawn from the seed,
 * its priming builds first. Until decided, a block is laid out when the one before it is done, and
 * holds the cells of the comparisons that are not decided yet. The schedule is the state machine
 * {next, observe}; a resumed run replays observe from the store. Pure but for memory. */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "model/sample.h"
#include "scenario/scenario.h"
#include "stats/stats.h"

#define MAX_CACHES 8

/* What was asked. Zeroes are the defaults. */
struct plan_spec {
	struct cache caches[MAX_CACHES];
	size_t cache_count;       /* 0: none and store */
	bool cache_all;           /* every mode, and three primes of each */
	bool state[2];            /* neither: both */
	bool edit[EDIT_COMMIT + 1];
	bool edits_given;         /* else: none and source */
	int samples;              /* 0: until decided where a comparison was asked for, else 3 */
	bool until_decided;       /* samples is then the least of a cell in no comparison */
	enum output output;
	bool output_given;        /* else push where a listed mode travels or a variant
	                           * has a compression, else image */
	struct link link;
	uint64_t seed;
	int64_t budget_ns;        /* 0: no limit */
};

/* An engine as the plan sees it. */
struct plan_engine {
	char *label;              /* in cells: "podman", "docker@20.10" */
	bool depths;              /* tells min and max apart */
	void *ctx;                /* for cannot */
};
/* Why this cell cannot be done on that engine, a new string; NULL when it can. */
typedef char *(*plan_cannot)(
	void *ctx, const struct cell *cell, const struct variant *variant);

struct plan_cell {
	struct cell cell;         /* of the samples */
	size_t scenario, variant, engine; /* indices */
	bool primed;              /* its samples need a priming build */
	bool primed_each;         /* one before each sample: the variant has cache mounts */
	int replaced;             /* slots added for its void samples */
};

/* One build to do. */
struct plan_slot {
	enum sample_kind kind;
	size_t cell;              /* index */
	int block;
	int prime;                /* which priming build of the cell it is, or uses */
	bool done, skipped;
	enum sample_status status; /* once it is done; so are: */
	bool is_void;
	double wall_s;
};

/* Two cells that are compared, B against A. */
struct plan_comparison {
	size_t a, b;              /* indices of cells */
	struct ab ab;
	int blocks;               /* that were fed to it */
	size_t voids;             /* pairs that a void sample took with it */
	bool to_reference;        /* else of neighbours in the ranking */
	bool ranked;              /* its neighbours are compared too */
};

struct plan {
	struct plan_spec spec;    /* with defaults filled in */
	struct plan_cell *cells;
	size_t cell_count, cell_room;
	struct plan_slot *slots;
	size_t slot_count, slot_room;
	/* Until decided; else none. */
	struct plan_comparison *comparisons;
	size_t comparison_count, comparison_room;
	int blocks;               /* that were laid out */
	int closed;               /* of which all samples are done */
	struct rng rng;           /* of the blocks to come */
};

/* Expand what was asked into cells and slots. scenarios and engines are borrowed for the call.
 * ERR_INPUT when nothing is left to build, with the reasons; or until decided with nothing to
 * compare. */
struct err *plan_new(const struct plan_spec *spec, struct scenario *const *scenarios,
	size_t scenario_count, const struct plan_engine *engines, size_t engine_count,
	plan_cannot cannot, struct plan **out);
void plan_free(struct plan *p);
DEFINE_CLEANUP(struct plan *, plan_free)

/* The next slot to build; NULL when the plan is done. */
struct plan_slot *plan_next(struct plan *p);
/* What became of it; the slots may move. A void timed sample is built once more, in a block at the
 * end, for a cell at most as often as it has samples; a priming build that did not succeed skips the
 * samples that need it: those are marked skipped and done. Until decided, the last sample of a block
 * lets its comparisons be judged, all at one level, and lays out the next block: a void sample
 * takes its pair with it, which later blocks replace; a failed one costs its pair; a time-out is at
 * least that long. */
void plan_observe(struct plan *p, struct plan_slot *slot, const struct sample *s);
/* No further block is built for it: decided, at its most pairs, without hope to be decided, or
 * because half of the builds of a cell fail or most pairs are void or say nothing. */
bool plan_is_settled(const struct plan *p, const struct plan_comparison *c);
/* The cell cannot be built after all; `why` becomes the plan's. Its slots are skipped. */
void plan_drop(struct plan *p, size_t cell, char *why);
/* Replay a recorded sample of an interrupted run; its cell by identity. A priming build is not
 * replayed: its store is gone, and it is made again where samples are left that need it. */
void plan_replay(struct plan *p, const struct cell *cell, const struct sample *s);
/* Builds that are left, and all there are (skipped ones are not counted); until decided, of the
 * blocks laid out so far. */
size_t plan_left(const struct plan *p);
size_t plan_total(const struct plan *p);

/* The cell that a priming build of `cell` belongs to: same mode, cold, no edit. */
void plan_prime_cell(const struct cell *cell, struct cell *out);

/* As JSON, what a resumed run reads back: the spec, and what was typed where (the words after
 * "run", the directory, the engines that were taken). */
struct plan_typed {
	struct strv argv, engines;
	char *cwd;
};
char *plan_json(const struct plan *p, const struct plan_typed *typed)
	__attribute__((warn_unused_result));
/* ERR_INPUT when it is of another version. */
struct err *plan_json_read(const char *json, struct plan_spec *spec, struct plan_typed *typed);
void plan_typed_done(struct plan_typed *t);

#endif
