/* Ending processes by their place in the tree, for where no cgroup holds them. */
#ifndef MEASURE_SWEEP_H
#define MEASURE_SWEEP_H

#include <stddef.h>
#include <sys/types.h>

/* SIGKILL every descendant of this process that is neither one of `spared`, its direct children,
 * nor descends from one, until none is left or two seconds passed. Reaps nothing. */
void sweep_descendants(const pid_t *spared, size_t spared_count);

#endif
