/* Reading an image's layers, several at a time, from blobs that can be had in any order. */
#ifndef IMAGE_GATHER_H
#define IMAGE_GATHER_H

#include <sys/stat.h>

#include "image/view.h"

/* Where blobs come from. Called from several threads. */
struct blobs {
	void *ctx;
	const char *where; /* for errors */
	bool named_by_tar; /* what is claimed may be the digest of the unpacked tar */
	/* What stands for a blob that is not read: the file it is in. NULL where it goes by its
	 * digest alone, as in a registry. False where there is no telling. */
	bool (*stat)(void *ctx, size_t i, struct stat *out);
	/* Layer i as a stream; *out is NULL where it is absent. */
	struct err *(*open)(void *ctx, size_t i, struct stream **out);
	/* The end of it, also early; frees. An error if it broke off without our doing. */
	struct err *(*close)(void *ctx, struct stream *s);
};

/* Fill v->layers from v->image.layers and the config's diff_ids: what the cache has is not read.
 * Digests and sizes are compared with what is claimed (ERR_CHECK). A layer that is absent leaves
 * NULL, and v->partial says so. */
struct err *gather_layers(
	const struct blobs *b, const struct image_options *o, struct image_view *v);

#endif
