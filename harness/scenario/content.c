#include "scenario/content.h"

#include <errno.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#define BLOCK_BYTES (128 * 1024)

void content_init(struct content *c)
{
	c->block = xrealloc(NULL, BLOCK_BYTES, 1);
	c->hash = XXH3_createState();
}

void content_done(struct content *c)
{
	free(c->block);
	XXH3_freeState(c->hash);
}

/* As xxh_bytes writes it, of what was streamed. */
static void hex(XXH128_hash_t hash, char out[XXH_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	XXH128_canonical_t bytes;

	XXH128_canonicalFromHash(&bytes, hash);
	for (size_t i = 0; i < sizeof(bytes.digest); i++) {
		out[2 * i] = digits[bytes.digest[i] >> 4];
		out[2 * i + 1] = digits[bytes.digest[i] & 15];
	}
	out[XXH_SIZE - 1] = '\0';
}

static int write_all(int fd, const unsigned char *bytes, size_t n)
{
	while (n) {
		ssize_t put = write(fd, bytes, n);

		if (put < 0 && errno != EINTR)
			return -1;
		if (put < 0)
			continue;
		bytes += put;
		n -= (size_t)put;
	}
	return 0;
}

/* The next block of at most n bytes, whole unless the file ends; -1 and errno. */
static ssize_t read_block(int fd, unsigned char *block, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t more = read(fd, block + got, n - got);

		if (more < 0 && errno != EINTR)
			return -1;
		if (more == 0)
			break;
		if (more > 0)
			got += (size_t)more;
	}
	return (ssize_t)got;
}

/* A snapshot that shares its blocks: what is hashed is read from it, not from the original, which
 * may move on. */
static bool clone(struct content *c, int from, int to)
{
	if (c->no_clone)
		return false;
	if (ioctl(to, FICLONE, from) == 0)
		return true;
	c->no_clone = true;
	return false;
}

int content_copy(struct content *c, int from, int to, int64_t limit, int64_t *size_out,
	char digest[XXH_SIZE])
{
	bool cloned = limit > 0 && clone(c, from, to);
	int64_t size = 0;
	ssize_t n;

	if (cloned)
		limit = INT64_MAX;
	XXH3_128bits_reset(c->hash);
	do {
		int64_t left = limit - size;
		size_t want = left < BLOCK_BYTES ? (size_t)left : (size_t)BLOCK_BYTES;

		n = read_block(cloned ? to : from, c->block, want);
		if (n < 0 || (!cloned && write_all(to, c->block, (size_t)n) < 0))
			return -1;
		XXH3_128bits_update(c->hash, c->block, (size_t)n);
		size += n;
	} while (n == BLOCK_BYTES);
	*size_out = size;
	hex(XXH3_128bits_digest(c->hash), digest);
	return 0;
}
