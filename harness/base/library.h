/* Where the scenario library is. */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

/* $TARE_SCENARIOS where it is set; else the first that is a directory of ../share/tare/scenarios
 * from the executable's and the source tree that tare was built from; else "scenarios". A new
 * string. */
char *library_dir(void) __attribute__((returns_nonnull, warn_unused_result));

#endif
