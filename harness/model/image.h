/* What a build left behind, as its manifest says. */
#ifndef MODEL_IMAGE_H
#define MODEL_IMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/hash.h"
#include "base/str.h"

struct image_layer {
	char digest[DIGEST_SIZE];
	int64_t size_bytes; /* compressed, as the manifest says; -1: unknown */
	char *media_type;
};

/* What the files of a layer are by package and by name, bounded: the largest. Shared by the images
 * that have the same; not for threads. */
struct content_package {
	char *manager, *name, *version;
	int64_t size_bytes; /* of its files in this layer: visible, each inode once */
	int64_t files;
};
struct content_file {
	char *path;
	int64_t size_bytes;
	ssize_t package; /* index into packages; -1: of none */
	bool hidden;	 /* a layer above, or its own, replaces or removes it */
};
struct layer_contents {
	int references;
	char key[XXH_SIZE]; /* over all that follows */
	struct content_package *packages; /* largest first */
	size_t package_count, package_room;
	struct content_file *files; /* largest first */
	size_t file_count, file_room;
};
/* An empty one, owned once. */
struct layer_contents *contents_new(void) __attribute__((returns_nonnull));
/* One more owner. Returns c. */
struct layer_contents *contents_ref(struct layer_contents *c);
/* One owner less; the last one frees it. NULL is fine. */
void contents_unref(struct layer_contents *c);
DEFINE_CLEANUP(struct layer_contents *, contents_unref)

/* A layer as it lies in one image. */
struct layer_view {
	char *made_by;		     /* the instruction; "": the image does not tell */
	int64_t size_bytes, files;   /* of its regular files */
	int64_t hidden_bytes;	     /* of those that are not seen in the final tree */
	struct layer_contents *of;   /* NULL: not known */
};

struct image {
	char digest[DIGEST_SIZE]; /* of the image manifest (not the index); "" where there is none */
	char config[DIGEST_SIZE]; /* of the config: the engine's image id */
	/* Of the manifest of its attestations (provenance, SBOM), as the index says; "": none. */
	char attestation[DIGEST_SIZE];
	int64_t config_bytes;	  /* of the config, as the manifest says; -1: unknown */
	int64_t compressed_bytes; /* sum of the layers; -1: unknown */
	int64_t size_bytes;       /* content bytes of regular files of all layers; -1: unknown */
	/* Of the final tree; -1: unknown, as where a layer is absent. */
	int64_t visible_bytes, files, packages, setuid;
	int root_user, shell; /* 1: it runs as root, has a shell; 0: not */
	int ca_bundle;	      /* 1: it has a bundle of certificates; 0: not */
	char *lacks; /* what its program needs to be started and it does not hold; NULL: nothing seen */
	struct image_layer *layers;
	size_t layer_count, layer_room;
	struct strv diff_ids;
	struct layer_view *views; /* of each layer, the lowest first; none: not looked at */
	size_t view_count, view_room;
};

void image_done(struct image *i);
/* A copy; `to` is overwritten. */
void image_copy(struct image *to, const struct image *from);

#endif
