#include "store/dimension.h"

/* Where a key is kept: the newest of those that share a place stays. */
static size_t slot_of(const char *sql, const char *key)
{
	size_t h = (size_t)(uintptr_t)sql;

	for (int i = 0; i < 8; i++)
		h = h * 31 + (unsigned char)key[i];
	return h % STORE_IDS;
}

int64_t store_id_known(const struct store *st, const char *sql, const char *key)
{
	const struct store_id *i = &st->ids[slot_of(sql, key)];

	return i->sql == sql && memcmp(i->key, key, XXH_SIZE) == 0 ? i->id : 0;
}

void store_id_keep(struct store *st, const char *sql, const char *key, int64_t id)
{
	struct store_id *i = &st->ids[slot_of(sql, key)];

	i->sql = sql;
	memcpy(i->key, key, XXH_SIZE);
	i->id = id;
}

/* The id of the row that `sql` finds by ?1 = key, remembered; 0 where there is none. */
static struct err *find_by_key(struct store *st, const char *sql, const char *key, int64_t *id)
{
	sqlite3_stmt *q;

	*id = store_id_known(st, sql, key);
	if (*id)
		return NULL;
	TRY(store_stmt(st, sql, &q));
	store_bind_hex(q, 1, "", key);
	TRY(store_one(st, q, id));
	if (*id)
		store_id_keep(st, sql, key, *id);
	return NULL;
}

/* One field of a key: NULL and "" differ, and no two fields run together. */
static void key_text(struct str *s, const char *text)
{
	str_addf(s, "%zu:%s|", text ? strlen(text) + 1 : 0, text ? text : "");
}

struct err *store_phrase(struct store *st, const char *text, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM phrase WHERE text = ?1";
	static const char sql_add[] = "INSERT INTO phrase (text) VALUES (?1)";
	char key[XXH_SIZE];
	sqlite3_stmt *q;

	xxh_bytes(text, strlen(text), key);
	*id = store_id_known(st, sql_find, key);
	if (*id)
		return NULL;
	TRY(store_stmt(st, sql_find, &q));
	store_bind_text(q, 1, text);
	TRY(store_one(st, q, id));
	if (!*id) {
		TRY(store_stmt(st, sql_add, &q));
		store_bind_text(q, 1, text);
		TRY(store_insert(st, q, id));
	}
	store_id_keep(st, sql_find, key, *id);
	return NULL;
}

static struct err *add_fact(struct store *st, int64_t fact_set, const struct fact *f)
{
	static const char sql_add[] = "INSERT INTO fact (fact_set, key, value) VALUES (?1, ?2, ?3)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, fact_set);
	store_bind_text(q, 2, f->key);
	store_bind_text(q, 3, f->value ? f->value : "");
	return store_run(st, q);
}

struct err *store_fact_set(struct store *st, const struct facts *f, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM fact_set WHERE key = ?1";
	static const char sql_add[] = "INSERT INTO fact_set (key) VALUES (?1)";
	_cleanup_(str_done) struct str text = STR_INIT;
	char key[XXH_SIZE];
	sqlite3_stmt *q;

	for (size_t i = 0; i < f->count; i++) {
		key_text(&text, f->items[i].key);
		key_text(&text, f->items[i].value);
	}
	xxh_bytes(str_get(&text), text.len, key);
	TRY(find_by_key(st, sql_find, key, id));
	if (*id)
		return NULL;
	TRY(store_stmt(st, sql_add, &q));
	store_bind_hex(q, 1, "", key);
	TRY(store_insert(st, q, id));
	for (size_t i = 0; i < f->count; i++)
		TRY(add_fact(st, *id, &f->items[i]));
	return NULL;
}

struct err *store_facts(struct store *st, int64_t fact_set, struct facts *out)
{
	static const char sql_facts[] = "SELECT key, value FROM fact WHERE fact_set = ?1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_facts, &q));
	sqlite3_bind_int64(q, 1, fact_set);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		facts_set(out, (const char *)sqlite3_column_text(q, 0), "%s",
			(const char *)sqlite3_column_text(q, 1));
	}
}

static struct err *add_step_def(struct store *st, const struct step *s, const char *key,
	int64_t *id)
{
	static const char sql_add[] =
		"INSERT INTO step_def (key, stage, place, line, position, total, stage_name, text) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	store_bind_hex(q, 1, "", key);
	sqlite3_bind_int(q, 2, s->stage);
	sqlite3_bind_int(q, 3, s->index);
	sqlite3_bind_int(q, 4, s->line);
	sqlite3_bind_int(q, 5, s->position);
	sqlite3_bind_int(q, 6, s->total);
	store_bind_text(q, 7, s->stage_name);
	store_bind_text(q, 8, s->text);
	return store_insert(st, q, id);
}

struct err *store_step_def(struct store *st, const struct step *s, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM step_def WHERE key = ?1";
	_cleanup_(str_done) struct str text = STR_INIT;
	char key[XXH_SIZE];

	str_addf(&text, "%d %d %d %d %d ", s->stage, s->index, s->line, s->position, s->total);
	key_text(&text, s->stage_name);
	key_text(&text, s->text);
	xxh_bytes(str_get(&text), text.len, key);
	TRY(find_by_key(st, sql_find, key, id));
	if (!*id) {
		TRY(add_step_def(st, s, key, id));
		store_id_keep(st, sql_find, key, *id);
	}
	return NULL;
}

static struct err *add_input(struct store *st, const struct input_digest *in, const char *key,
	int64_t *id)
{
	static const char sql_add[] =
		"INSERT INTO input (key, ref, digest, standin) VALUES (?1, ?2, ?3, ?4)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	store_bind_hex(q, 1, "", key);
	store_bind_text(q, 2, in->ref ? in->ref : "");
	store_bind_digest(q, 3, in->digest);
	sqlite3_bind_int(q, 4, in->standin);
	return store_insert(st, q, id);
}

struct err *store_input(struct store *st, const struct input_digest *in, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM input WHERE key = ?1";
	_cleanup_(str_done) struct str text = STR_INIT;
	char key[XXH_SIZE];

	key_text(&text, in->ref);
	str_addf(&text, "%s %d", in->digest, in->standin);
	xxh_bytes(str_get(&text), text.len, key);
	TRY(find_by_key(st, sql_find, key, id));
	if (!*id) {
		TRY(add_input(st, in, key, id));
		store_id_keep(st, sql_find, key, *id);
	}
	return NULL;
}
