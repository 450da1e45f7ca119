/* Keeping the store of layers small: what was not used for longest goes. */
#include <dirent.h>
#include <fcntl.h>

#include "image/layer_store.h"

struct kept_file {
	char *name;
	int64_t bytes;
	struct timespec used;
};
struct kept_files {
	struct kept_file *items;
	size_t count, room;
	int64_t bytes;
};

static void kept_files_done(struct kept_files *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->items[i].name);
	free(f->items);
}

DEFINE_CLEANUP(DIR *, closedir)

static void list(int dir, struct kept_files *out)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(closedirp) DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	struct stat st;

	while (d && (entry = readdir(d))) {
		if (fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
			!S_ISREG(st.st_mode))
			continue;
		*GROW(out->items, out->count, out->room) = (struct kept_file){
			xstrdup(entry->d_name), st.st_size, st.st_mtim
		};
		out->bytes += st.st_size;
	}
}

static int by_use(const void *x, const void *y)
{
	const struct kept_file *a = x, *b = y;

	if (a->used.tv_sec != b->used.tv_sec)
		return a->used.tv_sec < b->used.tv_sec ? -1 : 1;
	return a->used.tv_nsec < b->used.tv_nsec ? -1 : a->used.tv_nsec > b->used.tv_nsec;
}

void layer_store_trim(int dir, int64_t most)
{
	_cleanup_(kept_files_done) struct kept_files files = { 0 };

	list(dir, &files);
	if (files.count)
		qsort(files.items, files.count, sizeof(*files.items), by_use);
	for (size_t i = 0; i < files.count && files.bytes > most; i++)
		if (unlinkat(dir, files.items[i].name, 0) == 0)
			files.bytes -= files.items[i].bytes;
}
