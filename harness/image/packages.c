#include "image/packages.h"

#include <xxhash.h>

#include "image/layer_build.h"
#include "image/map.h"

#define ALIASES_MAX 16

/* A directory below the root that is a link: "bin" for "usr/bin". Lists of files name either. */
struct alias {
	const char *name;
	size_t name_size;
	struct str target; /* with a slash at its end */
};

struct sorting {
	const struct rootfs *t;
	struct packages *out;
	struct map known;  /* manager, name, version -> package */
	struct map keys;   /* manager, key -> package */
	struct map listed; /* path -> package, of dpkg, apk and rpm */
	struct map python; /* path -> package, of pip and cargo install */
	struct map inside; /* node -> package: a file that is one, a directory that holds one */
	struct alias aliases[ALIASES_MAX];
	size_t alias_count;
};

static void sorting_done(struct sorting *s)
{
	map_done(&s->known);
	map_done(&s->keys);
	map_done(&s->listed);
	map_done(&s->python);
	map_done(&s->inside);
	for (size_t i = 0; i < s->alias_count; i++)
		str_done(&s->aliases[i].target);
}

static uint64_t hash_words(int manager, const char *a, const char *b)
{
	uint64_t h = XXH3_64bits_withSeed(a, strlen(a), (uint64_t)manager + 1);

	return b ? XXH3_64bits_withSeed(b, strlen(b), h) : h;
}

static uint64_t hash_node(uint32_t node)
{
	return XXH3_64bits(&node, sizeof(node));
}

/* Where the databases of system managers lie, links followed; a copy elsewhere says nothing. */
static bool in_place(const struct rootfs *t, enum package_manager m, uint32_t node)
{
	static const char *const places[][3] = {
		[PACKAGE_DPKG] = { "var/lib/dpkg/status", "var/lib/dpkg/status.d",
			"var/lib/dpkg/info" },
		[PACKAGE_APK] = { "lib/apk/db/installed", "usr/lib/apk/db/installed", NULL },
		[PACKAGE_RPM] = { "var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm" },
	};

	if (m > PACKAGE_RPM)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(places[m]); i++) {
		uint32_t place = places[m][i] ? rootfs_find(t, places[m][i]) : NO_NODE;

		if (place != NO_NODE && (place == node || place == t->nodes[node].parent))
			return true;
	}
	return false;
}

/* The node of a file that speaks of a package, where it is still seen; else NO_NODE. */
static uint32_t speaker(const struct rootfs *t, size_t layer, const struct layer_package *p)
{
	const struct fate *f = &t->fates[layer][p->entry];

	return f->names > 0 && in_place(t, p->manager, f->node) ? f->node : NO_NODE;
}

static void put(struct map *m, uint64_t key, uint64_t value)
{
	bool added;
	uint64_t *at = map_at(m, key, &added);

	if (added)
		*at = value;
}

static void add_owned(
	struct sorting *s, const struct layer *l, const struct layer_package *p, uint64_t package)
{
	struct map *m = p->manager == PACKAGE_PIP || p->manager == PACKAGE_CARGO ? &s->python
										: &s->listed;

	for (uint32_t i = 0; i < p->owned_count; i++)
		put(m, l->owned[p->owned + i], package);
}

static void add_package(struct sorting *s, size_t layer, const struct layer_package *p)
{
	const struct layer *l = s->t->layers[layer];
	const char *name = layer_text(l, p->name), *version = layer_text(l, p->version);
	uint32_t node = *version ? speaker(s->t, layer, p) : NO_NODE;
	struct package *to;
	uint64_t *index;
	bool added;

	if (node == NO_NODE)
		return;
	index = map_at(&s->known, hash_words(p->manager, name, version), &added);
	if (added) {
		*index = s->out->count;
		to = GROW(s->out->items, s->out->count, s->out->room);
		to->manager = (enum package_manager)p->manager;
		to->name = name;
		to->version = version;
		to->layer = (uint16_t)layer;
	}
	put(&s->keys, hash_words(p->manager, layer_text(l, p->key), NULL), *index);
	add_owned(s, l, p, *index);
	if (p->manager == PACKAGE_NPM)
		put(&s->inside, hash_node(s->t->nodes[node].parent), *index);
	else if (p->manager == PACKAGE_JAVA || p->manager == PACKAGE_GO ||
		 (p->manager == PACKAGE_CARGO && !p->owned_count))
		put(&s->inside, hash_node(node), *index);
}

