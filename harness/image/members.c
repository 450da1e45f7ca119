#include "image/members.h"

#include "image/layer_build.h"

#define LINKS_MAX 16

/* From the archive's root: a symbolic link is read from where it stands. */
static char *clean(const char *from, const char *path)
{
	char out[2 * TAR_PATH_MAX];
	const char *slash = from && *path != '/' ? strrchr(from, '/') : NULL;
	_cleanup_(freep) char *full = slash ? xasprintf("%.*s/%s", (int)(slash - from), from, path)
					    : xstrdup(path);

	tar_path_clean(full, out);
	return xstrdup(out);
}

struct err *members_add(
	struct members *m, const struct tar_entry *e, int64_t offset, struct member **out)
{
	struct member *to;

	*out = NULL;
	if (m->count == MEMBERS_MAX)
		return err_new(ERR_INPUT, "the archive has more than %d members", MEMBERS_MAX);
	if (e->type != TAR_FILE && e->type != TAR_HARDLINK && e->type != TAR_SYMLINK)
		return NULL;
	to = GROW(m->items, m->count, m->room);
	to->path = clean(NULL, e->path);
	if (e->type == TAR_HARDLINK)
		to->link = clean(NULL, e->link);
	else if (e->type == TAR_SYMLINK)
		to->link = clean(to->path, e->link);
	to->offset = offset;
	to->size = e->stored;
	*out = to;
	return NULL;
}

struct member *members_find(const struct members *m, const char *path)
{
	_cleanup_(freep) char *first = strlen(path) < TAR_PATH_MAX ? clean(NULL, path) : NULL;
	struct member *found = NULL;

	if (!first)
		return NULL;
	path = first;
	for (int hops = 0; hops < LINKS_MAX; hops++) {
		found = NULL;
		/* of two members of one name the later one counts, as when a tar is unpacked */
		for (size_t i = m->count; i-- > 0 && !found;)
			if (str_eq(m->items[i].path, path))
				found = &m->items[i];
		if (!found || !found->link)
			return found;
		path = found->link;
	}
	return NULL;
}

void members_done(struct members *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->items[i].path);
		free(m->items[i].link);
		layer_unref(m->items[i].layer);
		str_done(&m->items[i].text);
	}
	free(m->items);
}
