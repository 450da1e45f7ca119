/* Two final trees, name by name. */
#include "image/compare_build.h"

#include "image/layer_build.h"
#include "image/map.h"

#define DEPTH 3 /* of the directories that differences are summed for */

/* One tree's names in the other, and what directories gain. */
struct pairing {
	struct comparison *c;
	struct map dirs; /* hash of a directory -> its place in the two below */
	char **names;
	int64_t *deltas;
	size_t count, room, delta_room;
};

static bool same_link(const struct rootfs *a, uint32_t i, const struct rootfs *b, uint32_t k)
{
	return strcmp(layer_text(a->layers[a->nodes[i].layer], rootfs_entry(a, i)->link),
		       layer_text(b->layers[b->nodes[k].layer], rootfs_entry(b, k)->link)) == 0;
}

/* What differs between two nodes of one path; 0: nothing. */
static unsigned differ(const struct rootfs *a, uint32_t i, const struct rootfs *b, uint32_t k)
{
	const struct layer_entry *x = rootfs_entry(a, i), *y = rootfs_entry(b, k);
	unsigned what = 0;

	if (!x || !y)
		return (x ? x->type : ENTRY_DIR) != (y ? y->type : ENTRY_DIR) ? 1u << CHANGE_CONTENT
									      : 0;
	if (x->type != y->type || x->size != y->size || x->hash[0] != y->hash[0] ||
		x->hash[1] != y->hash[1] || x->device != y->device || x->sparse != y->sparse ||
		(x->type == ENTRY_SYMLINK && !same_link(a, i, b, k)))
		what |= 1u << CHANGE_CONTENT;
	/* the mode of a link is no one's */
	if (rootfs_fate(a, i)->mode != rootfs_fate(b, k)->mode && x->type != ENTRY_SYMLINK)
		what |= 1u << CHANGE_MODE;
	if (x->uid != y->uid || x->gid != y->gid)
		what |= 1u << CHANGE_OWNER;
	return what || x->mtime == y->mtime ? what : 1u << CHANGE_TIME;
}

static int64_t weight(const struct difference *d)
{
	return d->a_bytes > d->b_bytes ? d->a_bytes : d->b_bytes;
}

static bool before(const struct difference *x, const struct difference *y)
{
	return weight(x) != weight(y) ? weight(x) > weight(y) : strcmp(x->path, y->path) < 0;
}

static void keep(struct comparison *c, const struct difference *d)
{
	size_t i;

	if (c->most == 0 || (c->count == c->most && !before(d, &c->items[c->count - 1])))
		return;
	for (i = c->count++; i > 0 && before(d, &c->items[i - 1]); i--)
		c->items[i] = c->items[i - 1];
	c->items[i] = *d;
	c->items[i].path = xstrdup(d->path);
	if (c->count > c->most)
		free(c->items[--c->count].path);
}

/* The directory of a path, at most DEPTH components of it. */
static size_t dir_size(const char *path)
{
	size_t end = 0;
	int depth = 0;

	for (size_t i = 0; path[i] && depth < DEPTH; i++)
		if (path[i] == '/') {
			end = i;
			depth++;
		}
	return end;
}

static void sum_up(struct pairing *p, const char *path, int64_t delta)
{
	size_t n = dir_size(path);
	bool added;
	uint64_t *at = map_at(&p->dirs, tar_path_hash(path, n), &added);

	if (added) {
		*at = p->count;
		*GROW(p->names, p->count, p->room) = n ? xstrndup(path, n) : xstrdup("/");
		if (p->delta_room < p->room)
			p->deltas = xrealloc(p->deltas, p->delta_room = p->room, sizeof(int64_t));
		p->deltas[*at] = 0;
	}
	p->deltas[*at] += delta;
}

static int64_t bytes_of(const struct rootfs *t, uint32_t node)
{
	const struct layer_entry *e = node == NO_NODE ? NULL : rootfs_entry(t, node);

	return e && e->type == ENTRY_FILE && rootfs_fate(t, node)->node == node ? e->size : 0;
}

static void add(struct pairing *p, uint32_t i, uint32_t k, unsigned what, struct str *path)
{
	struct comparison *c = p->c;
	const struct rootfs *a = c->a->tree, *b = c->b->tree;
	struct difference d = {
		.what = what,
		.a_bytes = bytes_of(a, i),
		.b_bytes = bytes_of(b, k),
		.a_layer = i == NO_NODE || !rootfs_entry(a, i) ? NO_LAYER : a->nodes[i].layer,
		.b_layer = k == NO_NODE || !rootfs_entry(b, k) ? NO_LAYER : b->nodes[k].layer,
	};
	bool content = what & (1u << CHANGE_ADDED | 1u << CHANGE_REMOVED | 1u << CHANGE_CONTENT);

	for (int w = 0; w < CHANGES; w++)
		c->counts[w] += what >> w & 1;
	if (what == 1u << CHANGE_TIME)
		return;
	rootfs_path(i == NO_NODE ? b : a, i == NO_NODE ? k : i, path);
	d.path = (char *)str_get(path);
	if (content) {
		c->removed_bytes += d.a_bytes;
		c->added_bytes += d.b_bytes;
		c->a_layers[d.a_layer == NO_LAYER ? c->a->layer_count : d.a_layer] += d.a_bytes;
		c->b_layers[d.b_layer == NO_LAYER ? c->b->layer_count : d.b_layer] += d.b_bytes;
		sum_up(p, d.path, d.b_bytes - d.a_bytes);
	}
	keep(c, &d);
}

/* Each node of `t` with the node of the same path in `other`: NO_NODE where there is none. */
static uint32_t *pair(const struct rootfs *t, const struct rootfs *other)
{
	uint32_t *to = xcalloc(t->count, sizeof(*to));

	for (uint32_t i = rootfs_next(t, NODE_ROOT); i != NO_NODE; i = rootfs_next(t, i)) {
		const struct node *nd = &t->nodes[i];
		uint32_t parent = to[nd->parent];

		to[i] = parent == NO_NODE ? NO_NODE
					  : rootfs_child(other, parent, nd->name, nd->name_size);
	}
	return to;
}

static void rank(struct pairing *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct ranked r = { .path = p->names[i], .bytes = p->deltas[i] };

		if (p->deltas[i] > 0)
			ranking_add(&p->c->grown, &r);
		r.bytes = -p->deltas[i];
		if (p->deltas[i] < 0)
			ranking_add(&p->c->shrunk, &r);
		free(p->names[i]);
	}
	free(p->names);
	free(p->deltas);
	map_done(&p->dirs);
}

void compare_files(struct comparison *c)
{
	const struct rootfs *a = c->a->tree, *b = c->b->tree;
	_cleanup_(freep) uint32_t *of_a = pair(a, b), *of_b = pair(b, a);
	_cleanup_(str_done) struct str path = STR_INIT;
	struct pairing p = { .c = c };

	for (uint32_t k = NODE_ROOT; k != NO_NODE; k = rootfs_next(b, k)) {
		unsigned what = of_b[k] == NO_NODE ? 1u << CHANGE_ADDED : differ(a, of_b[k], b, k);

		if (what)
			add(&p, of_b[k], k, what, &path);
	}
	for (uint32_t i = NODE_ROOT; i != NO_NODE; i = rootfs_next(a, i))
		if (of_a[i] == NO_NODE)
			add(&p, i, NO_NODE, 1u << CHANGE_REMOVED, &path);
	rank(&p);
}
