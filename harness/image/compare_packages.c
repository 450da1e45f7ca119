#include <xxhash.h>

#include "image/compare_build.h"
#include "image/map.h"

static uint64_t hash_name(const struct package *p, bool version)
{
	uint64_t h = XXH3_64bits_withSeed(p->name, strlen(p->name), (uint64_t)p->manager + 1);

	return version ? XXH3_64bits_withSeed(p->version, strlen(p->version), h) : h;
}

static void index_all(const struct packages *p, struct map *exact, struct map *names)
{
	bool added;

	for (size_t i = 0; i < p->count; i++) {
		*map_at(exact, hash_name(&p->items[i], true), &added) = i;
		*map_at(names, hash_name(&p->items[i], false), &added) = i;
	}
}

static void add(struct comparison *c, const struct package *a, const struct package *b)
{
	struct package_change *to = GROW(c->packages, c->package_count, c->package_room);
	const struct package *any = b ? b : a;

	*to = (struct package_change){
		.manager = any->manager,
		.name = any->name,
		.from = a ? a->version : NULL,
		.to = b ? b->version : NULL,
		.a_bytes = a ? a->bytes : 0,
		.b_bytes = b ? b->bytes : 0,
		.b_files = b ? b->files : 0,
	};
}

static int64_t weight(const struct package_change *p)
{
	return llabs(p->b_bytes - p->a_bytes);
}

static int by_weight(const void *x, const void *y)
{
	const struct package_change *a = x, *b = y;

	if (weight(a) != weight(b))
		return weight(a) < weight(b) ? 1 : -1;
	return strcmp(a->name, b->name);
}

/* A version of b that a lacks is an upgrade of one of that name that b lacks. */
static void pair(struct comparison *c, const struct packages *a, const struct packages *b,
	const struct map exact[2], const struct map names[2])
{
	for (size_t i = 0; i < b->count; i++) {
		const struct package *p = &b->items[i], *old = NULL;
		const uint64_t *at = map_find(&names[0], hash_name(p, false));

		if (map_find(&exact[0], hash_name(p, true))) {
			c->same_packages++;
			continue;
		}
		if (at && !map_find(&exact[1], hash_name(&a->items[*at], true)))
			old = &a->items[*at];
		add(c, old, p);
	}
	for (size_t i = 0; i < a->count; i++) {
		const struct package *p = &a->items[i];
		const uint64_t *new = map_find(&names[1], hash_name(p, false));
		const uint64_t *last = map_find(&names[0], hash_name(p, false));
		/* it was paired above, as the one of its name, with one that a lacks */
		bool paired = new &&last &&*last == i &&
			      !map_find(&exact[0], hash_name(&b->items[*new], true));

		if (!map_find(&exact[1], hash_name(p, true)) && !paired)
			add(c, p, NULL);
	}
}

void compare_packages(struct comparison *c)
{
	const struct packages *a = &c->a->packages, *b = &c->b->packages;
	struct map exact[2] = { 0 }, names[2] = { 0 };

	index_all(a, &exact[0], &names[0]);
	index_all(b, &exact[1], &names[1]);
	pair(c, a, b, exact, names);
	if (c->package_count)
		qsort(c->packages, c->package_count, sizeof(*c->packages), by_weight);
	for (int i = 0; i < 2; i++) {
		map_done(&exact[i]);
		map_done(&names[i]);
	}
}
