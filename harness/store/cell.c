#include "store/summary.h"

static struct err *scenario_id(struct store *st, const struct cell *c, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM scenario WHERE project = ?1 AND name = ?2";
	static const char sql_add[] = "INSERT INTO scenario (project, name) VALUES (?1, ?2)";
	sqlite3_stmt *q;

	*id = 0;
	TRY(store_stmt(st, sql_find, &q));
	store_bind_text(q, 1, c->project ? c->project : "");
	store_bind_text(q, 2, c->scenario);
	TRY(store_one(st, q, id));
	if (*id)
		return NULL;
	TRY(store_stmt(st, sql_add, &q));
	store_bind_text(q, 1, c->project ? c->project : "");
	store_bind_text(q, 2, c->scenario);
	return store_insert(st, q, id);
}

struct err *store_variant(struct store *st, const struct cell *c, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM variant WHERE scenario = ?1 AND name = ?2";
	static const char sql_add[] = "INSERT INTO variant (scenario, name) VALUES (?1, ?2)";
	int64_t scenario;
	sqlite3_stmt *q;

	*id = 0;
	TRY(scenario_id(st, c, &scenario));
	TRY(store_stmt(st, sql_find, &q));
	sqlite3_bind_int64(q, 1, scenario);
	store_bind_text(q, 2, c->variant);
	TRY(store_one(st, q, id));
	if (*id)
		return NULL;
	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, scenario);
	store_bind_text(q, 2, c->variant);
	return store_insert(st, q, id);
}

/* ?4 to ?11 of both statements below. */
static void bind_ways(sqlite3_stmt *q, const struct cell *c)
{
	store_bind_text(q, 4, c->engine);
	store_bind_text(q, 5, cache_mode_names[c->cache.mode]);
	store_bind_text(q, 6, cache_depth_names[c->cache.depth]);
	store_bind_text(q, 7, state_names[c->state]);
	store_bind_text(q, 8, edit_names[c->edit]);
	store_bind_text(q, 9, output_names[c->output]);
	sqlite3_bind_int64(q, 10, c->link.rtt_ns);
	sqlite3_bind_int64(q, 11, c->link.rate_bytes_s);
}

struct err *store_cell_id(struct store *st, const struct cell *c, int64_t *id)
{
	static const char sql_find[] =
		"SELECT cell.id FROM scenario JOIN variant ON variant.scenario = scenario.id "
		"JOIN cell ON cell.variant = variant.id "
		"WHERE project = ?1 AND scenario.name = ?2 AND variant.name = ?3 AND engine = ?4 "
		"AND cache = ?5 AND depth = ?6 AND state = ?7 AND edit = ?8 AND output = ?9 "
		"AND link_rtt_ns = ?10 AND link_rate_bytes_s = ?11";
	sqlite3_stmt *q;

	*id = 0;
	TRY(store_stmt(st, sql_find, &q));
	store_bind_text(q, 1, c->project ? c->project : "");
	store_bind_text(q, 2, c->scenario);
	store_bind_text(q, 3, c->variant);
	bind_ways(q, c);
	return store_one(st, q, id);
}

static struct err *add_cell(struct store *st, const struct cell *c, int64_t *id)
{
	static const char sql_add[] =
		"INSERT INTO cell (variant, engine, cache, depth, state, edit, output, "
		"link_rtt_ns, link_rate_bytes_s) VALUES (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
	int64_t variant;
	sqlite3_stmt *q;

	TRY(store_variant(st, c, &variant));
	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 3, variant);
	bind_ways(q, c);
	return store_insert(st, q, id);
}

static struct err *find_or_add(struct store *st, const struct cell *c, int64_t *id)
{
	TRY(store_cell_id(st, c, id));
	return *id ? NULL : add_cell(st, c, id);
}

struct err *store_add_cell(struct store *st, struct cell *cell)
{
	_cleanup_(store_rollback) struct store_txn txn = { 0 };
	int64_t id;

	TRY(store_cell_id(st, cell, &id));
	if (!id) {
		TRY(store_begin(st, &txn));
		TRY(find_or_add(st, cell, &id));
		TRY(store_commit(&txn));
	}
	cell->id = id;
	return NULL;
}

static struct err *listed(struct store *st, int64_t run, int64_t cell, int64_t *is)
{
	static const char sql_listed[] = "SELECT 1 FROM run_cell WHERE run = ?1 AND cell = ?2";
	sqlite3_stmt *q;

