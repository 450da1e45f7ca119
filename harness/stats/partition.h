/* Private to stats/: the best way to cut a series into stretches of one level each. */
#ifndef STATS_PARTITION_H
#define STATS_PARTITION_H

#include <stddef.h>

/* Cut x so that the sum of squared residuals, each at most clip^2, plus a penalty for each cut is
 * least. starts[] receives where stretches begin but the first, ascending; room for n. Returns how
 * many. */
size_t stats_partition(const double *x, size_t n, double clip, double penalty, size_t *starts);

#endif
