/* Edits in a private copy, and taking them back. */
#ifndef SCENARIO_CHANGE_H
#define SCENARIO_CHANGE_H

#include <sys/stat.h>

#include "model/scenario.h"

struct undo { /* a file as it was before the edit */
	int fd;
	char *path; /* absolute, resolved */
	struct str text;
	struct stat st;
};

struct copy_private {
	char *real; /* the copy's context, resolved */
	struct undo *undos;
	size_t undo_count, undo_room;
	bool modes_used[512]; /* by a mode edit of this copy: indexed by its bits */
};

/* New content in place: the file's inode and its directory's time stay, so that only the edit is
 * new to an engine. */
struct err *change_write(const struct undo *u, const char *bytes, size_t n);
/* Do one edit to the file that u remembers; what it did is added to change. A mode edit flips
 * another set of bits each time: by the number that the token ends with, else by its hash. */
struct err *change_apply(struct copy_private *p, const struct undo *u, const struct edit_spec *e,
	const char *token, struct str *change);
/* Take back all that is undone yet; the first failure is told, the rest is tried. */
struct err *change_undo(struct copy_private *p);

#endif
