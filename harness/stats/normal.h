/* Private to stats/: the standard normal distribution. */
#ifndef STATS_NORMAL_H
#define STATS_NORMAL_H

/* P(Z > z). */
double stats_normal_above(double z);
/* The z that P(Z > z) is `tail` for, 0 < tail < 1. */
double stats_normal_upper(double tail);

#endif
