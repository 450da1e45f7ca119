#include "store/sample.h"

static struct err *find_image(struct store *st, const struct image *i, int64_t *id)
{
	static const char sql_find[] =
		"SELECT id FROM image WHERE config IS ?1 AND digest IS ?2";
	sqlite3_stmt *q;

	*id = 0;
	TRY(store_stmt(st, sql_find, &q));
	store_bind_digest(q, 1, i->config);
	store_bind_digest(q, 2, i->digest);
	return store_one(st, q, id);
}

static struct err *add_image(struct store *st, const struct image *i, int64_t *id)
{
	static const char sql_add[] =
		"INSERT INTO image (digest, config, compressed_bytes, size_bytes) "
		"VALUES (?1, ?2, ?3, ?4)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	store_bind_digest(q, 1, i->digest);
	store_bind_digest(q, 2, i->config);
	store_bind_size(q, 3, i->compressed_bytes);
	store_bind_size(q, 4, i->size_bytes);
	return store_insert(st, q, id);
}

/* What an earlier look at the same image could not tell. */
static struct err *fill_image(struct store *st, int64_t id, const struct image *i)
{
	static const char sql_fill[] =
		"UPDATE image SET compressed_bytes = coalesce(compressed_bytes, ?2), "
		"size_bytes = coalesce(size_bytes, ?3) "
		"WHERE id = ?1 AND (compressed_bytes IS NULL OR size_bytes IS NULL)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_fill, &q));
	sqlite3_bind_int64(q, 1, id);
	store_bind_size(q, 2, i->compressed_bytes);
	store_bind_size(q, 3, i->size_bytes);
	return store_run(st, q);
}

/* Layer `place` and the diff_id of that place; an image may have either alone. */
static struct err *add_layer(struct store *st, int64_t image, const struct image *i, size_t place)
{
	static const char sql_add[] =
		"INSERT INTO image_layer (image, place, digest, size_bytes, media_type, diff_id, "
		"layer_view) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	int64_t media_type = -1, view = -1;
	const struct image_layer *l = place < i->layer_count ? &i->layers[place] : NULL;
	sqlite3_stmt *q;

	if (l && l->media_type)
		TRY(store_phrase(st, l->media_type, &media_type));
	if (place < i->view_count)
		TRY(store_put_view(st, &i->views[place], &view));
	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, image);
	sqlite3_bind_int64(q, 2, (int64_t)place);
	if (l) {
		store_bind_digest(q, 3, l->digest);
		store_bind_size(q, 4, l->size_bytes);
		store_bind_size(q, 5, media_type);
	}
	if (place < i->diff_ids.count)
		store_bind_digest(q, 6, i->diff_ids.items[place]);
	store_bind_size(q, 7, view);
	return store_run(st, q);
}

struct err *store_put_image(struct store *st, const struct image *i, int64_t *id)
{
	size_t places = i->layer_count > i->diff_ids.count ? i->layer_count : i->diff_ids.count;

	places = i->view_count > places ? i->view_count : places;
	*id = 0;
	if (!*i->digest && !*i->config)
		return NULL;
	TRY(find_image(st, i, id));
	if (*id)
		return fill_image(st, *id, i);
	TRY(add_image(st, i, id));
	for (size_t place = 0; place < places; place++)
		TRY(add_layer(st, *id, i, place));
	return NULL;
}

static void read_layer(sqlite3_stmt *q, struct image *out)
{
	char diff_id[DIGEST_SIZE];

	if (sqlite3_column_type(q, 0) != SQLITE_NULL) {
		struct image_layer *l = GROW(out->layers, out->layer_count, out->layer_room);
		store_col_digest(q, 0, l->digest);
		l->size_bytes = store_col_size(q, 1);
		l->media_type = store_col_text(q, 2);
	}
	store_col_digest(q, 3, diff_id);
	if (*diff_id)
		strv_add(&out->diff_ids, diff_id);
}

static struct err *get_layers(struct store *st, int64_t id, struct image *out)
{
	static const char sql_layers[] =
		"SELECT digest, size_bytes, phrase.text, diff_id FROM image_layer "
		"LEFT JOIN phrase ON phrase.id = media_type WHERE image = ?1 ORDER BY place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_layers, &q));
	sqlite3_bind_int64(q, 1, id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		read_layer(q, out);
	}
}

struct err *store_get_image(struct store *st, int64_t id, struct image *out)
{
	static const char sql_image[] =
		"SELECT digest, config, compressed_bytes, size_bytes FROM image WHERE id = ?1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	out->compressed_bytes = out->size_bytes = out->config_bytes = -1;
	TRY(store_stmt(st, sql_image, &q));
	sqlite3_bind_int64(q, 1, id);
	TRY(store_next(st, q, &row));
	if (!row)
		return NULL;
	store_col_digest(q, 0, out->digest);
	store_col_digest(q, 1, out->config);
	out->compressed_bytes = store_col_size(q, 2);
	out->size_bytes = store_col_size(q, 3);
	TRY(store_next(st, q, &row));
	return get_layers(st, id, out);
}
