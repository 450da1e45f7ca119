#include "image/map.h"

#include "base/err.h"

#define ROOM_MIN 256

/* Keys are hashes already. */
static size_t slot(const struct map *m, uint64_t key)
{
	size_t i = key & (m->room - 1);

	while (m->keys[i] && m->keys[i] != key)
		i = (i + 1) & (m->room - 1);
	return i;
}

static void widen(struct map *m)
{
	struct map wide = { .room = m->room ? m->room * 2 : ROOM_MIN, .count = m->count };

	wide.keys = xcalloc(wide.room, sizeof(*wide.keys));
	wide.values = xcalloc(wide.room, sizeof(*wide.values));
	for (size_t i = 0; i < m->room; i++) {
		size_t to = m->keys[i] ? slot(&wide, m->keys[i]) : 0;

		if (!m->keys[i])
			continue;
		wide.keys[to] = m->keys[i];
		wide.values[to] = m->values[i];
	}
	map_done(m);
	*m = wide;
}

uint64_t *map_at(struct map *m, uint64_t key, bool *added)
{
	size_t i;

	key |= !key;
	if (m->count * 4 >= m->room * 3)
		widen(m);
	i = slot(m, key);
	*added = !m->keys[i];
	m->count += *added;
	m->keys[i] = key;
	return &m->values[i];
}

const uint64_t *map_find(const struct map *m, uint64_t key)
{
	size_t i;

	key |= !key;
	if (m->room == 0)
		return NULL;
	i = slot(m, key);
	return m->keys[i] ? &m->values[i] : NULL;
}

void map_done(struct map *m)
{
	free(m->keys);
	free(m->values);
	*m = (struct map){ 0 };
}
