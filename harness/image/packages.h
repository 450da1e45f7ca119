/* The packages of a final tree, and what their files weigh. */
#ifndef IMAGE_PACKAGES_H
#define IMAGE_PACKAGES_H

#include "image/rootfs.h"

struct package {
	enum package_manager manager;
	const char *name, *version; /* of a layer's text */
	uint16_t layer;		    /* the one whose file says so */
	int64_t bytes;		    /* of the files that are its own: visible, each inode once */
	uint64_t files;
};
#define NO_PACKAGE UINT32_MAX
/* Distinct (manager, name, version). */
struct packages {
	struct package *items;
	size_t count, room;
	uint32_t *owner;	 /* of each node of the tree: whose file it is; NO_PACKAGE */
	int64_t ownerless_bytes; /* of files that belong to none */
	uint64_t ownerless_files;
	uint32_t unread; /* databases that are there, and not read */
};
/* A file is its system manager's package's that lists it, else the innermost language package's. */
void packages_read(const struct rootfs *t, struct packages *out);
/* Zeroes are fine. */
void packages_done(struct packages *p);

#endif
