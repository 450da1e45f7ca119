/* What changed from one image to another. */
#ifndef IMAGE_COMPARE_H
#define IMAGE_COMPARE_H

#include "image/packages.h"
#include "image/rank.h"
#include "image/view.h"

enum change {
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_CONTENT, /* or another type, or another target of a link */
	CHANGE_MODE,
	CHANGE_OWNER,
	CHANGE_TIME, /* alone: what else changed has changed its time too */
	CHANGES
};
extern const char *const change_names[CHANGES];

/* A path that differs; sizes are 0 where it is not. */
struct difference {
	char *path;
	unsigned what; /* 1 << enum change */
	int64_t a_bytes, b_bytes;
	uint16_t a_layer, b_layer; /* NO_LAYER: not there */
};
struct package_change {
	enum package_manager manager;
	const char *name, *from, *to; /* versions; NULL: not there. Of a layer's text */
	int64_t a_bytes, b_bytes;
	uint64_t b_files;
};
struct config_change {
	char *what, *from, *to; /* NULL: not there */
};

/* Why two builds of the same inputs are not the same image. */
enum differs {
	DIFFERS_NOT,
	DIFFERS_ATTESTATION, /* the same image, built or described otherwise */
	DIFFERS_COMPRESSION, /* the same tars, packed otherwise */
	DIFFERS_CONFIG,	     /* the same layers */
	DIFFERS_ORDER,	     /* entries of a layer in another order */
	DIFFERS_TIME,
	DIFFERS_METADATA,
	DIFFERS_CONTENT,
	DIFFERS_KINDS
};
extern const char *const differs_names[DIFFERS_KINDS];

struct comparison {
	const struct image_view *a, *b; /* borrowed */
	struct difference *items;	/* largest first; times alone are only counted */
	size_t count, most;
	uint64_t counts[CHANGES];
	int64_t added_bytes, removed_bytes; /* of contents that are in one alone */
	int64_t *a_layers, *b_layers;	    /* the same by the layer that they are in */
	struct ranking grown, shrunk;	    /* directories, three deep at most */
	int *same_layer;		    /* of each of b's layers: a's of the same tar, or -1 */
	size_t shared;			    /* of b's layers */
	int64_t pull_delta;		 /* bytes that a client with a must fetch; -1: not known */
	struct package_change *packages; /* largest first */
	size_t package_count, package_room;
	uint64_t same_packages;
	struct config_change *config;
	size_t config_count, config_room;
	unsigned differs;  /* 1 << enum differs, of the first layer that differs */
	int first_differs; /* that layer; -1: none */
};
/* Compare a and b, which live longer; keep the `most` largest differences. */
void compare_images(const struct image_view *a, const struct image_view *b, size_t most,
	struct comparison *out);
/* Zeroes are fine. */
void comparison_done(struct comparison *c);

#endif
