#include "image/rootfs_build.h"

#define APPLIED_MAX 64000000 /* entries of all layers, each as often as it is named */
#define NODES_MAX   64000000

const char *const waste_names[WASTE_CAUSES] = { "metadata-only", "overwritten", "deleted" };

/* Applying one layer. */
struct applying {
	struct rootfs *t;
	const struct layer *l;
	uint16_t layer;
	const char *dir; /* the directory of the entry before, as it was named, and where it is */
	size_t dir_size;
	uint32_t dir_node, dir_changes;
};

static void name_gone(struct rootfs *t, uint32_t node, uint16_t layer, enum waste cause)
{
	struct fate *f = rootfs_fate(t, node);

	if (!f || --f->names > 0)
		return;
	f->hidden_by = layer;
	f->cause = (uint8_t)cause;
}

static bool is_file(const struct rootfs *t, uint32_t node)
{
	const struct layer_entry *e = rootfs_entry(t, node);

	return e && e->type == ENTRY_FILE;
}

void rootfs_remove(struct rootfs *t, uint32_t node, uint16_t layer, enum waste cause)
{
	uint32_t at = node, parent;

	for (;;) {
		while (t->nodes[at].first_child != NO_NODE)
			at = t->nodes[at].first_child;
		parent = t->nodes[at].parent;
		t->changes += !is_file(t, at);
		name_gone(t, at, layer, cause);
		rootfs_drop(t, at);
		if (at == node)
			return;
		at = parent;
	}
}

void rootfs_set(struct rootfs *t, uint32_t node, uint16_t layer, uint32_t entry, enum waste cause)
{
	struct node *nd = &t->nodes[node];
	struct fate *f;

	name_gone(t, node, layer, cause);
	nd->layer = layer;
	nd->entry = entry;
	f = rootfs_fate(t, node);
	if (!f)
		return;
	f->names++;
	f->placed = true;
}

/* The length of the directory's part of a path, and where the name begins. */
static size_t split(const char *path, const char **name_out)
{
	const char *slash = strrchr(path, '/');

	*name_out = slash ? slash + 1 : path;
	return slash ? (size_t)(slash - path) : 0;
}

/* The directory that a path is in, made where it is missing. Entries of one directory follow each
 * other. */
static uint32_t parent_of(struct applying *a, const char *path, size_t n)
{
	uint32_t node;

	if (a->dir && n == a->dir_size && a->dir_changes == a->t->changes &&
		memcmp(a->dir, path, n) == 0)
		return a->dir_node;
	node = rootfs_make(a->t, path, n, a->layer);
	a->dir = node == NO_NODE ? NULL : path;
	a->dir_size = n;
	a->dir_node = node;
	a->dir_changes = a->t->changes;
	return node;
}

static void hide(struct applying *a, const struct layer_entry *e)
{
	const char *path = layer_text(a->l, e->path), *name;
	size_t n = split(path, &name);
	uint32_t node;

	if (e->type == ENTRY_OPAQUE) {
		node = rootfs_lookup(a->t, path, strlen(path), true);
		while (node != NO_NODE && a->t->nodes[node].first_child != NO_NODE)
			rootfs_remove(a->t, a->t->nodes[node].first_child, a->layer, WASTE_DELETED);
		return;
	}
	node = rootfs_lookup(a->t, path, n, true);
	if (node != NO_NODE)
		node = rootfs_child(a->t, node, name, strlen(name));
	if (node != NO_NODE && node != NODE_ROOT)
		rootfs_remove(a->t, node, a->layer, WASTE_DELETED);
}

static bool same_content(const struct layer_entry *a, const struct layer_entry *b)
{
	return a && b && a->type == ENTRY_FILE && b->type == ENTRY_FILE && a->size == b->size &&
	       a->sparse == b->sparse && a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1];
}

/* Put an entry's file where a path says; the entry may be another's, of a hard link. */
static void place(struct applying *a, const char *path, uint16_t layer, uint32_t entry)
{
	const struct layer_entry *e = &a->t->layers[layer]->entries[entry];
	const char *name;
	size_t n = split(path, &name);
	uint32_t dir = *path ? parent_of(a, path, n) : NO_NODE, node;
	enum waste cause = WASTE_OVERWRITTEN;

	if (dir == NO_NODE) {
		if (!*path && e->type == ENTRY_DIR)
			rootfs_set(a->t, NODE_ROOT, layer, entry, cause);
		a->t->lost += *path != '\0';
		return;
	}
	node = rootfs_child(a->t, dir, name, strlen(name));
	if (node == NO_NODE)
		node = rootfs_add(a->t, dir, name, strlen(name));
	else
		a->t->changes += !is_file(a->t, node) &&
				 !(e->type == ENTRY_DIR && rootfs_is_dir(a->t, node));
	while (e->type != ENTRY_DIR && a->t->nodes[node].first_child != NO_NODE)
		rootfs_remove(a->t, a->t->nodes[node].first_child, a->layer, WASTE_DELETED);
	if (same_content(rootfs_entry(a->t, node), e))
		cause = WASTE_METADATA;
	rootfs_set(a->t, node, layer, entry, cause);
}

