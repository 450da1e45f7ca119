#include "store/sample.h"
#include "store/summary.h"

/* Newest first by the run's start: along the key of run_cell, then by index into sample, so that
 * a limit ends the walk. CROSS JOIN keeps the planner to that order. */
#define COUNTED                                                                                    \
	"WHERE rc.cell = ?1 AND s.kind = 'timed' AND s.status IN ('ok', 'timeout') "               \
	"AND s.checks_failed & ?3 = 0 "                                                            \
	"ORDER BY rc.start_unix_ns DESC, rc.run DESC, s.id DESC LIMIT ?2"
#define POINT_COLUMNS                                                                              \
	"rc.run, rc.start_unix_ns, s.id, s.checks_failed & ?4 <> 0, s.status = 'timeout', "         \
	"s.standin "
#define CELL_SAMPLES                                                                               \
	"FROM run_cell rc CROSS JOIN sample s ON s.cell = rc.cell AND s.run = rc.run "

static void bind_counted(sqlite3_stmt *q, int64_t cell, size_t limit)
{
	sqlite3_bind_int64(q, 1, cell);
	sqlite3_bind_int64(q, 2, limit ? (int64_t)limit : -1);
	sqlite3_bind_int64(q, 3, store_class_bits(CHECK_VOID));
	sqlite3_bind_int64(q, 4, store_class_bits(CHECK_FINDING));
}

struct points {
	struct point *items;
	size_t count, room;
};

static void points_done(struct points *p)
{
	free(p->items);
}

static void read_point(sqlite3_stmt *q, struct point *p)
{
	p->run = sqlite3_column_int64(q, 0);
	p->start_unix_ns = sqlite3_column_int64(q, 1);
	p->sample = sqlite3_column_int64(q, 2);
	p->finding = sqlite3_column_int(q, 3);
	p->censored = sqlite3_column_int(q, 4);
	p->standin = sqlite3_column_int(q, 5);
	p->v = sqlite3_column_double(q, 6);
}

static struct err *read_points(struct store *st, sqlite3_stmt *q, struct points *points)
{
	bool row;

	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		read_point(q, GROW(points->items, points->count, points->room));
	}
}

struct err *store_series(struct store *st, int64_t cell, enum metric m, size_t limit,
	struct point **out, size_t *count)
{
	static const char sql_series[] =
		"SELECT " POINT_COLUMNS ", v.v " CELL_SAMPLES
		"CROSS JOIN value v ON v.sample = s.id AND v.metric = ?5 " COUNTED;
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(points_done) struct points points = { 0 };

	TRY(store_stmt(st, sql_series, &q));
	bind_counted(q, cell, limit);
	sqlite3_bind_int(q, 5, (int)m);
	TRY(read_points(st, q, &points));
	*count = points.count;
	*out = TAKE_PTR(points.items);
	return NULL;
}

struct trends {
	struct trend *items;
	size_t count, room;
};

static void trends_done(struct trends *t)
{
	trend_free(t->items, t->count);
}

/* Values are read while the samples are: one transaction, and one state of the database. */
struct err *store_trend(struct store *st, int64_t cell, size_t limit, struct trend **out,
	size_t *count)
{
	static const char sql_samples[] = "SELECT " POINT_COLUMNS ", 0 " CELL_SAMPLES COUNTED;
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(trends_done) struct trends trends = { 0 };
	struct point p;
	bool row;

	TRY(store_stmt(st, sql_samples, &q));
	bind_counted(q, cell, limit);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			break;
		read_point(q, &p);
		struct trend *t = GROW(trends.items, trends.count, trends.room);
		*t = (struct trend){ p.run, p.start_unix_ns, p.sample, p.finding, p.censored,
			p.standin };
		TRY(store_get_known(st, p.sample, &t->values));
	}
	*count = trends.count;
	*out = TAKE_PTR(trends.items);
	return NULL;
}

void trend_free(struct trend *t, size_t count)
{
	for (size_t i = 0; t && i < count; i++)
		values_done(&t[i].values);
	free(t);
}

struct run_points {
	struct run_point *items;
	size_t count, room;
};

static void run_points_done(struct run_points *p)
{
	free(p->items);
}

static void read_run_point(sqlite3_stmt *q, struct run_point *p)
{
	p->run = sqlite3_column_int64(q, 0);
	p->start_unix_ns = sqlite3_column_int64(q, 1);
	p->n = (size_t)sqlite3_column_int64(q, 2);
	p->known = sqlite3_column_type(q, 3) != SQLITE_NULL;
	p->median = sqlite3_column_double(q, 3);
	p->low = sqlite3_column_double(q, 4);
	p->high = sqlite3_column_double(q, 5);
}

struct err *store_history(struct store *st, int64_t cell, enum metric m, size_t limit,
	struct run_point **out, size_t *count)
{
	static const char sql_history[] =
		"SELECT rc.run, rc.start_unix_ns, n, median, low, high FROM run_cell rc "
		"CROSS JOIN summary s ON s.cell = rc.cell AND s.run = rc.run AND s.metric = ?3 "
		"WHERE rc.cell = ?1 ORDER BY rc.start_unix_ns DESC, rc.run DESC LIMIT ?2";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(run_points_done) struct run_points points = { 0 };
	bool row;

	TRY(store_stmt(st, sql_history, &q));
	sqlite3_bind_int64(q, 1, cell);
	sqlite3_bind_int64(q, 2, limit ? (int64_t)limit : -1);
	sqlite3_bind_int(q, 3, (int)m);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			break;
		read_run_point(q, GROW(points.items, points.count, points.room));
	}
	*count = points.count;
	*out = TAKE_PTR(points.items);
	return NULL;
}
