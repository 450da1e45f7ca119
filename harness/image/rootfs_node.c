#include <xxhash.h>

#include "base/random.h"
#include "image/rootfs_build.h"

#define BUCKETS_MIN 1024

static size_t bucket_of(const struct rootfs *t, uint32_t parent, const char *name, size_t n)
{
	return XXH3_64bits_withSeed(name, n, t->seed ^ parent) & (t->bucket_count - 1);
}

void rootfs_nodes_init(struct rootfs *t, size_t names)
{
	random_bytes(&t->seed, sizeof(t->seed));
	for (t->bucket_count = BUCKETS_MIN; t->bucket_count < names;)
		t->bucket_count *= 2;
	t->buckets = xrealloc(NULL, t->bucket_count, sizeof(*t->buckets));
	memset(t->buckets, 0xff, t->bucket_count * sizeof(*t->buckets));
	t->free_node = NO_NODE;
	*GROW(t->nodes, t->count, t->room) = (struct node){ .first_child = NO_NODE,
		.next = NO_NODE,
		.previous = NO_NODE,
		.chain = NO_NODE,
		.entry = NO_ENTRY,
		.name = "" };
	t->live = 1;
}

void rootfs_nodes_done(struct rootfs *t)
{
	free(t->nodes);
	free(t->buckets);
}

static void enter(struct rootfs *t, uint32_t node)
{
	struct node *nd = &t->nodes[node];
	size_t b = bucket_of(t, nd->parent, nd->name, nd->name_size);

	nd->chain = t->buckets[b];
	t->buckets[b] = node;
}

static void widen(struct rootfs *t)
{
	t->bucket_count *= 2;
	t->buckets = xrealloc(t->buckets, t->bucket_count, sizeof(*t->buckets));
	memset(t->buckets, 0xff, t->bucket_count * sizeof(*t->buckets));
	for (uint32_t i = 1; i < t->count; i++)
		if (rootfs_has(t, i))
			enter(t, i);
}

uint32_t rootfs_child(const struct rootfs *t, uint32_t parent, const char *name, size_t n)
{
	uint32_t i = t->buckets[bucket_of(t, parent, name, n)];

	while (i != NO_NODE) {
		const struct node *nd = &t->nodes[i];

		if (nd->parent == parent && nd->name_size == n && memcmp(nd->name, name, n) == 0)
			return i;
		i = nd->chain;
	}
	return NO_NODE;
}

static uint32_t new_node(struct rootfs *t)
{
	uint32_t node = t->free_node;

	t->live++;
	if (node == NO_NODE) {
		GROW(t->nodes, t->count, t->room);
		return (uint32_t)t->count - 1;
	}
	t->free_node = t->nodes[node].next;
	return node;
}

uint32_t rootfs_add(struct rootfs *t, uint32_t parent, const char *name, size_t n)
{
	uint32_t node = new_node(t), first = t->nodes[parent].first_child;

	t->nodes[node] = (struct node){
		.parent = parent,
		.first_child = NO_NODE,
		.next = first,
		.previous = NO_NODE,
		.entry = NO_ENTRY,
		.name = name,
		.name_size = (uint16_t)n,
	};
	if (first != NO_NODE)
		t->nodes[first].previous = node;
	t->nodes[parent].first_child = node;
	if (t->live > t->bucket_count)
		widen(t);
	else
		enter(t, node);
	return node;
}

static void leave_bucket(struct rootfs *t, uint32_t node)
{
	const struct node *nd = &t->nodes[node];
	uint32_t *at = &t->buckets[bucket_of(t, nd->parent, nd->name, nd->name_size)];

	while (*at != node)
		at = &t->nodes[*at].chain;
	*at = nd->chain;
}

void rootfs_drop(struct rootfs *t, uint32_t node)
{
	struct node *nd = &t->nodes[node];

	leave_bucket(t, node);
	if (nd->next != NO_NODE)
		t->nodes[nd->next].previous = nd->previous;
	if (nd->previous != NO_NODE)
		t->nodes[nd->previous].next = nd->next;
	else
		t->nodes[nd->parent].first_child = nd->next;
	nd->parent = node;
	nd->next = t->free_node;
	t->free_node = node;
	t->live--;
}

uint32_t rootfs_next(const struct rootfs *t, uint32_t node)
{
	if (t->nodes[node].first_child != NO_NODE)
		return t->nodes[node].first_child;
	while (node != NODE_ROOT && t->nodes[node].next == NO_NODE)
		node = t->nodes[node].parent;
	return node == NODE_ROOT ? NO_NODE : t->nodes[node].next;
}
