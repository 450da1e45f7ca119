/* A history of 10^7 values (or as many as the first argument says): what a row takes, and how long
 * a cell's newest points take to read, with the plans of all reads. */
#include "../unit/store_fixture.h"
#include "../unit/store_plan.h"
#include "bulk.h"

#define VALUES         10000000L
#define CELLS          50
#define BLOCKS         10 /* samples of a cell a run */
#define PAIRS          101
#define MAX_ROW_BYTES  24.0
#define MAX_READ_S     2e-3
#define READ_POINTS    200
#define SAMPLE_METRICS 40 /* of a sample; more than there are yet, so some are made up */

#define QUOTE(x)  #x
#define STRING(x) QUOTE(x)

/* Rows are written without what else a sample has: a history is large by its values. */
static void add_sample(struct store *st, int64_t cell, int64_t run, long n)
{
	static const char sql_sample[] =
		"INSERT INTO sample (id, cell, run, kind, arm, block, ordinal, status, exit_code, "
		"start_unix_ns, checks_made, checks_failed, structured, standin) "
		"VALUES (?1, ?2, ?3, 'timed', 0, 0, ?1, 'ok', 0, ?1, 0, 0, 0, 0)";
	static const char sql_value[] = "INSERT INTO value (sample, metric, v) VALUES (?1, ?2, ?3)";
	sqlite3_stmt *q;

	must(store_stmt(st, sql_sample, &q));
	sqlite3_bind_int64(q, 1, n);
	sqlite3_bind_int64(q, 2, cell);
	sqlite3_bind_int64(q, 3, run);
	must(store_run(st, q));
	for (int m = 0; m < SAMPLE_METRICS; m++) {
		must(store_stmt(st, sql_value, &q));
		sqlite3_bind_int64(q, 1, n);
		sqlite3_bind_int(q, 2, m);
		sqlite3_bind_double(q, 3, m + 1.0 / (double)(n + 2));
		must(store_run(st, q));
	}
}

/* Runs of all cells, block by block, until there are `values`. Returns how many there are. */
static long fill(struct store *st, struct cell *cells, long values)
{
	long n = 0;

	sql(st, "PRAGMA synchronous = OFF");
	sql(st, "WITH RECURSIVE m (id) AS (SELECT max(id) + 1 FROM metric "
		"UNION ALL SELECT id + 1 FROM m WHERE id + 1 < " STRING(SAMPLE_METRICS) ") "
		"INSERT INTO metric SELECT id, 'spare.' || id, '1', 'none', 'exact' FROM m");
	for (int r = 0; n * SAMPLE_METRICS < values; r++) {
		_cleanup_(run_freep) struct run *run = fixture_run(r);
		must(store_add_run(st, run));
		for (int c = 0; c < CELLS; c++)
			must(store_list_cell(st, run->id, &cells[c]));
		sql(st, "BEGIN");
		for (int i = 0; i < BLOCKS * CELLS && n * SAMPLE_METRICS < values; i++)
			add_sample(st, cells[i % CELLS].id, run->id, ++n);
		sql(st, "COMMIT");
	}
	return n * SAMPLE_METRICS;
}

static double number(struct store *st, const char *text)
{
	sqlite3_stmt *q;

	if (sqlite3_prepare_v2(st->db, text, -1, &q, NULL) != SQLITE_OK)
		must(store_fail(st->db, st->path));
	sqlite3_step(q);
	double n = sqlite3_column_double(q, 0);
	sqlite3_finalize(q);
	return n;
}

static double read_trend(struct store *st, int64_t cell)
{
	int64_t start = clock_mono_ns();
	struct trend *t;
	size_t count;

	must(store_trend(st, cell, READ_POINTS, &t, &count));
	double seconds = (double)(clock_mono_ns() - start) * 1e-9;
	trend_free(t, count);
	if (count != READ_POINTS)
		must(err_new(ERR_IO, "%zu points, not %d", count, READ_POINTS));
	return seconds;
}

/* The same number of rows that lie beside each other: the least that reading can take. */
static double read_run(struct store *st, int64_t from)
{
	static const char sql_rows[] = "SELECT metric, v FROM value WHERE sample BETWEEN ?1 AND ?2";
	sqlite3_stmt *q;
	bool row = true;

	must(store_stmt(st, sql_rows, &q));
	sqlite3_bind_int64(q, 1, from);
	sqlite3_bind_int64(q, 2, from + READ_POINTS - 1);
	int64_t start = clock_mono_ns();
	while (row)
		must(store_next(st, q, &row));
	double seconds = (double)(clock_mono_ns() - start) * 1e-9;
	store_resetp(&q);
	return seconds;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), ascending);
	return x[n / 2];
}

/* Prepares what other reads there are. */
static void read_others(struct store *st, const struct cell *cell)
{
	struct run_point *history;
	struct point *points;
	size_t count;
	double wall;

	must(store_series(st, cell->id, M_BUILD_WALL, 200, &points, &count));
	free(points);
	must(store_history(st, cell->id, M_BUILD_WALL, 200, &history, &count));
	free(history);
	must(store_expected_wall(st, cell, &wall));
}

/* Prints and judges; returns whether a limit was missed. */
static bool judge(struct store *st, const struct cell *cells, long values)
{
	double trend[PAIRS], reference[PAIRS], ratio[PAIRS];
	double row = number(st, "SELECT sum(pgsize) FROM dbstat WHERE name = 'value'") /
		     (double)values;
	int about;

	for (int i = 0; i < PAIRS; i++) {
		reference[i] = read_run(st, 1 + i * READ_POINTS);
		trend[i] = read_trend(st, cells[(i * 7) % CELLS].id);
		ratio[i] = trend[i] / reference[i];
	}
	read_others(st, &cells[0]);
	int scans = plan_scans(st, &about);
	double t = median(trend, PAIRS);
	printf("store %ld values        %.1f bytes a row, limit %.0f\n", values, row, MAX_ROW_BYTES);
	printf("store read %d points   %.2f ms, as many rows in one piece %.2f ms, ratio %.1f, "
	       "limit %.0f ms\n", READ_POINTS, t * 1e3, median(reference, PAIRS) * 1e3,
		median(ratio, PAIRS), MAX_READ_S * 1e3);
	printf("store scans of value    %d in the plans of %d statements, limit 0\n", scans, about);
	return row > MAX_ROW_BYTES || t > MAX_READ_S || scans || !about;
}

int main(int argc, char **argv)
{
	struct place place = place_new();
	struct cell cells[CELLS];
	struct store *st;
	int64_t values = VALUES;

	if (argc > 1 && !str_to_i64(argv[1], &values))
		return 2;
	for (int c = 0; c < CELLS; c++)
		fixture_cell(&cells[c], c);
	must(store_open(place.db, STORE_WRITE, &st));
	values = fill(st, cells, (long)values);
	store_close(st);
	must(store_open(place.db, STORE_READ, &st));
	bool missed = judge(st, cells, (long)values);
	store_close(st);
	for (int c = 0; c < CELLS; c++)
		cell_done(&cells[c]);
	place_done(&place);
	return missed;
}
