/* Private to the history: what is told of a track once its runs and lines stand. */
#ifndef REPORTS_HISTORY_PARTS_H
#define REPORTS_HISTORY_PARTS_H

#include "reports/history.h"

/* Where engine or base are not those of the run before, on the branch. */
struct err *track_markers(struct store *st, struct track *t);
/* Where its lines changed their level, each with its effect and suspects. */
struct err *track_changes(struct store *st, struct track *t);
/* The step that differs most between two samples, in the direction of `sign`: its words and how
 * many seconds. *step is NULL where none does. */
struct err *step_of_change(
	struct store *st, int64_t a, int64_t b, double sign, char **step, double *seconds);

#endif
