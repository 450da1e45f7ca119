/* What is in a layer: once, however many images have it. */
#include "store/sample.h"

static struct err *add_package(
	struct store *st, int64_t content, size_t place, const struct content_package *p)
{
	static const char sql_add[] =
		"INSERT INTO image_package (layer_content, place, manager, name, version, "
		"size_bytes, files) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, content);
	sqlite3_bind_int64(q, 2, (int64_t)place);
	store_bind_text(q, 3, p->manager);
	store_bind_text(q, 4, p->name);
	store_bind_text(q, 5, p->version);
	sqlite3_bind_int64(q, 6, p->size_bytes);
	sqlite3_bind_int64(q, 7, p->files);
	return store_run(st, q);
}

static struct err *add_file(
	struct store *st, int64_t content, size_t place, const struct content_file *f)
{
	static const char sql_add[] =
		"INSERT INTO image_path (layer_content, place, path, size_bytes, package, hidden) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, content);
	sqlite3_bind_int64(q, 2, (int64_t)place);
	store_bind_text(q, 3, f->path);
	sqlite3_bind_int64(q, 4, f->size_bytes);
	store_bind_size(q, 5, f->package);
	sqlite3_bind_int(q, 6, f->hidden);
	return store_run(st, q);
}

static struct err *add_content(struct store *st, const struct layer_contents *c, int64_t *id)
{
	static const char sql_add[] = "INSERT INTO layer_content (key) VALUES (?1)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	store_bind_hex(q, 1, "", c->key);
	TRY(store_insert(st, q, id));
	for (size_t i = 0; i < c->package_count; i++)
		TRY(add_package(st, *id, i, &c->packages[i]));
	for (size_t i = 0; i < c->file_count; i++)
		TRY(add_file(st, *id, i, &c->files[i]));
	return NULL;
}

static struct err *put_content(struct store *st, const struct layer_contents *c, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM layer_content WHERE key = ?1";
	sqlite3_stmt *q;

	*id = 0;
	TRY(store_stmt(st, sql_find, &q));
	store_bind_hex(q, 1, "", c->key);
	TRY(store_one(st, q, id));
	return *id ? NULL : add_content(st, c, id);
}

static struct err *add_view(
	struct store *st, const struct layer_view *v, const struct str *key, int64_t *id)
{
	static const char sql_add[] =
		"INSERT INTO layer_view (key, made_by, size_bytes, files, hidden_bytes, "
		"layer_content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	int64_t content = -1;
	sqlite3_stmt *q;

	if (v->of)
		TRY(put_content(st, v->of, &content));
	TRY(store_stmt(st, sql_add, &q));
	store_bind_key(q, 1, key);
	store_bind_text(q, 2, v->made_by);
	sqlite3_bind_int64(q, 3, v->size_bytes);
	sqlite3_bind_int64(q, 4, v->files);
	sqlite3_bind_int64(q, 5, v->hidden_bytes);
	store_bind_size(q, 6, content);
	return store_insert(st, q, id);
}

struct err *store_put_view(struct store *st, const struct layer_view *v, int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM layer_view WHERE key = ?1";
	const int64_t numbers[] = { v->size_bytes, v->files, v->hidden_bytes };
	_cleanup_(str_done) struct str key = STR_INIT;

	str_addn(&key, (const char *)numbers, sizeof(numbers));
	str_add(&key, v->of ? v->of->key : "");
	store_key_text(&key, v->made_by);
	TRY(store_find_by_key(st, sql_find, &key, id));
	if (!*id)
		TRY(add_view(st, v, &key, id));
	store_id_keep(st, sql_find, &key, *id);
	return NULL;
}

static struct err *get_packages(struct store *st, int64_t id, struct layer_contents *c)
{
	static const char sql_packages[] =
		"SELECT manager, name, version, size_bytes, files FROM image_package "
		"WHERE layer_content = ?1 ORDER BY place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_packages, &q));
	sqlite3_bind_int64(q, 1, id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		struct content_package *p = GROW(c->packages, c->package_count, c->package_room);
		p->manager = store_col_text(q, 0);
		p->name = store_col_text(q, 1);
		p->version = store_col_text(q, 2);
		p->size_bytes = sqlite3_column_int64(q, 3);
		p->files = sqlite3_column_int64(q, 4);
	}
}

static struct err *get_files(struct store *st, int64_t id, struct layer_contents *c)
{
	static const char sql_files[] = "SELECT path, size_bytes, package, hidden FROM image_path "
					"WHERE layer_content = ?1 ORDER BY place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_files, &q));
	sqlite3_bind_int64(q, 1, id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		struct content_file *f = GROW(c->files, c->file_count, c->file_room);
		f->path = store_col_text(q, 0);
		f->size_bytes = sqlite3_column_int64(q, 1);
		f->package = store_col_size(q, 2);
		/* of a file from elsewhere: it must not lead outside */
		if (f->package >= (ssize_t)c->package_count)
			f->package = -1;
		f->hidden = sqlite3_column_int(q, 3);
	}
}

/* The contents of that row, shared with what was read of it before. */
static struct err *get_content(struct store *st, int64_t id, struct layer_contents **out)
{
	struct store_content *known = &st->contents[(size_t)id % STORE_CONTENTS];
	_cleanup_(contents_unrefp) struct layer_contents *c = NULL;

	if (known->id == id) {
		*out = contents_ref(known->of);
		return NULL;
	}
	c = contents_new();
	TRY(get_packages(st, id, c));
	TRY(get_files(st, id, c));
	contents_unref(known->of);
	*known = (struct store_content){ id, contents_ref(c) };
	*out = TAKE_PTR(c);
	return NULL;
}

static struct err *image_id(struct store *st, int64_t sample, int64_t *id)
{
	static const char sql_image[] = "SELECT image FROM sample WHERE id = ?1";
	sqlite3_stmt *q;

	*id = 0;
	TRY(store_stmt(st, sql_image, &q));
	sqlite3_bind_int64(q, 1, sample);
	return store_one(st, q, id);
}

struct err *store_read_contents(struct store *st, int64_t sample, struct image *out)
{
	static const char sql_layers[] =
		"SELECT made_by, v.size_bytes, files, hidden_bytes, layer_content "
		"FROM image_layer JOIN layer_view v ON v.id = layer_view "
		"WHERE image = ?1 ORDER BY place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	int64_t image;
	bool row;

	TRY(image_id(st, sample, &image));
	TRY(store_stmt(st, sql_layers, &q));
	sqlite3_bind_int64(q, 1, image);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		struct layer_view *v = GROW(out->views, out->view_count, out->view_room);
		int64_t content = sqlite3_column_int64(q, 4);
		v->made_by = xstrdup(store_col_peek(q, 0));
		v->size_bytes = sqlite3_column_int64(q, 1);
		v->files = sqlite3_column_int64(q, 2);
		v->hidden_bytes = sqlite3_column_int64(q, 3);
		if (content)
			TRY(get_content(st, content, &v->of));
	}
}
