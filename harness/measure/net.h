/* What the machine received from elsewhere. */
#ifndef MEASURE_NET_H
#define MEASURE_NET_H

#include <stdint.h>

/* Bytes that came in on any interface but loopback since the machine started; -1: not known. All
 * programs of the machine have a part in it: of one build it says at most how much. */
int64_t net_received_bytes(void);

#endif
