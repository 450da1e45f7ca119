/* How SQLite means to run what the store has prepared so far. */
#ifndef TESTS_STORE_PLAN_H
#define TESTS_STORE_PLAN_H

#include "store/db.h"

/* Whether a step of a plan walks through all of `value` (or its alias v). */
static inline bool plan_walks(const char *step)
{
	return str_eq(step, "SCAN v") || str_starts(step, "SCAN v ") ||
	       str_eq(step, "SCAN value") || str_starts(step, "SCAN value ");
}

static inline int plan_scans_of(sqlite3 *db, const char *sql)
{
	_cleanup_(freep) char *explain = xasprintf("EXPLAIN QUERY PLAN %s", sql);
	sqlite3_stmt *q;
	int scans = 0;

	if (sqlite3_prepare_v2(db, explain, -1, &q, NULL) != SQLITE_OK)
		return 1;
	while (sqlite3_step(q) == SQLITE_ROW)
		if (plan_walks((const char *)sqlite3_column_text(q, 3))) {
			fprintf(stderr, "%s\n  of %s\n", sqlite3_column_text(q, 3), sql);
			scans++;
		}
	sqlite3_finalize(q);
	return scans;
}

/* How many steps of all statements prepared so far do; `about` counts those that name `value`. */
static inline int plan_scans(const struct store *st, int *about)
{
	int scans = 0;

	*about = 0;
	for (size_t i = 0; i < st->stmt_count; i++) {
		const char *sql = st->stmts[i].sql;
		*about += strstr(sql, " value ") != NULL;
		if (!str_starts(sql, "BEGIN") && !str_starts(sql, "COMMIT"))
			scans += plan_scans_of(st->db, sql);
	}
	return scans;
}

#endif
