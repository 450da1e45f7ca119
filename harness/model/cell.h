/* A cell: what is compared. scenario/variant x engine x cache x state x edit x output x link. */
#ifndef MODEL_CELL_H
#define MODEL_CELL_H

#include "model/scenario.h"

struct cache {
	enum cache_mode mode;
	enum cache_depth depth;
};

/* The path to the registry. Zeroes: loopback, unshaped. */
struct link {
	int64_t rtt_ns;
	int64_t rate_bytes_s;
};
/* Whether two are shaped alike. */
bool link_equal(const struct link *a, const struct link *b);

struct cell {
	int64_t id; /* in the store; 0 before */
	char *project, *scenario, *variant;
	char *engine; /* as --engine takes it: docker, docker@DIR, podman */
	struct cache cache;
	enum state state;
	enum edit edit;
	enum output output;
	struct link link;
	char *unsupported; /* why the engine cannot do it, or NULL */
};

/* "registry:max", "store"; static. */
const char *cache_name(struct cache c);
/* Its inverse: "registry" alone is DEPTH_DEFAULT. ERR_INPUT with a suggestion. */
struct err *cache_parse(const char *word, struct cache *out);
/* "loopback", or "40ms,12.5MB/s"; appended. */
void link_show(struct str *s, struct link l);
/* PROJECT/SCENARIO/VARIANT|ENGINE|CACHE|STATE|EDIT|OUTPUT|LINK: the cell's identity. */
char *cell_key(const struct cell *c) __attribute__((warn_unused_result));
/* Whether a cell is what a claim names: its variant, cache, state and edit. Where an engine has one
 * kind of cache, that one is max. */
bool cell_is_claimed(const struct cell *c, const struct claim_cell *w);
void cell_done(struct cell *c);
void cell_copy(struct cell *to, const struct cell *from);

#endif
