/* What image_read remembers. */
#ifndef IMAGE_CACHE_H
#define IMAGE_CACHE_H

#include "image/image.h"
#include "image/layer.h"
#include "image/layer_store.h"

/* What image_cache_persist opened; NULL. Borrowed. */
struct layer_store *cache_layer_store(const struct image_cache *c);
/* A layer by the digest of its blob; NULL when it was not seen. Borrowed until the next keep. */
struct layer *cache_find_blob(struct image_cache *c, const char *digest);
/* The same by the digest of its tar. */
struct layer *cache_find_diff(struct image_cache *c, const char *diff_id);
/* Keep a reference to it; what was not used for longest goes. */
void cache_keep_layer(struct image_cache *c, struct layer *l);
/* What made the layer of that tar, as an image tells that was kept; NULL: none. Borrowed until the
 * next keep. */
const char *cache_made_by(const struct image_cache *c, const char *diff_id);
/* Keep a copy of an image, under its config or whatever id a daemon gives it. */
void cache_keep_image(struct image_cache *c, const char *id, const struct image *i);

#endif
