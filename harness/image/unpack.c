/* Decompression: ISA-L for gzip, libzstd for zstd. */
#include <isa-l.h>
#include <zstd.h>

#include "image/stream.h"

#define WINDOW_LOG_MAX 25 /* 32 MiB: what a stream asks for is memory of ours */

enum packing { PACK_UNKNOWN, PACK_NONE, PACK_GZIP, PACK_ZSTD };

struct unpack_stream {
	struct stream s;
	struct stream *from; /* borrowed */
	enum packing packing;
	const unsigned char *in; /* what was pulled and not used yet */
	size_t in_size;
	bool in_ended;
	unsigned char head[4]; /* the first bytes, until there are enough to tell */
	size_t head_size;
	bool member_open; /* inside a gzip member or zstd frame */
	struct inflate_state gzip;
	ZSTD_DStream *zstd;
	unsigned char out[STREAM_BUFFER];
};

static struct err *pull(struct unpack_stream *u)
{
	const void *bytes;

	TRY(stream_next(u->from, &bytes, &u->in_size));
	u->in = bytes;
	u->in_ended = u->in_size == 0;
	return NULL;
}

static bool is_gzip(const unsigned char *b, size_t n)
{
	return n >= 2 && b[0] == 0x1f && b[1] == 0x8b;
}

static bool is_zstd(const unsigned char *b, size_t n)
{
	static const unsigned char frame[] = { 0x28, 0xb5, 0x2f, 0xfd };
	static const unsigned char skippable[] = { 0x2a, 0x4d, 0x18 };

	return n >= 4 && (memcmp(b, frame, 4) == 0 ||
				 ((b[0] & 0xf0) == 0x50 && memcmp(b + 1, skippable, 3) == 0));
}

static void begin_gzip(struct unpack_stream *u)
{
	isal_inflate_init(&u->gzip);
	u->gzip.crc_flag = ISAL_GZIP;
	u->member_open = true;
}

/* Collects the first four bytes, however they are cut. */
struct err *unpack_stream_begin(struct unpack_stream *u)
{
	if (u->packing != PACK_UNKNOWN)
		return NULL;
	while (u->head_size < sizeof(u->head) && !u->in_ended) {
		if (u->in_size == 0)
			TRY(pull(u));
		while (u->in_size > 0 && u->head_size < sizeof(u->head)) {
			u->head[u->head_size++] = *u->in++;
			u->in_size--;
		}
	}
	u->packing = is_gzip(u->head, u->head_size)   ? PACK_GZIP
		     : is_zstd(u->head, u->head_size) ? PACK_ZSTD
						      : PACK_NONE;
	if (u->packing == PACK_GZIP)
		begin_gzip(u);
	if (u->packing == PACK_ZSTD) {
		u->zstd = ZSTD_createDStream();
		ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	}
	return NULL;
}

/* The bytes to work on: the head first. *n_out is 0 at the end. */
static struct err *input(
	struct unpack_stream *u, const unsigned char **bytes_out, size_t *n_out, bool *head_out)
{
	*head_out = u->head_size > 0;
	if (!*head_out && u->in_size == 0 && !u->in_ended)
		TRY(pull(u));
	*bytes_out = *head_out ? u->head : u->in;
	*n_out = *head_out ? u->head_size : u->in_size;
	return NULL;
}

static void used(struct unpack_stream *u, size_t n, bool head)
{
	if (head) {
		memmove(u->head, u->head + n, u->head_size - n);
		u->head_size -= n;
	} else if (n > 0) {
		u->in += n;
		u->in_size -= n;
	}
}

/* One go at the input; *n_out bytes came out, *more is false at its end. */
static struct err *gzip_go(struct unpack_stream *u, size_t *n_out, bool *more)
{
	const unsigned char *bytes;
	size_t n;
	bool head;
	int code;

	TRY(input(u, &bytes, &n, &head));
	/* members may follow each other; what follows and is none is padding */
	if (!u->member_open && n > 0 && *bytes == 0x1f)
		begin_gzip(u);
	*more = n > 0;
	if (!u->member_open) {
		used(u, n, head);
		return NULL;
	}
	if (n == 0)
		return err_new(ERR_INPUT, "a gzip layer ends too early");
	u->gzip.next_in = (unsigned char *)bytes;
	u->gzip.avail_in = (uint32_t)n;
	u->gzip.next_out = u->out;
	u->gzip.avail_out = sizeof(u->out);
	code = isal_inflate(&u->gzip);
	if (code != ISAL_DECOMP_OK && code != ISAL_END_INPUT)
		return err_new(ERR_INPUT, "a gzip layer is damaged (%d)", code);
	used(u, n - u->gzip.avail_in, head);
	*n_out = sizeof(u->out) - u->gzip.avail_out;
	if (u->gzip.block_state == ISAL_BLOCK_FINISH)
		u->member_open = false;
	return NULL;
}

static struct err *zstd_go(struct unpack_stream *u, size_t *n_out, bool *more)
{
	ZSTD_outBuffer out = { u->out, sizeof(u->out), 0 };
	const unsigned char *bytes;
	size_t n, left;
	bool head;

	TRY(input(u, &bytes, &n, &head));
	ZSTD_inBuffer in = { bytes, n, 0 };
	left = ZSTD_decompressStream(u->zstd, &out, &in);
	if (ZSTD_isError(left))
		return err_new(ERR_INPUT, "a zstd layer is damaged: %s", ZSTD_getErrorName(left));
	used(u, in.pos, head);
	*n_out = out.pos;
	*more = n > 0 || out.pos == out.size;
	if (!*more && u->member_open && out.pos == 0)
		return err_new(ERR_INPUT, "a zstd layer ends too early");
	if (n > 0)
		u->member_open = left > 0;
	return NULL;
}

static struct err *plain_go(struct unpack_stream *u, const void **bytes_out, size_t *n_out)
{
	const unsigned char *bytes;
	bool head;

	TRY(input(u, &bytes, n_out, &head));
	/* handed on where they lie: nothing moves when all of them are used */
	used(u, *n_out, head);
	*bytes_out = bytes;
	return NULL;
}

static struct err *unpack_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct unpack_stream *u = (struct unpack_stream *)s;
	bool more = true;

	TRY(unpack_stream_begin(u));
	if (u->packing == PACK_NONE)
		return plain_go(u, bytes_out, n_out);
	*bytes_out = u->out;
	*n_out = 0;
	while (*n_out == 0 && more)
		TRY(u->packing == PACK_GZIP ? gzip_go(u, n_out, &more) : zstd_go(u, n_out, &more));
	return NULL;
}

struct unpack_stream *unpack_stream_new(struct stream *from)
{
	struct unpack_stream *u = NEW(struct unpack_stream);

	u->s.next = unpack_next;
	u->from = from;
	return u;
}

struct stream *unpack_stream_of(struct unpack_stream *u)
{
	return &u->s;
}

bool unpack_stream_was_packed(const struct unpack_stream *u)
{
	return u->packing == PACK_GZIP || u->packing == PACK_ZSTD;
}

void unpack_stream_free(struct unpack_stream *u)
{
	if (!u)
		return;
	ZSTD_freeDStream(u->zstd);
	free(u);
}
