/* A big tree in few lines: what a directory's files have in common is said once. */
#include <sys/stat.h>

#include "explain/predict.h"

#define ROWS_SHOWN 6 /* entries of one directory with one outcome that get a line each */

/* Files [from, to) of the manifest: all that lie below a directory, whose path (with its slash)
 * is `depth` bytes long. */
struct part {
	size_t from, to, depth;
};

struct grouping {
	const struct prediction *p;
	struct predict_rows *rows;
};

static const char *path_at(const struct grouping *g, size_t i)
{
	return g->p->files->items[i].path;
}

static bool is_file(const struct grouping *g, size_t i)
{
	return g->p->of[i] != SIZE_MAX;
}

/* The entry of the directory that starts at `from`: one file, or all of a directory. */
static struct part entry_at(const struct grouping *g, const struct part *dir, size_t from)
{
	const char *path = path_at(g, from);
	const char *slash = strchr(path + dir->depth, '/');
	struct part entry = { from, from + 1, slash ? (size_t)(slash - path) + 1 : 0 };

	while (slash && entry.to < dir->to && strncmp(path_at(g, entry.to), path, entry.depth) == 0)
		entry.to++;
	return entry;
}

/* The outcome of all files of an entry; SIZE_MAX: they have several, or there are none. */
static size_t outcome_of(const struct grouping *g, const struct part *entry)
{
	size_t outcome = SIZE_MAX;

	for (size_t i = entry->from; i < entry->to; i++) {
		if (!is_file(g, i))
			continue;
		if (outcome != SIZE_MAX && g->p->of[i] != outcome)
			return SIZE_MAX;
		outcome = g->p->of[i];
	}
	return outcome;
}

static void count(const struct grouping *g, const struct part *entry, struct predict_row *row)
{
	for (size_t i = entry->from; i < entry->to; i++) {
		if (!is_file(g, i))
			continue;
		row->files++;
		row->size_bytes += g->p->files->items[i].size_bytes;
	}
}

static struct predict_row *add_row(const struct grouping *g, char *path, size_t outcome)
{
	struct predict_row *row = GROW(g->rows->items, g->rows->count, g->rows->room);

	row->path = path;
	row->outcome = outcome;
	return row;
}

/* An entry's own line: "src/" or "src/app.py". */
static void add_entry(const struct grouping *g, const struct part *entry, size_t outcome)
{
	const char *path = path_at(g, entry->from);
	size_t n = entry->depth ? entry->depth : strlen(path);

	count(g, entry, add_row(g, xstrndup(path, n), outcome));
}

/* The entries of one kind (files, or directories) that have this outcome: a line each, or one. */
static void add_entries(const struct grouping *g, const struct part *dir,
	const struct part *entries, const size_t *outcomes, size_t n, size_t outcome, bool dirs)
{
	struct predict_row *row = NULL;
	size_t same = 0;

	for (size_t i = 0; i < n; i++)
		same += outcomes[i] == outcome && (entries[i].depth > 0) == dirs;
	if (same > ROWS_SHOWN)
		row = add_row(g,
			xasprintf(
				"%.*s*%s", (int)dir->depth, path_at(g, dir->from), dirs ? "/" : ""),
			outcome);
	for (size_t i = 0; i < n; i++) {
		if (outcomes[i] != outcome || (entries[i].depth > 0) != dirs)
			continue;
		if (row)
			count(g, &entries[i], row);
		else
			add_entry(g, &entries[i], outcome);
	}
}

static void add_dir(const struct grouping *g, const struct part *dir)
{
	_cleanup_(freep) struct part *entries = NULL;
	_cleanup_(freep) size_t *outcomes = NULL;
	size_t n = 0, room = 0;

	for (size_t at = dir->from; at < dir->to; at = entries[n - 1].to) {
		struct part *entry = GROW(entries, n, room);

		*entry = entry_at(g, dir, at);
	}
	outcomes = xcalloc(n + 1, sizeof(*outcomes));
	for (size_t i = 0; i < n; i++) {
		outcomes[i] = outcome_of(g, &entries[i]);
		if (outcomes[i] == SIZE_MAX && entries[i].depth)
			add_dir(g, &entries[i]);
	}
	for (size_t o = 0; o < g->p->outcome_count; o++) {
		add_entries(g, dir, entries, outcomes, n, o, false);
		add_entries(g, dir, entries, outcomes, n, o, true);
	}
}

static int by_outcome(const void *a, const void *b)
{
	const struct predict_row *x = a, *y = b;

	if (x->outcome != y->outcome)
		return x->outcome < y->outcome ? -1 : 1;
	return strcmp(x->path, y->path);
}

void predict_rows(const struct prediction *p, struct predict_rows *out)
{
	struct grouping g = { p, out };
	struct part all = { 0, p->files->count, 0 };

	*out = (struct predict_rows){ 0 };
	add_dir(&g, &all);
	if (out->count > 0)
		qsort(out->items, out->count, sizeof(*out->items), by_outcome);
}

void predict_rows_done(struct predict_rows *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->items[i].path);
	free(r->items);
	*r = (struct predict_rows){ 0 };
}
