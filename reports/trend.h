/* One cell over the runs that measured it. */
#ifndef REPORTS_TREND_H
#define REPORTS_TREND_H

#include "reports/summary.h"

struct trend_run {
	int64_t run, start_unix_ns;
	struct estimate wall; /* seconds; not known where the median is a time-out */
	bool finding;
};

struct cell_trend {
	const struct cell_sum *cell; /* borrowed */
	struct trend_run *runs;	     /* oldest first */
	size_t count, room;
	size_t left_out; /* samples on other bases: a stand-in starts a series of its own */
};

/* The wall times of a run's cells (the first `limit` that have samples), over the runs of
 * their last 1000 samples. */
struct err *trends_load(struct store *st, const struct run_summary *rs, size_t limit,
	struct cell_trend **out, size_t *count);
void trends_free(struct cell_trend *t, size_t count);

#endif
