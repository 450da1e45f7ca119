/* The bytes of a file, copied and hashed in one pass. */
#ifndef SCENARIO_CONTENT_H
#define SCENARIO_CONTENT_H

#include <stdbool.h>
#include <stdint.h>
#include <xxhash.h>

#include "base/hash.h"

struct content {
	unsigned char *block;
	XXH3_state_t *hash;
	bool no_clone; /* the file system was asked once and cannot */
};

void content_init(struct content *c);
void content_done(struct content *c);
/* `to` (empty, read and write) becomes the first `limit` bytes of `from`: by reflink, else by
 * copying; a file that grows meanwhile cannot hold us. Size and digest are those of the copy.
 * -1 and errno on failure. */
int content_copy(struct content *c, int from, int to, int64_t limit, int64_t *size_out,
	char digest[XXH_SIZE]);

#endif
