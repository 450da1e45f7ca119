/* What image_read remembers. */
#ifndef IMAGE_CACHE_H
#define IMAGE_CACHE_H

#include "image/image.h"
#include "image/layer.h"

/* A layer by the digest of its blob; NULL when it was not seen. Borrowed until the next keep. */
const struct layer_facts *cache_find_blob(const struct image_cache *c, const char *digest);
/* The same by the digest of its tar. */
const struct layer_facts *cache_find_diff(const struct image_cache *c, const char *diff_id);
/* Keep a copy of it; what was kept first goes first. */
void cache_keep_layer(struct image_cache *c, const struct layer_facts *f);
/* Keep a copy of an image, under its config or whatever id a daemon gives it. */
void cache_keep_image(struct image_cache *c, const char *id, const struct image *i);

#endif