	*is = 0;
	TRY(store_stmt(st, sql_listed, &q));
	sqlite3_bind_int64(q, 1, run);
	sqlite3_bind_int64(q, 2, cell);
	return store_one(st, q, is);
}

struct err *store_run_cell(struct store *st, int64_t run, int64_t cell, const char *unsupported)
{
	static const char sql_list[] =
		"INSERT INTO run_cell (cell, start_unix_ns, run, place, unsupported) "
		"SELECT ?2, start_unix_ns, id, (SELECT count(*) FROM run_cell WHERE run = ?1), ?3 "
		"FROM run WHERE id = ?1 "
		"ON CONFLICT (run, cell) DO UPDATE SET unsupported = excluded.unsupported";
	int64_t is, reason = -1;
	sqlite3_stmt *q;

	TRY(listed(st, run, cell, &is));
	if (is && !unsupported)
		return NULL;
	if (unsupported)
		TRY(store_phrase(st, unsupported, &reason));
	TRY(store_stmt(st, sql_list, &q));
	sqlite3_bind_int64(q, 1, run);
	sqlite3_bind_int64(q, 2, cell);
	store_bind_size(q, 3, reason);
	return store_run(st, q);
}

struct err *store_list_cell(struct store *st, int64_t run, struct cell *cell)
{
	_cleanup_(store_rollback) struct store_txn txn = { 0 };
	int64_t id;

	TRY(store_begin(st, &txn));
	TRY(store_mutable(st, run));
	TRY(find_or_add(st, cell, &id));
	TRY(store_run_cell(st, run, id, cell->unsupported));
	TRY(store_commit(&txn));
	cell->id = id;
	return NULL;
}

struct err *store_add_unsupported(struct store *st, int64_t run, const struct cell *cell)
{
	struct cell listed_cell = *cell;

	return store_list_cell(st, run, &listed_cell);
}

static struct err *read_cell(struct store *st, sqlite3_stmt *q, struct cell *c)
{
	int mode = 0, depth = 0, state = 0, edit = 0, output = 0;

	TRY(store_col_word(st, q, 5, cache_mode_names, &mode));
	TRY(store_col_word(st, q, 6, cache_depth_names, &depth));
	TRY(store_col_word(st, q, 7, state_names, &state));
	TRY(store_col_word(st, q, 8, edit_names, &edit));
	TRY(store_col_word(st, q, 9, output_names, &output));
	c->id = sqlite3_column_int64(q, 0);
	c->project = store_col_text(q, 1);
	c->scenario = store_col_text(q, 2);
	c->variant = store_col_text(q, 3);
	c->engine = store_col_text(q, 4);
	c->cache = (struct cache){ (enum cache_mode)mode, (enum cache_depth)depth };
	c->state = (enum state)state;
	c->edit = (enum edit)edit;
	c->output = (enum output)output;
	c->link = (struct link){ sqlite3_column_int64(q, 10), sqlite3_column_int64(q, 11) };
	c->unsupported = store_col_text(q, 12);
	return NULL;
}

/* Cells as they are read: freed unless taken. */
struct cells {
	struct cell *items;
	size_t count, room;
};

static void cells_done(struct cells *c)
{
	cells_free(c->items, c->count);
}

struct err *store_cells(struct store *st, int64_t run, struct cell **out, size_t *count)
{
	static const char sql_cells[] =
		"SELECT cell.id, project, scenario.name, variant.name, engine, cache, depth, "
		"state, edit, output, link_rtt_ns, link_rate_bytes_s, phrase.text FROM run_cell "
		"JOIN cell ON cell.id = run_cell.cell JOIN variant ON variant.id = cell.variant "
		"JOIN scenario ON scenario.id = variant.scenario "
		"LEFT JOIN phrase ON phrase.id = unsupported WHERE run = ?1 ORDER BY place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(cells_done) struct cells cells = { 0 };
	bool row;

	TRY(store_stmt(st, sql_cells, &q));
	sqlite3_bind_int64(q, 1, run);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			break;
		TRY(read_cell(st, q, GROW(cells.items, cells.count, cells.room)));
	}
	*count = cells.count;
	*out = TAKE_PTR(cells.items);
	return NULL;
}

void cells_free(struct cell *c, size_t count)
{
	for (size_t i = 0; c && i < count; i++)
		cell_done(&c[i]);
	free(c);
}
