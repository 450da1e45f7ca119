#include "store/sample.h"

#include <math.h>

/* Rows of one statement: most samples have a multiple of it and a few. */
#define BATCH 8

struct pair {
	int metric;
	double v;
};

static struct err *add_rows(struct store *st, const char *sql, int64_t sample,
	const struct pair *pairs, int count)
{
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql, &q));
	sqlite3_bind_int64(q, 1, sample);
	for (int i = 0; i < count; i++) {
		sqlite3_bind_int(q, 2 + 2 * i, pairs[i].metric);
		sqlite3_bind_double(q, 3 + 2 * i, pairs[i].v);
	}
	return store_run(st, q);
}

static struct err *add_values(struct store *st, int64_t sample, const struct pair *pairs, int count)
{
	static const char sql_one[] = "INSERT INTO value (sample, metric, v) VALUES (?1, ?2, ?3)";
	static const char sql_batch[] =
		"INSERT INTO value (sample, metric, v) VALUES (?1, ?2, ?3), (?1, ?4, ?5), "
		"(?1, ?6, ?7), (?1, ?8, ?9), (?1, ?10, ?11), (?1, ?12, ?13), (?1, ?14, ?15), "
		"(?1, ?16, ?17)";

	for (; count >= BATCH; count -= BATCH, pairs += BATCH)
		TRY(add_rows(st, sql_batch, sample, pairs, BATCH));
	for (; count; count--, pairs++)
		TRY(add_rows(st, sql_one, sample, pairs, 1));
	return NULL;
}

/* Once a cell, run, metric and reason, whatever many samples lack it. */
static struct err *add_absent(struct store *st, const struct sample *s, int metric,
	const char *why)
{
	static const char sql_add[] =
		"INSERT INTO absent (cell, run, metric, reason) VALUES (?1, ?2, ?3, ?4) "
		"ON CONFLICT DO NOTHING";
	_cleanup_(str_done) struct str key = STR_INIT;
	int64_t reason;
	sqlite3_stmt *q;

	TRY(store_phrase(st, why, &reason));
	store_key_int(&key, s->cell_id);
	store_key_int(&key, s->run_id);
	store_key_int(&key, metric);
	store_key_int(&key, reason);
	if (store_id_known(st, sql_add, &key))
		return NULL;
	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, s->cell_id);
	sqlite3_bind_int64(q, 2, s->run_id);
	sqlite3_bind_int(q, 3, metric);
	sqlite3_bind_int64(q, 4, reason);
	TRY(store_run(st, q));
	store_id_keep(st, sql_add, &key, 1);
	return NULL;
}

struct err *store_put_values(struct store *st, const struct sample *s)
{
	const struct values *v = &s->values;
	struct pair pairs[METRIC_COUNT];
	int count = 0;

	for (int m = 0; m < METRIC_COUNT; m++) {
		if (v->known[m] && !isnan(v->v[m]))
			pairs[count++] = (struct pair){ m, v->v[m] };
		else if (v->known[m])
			TRY(add_absent(st, s, m, "what was measured is not a number"));
		else if (v->absent[m])
			TRY(add_absent(st, s, m, v->absent[m]));
	}
	return add_values(st, s->id, pairs, count);
}

struct err *store_get_known(struct store *st, int64_t sample, struct values *out)
{
	static const char sql_values[] = "SELECT metric, v FROM value WHERE sample = ?1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_values, &q));
	sqlite3_bind_int64(q, 1, sample);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		int m = sqlite3_column_int(q, 0);
		if (m >= 0 && m < METRIC_COUNT)
			values_set(out, (enum metric)m, sqlite3_column_double(q, 1));
	}
}

/* Why the samples of this cell and run lack a metric; of several reasons, the first one. */
static struct err *get_absent(struct store *st, const struct sample *s, struct values *out)
{
	static const char sql_absent[] =
		"SELECT metric, text FROM absent JOIN phrase ON phrase.id = reason "
		"WHERE cell = ?1 AND run = ?2 ORDER BY metric, reason";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_absent, &q));
	sqlite3_bind_int64(q, 1, s->cell_id);
	sqlite3_bind_int64(q, 2, s->run_id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		int m = sqlite3_column_int(q, 0);
		if (m >= 0 && m < METRIC_COUNT)
			values_absent(out, (enum metric)m, "%s",
				store_col_peek(q, 1));
	}
}

struct err *store_get_values(struct store *st, struct sample *s)
{
	TRY(store_get_known(st, s->id, &s->values));
	return get_absent(st, s, &s->values);
}
