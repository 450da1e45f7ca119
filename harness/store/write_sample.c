#include "store/sample.h"
#include "store/summary.h"

static bool has_standin(const struct sample *s)
{
	for (size_t i = 0; i < s->input_count; i++)
		if (s->inputs[i].standin)
			return true;
	return false;
}

/* The rows of dimensions that a sample points at; 0: none. */
struct shared {
	int64_t manifest, image, input_set;
};

static struct err *add_row(struct store *st, struct sample *s, struct shared of)
{
	static const char sql_add[] =
		"INSERT INTO sample (cell, run, kind, arm, block, ordinal, status, exit_code, "
		"start_unix_ns, prime, revision, import_digest, export_digest, checks_made, "
		"checks_failed, structured, standin, manifest, image, input_set) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, nullif(?10, 0), ?11, ?12, ?13, ?14, "
		"?15, ?16, ?17, nullif(?18, 0), nullif(?19, 0), nullif(?20, 0))";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, s->cell_id);
	sqlite3_bind_int64(q, 2, s->run_id);
	store_bind_text(q, 3, sample_kind_names[s->kind]);
	sqlite3_bind_int(q, 4, s->arm);
	sqlite3_bind_int(q, 5, s->block);
	sqlite3_bind_int(q, 6, s->ordinal);
	store_bind_text(q, 7, sample_status_names[s->status]);
	sqlite3_bind_int(q, 8, s->exit_code);
	sqlite3_bind_int64(q, 9, s->start_unix_ns);
	sqlite3_bind_int64(q, 10, s->prime_id);
	store_bind_text(q, 11, s->revision);
	store_bind_digest(q, 12, s->import_digest);
	store_bind_digest(q, 13, s->export_digest);
	sqlite3_bind_int64(q, 14, (int64_t)s->checks.made);
	sqlite3_bind_int64(q, 15, (int64_t)s->checks.failed);
	sqlite3_bind_int(q, 16, s->steps.structured);
	sqlite3_bind_int(q, 17, has_standin(s));
	sqlite3_bind_int64(q, 18, of.manifest);
	sqlite3_bind_int64(q, 19, of.image);
	sqlite3_bind_int64(q, 20, of.input_set);
	return store_insert(st, q, &s->id);
}

static struct err *add_text(struct store *st, const struct sample *s)
{
	static const char sql_add[] =
		"INSERT INTO sample_text (sample, token, change, command, failure, import_ref, "
		"import_told, export_told, log_tail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, s->id);
	store_bind_text(q, 2, s->token);
	store_bind_text(q, 3, s->change);
	store_bind_text(q, 4, s->command);
	store_bind_text(q, 5, s->failure);
	store_bind_text(q, 6, s->steps.import_ref);
	store_bind_text(q, 7, s->steps.import_digest);
	store_bind_text(q, 8, s->steps.export_digest);
	store_bind_text(q, 9, s->log_tail);
	return store_run(st, q);
}

static struct err *add_fail(struct store *st, int64_t sample, size_t place,
	const struct check_fail *f)
{
	static const char sql_add[] =
		"INSERT INTO check_fail (sample, place, check_def, detail) VALUES (?1, ?2, ?3, ?4)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, sample);
	sqlite3_bind_int64(q, 2, (int64_t)place);
	sqlite3_bind_int(q, 3, (int)f->check);
	store_bind_text(q, 4, f->detail);
	return store_run(st, q);
}

struct err *store_insert_sample(struct store *st, struct sample *s)
{
	struct shared of;

	TRY(store_run_cell(st, s->run_id, s->cell_id, NULL));
	TRY(store_put_manifest(st, s->cell_id, &s->manifest, &of.manifest));
	TRY(store_put_image(st, &s->image, &of.image));
	TRY(store_input_set(st, s, &of.input_set));
	TRY(add_row(st, s, of));
	TRY(add_text(st, s));
	TRY(store_put_values(st, s));
	TRY(store_put_steps(st, s));
	for (size_t i = 0; i < s->checks.fail_count; i++)
		TRY(add_fail(st, s->id, i, &s->checks.fails[i]));
	return NULL;
}

static struct err *recorded(struct store *st, struct sample *s)
{
	_cleanup_(store_rollback) struct store_txn txn = { 0 };

	TRY(store_begin(st, &txn));
	TRY(store_mutable(st, s->run_id));
	TRY(store_insert_sample(st, s));
	return store_commit(&txn);
}

struct err *store_add_sample(struct store *st, struct sample *s)
{
	struct err *e;

	/* twice in the database it would count twice */
	if (s->id)
		return err_new(ERR_CHECK, "build %d of the run is recorded already", s->ordinal + 1);
	e = recorded(st, s);
	if (e)
		s->id = 0;
	return e;
}
