/* Private to store/: a run by its row. */
#ifndef STORE_FIND_RUN_H
#define STORE_FIND_RUN_H

#include "store/db.h"

/* With its engines and plan; NULL where there is none. */
struct err *store_run_by_id(struct store *st, int64_t id, struct run **out);

#endif
