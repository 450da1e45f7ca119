/* Private to the tree: its nodes, and ways through it. */
#ifndef IMAGE_ROOTFS_BUILD_H
#define IMAGE_ROOTFS_BUILD_H

#include "image/rootfs.h"

/* The root alone, and buckets for so many names: more are made as they are needed. */
void rootfs_nodes_init(struct rootfs *t, size_t names);
/* Free them; the tree itself is the caller's. */
void rootfs_nodes_done(struct rootfs *t);
/* A new child that no layer lists, by a name that is borrowed. */
uint32_t rootfs_add(struct rootfs *t, uint32_t parent, const char *name, size_t n);
/* Take out a node that has no children. */
void rootfs_drop(struct rootfs *t, uint32_t node);

/* Where a path leads from the root, links followed, the last component's only with `follow`.
 * NO_NODE where it is not there, leads through a file, or in a circle. */
uint32_t rootfs_lookup(const struct rootfs *t, const char *path, size_t n, bool follow);
/* The same, links followed, and what is missing made as directories; what is in the way there goes,
 * hidden by `layer`. NO_NODE in a circle. */
uint32_t rootfs_make(struct rootfs *t, const char *path, size_t n, uint16_t layer);

/* A node and all below it go, hidden by `layer`. */
void rootfs_remove(struct rootfs *t, uint32_t node, uint16_t layer, enum waste cause);
/* A node becomes another entry's, or none's with NO_ENTRY; the one that it was is hidden. */
void rootfs_set(struct rootfs *t, uint32_t node, uint16_t layer, uint32_t entry, enum waste cause);

#endif
