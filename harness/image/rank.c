#include "image/rank.h"

void ranking_init(struct ranking *r, size_t most)
{
	*r = (struct ranking){ .most = most };
	r->items = xcalloc(most + 1, sizeof(*r->items));
}

void ranking_done(struct ranking *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->items[i].path);
	free(r->items);
	*r = (struct ranking){ 0 };
}

bool ranking_wants(const struct ranking *r, int64_t bytes)
{
	return bytes > 0 && r->most > 0 &&
	       (r->count < r->most || bytes > r->items[r->count - 1].bytes);
}

/* Equal sizes in the order of their names, so that the list does not depend on the walk's. */
static bool before(const struct ranked *a, const struct ranked *b)
{
	return a->bytes != b->bytes ? a->bytes > b->bytes : strcmp(a->path, b->path) < 0;
}

void ranking_add(struct ranking *r, const struct ranked *item)
{
	size_t i;

	if (!ranking_wants(r, item->bytes))
		return;
	for (i = r->count++; i > 0 && before(item, &r->items[i - 1]); i--)
		r->items[i] = r->items[i - 1];
	r->items[i] = *item;
	r->items[i].path = xstrdup(item->path);
	if (r->count > r->most)
		free(r->items[--r->count].path);
}
