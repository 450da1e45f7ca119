#include "dockerfile/env.h"

/* FNV-1a: names are short, and a table that many collide in is bounded by the Dockerfile's size. */
static uint32_t hash(struct span s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

static uint32_t *slot(const struct env *e, struct span name)
{
	size_t i = hash(name) & (e->slot_count - 1);

	while (e->slots[i] != 0 && !span_eq(name, e->items[e->slots[i] - 1].name))
		i = (i + 1) & (e->slot_count - 1);
	return &e->slots[i];
}

static void grow(struct env *e)
{
	free(e->slots);
	e->slot_count = e->slot_count > 0 ? e->slot_count * 2 : 16;
	e->slots = xcalloc(e->slot_count, sizeof(*e->slots));
	for (size_t i = 0; i < e->count; i++)
		*slot(e, span_of(e->items[i].name)) = (uint32_t)i + 1;
}

void env_set(struct env *e, const char *name, const char *value)
{
	uint32_t *at;
	char *copy = xstrdup(value);

	if ((e->count + 1) * 2 > e->slot_count)
		grow(e);
	at = slot(e, span_of(name));
	if (*at != 0) {
		free(e->items[*at - 1].value);
		e->items[*at - 1].value = copy;
		return;
	}
	*GROW(e->items, e->count, e->room) = (struct env_var){ xstrdup(name), copy };
	*at = (uint32_t)e->count;
}

const char *env_get(const struct env *e, struct span name)
{
	uint32_t at = e && e->slot_count > 0 ? *slot(e, name) : 0;

	return at != 0 ? e->items[at - 1].value : NULL;
}

void env_copy(struct env *to, const struct env *from)
{
	for (size_t i = 0; i < from->count; i++)
		env_set(to, from->items[i].name, from->items[i].value);
}

void env_done(struct env *e)
{
	for (size_t i = 0; i < e->count; i++) {
		free(e->items[i].name);
		free(e->items[i].value);
	}
	free(e->items);
	free(e->slots);
	*e = (struct env){ 0 };
}
