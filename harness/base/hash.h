/* SHA-256 (OpenSSL) and XXH3-128 (libxxhash). */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* "sha256:" + 64 hex digits + NUL, as OCI writes a digest. */
#define DIGEST_SIZE 72
/* XXH3-128 as 32 hex digits + NUL: for comparing contents, never for trust. */
#define XXH_SIZE 33

void sha256_bytes(const void *bytes, size_t n, char digest[DIGEST_SIZE]);
struct err *sha256_fd(int fd, const char *path, char digest[DIGEST_SIZE]);
/* Streaming. */
struct sha256;
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *h, const void *bytes, size_t n);
void sha256_end(struct sha256 *h, char digest[DIGEST_SIZE]); /* frees h */

void xxh_bytes(const void *bytes, size_t n, char hex[XXH_SIZE]);
struct err *xxh_fd(int fd, const char *path, char hex[XXH_SIZE]);

#endif
