/* The JSON documents of an image. */
#ifndef IMAGE_DOCUMENT_H
#define IMAGE_DOCUMENT_H

#include "model/image.h"

#define DOCUMENT_MAX	    (4 << 20)
#define LAYERS_IN_IMAGE_MAX 4096

/* What a manifest or an index says. */
struct document {
	bool index;
	char chosen[DIGEST_SIZE]; /* of an index: the manifest (or index) for the platform */
	char attestation[DIGEST_SIZE]; /* of an index: what attests the chosen one; "": nothing */
	struct image image;	  /* of a manifest: config, layers, the sum of their sizes */
};
/* `where` is for errors. ERR_INPUT when it is neither, or has not the platform (NULL: this
 * machine's, or the only one) or the tag (NULL: any, where there is one at most). Attestations are
 * no platform. */
struct err *document_read(const char *where, const struct str *text, const char *platform,
	const char *tag, struct document *out);
/* Free what document_read filled; zeroes are fine. */
void document_done(struct document *d);

/* One line of an image's history. */
struct history {
	char *created_by;
	bool empty; /* it made no layer */
};
/* What runs, as whom, and how it came to be. Strings are "" where nothing is said. */
struct image_config {
	char *os, *architecture, *created, *user, *workdir;
	struct strv entrypoint, cmd, env, ports, volumes;
	struct strv labels; /* "KEY=VALUE" */
	struct history *history;
	size_t history_count, history_room;
	struct strv diff_ids;
	int64_t size_bytes; /* of the config itself */
};
/* Read a config. */
struct err *config_read(const char *where, const struct str *text, struct image_config *out);
/* Zeroes are fine. */
void config_done(struct image_config *c);
/* The instruction that made layer i of n, borrowed; NULL where the history does not tell. */
const char *config_instruction(const struct image_config *c, size_t i, size_t n);
/* An instruction as it stood in the Dockerfile, without what builders put around it; on one line.
 * Appended. */
void instruction_words(struct str *s, const char *created_by);

/* One image of a docker-archive's manifest.json. ERR_INPUT when there are more. */
struct err *archive_manifest_read(
	const char *where, const struct str *text, char **config_out, struct strv *layers);

#endif
