#include "store/sample.h"

/* Manifests are kept as differences to a base of the same variant. A base is followed by the next,
 * itself a difference, once others differ from it in more files than the square root of all: few
 * rows a sample both where one file changes all the time and where a history drifts. A chain has an
 * end, so that a manifest is read in bounded time. */
#define DEPTH_MAX_BASE 16

struct change {
	const char *path;
	const struct manifest_entry *now; /* NULL: gone */
};

struct changes {
	struct change *items;
	size_t count, room;
};

static void changes_done(struct changes *c)
{
	free(c->items);
}

static bool same_entry(const struct manifest_entry *a, const struct manifest_entry *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid &&
	       a->size_bytes == b->size_bytes && strcmp(a->digest, b->digest) == 0;
}

/* What turns the entries of `from` into those of `to`; both are sorted. */
static void differences(const struct manifest *from, const struct manifest *to,
	struct changes *out)
{
	size_t i = 0, k = 0;

	while (i < from->count || k < to->count) {
		const struct manifest_entry *old = i < from->count ? &from->items[i] : NULL;
		const struct manifest_entry *now = k < to->count ? &to->items[k] : NULL;
		int order = !old ? 1 : !now ? -1 : strcmp(old->path, now->path);

		if (order < 0)
			*GROW(out->items, out->count, out->room) = (struct change){ old->path };
		else if (order > 0 || !same_entry(old, now))
			*GROW(out->items, out->count, out->room) =
				(struct change){ now->path, now };
		i += order <= 0;
		k += order >= 0;
	}
}

static struct err *add_change(struct store *st, int64_t manifest, const struct change *c)
{
	static const char sql_add[] =
		"INSERT INTO manifest_entry (manifest, path, mode, uid, gid, size_bytes, digest) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, manifest);
	store_bind_text(q, 2, c->path);
	if (c->now) {
		sqlite3_bind_int64(q, 3, c->now->mode);
		sqlite3_bind_int64(q, 4, c->now->uid);
		sqlite3_bind_int64(q, 5, c->now->gid);
		sqlite3_bind_int64(q, 6, c->now->size_bytes);
		store_bind_hex(q, 7, "", c->now->digest);
	}
	return store_run(st, q);
}

/* A manifest as it is about to be stored. */
struct placed {
	int64_t variant, parent; /* parent 0: none */
	int depth;
	bool base;
};

static struct err *add_manifest(struct store *st, const char *digest, struct placed p,
	const struct changes *changes, int64_t *id)
{
	static const char sql_add[] =
		"INSERT INTO manifest (digest, variant, parent, depth, base) "
		"VALUES (?1, ?2, nullif(?3, 0), ?4, ?5)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	store_bind_digest(q, 1, digest);
	sqlite3_bind_int64(q, 2, p.variant);
	sqlite3_bind_int64(q, 3, p.parent);
	sqlite3_bind_int(q, 4, p.depth);
	sqlite3_bind_int(q, 5, p.base);
	TRY(store_insert(st, q, id));
	for (size_t i = 0; i < changes->count; i++)
		TRY(add_change(st, *id, &changes->items[i]));
	return NULL;
}

/* The newest base of a variant: kept in memory, else read; NULL where there is none. */
static struct err *newest_base(struct store *st, int64_t variant, const struct store_base **out)
{
	static const char sql_base[] =
		"SELECT id, depth FROM manifest WHERE variant = ?1 AND base = 1 "
		"ORDER BY id DESC LIMIT 1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	struct store_base *b;
	bool row;

	*out = NULL;
	TRY(store_stmt(st, sql_base, &q));
	sqlite3_bind_int64(q, 1, variant);
	TRY(store_next(st, q, &row));
	if (!row)
		return NULL;
	int64_t id = sqlite3_column_int64(q, 0);
	for (size_t i = 0; i < STORE_BASES && !*out; i++)
		if (st->bases[i].id == id)
			*out = &st->bases[i];
	if (*out)
		return NULL;
	b = &st->bases[st->next_base++ % STORE_BASES];
	manifest_done(&b->manifest);
	*b = (struct store_base){ .depth = sqlite3_column_int(q, 1) };
	TRY(store_manifest_by_id(st, id, &b->manifest));
	b->id = id;
	*out = b;
	return NULL;
}

