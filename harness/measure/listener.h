/* Who listens on a TCP port of this machine: a probe has to know whom it asked. */
#ifndef MEASURE_LISTENER_H
#define MEASURE_LISTENER_H

#include <stdbool.h>

#include "base/str.h"

enum listener {
	LISTENER_NONE,
	LISTENER_INSIDE,  /* a program two PID namespaces below this one, as a lab's containers are */
	LISTENER_FOREIGN, /* another one */
	LISTENER_UNKNOWN, /* one that cannot be seen from here */
};

/* Who listens on `port`, on whatever address, as /proc tells; *who is a new string for foreign ones,
 * "python3, pid 123", else NULL. */
struct err *listener_find(int port, enum listener *out, char **who);

#endif
