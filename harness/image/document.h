/* The JSON documents of an image. */
#ifndef IMAGE_DOCUMENT_H
#define IMAGE_DOCUMENT_H

#include "model/image.h"

#define DOCUMENT_MAX	    (4 << 20)
#define LAYERS_IN_IMAGE_MAX 4096

/* What a manifest or an index says. */
struct document {
	bool index;
	char chosen[DIGEST_SIZE]; /* of an index: the manifest for the platform */
	struct image image;	  /* of a manifest: config, layers, the sum of their sizes */
};
/* `where` is for errors. ERR_INPUT when it is neither, or has not the platform (NULL: this
 * machine's, or the only one). Attestations are no platform. */
struct err *document_read(
	const char *where, const struct str *text, const char *platform, struct document *out);
/* Free what document_read filled; zeroes are fine. */
void document_done(struct document *d);

/* Add the diff_ids of a config. */
struct err *config_read(const char *where, const struct str *text, struct strv *diff_ids);

/* One image of a docker-archive's manifest.json. ERR_INPUT when there are more. */
struct err *archive_manifest_read(
	const char *where, const struct str *text, char **config_out, struct strv *layers);

#endif