static void link_to(struct applying *a, const struct layer_entry *e)
{
	const char *path = layer_text(a->l, e->path), *target = layer_text(a->l, e->link);
	uint32_t node = rootfs_lookup(a->t, target, strlen(target), false);
	uint16_t layer;
	uint32_t entry;

	if (node == NO_NODE || rootfs_is_dir(a->t, node) || !*path) {
		a->t->lost++;
		return;
	}
	layer = a->t->nodes[node].layer;
	entry = a->t->nodes[node].entry;
	/* one name more while it is placed: it may take the place of its own target */
	a->t->fates[layer][entry].names++;
	if (a->t->layers[layer]->entries[entry].type != ENTRY_SYMLINK)
		a->t->fates[layer][entry].mode = (uint16_t)(e->mode & 07777);
	place(a, path, layer, entry);
	a->t->fates[layer][entry].names--;
}

static struct err *apply(struct rootfs *t, uint16_t layer)
{
	struct applying a = { .t = t, .l = t->layers[layer], .layer = layer };

	/* a marker hides what is below, wherever it stands in its own layer */
	for (size_t i = 0; i < a.l->count; i++)
		if (a.l->entries[i].type >= ENTRY_WHITEOUT)
			hide(&a, &a.l->entries[i]);
	for (size_t i = 0; i < a.l->count; i++) {
		const struct layer_entry *e = &a.l->entries[i];

		if (e->type == ENTRY_HARDLINK)
			link_to(&a, e);
		else if (e->type < ENTRY_WHITEOUT)
			place(&a, layer_text(a.l, e->path), layer, (uint32_t)i);
		if (t->count > NODES_MAX)
			return err_new(ERR_INPUT, "an image has more than %d names", NODES_MAX);
	}
	return NULL;
}

static struct fate *new_fates(const struct layer *l)
{
	struct fate *f = xcalloc(l->count ? l->count : 1, sizeof(*f));

	for (size_t i = 0; i < l->count; i++)
		f[i] = (struct fate){ .hidden_by = NO_LAYER,
			.mode = (uint16_t)(l->entries[i].mode & 07777) };
	return f;
}

/* Each file counts by one of its names. */
static void name_first(struct rootfs *t)
{
	for (uint32_t i = (uint32_t)t->count; i-- > 0;)
		if (rootfs_has(t, i) && rootfs_fate(t, i))
			rootfs_fate(t, i)->node = i;
}

static struct err *apply_all(struct rootfs *t)
{
	size_t applied = 0;

	for (size_t i = 0; i < t->layer_count; i++) {
		if (!t->layers[i])
			continue;
		applied += t->layers[i]->count;
		if (applied > APPLIED_MAX)
			return err_new(ERR_INPUT, "an image has more than %d entries", APPLIED_MAX);
		t->fates[i] = new_fates(t->layers[i]);
		TRY(apply(t, (uint16_t)i));
	}
	name_first(t);
	return NULL;
}

/* The names of the largest layer: the tree has as many, but for what hides and what is hidden. */
static size_t names_at_least(struct layer **layers, size_t count)
{
	size_t most = 0;

	for (size_t i = 0; i < count; i++)
		if (layers[i] && layers[i]->count > most)
			most = layers[i]->count;
	return most;
}

struct err *rootfs_new(struct layer **layers, size_t count, struct rootfs **out)
{
	_cleanup_(rootfs_freep) struct rootfs *t = NEW(struct rootfs);

	if (count >= NO_LAYER)
		return err_new(ERR_INPUT, "an image has %zu layers", count);
	t->layers = layers;
	t->layer_count = count;
	t->fates = xcalloc(count ? count : 1, sizeof(struct fate *));
	rootfs_nodes_init(t, names_at_least(layers, count));
	TRY(apply_all(t));
	*out = TAKE_PTR(t);
	return NULL;
}

void rootfs_free(struct rootfs *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->layer_count; i++)
		free(t->fates[i]);
	free(t->fates);
	rootfs_nodes_done(t);
	free(t);
}