static struct err *add_new(struct store *st, int64_t variant, const struct manifest *m, int64_t *id)
{
	_cleanup_(changes_done) struct changes changes = { 0 };
	struct placed p = { .variant = variant, .base = true };
	const struct manifest none = { 0 };
	const struct store_base *base;

	TRY(newest_base(st, variant, &base));
	if (base) {
		differences(&base->manifest, m, &changes);
		p.parent = base->id;
		p.depth = base->depth + 1;
		p.base = changes.count * changes.count > m->count;
	}
	if (p.base && (!p.parent || changes.count > m->count / 2 || p.depth > DEPTH_MAX_BASE)) {
		p.parent = p.depth = 0;
		changes.count = 0;
		differences(&none, m, &changes);
	}
	return add_manifest(st, m->digest, p, &changes, id);
}

static struct err *variant_of(struct store *st, int64_t cell, int64_t *variant)
{
	static const char sql_variant[] = "SELECT variant FROM cell WHERE id = ?1";
	sqlite3_stmt *q;

	*variant = 0;
	TRY(store_stmt(st, sql_variant, &q));
	sqlite3_bind_int64(q, 1, cell);
	return store_one(st, q, variant);
}

struct err *store_put_manifest(struct store *st, int64_t cell, const struct manifest *m,
	int64_t *id)
{
	static const char sql_find[] = "SELECT id FROM manifest WHERE digest = ?1";
	int64_t variant;
	sqlite3_stmt *q;

	*id = 0;
	if (!*m->digest)
		return NULL;
	TRY(store_stmt(st, sql_find, &q));
	store_bind_digest(q, 1, m->digest);
	TRY(store_one(st, q, id));
	if (*id)
		return NULL;
	TRY(variant_of(st, cell, &variant));
	return add_new(st, variant, m, id);
}

static void read_entry(sqlite3_stmt *q, struct manifest *out)
{
	struct manifest_entry *e = manifest_add(out, store_col_peek(q, 0));

	e->mode = (uint32_t)sqlite3_column_int64(q, 1);
	e->uid = (uint32_t)sqlite3_column_int64(q, 2);
	e->gid = (uint32_t)sqlite3_column_int64(q, 3);
	e->size_bytes = sqlite3_column_int64(q, 4);
	store_col_xxh(q, 5, e->digest);
}

/* The entries of a manifest by path: of each path the one nearest to it in its line of parents. */
static struct err *read_entries(struct store *st, int64_t id, struct manifest *out)
{
	static const char sql_entries[] =
		"WITH RECURSIVE line (id) AS (SELECT ?1 UNION ALL "
		"SELECT parent FROM line JOIN manifest m ON m.id = line.id "
		"WHERE parent IS NOT NULL) SELECT path, mode, uid, gid, size_bytes, digest FROM line "
		"CROSS JOIN manifest_entry e ON e.manifest = line.id "
		"ORDER BY path, e.manifest DESC";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(freep) char *last = NULL;
	bool row;

	TRY(store_stmt(st, sql_entries, &q));
	sqlite3_bind_int64(q, 1, id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		if (str_eq(last, store_col_peek(q, 0)))
			continue;
		free(last);
		last = store_col_text(q, 0);
		if (sqlite3_column_type(q, 1) != SQLITE_NULL)
			read_entry(q, out);
	}
}

struct err *store_manifest_by_id(struct store *st, int64_t id, struct manifest *out)
{
	static const char sql_digest[] = "SELECT digest FROM manifest WHERE id = ?1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(manifest_done) struct manifest m = { 0 };
	bool row;

	TRY(store_stmt(st, sql_digest, &q));
	sqlite3_bind_int64(q, 1, id);
	TRY(store_next(st, q, &row));
	if (row) {
		store_col_digest(q, 0, m.digest);
		TRY(read_entries(st, id, &m));
	}
	*out = m;
	m = (struct manifest){ 0 };
	return NULL;
}

struct err *store_manifest(struct store *st, int64_t sample, struct manifest *out)
{
	static const char sql_manifest[] =
		"SELECT coalesce(manifest, 0) FROM sample WHERE id = ?1";
	int64_t id = 0;
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_manifest, &q));
	sqlite3_bind_int64(q, 1, sample);
	TRY(store_one(st, q, &id));
	return store_manifest_by_id(st, id, out);
}
