/* What an exported build cache holds, as its manifest says: the layers that a later build can be
 * spared. BuildKit's alone; podman's cache is images, a tag a layer. Pure: text in. */
#ifndef IMAGE_CACHE_MANIFEST_H
#define IMAGE_CACHE_MANIFEST_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/str.h"

struct cache_layer {
	char digest[DIGEST_SIZE];  /* of its blob */
	char diff_id[DIGEST_SIZE]; /* of its tar; "" not told */
};
struct cache_manifest {
	bool is_cache; /* it has a cache's config; else it is an image or an index of images */
	struct cache_layer *layers;
	size_t layer_count, layer_room;
};
/* Read a manifest, or the index that older versions write. `where` is for errors. ERR_INPUT when it
 * is neither. */
struct err *cache_manifest_read(
	const char *where, const struct str *text, struct cache_manifest *out);
/* Free its members; zeroes are fine. */
void cache_manifest_done(struct cache_manifest *m);

/* The first manifest of a layout's index.json: where a local cache begins. */
struct err *cache_layout_read(const char *where, const struct str *text, char digest[DIGEST_SIZE]);
/* Whether the config of an image has a cache in it. */
struct err *cache_inline_read(const char *where, const struct str *text, bool *out);

#endif
