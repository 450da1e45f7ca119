/* Private to store/: rows that many samples share, found or added within a transaction. */
#ifndef STORE_DIMENSION_H
#define STORE_DIMENSION_H

#include "store/db.h"

struct err *store_phrase(struct store *st, const char *text, int64_t *id);
struct err *store_fact_set(struct store *st, const struct facts *f, int64_t *id);
struct err *store_facts(struct store *st, int64_t fact_set, struct facts *out);
struct err *store_step_def(struct store *st, const struct step *s, int64_t *id);
struct err *store_input(struct store *st, const struct input_digest *in, int64_t *id);
struct err *store_variant(struct store *st, const struct cell *c, int64_t *id);
/* The id of a cell by its identity; 0 where it was never recorded. */
struct err *store_cell_id(struct store *st, const struct cell *c, int64_t *id);
/* Lists the cell among those of the run, once; `unsupported` may be NULL. */
struct err *store_run_cell(struct store *st, int64_t run, int64_t cell, const char *unsupported);

/* What store_id remembers: the id of the row that `sql` looks up by `key`. */
int64_t store_id_known(const struct store *st, const char *sql, const char *key);
void store_id_keep(struct store *st, const char *sql, const char *key, int64_t id);

#endif
