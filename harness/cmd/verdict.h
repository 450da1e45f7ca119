/* The exit code of a run: whether each cell has an answer. */
#ifndef CMD_VERDICT_H
#define CMD_VERDICT_H

#include "store/store.h"

/* NULL: each cell that could be built has at least one counted sample. ERR_BUILD: one has none
 * because its builds failed; ERR_CHECK: because they are void. */
struct err *run_verdict(struct store *st, const struct run *run);

#endif
