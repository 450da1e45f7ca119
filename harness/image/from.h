/* The places an image is read from. Each fills *out or leaves it. */
#ifndef IMAGE_FROM_H
#define IMAGE_FROM_H

#include "image/cache.h"
#include "image/image.h"

/* Manifest, config and layers by HTTP, each once. */
struct err *image_from_registry(
	const struct image_source *src, struct image_cache *cache, struct image *out);
/* Saved by the daemon, where it cannot be told from what is known already. */
struct err *image_from_daemon(
	const struct image_source *src, struct image_cache *cache, struct image *out);
/* A docker-archive, in whatever order its members come. `where` is for errors. */
struct err *image_from_archive(
	struct stream *from, const char *where, struct image_cache *cache, struct image *out);

#endif
