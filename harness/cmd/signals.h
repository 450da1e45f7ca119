/* What asks a command to end: SIGINT, SIGTERM, SIGHUP. */
#ifndef CMD_SIGNALS_H
#define CMD_SIGNALS_H

/* Catch them from now on: they end nothing by themselves, so that what was started is taken down in
 * order. What is returned holds the number of the last one, 0 before; it lives as long as the
 * program. */
const volatile int *signals_catch(void);

#endif
