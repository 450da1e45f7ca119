/* The largest of many, by bytes. */
#ifndef IMAGE_RANK_H
#define IMAGE_RANK_H

#include "image/rootfs.h"

struct ranked {
	char *path;
	int64_t bytes;
	uint64_t files;
	uint16_t layer;	    /* that has it */
	uint16_t hidden_by; /* of wasted bytes; else NO_LAYER */
	enum waste cause;
};
struct ranking {
	struct ranked *items; /* largest first */
	size_t count, most;
};
/* Keep the `most` largest. */
void ranking_init(struct ranking *r, size_t most);
/* Zeroes are fine. */
void ranking_done(struct ranking *r);
/* Whether so many bytes would be kept. */
bool ranking_wants(const struct ranking *r, int64_t bytes);
/* Add a copy of it, its path too; what is no longer among the largest goes. */
void ranking_add(struct ranking *r, const struct ranked *item);

#endif
