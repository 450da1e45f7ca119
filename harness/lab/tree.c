#include "lab/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/file.h"

/* Each level holds a descriptor open. What lies deeper is moved up to the top and removed there:
 * a build may nest directories until no limit of ours is enough. */
#define DEPTH_CEILING 200

DEFINE_CLEANUP(DIR *, closedir)

struct removal {
	const char *path; /* for errors */
	int top;	  /* the directory that is being removed */
	unsigned long moved;
};

static struct err *err_tree(const struct removal *r, const char *name, int num)
{
	if (num == EXDEV)
		return err_next(
			err_at(err_new(ERR_IO, "something is mounted in it"), "%s", r->path),
			"unmount it first");
	return err_at(err_new(ERR_IO, "cannot remove %s: %s", name, strerror(num)), "%s", r->path);
}

/* Only ever the directory itself: neither a link nor what is mounted on it. */
static int open_dir(int dir, const char *name)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};

	return (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
}

static struct err *remove_entries(struct removal *r, int dir, int depth);

static struct err *move_up(struct removal *r, int dir, const char *name)
{
	char to[32];

	do
		snprintf(to, sizeof(to), ".deep-%lu", r->moved++);
	while (faccessat(r->top, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
	return renameat(dir, name, r->top, to) < 0 ? err_tree(r, name, errno) : NULL;
}

static struct err *remove_dir(struct removal *r, int dir, const char *name, int depth)
{
	_cleanup_(closep) int fd = -1;

	if (unlinkat(dir, name, AT_REMOVEDIR) == 0)
		return NULL;
	if (errno == EBUSY)
		return err_tree(r, name, EXDEV);
	if (depth > DEPTH_CEILING)
		return move_up(r, dir, name);
	fd = open_dir(dir, name);
	if (fd < 0)
		return err_tree(r, name, errno);
	TRY(remove_entries(r, fd, depth));
	return unlinkat(dir, name, AT_REMOVEDIR) < 0 ? err_tree(r, name, errno) : NULL;
}

static struct err *remove_entry(struct removal *r, int dir, const char *name, int depth)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return NULL;
	if (errno != EISDIR && errno != EPERM)
		return err_tree(r, name, errno == EBUSY ? EXDEV : errno);
	return remove_dir(r, dir, name, depth + 1);
}

/* Anew from the start while something was moved into it. */
static struct err *remove_entries(struct removal *r, int dir, int depth)
{
	unsigned long moved;

	do {
		_cleanup_(closedirp) DIR *d = fdopendir(openat(dir, ".", O_RDONLY | O_CLOEXEC));
		struct dirent *entry;

		moved = r->moved;
		if (!d)
			return err_tree(r, ".", errno);
		while ((entry = readdir(d)))
			if (!str_eq(entry->d_name, ".") && !str_eq(entry->d_name, ".."))
				TRY(remove_entry(r, dir, entry->d_name, depth));
	} while (depth == 0 && moved != r->moved);
	return NULL;
}

/* The directory that holds `path`, and its name there. */
static int open_parent(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	_cleanup_(freep) char *parent = xstrndup(path, slash == path ? 1 : (size_t)(slash - path));

	*name = slash + 1;
	return open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

struct err *tree_remove(const char *path)
{
	const char *name;
	_cleanup_(closep) int parent = open_parent(path, &name);
	_cleanup_(closep) int top = -1;
	struct removal r = { .path = path };

	if (parent < 0)
		return errno == ENOENT ? NULL : err_sys(path, errno);
	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return NULL;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(path, errno);
	top = open_dir(parent, name);
	if (top < 0)
		return err_tree(&r, name, errno);
	r.top = top;
	TRY(remove_entries(&r, top, 0));
	return unlinkat(parent, name, AT_REMOVEDIR) < 0 ? err_tree(&r, name, errno) : NULL;
}

struct err *tree_names(const char *dir, struct strv *out)
{
	_cleanup_(closedirp) DIR *d = opendir(dir);
	struct dirent *entry;

	if (!d)
		return err_sys(dir, errno);
	while ((entry = readdir(d)))
		if (!str_eq(entry->d_name, ".") && !str_eq(entry->d_name, ".."))
			strv_add(out, entry->d_name);
	strv_sort(out);
	return NULL;
}
