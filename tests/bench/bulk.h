/* Rows that are written without what else a sample has: a history is large by them. */
#ifndef TESTS_BENCH_BULK_H
#define TESTS_BENCH_BULK_H

#include "../must.h"
#include "store/db.h"

static inline void sql(struct store *st, const char *text)
{
	if (sqlite3_exec(st->db, text, NULL, NULL, NULL) != SQLITE_OK)
		must(store_fail(st->db, st->path));
}

#endif
