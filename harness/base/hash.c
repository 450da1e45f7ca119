#include "base/hash.h"

#include <errno.h>
#include <openssl/evp.h>
#include <xxhash.h>

#define BLOCK_BYTES (128 * 1024)

struct sha256 {
	EVP_MD_CTX *ctx;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *h = NEW(struct sha256);

	h->ctx = EVP_MD_CTX_new();
	if (!h->ctx || !EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL))
		abort();
	return h;
}

void sha256_add(struct sha256 *h, const void *bytes, size_t n)
{
	EVP_DigestUpdate(h->ctx, bytes, n);
}

void sha256_end(struct sha256 *h, char digest[DIGEST_SIZE])
{
	unsigned char raw[32];

	EVP_DigestFinal_ex(h->ctx, raw, NULL);
	snprintf(digest, DIGEST_SIZE, "sha256:");
	for (int i = 0; i < 32; i++)
		snprintf(digest + 7 + 2 * i, 3, "%02x", raw[i]);
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

void sha256_bytes(const void *bytes, size_t n, char digest[DIGEST_SIZE])
{
	struct sha256 *h = sha256_new();

	sha256_add(h, bytes, n);
	sha256_end(h, digest);
}

/* Feed a descriptor to `add` block by block, to its end. */
static struct err *each_block(int fd, const char *path,
	void (*add)(void *state, const void *bytes, size_t n), void *state)
{
	_cleanup_(freep) char *block = xcalloc(1, BLOCK_BYTES);
	ssize_t n;

	while ((n = read(fd, block, BLOCK_BYTES)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(path, errno);
		add(state, block, (size_t)n);
	}
	return NULL;
}

static void sha256_block(void *state, const void *bytes, size_t n)
{
	sha256_add(state, bytes, n);
}

struct err *sha256_fd(int fd, const char *path, char digest[DIGEST_SIZE])
{
	struct sha256 *h = sha256_new();
	struct err *e = each_block(fd, path, sha256_block, h);

	sha256_end(h, digest);
	return e;
}

static void xxh_hex(XXH128_hash_t h, char hex[XXH_SIZE])
{
	snprintf(hex, XXH_SIZE, "%016llx%016llx", (unsigned long long)h.high64,
		(unsigned long long)h.low64);
}

void xxh_bytes(const void *bytes, size_t n, char hex[XXH_SIZE])
{
	xxh_hex(XXH3_128bits(bytes, n), hex);
}

static void xxh_block(void *state, const void *bytes, size_t n)
{
	XXH3_128bits_update(state, bytes, n);
}

struct err *xxh_fd(int fd, const char *path, char hex[XXH_SIZE])
{
	XXH3_state_t *state = XXH3_createState();
	struct err *e;

	XXH3_128bits_reset(state);
	e = each_block(fd, path, xxh_block, state);
	xxh_hex(XXH3_128bits_digest(state), hex);
	XXH3_freeState(state);
	return e;
}
