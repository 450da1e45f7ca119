/* What a build left behind, as its manifest says. */
#ifndef MODEL_IMAGE_H
#define MODEL_IMAGE_H

#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"

struct image_layer {
	char digest[DIGEST_SIZE];
	int64_t size_bytes; /* compressed, as the manifest says; -1: unknown */
	char *media_type;
};

struct image {
	char digest[DIGEST_SIZE]; /* of the image manifest (not the index); "" where there is none */
	char config[DIGEST_SIZE]; /* of the config: the engine's image id */
	int64_t config_bytes;	  /* of the config, as the manifest says; -1: unknown */
	int64_t compressed_bytes; /* sum of the layers; -1: unknown */
	int64_t size_bytes;       /* content bytes of regular files of all layers; -1: unknown */
	/* Of the final tree; -1: unknown, as where a layer is absent. */
	int64_t visible_bytes, files, packages, setuid;
	int root_user, shell; /* 1: it runs as root, has a shell; 0: not */
	struct image_layer *layers;
	size_t layer_count, layer_room;
	struct strv diff_ids;
};

void image_done(struct image *i);
/* A copy; `to` is overwritten. */
void image_copy(struct image *to, const struct image *from);

#endif
