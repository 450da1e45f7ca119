/* What a run decided: a row a comparison, all replaced at once. */
#include "store/summary.h"

static struct err *forget_old(struct store *st, int64_t run)
{
	static const char sql_delete[] = "DELETE FROM decision WHERE run = ?1";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_delete, &q));
	sqlite3_bind_int64(q, 1, run);
	return store_run(st, q);
}

static struct err *insert(struct store *st, int64_t run, size_t place, const struct decision *c)
{
	static const char sql_add[] =
		"INSERT INTO decision (run, place, a, b, alpha, verdict, pairs) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, run);
	sqlite3_bind_int64(q, 2, (int64_t)place);
	sqlite3_bind_int64(q, 3, c->a);
	sqlite3_bind_int64(q, 4, c->b);
	sqlite3_bind_double(q, 5, c->alpha);
	store_bind_text(q, 6, c->verdict);
	sqlite3_bind_int64(q, 7, (int64_t)c->pairs);
	return store_run(st, q);
}

struct err *store_set_decisions(
	struct store *st, int64_t run, const struct decision *c, size_t count)
{
	_cleanup_(store_rollback) struct store_txn txn = { 0 };

	TRY(store_begin(st, &txn));
	TRY(store_mutable(st, run));
	TRY(forget_old(st, run));
	for (size_t i = 0; i < count; i++)
		TRY(insert(st, run, i, &c[i]));
	return store_commit(&txn);
}

struct err *store_decisions(struct store *st, int64_t run, struct decision **out, size_t *count)
{
	static const char sql_read[] = "SELECT a, b, alpha, verdict, pairs FROM decision "
				       "WHERE run = ?1 ORDER BY place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(freep) struct decision *list = NULL;
	size_t n = 0, room = 0;
	bool row;

	TRY(store_stmt(st, sql_read, &q));
	sqlite3_bind_int64(q, 1, run);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			break;
		struct decision *c = GROW(list, n, room);

		c->a = sqlite3_column_int64(q, 0);
		c->b = sqlite3_column_int64(q, 1);
		c->alpha = sqlite3_column_double(q, 2);
		snprintf(c->verdict, sizeof(c->verdict), "%s", store_col_peek(q, 3));
		c->pairs = (size_t)sqlite3_column_int64(q, 4);
	}
	*out = TAKE_PTR(list);
	*count = n;
	return NULL;
}
