/* rpm's database, since 4.16 a SQLite file with a table of headers (rpm, docs/manual/format_header.md:
 * numbers of network order, an index of tags, then their data). The file is foreign: SQLite reads it
 * from memory, believing nothing of its schema. */
#include <sqlite3.h>

#include "image/layer_build.h"

#define TAG_NAME       1000
#define TAG_VERSION    1001
#define TAG_RELEASE    1002
#define TAG_EPOCH      1003
#define TAG_DIRINDEXES 1116
#define TAG_BASENAMES  1117
#define TAG_DIRNAMES   1118

#define TYPE_INT32	  4
#define TYPE_STRING	  6
#define TYPE_STRING_ARRAY 8
#define TYPE_I18N	  9
#define INDEX_ENTRY	  16
#define STEPS_MAX	  100000000 /* of SQLite's machine: a database that loops ends here */

/* The header of one package. */
struct header {
	const unsigned char *index, *data;
	uint32_t count, data_size;
};

static uint32_t number(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool header_read(const unsigned char *blob, size_t n, struct header *out)
{
	uint64_t room;

	if (n < 8)
		return false;
	out->count = number(blob);
	out->data_size = number(blob + 4);
	room = (uint64_t)out->count * INDEX_ENTRY + out->data_size;
	out->index = blob + 8;
	out->data = out->index + (size_t)out->count * INDEX_ENTRY;
	return room <= n - 8;
}

/* The data of a tag that has one of two types: from there to the end of all data, and how many
 * values; false where it is not there. */
struct values_of {
	const unsigned char *at, *end;
	uint32_t count;
};

static bool find(const struct header *h, uint32_t tag, uint32_t type, struct values_of *out)
{
	for (uint32_t i = 0; i < h->count; i++) {
		const unsigned char *e = h->index + (size_t)i * INDEX_ENTRY;
		uint32_t is = number(e + 4), offset = number(e + 8);

		if (number(e) != tag)
			continue;
		if ((is != type && !(type == TYPE_STRING && is == TYPE_I18N)) ||
			offset >= h->data_size)
			return false;
		*out = (struct values_of){ h->data + offset, h->data + h->data_size,
			number(e + 12) };
		return true;
	}
	return false;
}

/* The next of a list of strings; NULL where it does not end. */
static const char *next_string(struct values_of *v)
{
	const char *text = (const char *)v->at;
	const unsigned char *nul = memchr(v->at, 0, (size_t)(v->end - v->at));

	if (!nul || v->count == 0)
		return NULL;
	v->count--;
	v->at = nul + 1;
	return text;
}

static const char *string(const struct header *h, uint32_t tag)
{
	struct values_of v;

	return find(h, tag, TYPE_STRING, &v) ? next_string(&v) : NULL;
}

static bool int32(const struct header *h, uint32_t tag, uint32_t *out)
{
	struct values_of v;

	if (!find(h, tag, TYPE_INT32, &v) || v.end - v.at < 4)
		return false;
	*out = number(v.at);
	return true;
}

/* Where each directory's name stands. */
static const char **directories(const struct header *h, uint32_t *count_out)
{
	struct values_of v;
	const char **names, *name;
	uint32_t n = 0;

	*count_out = 0;
	if (!find(h, TAG_DIRNAMES, TYPE_STRING_ARRAY, &v) || v.count > (uint64_t)(v.end - v.at))
		return NULL;
	names = xcalloc(v.count + 1, sizeof(*names));
	while ((name = next_string(&v)))
		names[n++] = name;
	*count_out = n;
	return names;
}

/* Its files: a name each, and the number of its directory. */
static void add_files(struct layer *l, const struct header *h)
{
	uint32_t count;
	_cleanup_(freep) const char **dirs = directories(h, &count);
	struct values_of names, index;
	const char *name;

	if (!find(h, TAG_BASENAMES, TYPE_STRING_ARRAY, &names) ||
		!find(h, TAG_DIRINDEXES, TYPE_INT32, &index))
		return;
	for (; index.end - index.at >= 4 && (name = next_string(&names)); index.at += 4) {
		uint32_t dir = number(index.at);
		_cleanup_(str_done) struct str path = STR_INIT;

		if (dir >= count || strlen(dirs[dir]) + strlen(name) >= TAR_PATH_MAX)
			continue;
		str_addf(&path, "%s%s", dirs[dir], name);
		layer_add_owned(l, str_get(&path), path.len);
	}
}

/* Keys that rpm trusts are kept as packages without files: they are none. */
static struct err *add_package(
	struct layer *l, uint32_t entry, const void *blob, size_t n, bool *readable)
{
	const char *name, *version, *release;
	_cleanup_(str_done) struct str full = STR_INIT;
	struct header h;
	uint32_t epoch;

	if (!header_read(blob, n, &h))
		return NULL;
	name = string(&h, TAG_NAME);
	version = string(&h, TAG_VERSION);
	release = string(&h, TAG_RELEASE);
	if (!name || !version || !release || !*name || !*version)
		return NULL;
	*readable = true;
	if (str_eq(name, "gpg-pubkey"))
		return NULL;
	if (int32(&h, TAG_EPOCH, &epoch) && epoch > 0)
		str_addf(&full, "%u:", epoch);
	str_addf(&full, "%s-%s", version, release);
	TRY(layer_add_package(l, PACKAGE_RPM, entry, name, name, str_get(&full)));
	add_files(l, &h);
	return NULL;
}

static void closep_db(sqlite3 **db)
{
	sqlite3_close(*db);
}

static void finalizep(sqlite3_stmt **q)
{
	sqlite3_finalize(*q);
}

static int give_up(void *ctx)
{
	(void)ctx;
	return 1;
}

/* The file as a database in memory, read-only; NULL where SQLite takes it for none. */
static sqlite3 *open_text(struct str *text)
{
	sqlite3 *db = NULL;

	/* as if not written ahead: there is no log beside it in memory (fileformat2, 1.3.4) */
	text->buf[18] = text->buf[19] = 1;
	if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
			SQLITE_OK &&
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
		sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) == SQLITE_OK &&
		sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL) == SQLITE_OK &&
		sqlite3_deserialize(db, "main", (unsigned char *)text->buf, (sqlite3_int64)text->len,
			(sqlite3_int64)text->len, SQLITE_DESERIALIZE_READONLY) == SQLITE_OK) {
		sqlite3_progress_handler(db, STEPS_MAX, give_up, NULL);
		return db;
	}
	sqlite3_close(db);
	return NULL;
}

struct err *rpm_read(struct layer *l, uint32_t entry, struct str *text, bool *readable_out)
{
	static const char magic[16] = "SQLite format 3";
	_cleanup_(closep_db) sqlite3 *db = NULL;
	_cleanup_(finalizep) sqlite3_stmt *q = NULL;

	*readable_out = false;
	if (text->len < 512 || memcmp(text->buf, magic, 16) != 0)
		return NULL;
	db = open_text(text);
	if (!db || sqlite3_prepare_v2(db, "SELECT blob FROM Packages", -1, &q, NULL) != SQLITE_OK)
		return NULL;
	while (sqlite3_step(q) == SQLITE_ROW) {
		const void *blob = sqlite3_column_blob(q, 0);

		if (blob)
			TRY(add_package(l, entry, blob, (size_t)sqlite3_column_bytes(q, 0),
				readable_out));
	}
	return NULL;
}
