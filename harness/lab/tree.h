/* Removing directories that builds filled: any depth, no link followed, no mount entered. */
#ifndef LAB_TREE_H
#define LAB_TREE_H

#include "base/str.h"

/* Remove what `path` names (absolute) with all below it; absent is fine. ERR_IO when something is
 * mounted below it, with nothing of the mount touched. */
struct err *tree_remove(const char *path);
/* The names in a directory, but for . and .., sorted. */
struct err *tree_names(const char *dir, struct strv *out);

#endif
