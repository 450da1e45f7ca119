/* The final tree of an image: its layers applied one after the other, whiteouts, hard links and
 * links to directories as engines apply them. Layers stay as they are; what became of an entry of
 * one is kept here. */
#ifndef IMAGE_ROOTFS_H
#define IMAGE_ROOTFS_H

#include "image/layer.h"

#define NODE_ROOT 0
#define NO_NODE	  UINT32_MAX
#define NO_LAYER  UINT16_MAX
#define NO_ENTRY  UINT32_MAX

/* Why the bytes of a file are no longer seen. */
enum waste { WASTE_METADATA, WASTE_OVERWRITTEN, WASTE_DELETED, WASTE_CAUSES };
extern const char *const waste_names[WASTE_CAUSES];

/* What became of an entry. */
struct fate {
	uint32_t names;	    /* in the final tree */
	uint32_t node;	    /* the first of them */
	uint16_t hidden_by; /* the first layer that hides it: with its last name; NO_LAYER: none */
	uint8_t cause;	    /* enum waste */
	bool placed;	    /* it had a name at all */
	uint16_t mode;	    /* as its last hard link says: engines give it to the inode */
};

struct node {
	uint32_t parent, first_child, next, previous;
	uint32_t chain;	  /* the next in its bucket */
	uint32_t entry;	  /* in its layer; NO_ENTRY: a directory that no layer lists */
	const char *name; /* a part of a path or link of a layer, not NUL-terminated */
	uint16_t name_size;
	uint16_t layer;
};

struct rootfs {
	struct layer **layers; /* borrowed */
	struct fate **fates;   /* of each layer's entries */
	size_t layer_count;
	struct node *nodes;
	size_t count, room; /* with what is free again */
	uint32_t free_node;
	uint32_t *buckets;
	size_t bucket_count;
	size_t live;
	uint64_t lost;	  /* hard links to nothing, and entries behind a loop of links */
	uint64_t seed;	  /* of the buckets: names are not ours */
	uint32_t changes; /* removed directories and links: what is remembered of paths ends then */
};

/* Apply the layers in order; one may occur several times. A layer may be NULL: it is absent.
 * ERR_INPUT where they make more than any image has. */
struct err *rootfs_new(struct layer **layers, size_t count, struct rootfs **out);
/* NULL is fine. */
void rootfs_free(struct rootfs *t);
DEFINE_CLEANUP(struct rootfs *, rootfs_free)

/* Whether there is a node of that number, below count. One that is free is its own parent, and so is
 * the root. (This and the next three are asked several times of each file of an image.) */
static inline bool rootfs_has(const struct rootfs *t, uint32_t node)
{
	return node == NODE_ROOT || t->nodes[node].parent != node;
}
/* The entry of a node; NULL where no layer lists it. */
static inline const struct layer_entry *rootfs_entry(const struct rootfs *t, uint32_t node)
{
	const struct node *nd = &t->nodes[node];

	return nd->entry == NO_ENTRY ? NULL : &t->layers[nd->layer]->entries[nd->entry];
}
/* What became of the entry of a node; NULL as above. */
static inline struct fate *rootfs_fate(const struct rootfs *t, uint32_t node)
{
	const struct node *nd = &t->nodes[node];

	return nd->entry == NO_ENTRY ? NULL : &t->fates[nd->layer][nd->entry];
}
/* Whether it is a directory, listed by a layer or not. */
static inline bool rootfs_is_dir(const struct rootfs *t, uint32_t node)
{
	const struct layer_entry *e = rootfs_entry(t, node);

	return !e || e->type == ENTRY_DIR;
}
/* The path of a node, from the root without a slash, written to `out`. */
void rootfs_path(const struct rootfs *t, uint32_t node, struct str *out);
/* The node after this one where each directory comes before what is in it; NO_NODE at the end.
 * Begin with NODE_ROOT. */
uint32_t rootfs_next(const struct rootfs *t, uint32_t node);
/* A child, or NO_NODE. */
uint32_t rootfs_child(const struct rootfs *t, uint32_t parent, const char *name, size_t n);
/* Whether a program that takes commands is where one looks for it. */
bool rootfs_has_shell(const struct rootfs *t);
/* Whether a bundle of certificates is where programs look for one. */
bool rootfs_has_ca_bundle(const struct rootfs *t);
/* The node at a path, links followed, the last one too; NO_NODE where there is none. */
uint32_t rootfs_find(const struct rootfs *t, const char *path);

#endif
