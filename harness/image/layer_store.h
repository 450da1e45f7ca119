/* Layers that were read, kept from one run of the program to the next in the user's cache: flat
 * lists, no contents. Whoever can write there could mislead us; so it is the user's own, 0700. */
#ifndef IMAGE_LAYER_STORE_H
#define IMAGE_LAYER_STORE_H

#include <sys/stat.h>

#include "image/layer.h"

struct layer_store;
/* $XDG_CACHE_HOME/tare/layers, made where it is missing; NULL where there is no such place, or it
 * is someone else's: then nothing is kept. When it closes after something was kept, what was not
 * used for longest goes until $TARE_LAYERS_MAX bytes are left (512MB where that is not said). */
struct layer_store *layer_store_open(void);
/* NULL is fine. */
void layer_store_close(struct layer_store *s);
DEFINE_CLEANUP(struct layer_store *, layer_store_close)

/* What vouches for a blob that is not read: NULL for a registry, whose blobs go by their digests;
 * for a file, that it is the one that was hashed. */
struct layer *layer_store_find(
	const struct layer_store *s, const char *digest, const struct stat *file);
/* Keep it; what cannot be written is left. `file` as above. */
void layer_store_keep(struct layer_store *s, const struct layer *l, const struct stat *file);
/* Remove files of the directory, those with the oldest time first, until they are `most` bytes at
 * most. What cannot be removed stays. */
void layer_store_trim(int dir, int64_t most);

#endif
