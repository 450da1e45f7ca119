#include "image/stream.h"

#include <errno.h>

struct err *stream_drain(struct stream *s)
{
	const void *bytes;
	size_t n;

	do
		TRY(stream_next(s, &bytes, &n));
	while (n > 0);
	return NULL;
}

static struct err *fd_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct fd_stream *f = (struct fd_stream *)s;
	ssize_t n;

	do
		n = read(f->fd, f->buffer, sizeof(f->buffer));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys("an image's stream", errno);
	*bytes_out = f->buffer;
	*n_out = n;
	return NULL;
}

struct fd_stream *fd_stream_new(int fd)
{
	struct fd_stream *f = NEW(struct fd_stream);

	f->s.next = fd_next;
	f->fd = fd;
	return f;
}

static struct err *hash_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct hash_stream *h = (struct hash_stream *)s;

	TRY(stream_next(h->from, bytes_out, n_out));
	if (h->hash)
		sha256_add(h->hash, *bytes_out, *n_out);
	h->bytes += (int64_t)*n_out;
	if (h->bytes > h->ceiling)
		return err_new(
			ERR_INPUT, "a layer is larger than %lld bytes", (long long)h->ceiling);
	return NULL;
}

void hash_stream_init(struct hash_stream *h, struct stream *from, int64_t ceiling)
{
	*h = (struct hash_stream){
		.s.next = hash_next, .from = from, .hash = sha256_new(), .ceiling = ceiling
	};
}

void hash_stream_count_only(struct hash_stream *h)
{
	hash_stream_done(h);
}

void hash_stream_end(struct hash_stream *h, char digest[DIGEST_SIZE])
{
	sha256_end(TAKE_PTR(h->hash), digest);
}

void hash_stream_done(struct hash_stream *h)
{
	char unused[DIGEST_SIZE];

	if (h->hash)
		hash_stream_end(h, unused);
}
