/* Extended attributes: BuildKit sends them, capabilities of programs among them. */
#ifndef SCENARIO_XATTR_H
#define SCENARIO_XATTR_H

#include "base/str.h"

/* Copy those of one open file to another. What cannot be set (as an ordinary user, or on another
 * kind of file system) is told: "PATH: its security.capability" in skipped. */
void xattr_copy(int from, int to, const char *path, struct strv *skipped);

#endif
