/* The figures of an image that come from its final tree. */
#include "image/view.h"

static bool is_root(const char *user)
{
	size_t n = strcspn(user, ":");

	return n == 0 || (n == 4 && memcmp(user, "root", 4) == 0) || strspn(user, "0") == n;
}

bool rootfs_has_shell(const struct rootfs *t)
{
	static const char *const shells[] = { "bin/sh", "bin/bash", "bin/ash", "bin/dash",
		"bin/zsh", "bin/busybox", "busybox/sh", "usr/bin/sh", "usr/bin/bash",
		"usr/bin/dash", "usr/bin/zsh", "usr/bin/busybox", "usr/local/bin/bash" };

	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		uint32_t node = rootfs_find(t, shells[i]);
		const struct layer_entry *e = node == NO_NODE ? NULL : rootfs_entry(t, node);

		if (e && e->type == ENTRY_FILE && (e->mode & 0111))
			return true;
	}
	return false;
}

static void count(const struct rootfs *t, struct image *image)
{
	for (uint32_t i = 0; i < t->count; i++) {
		const struct layer_entry *e = rootfs_has(t, i) ? rootfs_entry(t, i) : NULL;

		if (!e || e->type == ENTRY_DIR)
			continue;
		image->files++;
		if (e->type != ENTRY_FILE)
			continue;
		image->setuid += (rootfs_fate(t, i)->mode & 06000) != 0;
		if (rootfs_fate(t, i)->node == i)
			image->visible_bytes += e->size;
	}
}

static void unknown(struct image *image)
{
	image->size_bytes = image->visible_bytes = image->files = image->packages = image->setuid =
		-1;
	image->root_user = image->shell = image->ca_bundle = -1;
}

void view_room(struct image_view *v, size_t layer_count)
{
	v->layers = xcalloc(layer_count + 1, sizeof(struct layer *));
	v->layer_count = layer_count;
}

struct err *image_view_finish(struct image_view *v)
{
	struct image *image = &v->image;

	TRY(rootfs_new(v->layers, v->layer_count, &v->tree));
	strv_clear(&image->diff_ids);
	strv_addv(&image->diff_ids, (const char *const *)v->config.diff_ids.items);
	unknown(image);
	packages_read(v->tree, &v->packages);
	if (v->partial)
		return NULL;
	image->size_bytes = image->visible_bytes = image->files = image->setuid = 0;
	for (size_t i = 0; i < v->layer_count; i++)
		image->size_bytes += v->layers[i]->facts.content_bytes;
	count(v->tree, image);
	/* a database that cannot be read would make it a number too low */
	image->packages = v->packages.unread ? -1 : (int64_t)v->packages.count;
	image->root_user = is_root(v->config.user ? v->config.user : "");
	image->shell = rootfs_has_shell(v->tree);
	image->ca_bundle = rootfs_has_ca_bundle(v->tree);
	free(image->lacks);
	image->lacks = view_lacks(v);
	return NULL;
}

void image_view_free(struct image_view *v)
{
	if (!v)
		return;
	rootfs_free(v->tree);
	packages_done(&v->packages);
	for (size_t i = 0; i < v->layer_count; i++)
		layer_unref(v->layers[i]);
	free(v->layers);
	image_done(&v->image);
	config_done(&v->config);
	free(v->taken);
	free(v->partial);
	free(v);
}
