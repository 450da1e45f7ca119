#include "store/sample.h"

static struct err *read_row(struct store *st, sqlite3_stmt *q, struct sample *s)
{
	int kind = 0, status = 0;

	TRY(store_col_word(st, q, 3, sample_kind_names, &kind));
	TRY(store_col_word(st, q, 4, sample_status_names, &status));
	s->id = sqlite3_column_int64(q, 0);
	s->cell_id = sqlite3_column_int64(q, 1);
	s->run_id = sqlite3_column_int64(q, 2);
	s->kind = (enum sample_kind)kind;
	s->status = (enum sample_status)status;
	s->arm = sqlite3_column_int(q, 5);
	s->block = sqlite3_column_int(q, 6);
	s->ordinal = sqlite3_column_int(q, 7);
	s->exit_code = sqlite3_column_int(q, 8);
	s->start_unix_ns = sqlite3_column_int64(q, 9);
	s->prime_id = sqlite3_column_int64(q, 10);
	s->revision = store_col_text(q, 11);
	store_col_digest(q, 12, s->import_digest);
	store_col_digest(q, 13, s->export_digest);
	s->checks.made = (uint64_t)sqlite3_column_int64(q, 14);
	s->checks.failed = (uint64_t)sqlite3_column_int64(q, 15);
	s->steps.structured = sqlite3_column_int(q, 16);
	TRY(store_inputs(st, sqlite3_column_int64(q, 18), s));
	return store_get_image(st, sqlite3_column_int64(q, 17), &s->image);
}

static struct err *get_text(struct store *st, struct sample *s)
{
	static const char sql_text[] =
		"SELECT token, change, command, failure, import_ref, import_told, export_told, "
		"log_tail FROM sample_text WHERE sample = ?1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_text, &q));
	sqlite3_bind_int64(q, 1, s->id);
	TRY(store_next(st, q, &row));
	s->token = store_col_text(q, 0);
	s->change = store_col_text(q, 1);
	s->command = store_col_text(q, 2);
	s->failure = store_col_text(q, 3);
	s->steps.import_ref = store_col_text(q, 4);
	s->steps.import_digest = store_col_text(q, 5);
	s->steps.export_digest = store_col_text(q, 6);
	s->log_tail = store_col_text(q, 7);
	return row ? store_next(st, q, &row) : NULL;
}

static struct err *get_fails(struct store *st, struct sample *s)
{
	static const char sql_fails[] =
		"SELECT check_def, detail FROM check_fail WHERE sample = ?1 ORDER BY place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	struct checks *c = &s->checks;
	bool row;

	TRY(store_stmt(st, sql_fails, &q));
	sqlite3_bind_int64(q, 1, s->id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		int check = sqlite3_column_int(q, 0);
		if (check < 0 || check >= CHECK_COUNT)
			continue;
		struct check_fail *f = GROW(c->fails, c->fail_count, c->fail_room);
		f->check = (enum check)check;
		f->detail = store_col_text(q, 1);
	}
}

static struct err *get_parts(struct store *st, struct sample *s)
{
	TRY(get_text(st, s));
	TRY(store_get_values(st, s));
	TRY(store_get_steps(st, s));
	return get_fails(st, s);
}

struct samples {
	struct sample *items;
	size_t count, room;
};

static void samples_done(struct samples *s)
{
	samples_free(s->items, s->count);
}

struct err *store_samples(struct store *st, int64_t run, struct sample **out, size_t *count)
{
	static const char sql_samples[] =
		"SELECT s.id, s.cell, s.run, kind, status, arm, block, ordinal, exit_code, "
		"s.start_unix_ns, prime, revision, import_digest, export_digest, checks_made, "
		"checks_failed, structured, image, input_set FROM run_cell rc "
		"CROSS JOIN sample s ON s.cell = rc.cell AND s.run = rc.run "
		"WHERE rc.run = ?1 ORDER BY ordinal, s.id";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(samples_done) struct samples samples = { 0 };
	bool row;

	TRY(store_stmt(st, sql_samples, &q));
	sqlite3_bind_int64(q, 1, run);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			break;
		struct sample *s = GROW(samples.items, samples.count, samples.room);
		TRY(read_row(st, q, s));
		TRY(get_parts(st, s));
	}
	*count = samples.count;
	*out = TAKE_PTR(samples.items);
	return NULL;
}

void samples_free(struct sample *s, size_t count)
{
	for (size_t i = 0; s && i < count; i++)
		sample_done(&s[i]);
	free(s);
}
