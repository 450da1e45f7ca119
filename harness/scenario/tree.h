/* One directory tree copied into another, hashed and listed on the way. */
#ifndef SCENARIO_TREE_H
#define SCENARIO_TREE_H

#include <sys/types.h>

#include "dockerfile/dockerfile.h"
#include "model/manifest.h"

#define TREE_ENTRIES_CEILING 1000000
#define TREE_BYTES_CEILING   (INT64_C(16) << 30)
/* Two descriptors a level: stays under the usual limit of 1024. */
#define TREE_DEPTH_CEILING 200

struct tree_id { /* what is left out, by what it is: its name may be a link's */
	dev_t dev;
	ino_t ino;
};

struct tree {
	/* In, borrowed. */
	const char *from, *to;	   /* from: for messages too; to: an empty directory */
	const struct ignore *list; /* what it leaves out is not in the manifest; NULL: nothing */
	const struct ignore *also; /* and is not copied, if this leaves it out as well */
	const struct strv *needed; /* paths in it that are copied, with all below, whatever is ignored */
	const struct tree_id *leave;
	size_t leave_count;
	/* Out; the caller's. */
	struct manifest *manifest; /* sealed */
	struct strv *skipped;	   /* "PATH: a socket" */
};

/* Regular files, directories and links, with mode bits, times, extended attributes and (as root)
 * owners as found; links as links; nothing outside `from` even while somebody moves things in it. A file's digest is that
 * of the bytes in the copy. ERR_INPUT above a ceiling, ERR_IO for what cannot be read. */
struct err *tree_copy(const struct tree *t);

#endif
