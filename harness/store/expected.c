#include "store/sample.h"
#include "store/summary.h"

/* The newest samples that an estimate looks at: the machine may have changed before them. */
#define EXPECTED_FROM 9

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The wall times of the newest builds of a cell that ended well; returns how many. */
static struct err *newest(struct store *st, int64_t cell, double *wall, size_t *count)
{
	static const char sql_newest[] =
		"SELECT v.v FROM run_cell rc "
		"CROSS JOIN sample s ON s.cell = rc.cell AND s.run = rc.run "
		"CROSS JOIN value v ON v.sample = s.id AND v.metric = ?2 "
		"WHERE rc.cell = ?1 AND s.status = 'ok' AND s.checks_failed & ?3 = 0 "
		"ORDER BY rc.start_unix_ns DESC, rc.run DESC, s.id DESC LIMIT ?4";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_newest, &q));
	sqlite3_bind_int64(q, 1, cell);
	sqlite3_bind_int(q, 2, M_BUILD_WALL);
	sqlite3_bind_int64(q, 3, store_class_bits(CHECK_VOID));
	sqlite3_bind_int(q, 4, EXPECTED_FROM);
	for (*count = 0;; ++*count) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		wall[*count] = sqlite3_column_double(q, 0);
	}
}

struct err *store_expected_wall(struct store *st, const struct cell *cell, double *seconds)
{
	double wall[EXPECTED_FROM];
	size_t count;
	int64_t id;

	TRY(store_cell_id(st, cell, &id));
	TRY(newest(st, id, wall, &count));
	qsort(wall, count, sizeof(*wall), by_value);
	*seconds = count ? (wall[count / 2] + wall[(count - 1) / 2]) / 2 : -1;
	return NULL;
}
