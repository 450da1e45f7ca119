#include "store/db.h"

/* The longest that is stored: a SHA-256. */
#define BLOB_BYTES 32

void store_bind_text(sqlite3_stmt *q, int i, const char *text)
{
	if (text)
		sqlite3_bind_text(q, i, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(q, i);
}

void store_bind_size(sqlite3_stmt *q, int i, int64_t n)
{
	if (n >= 0)
		sqlite3_bind_int64(q, i, n);
	else
		sqlite3_bind_null(q, i);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* At most `room` bytes from hex digits; dashes (of a UUID) are skipped. Returns how many, or -1. */
static int hex_decode(const char *text, unsigned char *out, int room)
{
	int n = 0;

	for (; *text; text += 2) {
		if (*text == '-')
			text++;
		int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);
		if (low < 0 || n == room)
			return -1;
		out[n++] = (unsigned char)(high << 4 | low);
	}
	return n;
}

void store_bind_hex(sqlite3_stmt *q, int i, const char *prefix, const char *text)
{
	_cleanup_(freep) unsigned char *bytes = NULL;
	int n;

	if (!*text) {
		sqlite3_bind_null(q, i);
		return;
	}
	bytes = xcalloc(1, BLOB_BYTES);
	n = str_starts(text, prefix) ? hex_decode(text + strlen(prefix), bytes, BLOB_BYTES) : -1;
	/* in memory of ours: a copy that SQLite cannot make would bind NULL without a word */
	if (n > 0)
		sqlite3_bind_blob(q, i, TAKE_PTR(bytes), n, free);
	else
		store_bind_text(q, i, text);
}

void store_bind_digest(sqlite3_stmt *q, int i, const char *digest)
{
	store_bind_hex(q, i, "sha256:", digest);
}

void store_bind_uuid(sqlite3_stmt *q, int i, const char *uuid)
{
	store_bind_hex(q, i, "", uuid);
}

const char *store_col_peek(sqlite3_stmt *q, int i)
{
	const char *text = (const char *)sqlite3_column_text(q, i);

	return text ? text : "";
}

char *store_col_text(sqlite3_stmt *q, int i)
{
	const char *text = (const char *)sqlite3_column_text(q, i);

	return text ? xstrdup(text) : NULL;
}

int64_t store_col_size(sqlite3_stmt *q, int i)
{
	return sqlite3_column_type(q, i) == SQLITE_NULL ? -1 : sqlite3_column_int64(q, i);
}

/* `text` becomes the hex digits of a BLOB of exactly n bytes; "" for anything else. */
static char *hex_encode(sqlite3_stmt *q, int i, int n, char *text)
{
	const unsigned char *bytes = sqlite3_column_blob(q, i);

	*text = '\0';
	if (bytes && sqlite3_column_bytes(q, i) == n)
		for (int k = 0; k < n; k++) {
			text[2 * k] = "0123456789abcdef"[bytes[k] >> 4];
			text[2 * k + 1] = "0123456789abcdef"[bytes[k] & 15];
			text[2 * k + 2] = '\0';
		}
	return text;
}

void store_col_digest(sqlite3_stmt *q, int i, char digest[DIGEST_SIZE])
{
	static const char prefix[] = "sha256:";
	size_t n = sizeof(prefix) - 1;

	if (*hex_encode(q, i, 32, digest + n))
		memcpy(digest, prefix, n);
	else
		*digest = '\0';
}

void store_col_xxh(sqlite3_stmt *q, int i, char hex[XXH_SIZE])
{
	hex_encode(q, i, 16, hex);
}

void store_col_uuid(sqlite3_stmt *q, int i, char uuid[UUID_SIZE])
{
	char hex[XXH_SIZE] = { 0 };

	hex_encode(q, i, 16, hex);
	snprintf(uuid, UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
		hex + 20);
}

struct err *store_col_word(struct store *st, sqlite3_stmt *q, int i, const char *const *names,
	int *out)
{
	const char *word = store_col_peek(q, i);
	int at = word_index(names, word);

	if (at < 0)
		return err_next(err_at(err_new(ERR_IO, "unknown %s \"%s\" in the database",
					       sqlite3_column_name(q, i), word),
					"%s", st->path),
			"a newer tare may have written it: use that one");
	*out = at;
	return NULL;
}
