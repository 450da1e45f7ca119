/* tare's side of the relay; relay_start and relay_stop are in private.h. */
#ifndef LAB_RELAY_H
#define LAB_RELAY_H

#include "lab/lab.h"

/* The link as it is shaped now. */
struct link relay_link(const struct lab *lab);
/* Connections that the relay closed at once: too many, or no registry behind it. */
int64_t relay_turned_away(const struct lab *lab);

#endif
