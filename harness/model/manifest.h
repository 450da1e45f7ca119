/* Input manifests: what a build could see. Sorted by path (bytewise), without duplicates. */
#ifndef MODEL_MANIFEST_H
#define MODEL_MANIFEST_H

#include <stdint.h>
#include <sys/types.h>

#include "base/hash.h"
#include "base/str.h"

struct manifest_entry {
	char *path;   /* relative to the context, '/' between, no leading slash */
	uint32_t mode; /* type and permission bits, as stat */
	uint32_t uid, gid;
	int64_t size_bytes; /* of regular files, else 0 */
	char digest[XXH_SIZE]; /* XXH3-128 of the content, or of a link's target; "" for directories */
};

struct manifest {
	struct manifest_entry *items;
	size_t count, room;
	char digest[DIGEST_SIZE]; /* SHA-256 over all entries; set by manifest_seal */
};

struct manifest_entry *manifest_add(struct manifest *m, const char *path);
/* Sort, and compute the digest. */
void manifest_seal(struct manifest *m);
const struct manifest_entry *manifest_find(const struct manifest *m, const char *path);
void manifest_done(struct manifest *m);

#endif
