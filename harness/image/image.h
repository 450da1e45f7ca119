/* What a build left behind, read back: digest, layers and sizes of one image, from a registry, a
 * Docker daemon or a docker-archive. Layers are streamed, never extracted or kept; digests and
 * sizes are computed and compared with what was claimed (ERR_CHECK where they differ). */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include <stdbool.h>

#include "model/image.h"
#include "model/metric.h"

/* What is known of layers and images already, so that a base is read once a run. One thread. */
struct image_cache;
/* An empty one; half a megabyte and more. */
struct image_cache *image_cache_new(void);
/* Also take layers of registries from what earlier runs read (layer_store.h), and keep them there. */
void image_cache_persist(struct image_cache *c);
/* From now on nothing that is known spares a layer its reading. */
void image_cache_read_all(struct image_cache *c);
/* NULL is fine. */
void image_cache_free(struct image_cache *c);
DEFINE_CLEANUP(struct image_cache *, image_cache_free)

enum image_from { IMAGE_FROM_REGISTRY, IMAGE_FROM_DAEMON, IMAGE_FROM_ARCHIVE };
struct image_source {
	enum image_from from;
	const char *socket;   /* Unix socket of the registry or the daemon */
	const char *ref;      /* REPO:TAG or REPO@DIGEST; the daemon's: a name or an id */
	const char *platform; /* "linux/arm64"; NULL: this machine's, or the only one there is */
	int fd;		      /* of an archive: read to its end */
};

/* Read one image. digest and compressed_bytes are of the manifest, and "" and -1 where there is
 * none: a daemon or an archive without compressed layers. ERR_INPUT when it is no image or hasn't
 * the platform, ERR_IO when it can't be read. */
struct err *image_read(
	const struct image_source *src, struct image_cache *cache, struct image *out);
/* The same; *view is the whole of it, to be compared (view.h), the caller's; NULL where the image was
 * known, so that nothing was read. */
struct image_view;
struct err *image_read_whole(const struct image_source *src, struct image_cache *cache,
	struct image_view **view, struct image *out);

/* What is known of an image as metrics; what is not is absent with its reason. */
void image_values(const struct image *i, struct values *out);

/* Bytes of the distinct blobs, the config among them, that `wants` is made of and that a client or a
 * registry with `has` lacks; -1 where no manifest says how large they are. */
int64_t image_delta(const struct image *has, const struct image *wants);

/* A copy of the image with that config, or under that id of a daemon's, if it was read before from
 * a daemon or an archive: then it need not be saved again. */
bool image_cached(const struct image_cache *cache, const char *id, struct image *out);

#endif
