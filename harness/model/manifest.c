#include "model/manifest.h"

#include <stdlib.h>

struct manifest_entry *manifest_add(struct manifest *m, const char *path)
{
	struct manifest_entry *e = GROW(m->items, m->count, m->room);

	e->path = xstrdup(path);
	return e;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct manifest_entry *)a)->path,
		((const struct manifest_entry *)b)->path);
}

void manifest_seal(struct manifest *m)
{
	struct sha256 *h = sha256_new();

	if (m->count)
		qsort(m->items, m->count, sizeof(*m->items), by_path);
	for (size_t i = 0; i < m->count; i++) {
		const struct manifest_entry *e = &m->items[i];
		uint32_t numbers[3] = { e->mode, e->uid, e->gid };

		sha256_add(h, e->path, strlen(e->path) + 1);
		sha256_add(h, numbers, sizeof(numbers));
		sha256_add(h, e->digest, strlen(e->digest) + 1);
	}
	sha256_end(h, m->digest);
}

const struct manifest_entry *manifest_find(const struct manifest *m, const char *path)
{
	struct manifest_entry key = { .path = (char *)path };

	return m->count ? bsearch(&key, m->items, m->count, sizeof(*m->items), by_path) : NULL;
}

void manifest_done(struct manifest *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->items[i].path);
	free(m->items);
	*m = (struct manifest){ 0 };
}