/* A list of files alone, of a package that was found by then. */
static void add_list(struct sorting *s, size_t layer, const struct layer_package *p)
{
	const struct layer *l = s->t->layers[layer];
	const uint64_t *package;

	if (*layer_text(l, p->version) || speaker(s->t, layer, p) == NO_NODE)
		return;
	package = map_find(&s->keys, hash_words(p->manager, layer_text(l, p->key), NULL));
	if (package)
		add_owned(s, l, p, *package);
}

static void each_package(
	struct sorting *s, void (*f)(struct sorting *, size_t, const struct layer_package *))
{
	for (size_t i = 0; i < s->t->layer_count; i++)
		for (size_t k = 0; s->t->layers[i] && k < s->t->layers[i]->package_count; k++)
			f(s, i, &s->t->layers[i]->packages[k]);
}

static void find_aliases(struct sorting *s)
{
	const struct rootfs *t = s->t;

	for (uint32_t i = t->nodes[NODE_ROOT].first_child; i != NO_NODE; i = t->nodes[i].next) {
		const struct layer_entry *e = rootfs_entry(t, i);
		_cleanup_(str_done) struct str name = STR_INIT;
		struct alias *a = &s->aliases[s->alias_count];
		uint32_t target;

		if (!e || e->type != ENTRY_SYMLINK || s->alias_count == ALIASES_MAX)
			continue;
		rootfs_path(t, i, &name);
		target = rootfs_find(t, str_get(&name));
		if (target == NO_NODE || target == NODE_ROOT || !rootfs_is_dir(t, target))
			continue;
		a->name = t->nodes[i].name;
		a->name_size = t->nodes[i].name_size;
		rootfs_path(t, target, &a->target);
		str_addc(&a->target, '/');
		s->alias_count++;
	}
}

/* Who lists a path, by its own name or an alias of its directory. */
static const uint64_t *lister(const struct sorting *s, const struct map *m, const struct str *path)
{
	const uint64_t *found = map_find(m, tar_path_hash(str_get(path), path->len));
	char other[TAR_PATH_MAX * 2];

	for (size_t i = 0; i < s->alias_count && !found; i++) {
		const struct alias *a = &s->aliases[i];
		size_t rest = path->len - a->target.len;

		if (path->len <= a->target.len || a->name_size + 1 + rest > sizeof(other) ||
			memcmp(path->buf, a->target.buf, a->target.len) != 0)
			continue;
		memcpy(other, a->name, a->name_size);
		other[a->name_size] = '/';
		memcpy(other + a->name_size + 1, path->buf + a->target.len, rest);
		found = map_find(m, tar_path_hash(other, a->name_size + 1 + rest));
	}
	return found;
}

/* `path` is room for the node's. */
static const uint64_t *owner(const struct sorting *s, uint32_t node, struct str *path)
{
	const uint64_t *found = NULL;

	if (s->listed.count || s->python.count)
		rootfs_path(s->t, node, path);
	if (s->listed.count)
		found = lister(s, &s->listed, path);
	if (!found && s->python.count)
		found = lister(s, &s->python, path);
	for (; !found && s->inside.count && node != NODE_ROOT; node = s->t->nodes[node].parent)
		found = map_find(&s->inside, hash_node(node));
	return found;
}

/* Give every visible file to one package, or to none. */
static void weigh(struct sorting *s)
{
	_cleanup_(str_done) struct str path = STR_INIT;

	s->out->owner = xcalloc(s->t->count, sizeof(*s->out->owner));
	for (uint32_t i = 0; i < s->t->count; i++) {
		const struct layer_entry *e = rootfs_has(s->t, i) ? rootfs_entry(s->t, i) : NULL;
		const uint64_t *package;

		s->out->owner[i] = NO_PACKAGE;
		if (!e || e->type != ENTRY_FILE || rootfs_fate(s->t, i)->node != i)
			continue;
		package = owner(s, i, &path);
		if (package)
			s->out->owner[i] = (uint32_t)*package;
		*(package ? &s->out->items[*package].bytes : &s->out->ownerless_bytes) += e->size;
		(*(package ? &s->out->items[*package].files : &s->out->ownerless_files))++;
	}
}

void packages_read(const struct rootfs *t, struct packages *out)
{
	_cleanup_(sorting_done) struct sorting s = { .t = t, .out = out };

	*out = (struct packages){ 0 };
	find_aliases(&s);
	each_package(&s, add_package);
	each_package(&s, add_list);
	weigh(&s);
	for (size_t i = 0; i < t->layer_count; i++)
		out->unread += t->layers[i] ? t->layers[i]->unread : 0;
}

void packages_done(struct packages *p)
{
	free(p->items);
	free(p->owner);
	*p = (struct packages){ 0 };
}
