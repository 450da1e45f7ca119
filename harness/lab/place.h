/* The lab's directory: made, judged, locked. lab_where is in lab.h. */
#ifndef LAB_PLACE_H
#define LAB_PLACE_H

#include <stdbool.h>

#include "base/str.h"

/* The directory as an absolute path without links; made (0700) when absent and `make`. *found_out
 * is false when it is absent and was not made. ERR_INPUT when it is another user's or open to
 * others (it is never changed to fit), or holds something and no CACHEDIR.TAG of ours: what is in a
 * lab gets removed, so it has to be one. */
struct err *place_open(const char *dir, bool make, char **path_out, bool *found_out);
/* Take the lab for this process; *fd_out holds it until closed. ERR_AGAIN when another has it. */
struct err *place_lock(const char *path, int *fd_out);

#endif
