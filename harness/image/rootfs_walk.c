#include "image/rootfs_build.h"

#define HOPS_MAX 40 /* as Linux has it */

struct walk {
	const struct rootfs *t;
	struct rootfs *making; /* the same, where what is missing is made; else NULL */
	uint16_t layer;
	int hops;
};

/* The next component of *path: false at its end. *last_out: none follows. */
static bool component(
	const char **path, const char *end, const char **name_out, size_t *n_out, bool *last_out)
{
	const char *at = *path;

	while (at < end && *at == '/')
		at++;
	*name_out = at;
	while (at < end && *at != '/')
		at++;
	*n_out = (size_t)(at - *name_out);
	while (at < end && *at == '/')
		at++;
	*path = at;
	*last_out = at == end;
	return *n_out > 0;
}

static uint32_t steps(struct walk *w, uint32_t from, const char *path, size_t n, bool follow);

static const char *link_of(const struct rootfs *t, uint32_t node)
{
	const struct layer_entry *e = rootfs_entry(t, node);

	return e && e->type == ENTRY_SYMLINK ? layer_text(t->layers[t->nodes[node].layer], e->link)
					     : NULL;
}

/* Go into a child, or to where it leads. */
static uint32_t enter(struct walk *w, uint32_t dir, uint32_t child, bool last, bool follow)
{
	const char *link = last && !follow ? NULL : link_of(w->t, child);

	if (link) {
		if (w->hops++ == HOPS_MAX)
			return NO_NODE;
		child = steps(w, *link == '/' ? NODE_ROOT : dir, link, strlen(link), true);
	}
	if (child == NO_NODE || rootfs_is_dir(w->t, child))
		return child;
	if (w->making)
		rootfs_set(w->making, child, w->layer, NO_ENTRY, WASTE_OVERWRITTEN);
	return w->making || last ? child : NO_NODE;
}

static uint32_t steps(struct walk *w, uint32_t from, const char *path, size_t n, bool follow)
{
	const char *end = path + n, *name;
	uint32_t child;
	bool last;

	while (component(&path, end, &name, &n, &last)) {
		if (n == 1 && *name == '.')
			continue;
		if (n == 2 && name[0] == '.' && name[1] == '.') {
			from = w->t->nodes[from].parent;
			continue;
		}
		child = rootfs_child(w->t, from, name, n);
		if (child == NO_NODE && w->making)
			child = rootfs_add(w->making, from, name, n);
		if (child == NO_NODE)
			return NO_NODE;
		from = enter(w, from, child, last, follow);
		if (from == NO_NODE)
			return NO_NODE;
	}
	return from;
}

uint32_t rootfs_lookup(const struct rootfs *t, const char *path, size_t n, bool follow)
{
	struct walk w = { .t = t };

	return steps(&w, NODE_ROOT, path, n, follow);
}

uint32_t rootfs_make(struct rootfs *t, const char *path, size_t n, uint16_t layer)
{
	struct walk w = { .t = t, .making = t, .layer = layer };

	return steps(&w, NODE_ROOT, path, n, true);
}

uint32_t rootfs_find(const struct rootfs *t, const char *path)
{
	return rootfs_lookup(t, path, strlen(path), true);
}

void rootfs_path(const struct rootfs *t, uint32_t node, struct str *out)
{
	size_t length = 0;

	str_clear(out);
	for (uint32_t i = node; i != NODE_ROOT; i = t->nodes[i].parent)
		length += t->nodes[i].name_size + (size_t)1;
	if (length == 0)
		return;
	/* from its end, each component before the one that was written last */
	if (out->room < length + 1)
		out->buf = xrealloc(out->buf, out->room = length + 1, 1);
	out->len = length - 1;
	out->buf[out->len] = '\0';
	for (uint32_t i = node; i != NODE_ROOT; i = t->nodes[i].parent) {
		const struct node *nd = &t->nodes[i];

		length -= nd->name_size + (size_t)1;
		memcpy(out->buf + length, nd->name, nd->name_size);
		if (i != node)
			out->buf[length + nd->name_size] = '/';
	}
}
