/* An image that was read whole: what it says of itself, its layers, and the tree they make. */
#ifndef IMAGE_VIEW_H
#define IMAGE_VIEW_H

#include "image/document.h"
#include "image/image.h"
#include "image/layer_store.h"
#include "image/packages.h"

struct image_view {
	char *taken; /* what it was read from, as it can be named again: "oci:shop" */
	struct image image;
	struct image_config config;
	struct layer **layers; /* NULL: absent */
	size_t layer_count;
	struct rootfs *tree;
	struct packages packages; /* of the tree */
	char *partial; /* why the figures are of a part; NULL: of all */
	size_t shared; /* layers that were known before, and not read again */
};

/* How to read one. Zeroes are fine. */
struct image_options {
	const char *platform; /* "linux/arm64"; NULL: this machine's, or the only one there is */
	int64_t ceiling;      /* what a layer may unpack to; 0: only a bomb is stopped */
	int workers;	      /* layers at a time; 0: one a processor, four at most */
	bool unhashed; /* layers of a docker-archive on disk are taken for what it says they are */
	struct image_cache *cache; /* or NULL */
	struct layer_store *store; /* layers of earlier runs; NULL: read all */
};

/* Read the image of a name: docker-archive:FILE (- is standard input), oci:DIR[:TAG],
 * oci-archive:FILE[:TAG], docker://REF, docker-daemon:REF, podman:REF; or a bare one, which is a
 * directory, a file, an image of the daemon, of podman, or of a registry, whichever is found first.
 * ERR_INPUT when it is no image or hasn't the platform, ERR_IO when it can't be read, ERR_CHECK
 * where a digest or a size is not what was claimed. */
struct err *image_open(const char *name, const struct image_options *o, struct image_view **out);
/* NULL is fine. */
void image_view_free(struct image_view *v);
DEFINE_CLEANUP(struct image_view *, image_view_free)

/* Room for its layers, all absent yet. */
void view_room(struct image_view *v, size_t layer_count);
/* What the image's program (its entry point, else its command) needs to be started and the tree does not
 * hold, a new string: "/opt/venv/bin/python needs /lib64/ld-linux-x86-64.so.2, which the image lacks";
 * NULL: nothing is lacking as far as files tell. Foreign text is in it. */
char *view_lacks(const struct image_view *v) __attribute__((warn_unused_result));
/* Make the tree, and the figures of `image` that come from it. */
struct err *image_view_finish(struct image_view *v);
/* Fill image.views: what is recorded of each layer; nothing where the view is partial. Where the
 * image does not tell what made a layer, an image of the cache (or NULL) with that layer does. */
void image_contents(struct image_view *v, const struct image_cache *cache);

#endif
