/* What a run shows while it goes on: one line that is rewritten on a terminal, plain lines else. */
#ifndef CMD_WATCH_H
#define CMD_WATCH_H

#include "base/term.h"
#include "run/run.h"

struct watch;
struct watch *watch_new(FILE *f, bool quiet, bool verbose);
void watch_free(struct watch *w); /* NULL is fine; leaves the cursor on an empty line */
DEFINE_CLEANUP(struct watch *, watch_free)
/* The callbacks to hand to run_all. */
struct run_watch watch_hooks(struct watch *w);

/* Seconds that all that is left of the plan will take; < 0 where there is no history. */
double plan_expected_s(struct store *st, const struct plan *p);

#endif
