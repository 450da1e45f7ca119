#include "store/dimension.h"

/* Where a key is kept: the newest of those that share a place stays (FNV-1a). */
static size_t slot_of(const char *sql, const struct str *key)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ (uintptr_t)sql;

	for (size_t i = 0; i < key->len; i++)
		h = (h ^ (unsigned char)key->buf[i]) * UINT64_C(1099511628211);
	return h % STORE_IDS;
}

int64_t store_id_known(const struct store *st, const char *sql, const struct str *key)
{
	const struct store_id *i = &st->ids[slot_of(sql, key)];

	if (i->sql != sql || i->key.len != key->len)
		return 0;
	return !key->len || memcmp(i->key.buf, key->buf, key->len) == 0 ? i->id : 0;
}

void store_id_keep(struct store *st, const char *sql, struct str *key, int64_t id)
{
	struct store_id *i = &st->ids[slot_of(sql, key)];

	str_done(&i->key);
	*i = (struct store_id){ sql, *key, id };
	*key = (struct str)STR_INIT;
}

void store_key_int(struct str *key, int64_t n)
{
	str_addn(key, (const char *)&n, sizeof(n));
}

void store_key_text(struct str *key, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	store_key_int(key, text ? (int64_t)n : -1);
	str_addn(key, text ? text : "", n);
}

void store_bind_key(sqlite3_stmt *q, int i, const struct str *key)
{
	char hex[XXH_SIZE];

	xxh_bytes(str_get(key), key->len, hex);
	store_bind_hex(q, i, "", hex);
}

struct err *store_find_by_key(
	struct store *st, const char *sql, const struct str *key, int64_t *id)
{
	sqlite3_stmt *q;

	*id = store_id_known(st, sql, key);
	if (*id)
		return NULL;
	TRY(store_stmt(st, sql, &q));
	store_bind_key(q, 1, key);
	return store_one(st, q, id);
}

struct err *store_phrase(struct store *st, const char *text, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM phrase WHERE text = ?1";
	static const char sql_add[] = "INSERT INTO phrase (text) VALUES (?1)";
	_cleanup_(str_done) struct str key = STR_INIT;
	sqlite3_stmt *q;

	store_key_text(&key, text);
	*id = store_id_known(st, sql_find, &key);
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
	store_id_keep(st, sql_find, &key, *id);
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
	_cleanup_(str_done) struct str key = STR_INIT;
	sqlite3_stmt *q;

	for (size_t i = 0; i < f->count; i++) {
		store_key_text(&key, f->items[i].key);
		store_key_text(&key, f->items[i].value);
	}
	TRY(store_find_by_key(st, sql_find, &key, id));
	if (*id)
		return NULL;
	TRY(store_stmt(st, sql_add, &q));
	store_bind_key(q, 1, &key);
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
		facts_set(out, store_col_peek(q, 0), "%s",
			store_col_peek(q, 1));
	}
}

static struct err *add_step_def(struct store *st, const struct step *s, const struct str *key,
	int64_t *id)
{
	static const char sql_add[] =
		"INSERT INTO step_def (key, stage, place, line, position, total, stage_name, text) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	store_bind_key(q, 1, key);
	sqlite3_bind_int(q, 2, s->stage);
	sqlite3_bind_int(q, 3, s->index);
	sqlite3_bind_int(q, 4, s->line);
	sqlite3_bind_int(q, 5, s->position);
	sqlite3_bind_int(q, 6, s->total);
	store_bind_text(q, 7, s->stage_name);
	store_bind_text(q, 8, s->text);
	return store_insert(st, q, id);
}

struct err *store_step_def(struct store *st, const struct step *s, int64_t *id, bool *added)
{
	static const char sql_find[] = "SELECT id FROM step_def WHERE key = ?1";
	_cleanup_(str_done) struct str key = STR_INIT;
	const int numbers[] = { s->stage, s->index, s->line, s->position, s->total };

	str_addn(&key, (const char *)numbers, sizeof(numbers));
	store_key_text(&key, s->stage_name);
	store_key_text(&key, s->text);
	str_addn(&key, (const char *)s->parents, s->parent_count * sizeof(*s->parents));
	TRY(store_find_by_key(st, sql_find, &key, id));
	*added = !*id;
	if (*added)
		TRY(add_step_def(st, s, &key, id));
	store_id_keep(st, sql_find, &key, *id);
	return NULL;
}

static struct err *add_input(struct store *st, int64_t input_set, size_t place,
	const struct input_digest *in)
{
	static const char sql_add[] =
		"INSERT INTO input (input_set, place, ref, digest, standin) "
		"VALUES (?1, ?2, ?3, ?4, ?5)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, input_set);
	sqlite3_bind_int64(q, 2, (int64_t)place);
	store_bind_text(q, 3, in->ref ? in->ref : "");
	store_bind_digest(q, 4, in->digest);
	sqlite3_bind_int(q, 5, in->standin);
	return store_run(st, q);
}

static struct err *add_input_set(struct store *st, const struct sample *s, const struct str *key,
	int64_t *id)
{
	static const char sql_add[] = "INSERT INTO input_set (key) VALUES (?1)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	store_bind_key(q, 1, key);
	TRY(store_insert(st, q, id));
	for (size_t i = 0; i < s->input_count; i++)
		TRY(add_input(st, *id, i, &s->inputs[i]));
	return NULL;
}

struct err *store_input_set(struct store *st, const struct sample *s, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM input_set WHERE key = ?1";
	_cleanup_(str_done) struct str key = STR_INIT;

	*id = 0;
	if (!s->input_count)
		return NULL;
	for (size_t i = 0; i < s->input_count; i++) {
		store_key_text(&key, s->inputs[i].ref);
		store_key_text(&key, s->inputs[i].digest);
		store_key_int(&key, s->inputs[i].standin);
	}
	TRY(store_find_by_key(st, sql_find, &key, id));
	if (!*id)
		TRY(add_input_set(st, s, &key, id));
	store_id_keep(st, sql_find, &key, *id);
	return NULL;
}

struct err *store_inputs(struct store *st, int64_t input_set, struct sample *out)
{
	static const char sql_inputs[] =
		"SELECT ref, digest, standin FROM input WHERE input_set = ?1 ORDER BY place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_inputs, &q));
	sqlite3_bind_int64(q, 1, input_set);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		struct input_digest *in = GROW(out->inputs, out->input_count, out->input_room);
		in->ref = store_col_text(q, 0);
		store_col_digest(q, 1, in->digest);
		in->standin = sqlite3_column_int(q, 2);
	}
}
