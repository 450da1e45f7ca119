/* Make a database of 10^6 samples (or as many as the second argument says), 20 values and 12 steps
 * each: report-large DB [SAMPLES]. Rows are written without what else a sample has. */
#include "../unit/store_fixture.h"
#include "bulk.h"

#define SAMPLES 1000000L
#define CELLS	100
#define BLOCKS	5 /* samples of a cell a run */
#define VALUES	20
#define STEPS	12

/* The first VALUES of the table, the headlines among them. */
static void add_values(struct store *st, long n)
{
	static const char sql_value[] = "INSERT INTO value (sample, metric, v) VALUES (?1, ?2, ?3)";
	sqlite3_stmt *q;

	for (int m = 0; m < VALUES; m++) {
		must(store_stmt(st, sql_value, &q));
		sqlite3_bind_int64(q, 1, n);
		sqlite3_bind_int(q, 2, m);
		sqlite3_bind_double(q, 3, m + 10 + (double)(n * 7919 % 1000) / 5000);
		must(store_run(st, q));
	}
}

static void add_steps(struct store *st, long n)
{
	static const char sql_step[] =
		"INSERT INTO step (sample, place, step_def, start_ns, end_ns, cached, failed, "
		"ambiguous, clipped) VALUES (?1, ?2, ?2 + 1, ?2 * 1000000000, "
		"?2 * 1000000000 + 900000000, 0, 0, 0, 0)";
	sqlite3_stmt *q;

	for (int i = 0; i < STEPS; i++) {
		must(store_stmt(st, sql_step, &q));
		sqlite3_bind_int64(q, 1, n);
		sqlite3_bind_int(q, 2, i);
		must(store_run(st, q));
	}
}

static void add_sample(struct store *st, int64_t cell, int64_t run, long n)
{
	static const char sql_sample[] =
		"INSERT INTO sample (id, cell, run, kind, arm, block, ordinal, status, exit_code, "
		"start_unix_ns, checks_made, checks_failed, structured, standin) "
		"VALUES (?1, ?2, ?3, 'timed', 0, 0, ?1, 'ok', 0, ?1, 0, 0, 0, 0)";
	sqlite3_stmt *q;

	must(store_stmt(st, sql_sample, &q));
	sqlite3_bind_int64(q, 1, n);
	sqlite3_bind_int64(q, 2, cell);
	sqlite3_bind_int64(q, 3, run);
	must(store_run(st, q));
	add_values(st, n);
	add_steps(st, n);
}

static void fill(struct store *st, struct cell *cells, long samples)
{
	long n = 0;

	sql(st, "PRAGMA synchronous = OFF");
	sql(st, "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 12) "
		"INSERT INTO step_def (id, key, stage, place, line, position, total, text) "
		"SELECT n, CAST('large ' || n AS BLOB), 0, n - 1, n + 1, n, 12, 'RUN make part-' || n FROM i");
	for (int r = 0; n < samples; r++) {
		_cleanup_(run_freep) struct run *run = fixture_run(r);

		must(store_add_run(st, run));
		for (int c = 0; c < CELLS; c++)
			must(store_list_cell(st, run->id, &cells[c]));
		sql(st, "BEGIN");
		for (int i = 0; i < BLOCKS * CELLS && n < samples; i++)
			add_sample(st, cells[i % CELLS].id, run->id, ++n);
		sql(st, "COMMIT");
		must(store_end_run(st, run, run->start_unix_ns + MINUTE_NS));
	}
}

int main(int argc, char **argv)
{
	struct cell cells[CELLS];
	int64_t samples = SAMPLES;
	struct store *st;

	if (argc < 2 || (argc > 2 && !str_to_i64(argv[2], &samples)))
		return 2;
	for (int c = 0; c < CELLS; c++)
		fixture_cell(&cells[c], c);
	must(store_open(argv[1], STORE_WRITE, &st));
	fill(st, cells, (long)samples);
	store_close(st);
	for (int c = 0; c < CELLS; c++)
		cell_done(&cells[c]);
	return 0;
}
