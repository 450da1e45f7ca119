#include "store/db.h"

#include "base/clock.h"

/* How many runs an error lists. */
#define LISTED 5

/* "5c1f02a31b7e  2026-11-25T01:33:38Z  PROJECT" for each row of q; returns how many. */
static struct err *list_rows(struct store *st, sqlite3_stmt *q, struct str *list, size_t *count)
{
	bool row;

	for (*count = 0;; ++*count) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		str_addf(list, "%s%s, ", *count ? "; " : "", store_col_peek(q, 1));
		time_show(list, sqlite3_column_int64(q, 2));
	}
}

static struct err *no_runs(struct store *st)
{
	return err_next(err_at(err_new(ERR_INPUT, "no run was recorded yet"), "%s", st->path),
		"tare run measures; --db names another database");
}

static struct err *no_such(struct store *st, const char *name)
{
	static const char sql_newest[] =
		"SELECT id, lower(hex(substr(uuid, 11))), start_unix_ns FROM run "
		"ORDER BY start_unix_ns DESC, id DESC LIMIT ?1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(str_done) struct str list = STR_INIT;
	size_t count;

	TRY(store_stmt(st, sql_newest, &q));
	sqlite3_bind_int(q, 1, LISTED);
	TRY(list_rows(st, q, &list, &count));
	if (!count)
		return no_runs(st);
	return err_next(err_at(err_new(ERR_INPUT, "no run is named \"%s\"", name), "%s", st->path),
		"latest, latest~N, or the beginning of one of: %s", str_get(&list));
}

/* Row `back` from the newest. */
static struct err *find_latest(struct store *st, const char *name, int64_t back, int64_t *id)
{
	static const char sql_latest[] =
		"SELECT id FROM run ORDER BY start_unix_ns DESC, id DESC LIMIT 1 OFFSET ?1";
	static const char sql_count[] = "SELECT count(*) FROM run";
	int64_t count = 0;
	sqlite3_stmt *q;

	*id = 0;
	TRY(store_stmt(st, sql_latest, &q));
	sqlite3_bind_int64(q, 1, back);
	TRY(store_one(st, q, id));
	if (*id)
		return NULL;
	TRY(store_stmt(st, sql_count, &q));
	TRY(store_one(st, q, &count));
	if (!count)
		return no_runs(st);
	return err_next(err_at(err_new(ERR_INPUT, "there is no run \"%s\"", name), "%s", st->path),
		"%lld %s recorded: latest to latest~%lld", (long long)count,
		count == 1 ? "run is" : "runs are", (long long)count - 1);
}

/* `digits`: the first of the last 12 of its UUID. */
static struct err *find_prefix(struct store *st, const char *name, const char *digits, int64_t *id)
{
	/* 'g' sorts after all that can follow in hexadecimal digits */
	static const char sql_prefix[] =
		"SELECT id, lower(hex(substr(uuid, 11))), start_unix_ns FROM run "
		"WHERE lower(hex(substr(uuid, 11))) BETWEEN ?1 AND ?1 || 'g' LIMIT ?2";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	_cleanup_(str_done) struct str list = STR_INIT;
	size_t count;
	bool row;

	TRY(store_stmt(st, sql_prefix, &q));
	store_bind_text(q, 1, digits);
	sqlite3_bind_int(q, 2, LISTED);
	TRY(store_next(st, q, &row));
	if (!row)
		return no_such(st, name);
	*id = sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	TRY(list_rows(st, q, &list, &count));
	if (count == 1)
		return NULL;
	return err_next(err_at(err_new(ERR_INPUT, "\"%s\" is the beginning of %s%zu runs' names",
				       name, count == LISTED ? "at least " : "", count),
				"%s", st->path),
		"more digits of one of: %s", str_get(&list));
}

static struct err *find_uuid(struct store *st, const char *uuid, int64_t *id)
{
	static const char sql_uuid[] = "SELECT id FROM run WHERE uuid = ?1";
	sqlite3_stmt *q;

	*id = 0;
	TRY(store_stmt(st, sql_uuid, &q));
	store_bind_uuid(q, 1, uuid);
	TRY(store_one(st, q, id));
	return *id ? NULL : no_such(st, uuid);
}

/* N of "latest~N", 0 of "latest"; -1 for any other word. */
static int64_t parse_latest(const char *name)
{
	int64_t back;

	if (str_eq(name, "latest"))
		return 0;
	if (!str_starts(name, "latest~") || !str_to_i64(name + strlen("latest~"), &back))
		return -1;
	return back;
}

static bool all_hex(const char *digits)
{
	return *digits && !digits[strspn(digits, "0123456789abcdef")];
}

struct err *store_find_run(struct store *st, const char *name, struct run **out)
{
	_cleanup_(freep) char *lower = xstrdup(name);
	int64_t id, back = parse_latest(name);

	for (char *c = lower; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'F' ? *c - 'A' + 'a' : *c);
	if (back >= 0)
		TRY(find_latest(st, name, back, &id));
	else if (strlen(lower) == UUID_SIZE - 1)
		TRY(find_uuid(st, lower, &id));
	else if (all_hex(lower))
		TRY(find_prefix(st, name, lower, &id));
	else
		return no_such(st, name);
	return store_run_by_id(st, id, out);
}
