/* One layer: a tar, packed or not. */
#ifndef IMAGE_LAYER_H
#define IMAGE_LAYER_H

#include "image/stream.h"

struct layer_facts {
	char digest[DIGEST_SIZE];  /* of the bytes as they came */
	char diff_id[DIGEST_SIZE]; /* of the tar */
	int64_t packed_bytes;	   /* as they came */
	int64_t content_bytes; /* of all regular files: hard links, whiteouts and the rest hold 0 */
	bool packed;	       /* it was gzip or zstd */
};

/* Read `from` to its end. ERR_INPUT when it is no tar. */
struct err *layer_measure(struct stream *from, struct layer_facts *out);
/* Read it to its end for its digest and size alone. */
struct err *layer_digest(struct stream *from, char digest[DIGEST_SIZE], int64_t *bytes_out);

#endif
