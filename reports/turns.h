/* Runs of two sides that took turns on one machine, compared as one: what a loop over two checkouts
 * measured. */
#ifndef REPORTS_TURNS_H
#define REPORTS_TURNS_H

#include "reports/summary.h"

/* The runs of one side, oldest first. */
struct turns_side {
	struct run **runs;
	size_t count;
};

/* The samples of both sides as one summary of the latest run. A block is a run of either side and
 * the next one, where that is the other side's, began after its end, within ten minutes, on a machine
 * of the same kind; any other run is a block by itself. The runs are borrowed until the summary is
 * freed. */
struct err *turns_load(struct store *st, const struct turns_side *a, const struct turns_side *b,
	struct run_summary **out);
/* Whose cell of such a summary it is. */
bool turns_of_b(const struct cell *c);
/* Zeroes are fine. */
void turns_side_done(struct turns_side *s);

#endif
