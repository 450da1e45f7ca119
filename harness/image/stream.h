/* Bytes that are pulled through a chain of filters, a buffer at a time. */
#ifndef IMAGE_STREAM_H
#define IMAGE_STREAM_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/http.h"

#define STREAM_BUFFER (256 << 10)

/* The next bytes: *n_out is 0 at the end. They are the stream's, valid until the next call. */
struct stream {
	struct err *(*next)(struct stream *s, const void **bytes_out, size_t *n_out);
	/* Leave n bytes out; NULL where they have to be read. What lies beyond the end is no error.
	 */
	struct err *(*skip)(struct stream *s, int64_t n);
};

static inline struct err *stream_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	return s->next(s, bytes_out, n_out);
}
/* Read it to its end. */
struct err *stream_drain(struct stream *s);

/* A descriptor, borrowed. */
struct fd_stream {
	struct stream s;
	int fd;
	char buffer[STREAM_BUFFER];
};
/* On the heap, free it. */
struct fd_stream *fd_stream_new(int fd) __attribute__((returns_nonnull));

/* What passed through, counted and hashed. */
struct hash_stream {
	struct stream s;
	struct stream *from;	/* borrowed */
	struct sha256 *hash;	/* NULL: only counted */
	int64_t bytes, ceiling; /* ERR_INPUT above it */
};
/* Begin; done when it ends in any way. */
void hash_stream_init(struct hash_stream *h, struct stream *from, int64_t ceiling);
/* Hash nothing of what passes from now on; there is no digest then. */
void hash_stream_count_only(struct hash_stream *h);
/* The digest of what passed. */
void hash_stream_end(struct hash_stream *h, char digest[DIGEST_SIZE]);
/* Zeroes are fine. */
void hash_stream_done(struct hash_stream *h);

/* gzip, zstd or neither, told by the first bytes. */
struct unpack_stream;
/* `from` is borrowed. */
struct unpack_stream *unpack_stream_new(struct stream *from);
/* Tell what it is, by the first bytes. */
struct err *unpack_stream_begin(struct unpack_stream *u);
/* What comes out of it. */
struct stream *unpack_stream_of(struct unpack_stream *u);
/* Whether there is anything to unpack; known once it began. */
bool unpack_stream_was_packed(const struct unpack_stream *u);
/* NULL is fine. */
void unpack_stream_free(struct unpack_stream *u);
DEFINE_CLEANUP(struct unpack_stream *, unpack_stream_free)

/* The body of one HTTP answer: a thread fetches it while this one reads. `h` (without sink) is
 * copied. */
struct http_stream;
/* Who gives another header when the answer is 401, called by that thread: a new one instead of `old`,
 * the first of h's, or NULL. */
struct http_login {
	struct err *(*renew)(void *ctx, const char *old, const char *challenge, char **header_out);
	void *ctx;
};
/* Start the request. login may be NULL. */
struct err *http_stream_open(
	const struct http *h, const struct http_login *login, struct http_stream **out);
/* Its body. */
struct stream *http_stream_of(struct http_stream *hs);
/* End the transfer, also early; frees. An error if the answer was not 200, or broke off without
 * our doing. */
struct err *http_stream_close(struct http_stream *hs);

#endif
