/* Private to store/: the schema as a list of steps, each from one version to the next. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/db.h"

struct schema_step {
	const char *sql; /* what turns version i into version i + 1 */
};

/* The steps there are: a new version is a text of its own and a line in this table. What was
 * released never changes. */
extern const struct schema_step schema_steps[];
extern const int schema_version;
extern const char schema_v1[], schema_v2[], schema_v3[];

/* The version that is in the database, and whether it is a tare database at all. A new, empty one
 * is version 0 of ours. */
struct err *schema_state(struct store *st, int *version, bool *ours);
/* Bring it to `version` in one transaction: all of the steps that lack, or none. Another process
 * may be doing the same. ERR_INPUT where it is not ours, or newer than `version`. */
struct err *schema_migrate(struct store *st, const struct schema_step *steps, int version);
/* Write this program's metrics and checks into their tables where some lack. */
struct err *schema_words(struct store *st);
/* The refusals, alike before and after SQLite has read the file. */
struct err *schema_foreign(const char *path);
/* `version` is the database's. */
struct err *schema_newer(const char *path, int version);

#endif
