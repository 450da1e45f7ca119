/* The mounts that this process sees, from /proc/self/mountinfo. */
#ifndef LAB_MOUNTS_H
#define LAB_MOUNTS_H

#include "base/str.h"

/* The places below `dir` (absolute, without links), and `dir` with `itself`, where something is
 * mounted, in the order of mounting: a parent before what lies in it. */
struct err *mounts_below(const char *dir, bool itself, struct strv *out);
/* Unmount all of them, deepest first, lazily where they are in use; says, unless NULL, gets a line
 * for each. */
struct err *mounts_remove(const char *dir, bool itself, struct strv *says);

#endif
