/* Two builds on one axis: their steps side by side. */
#ifndef REPORTS_WATERFALL_H
#define REPORTS_WATERFALL_H

#include "reports/report.h"

/* A step of either build. */
struct fall_row {
	const struct step *a, *b; /* NULL: not in that build */
	bool lost;		  /* b ran it although the cache was primed */
	bool a_critical, b_critical;
};

struct waterfall {
	const struct run_summary *rs;
	const struct sum_group *group;
	const struct cell_sum *a, *b; /* both have a typical sample */
	struct fall_row *rows;	      /* by Dockerfile line */
	size_t count, room;
	double end_s; /* of the axis */
};

/* The typical builds of two cells, step by step. */
void waterfall_of(struct waterfall *w, const struct run_summary *rs, const struct sum_group *g,
	const struct cell_sum *a, const struct cell_sum *b);
void waterfall_done(struct waterfall *w);

/* Mark the chain of steps that the end of the build waited for. Where steps ran side by side, or the
 * engine's progress says that they may, before a step stands the one that it depends on and that
 * ended last; where they follow each other, the last one that ended before it began. */
void critical_path(const struct steps *steps, bool *on_path);

#endif
