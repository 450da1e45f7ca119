/* The user namespace of an ordinary user: its owner is root in it, and the ranges that /etc/subuid
 * and /etc/subgid give it follow. */
#ifndef LAB_IDMAP_H
#define LAB_IDMAP_H

#include <sys/types.h>

#include "base/str.h"

/* Map the ids of the process `pid`, which is in a user namespace of its own. ERR_TOOL when there
 * are no ranges, or no newuidmap. */
struct err *idmap_set(pid_t pid);
/* Arguments for newuidmap or newgidmap from the text of a subid file: "0 OWNER 1", then what the
 * user (by name, or NULL, or by number) may use. False when there is no range. */
bool idmap_ranges(
	const char *text, const char *name, unsigned uid, unsigned owner, struct strv *out);

#endif
