/* Private to store/: rows that many samples share, found or added within a transaction. */
#ifndef STORE_DIMENSION_H
#define STORE_DIMENSION_H

#include "store/db.h"

/* A text that repeats. */
struct err *store_phrase(struct store *st, const char *text, int64_t *id);
/* Facts as a whole; in the order of their keys. */
struct err *store_fact_set(struct store *st, const struct facts *f, int64_t *id);
/* Added to *out. */
struct err *store_facts(struct store *st, int64_t fact_set, struct facts *out);
/* What a step is, apart from how it went. *added: it is a new row, whose parents are to follow. */
struct err *store_step_def(struct store *st, const struct step *s, int64_t *id, bool *added);
/* The inputs of a sample as a whole; 0 where it has none. */
struct err *store_input_set(struct store *st, const struct sample *s, int64_t *id);
/* Added to out->inputs. */
struct err *store_inputs(struct store *st, int64_t input_set, struct sample *out);
/* The variant of a cell, with its scenario. */
struct err *store_variant(struct store *st, const struct cell *c, int64_t *id);
/* The id of a cell by its identity; 0 where it was never recorded. */
struct err *store_cell_id(struct store *st, const struct cell *c, int64_t *id);
/* Lists the cell among those of the run, once; `unsupported` may be NULL. */
struct err *store_run_cell(struct store *st, int64_t run, int64_t cell, const char *unsupported);

/* The fields that make a row, one after the other: no two rows have the same. */
void store_key_int(struct str *key, int64_t n);
/* NULL and "" differ. */
void store_key_text(struct str *key, const char *text);
/* The same as it is stored: 16 bytes. */
void store_bind_key(sqlite3_stmt *q, int i, const struct str *key);
/* The id of the row that `sql` finds by ?1 = key; 0 where there is none. */
struct err *store_find_by_key(
	struct store *st, const char *sql, const struct str *key, int64_t *id);
/* The id of the row that `sql` looks up by this key, where it was seen lately; else 0. */
int64_t store_id_known(const struct store *st, const char *sql, const struct str *key);
/* Remember it; takes the key. */
void store_id_keep(struct store *st, const char *sql, struct str *key, int64_t id);

#endif
