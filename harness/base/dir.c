#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

DEFINE_CLEANUP(DIR *, closedir)

struct err *dir_make(const char *path, mode_t mode)
{
	_cleanup_(freep) char *part = xstrdup(path);
	struct stat st;

	for (char *slash = part; slash;) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST)
			return err_sys(part, errno);
		if (slash)
			*slash = '/';
	}
	if (stat(path, &st) < 0)
		return err_sys(path, errno);
	return S_ISDIR(st.st_mode) ? NULL : err_sys(path, ENOTDIR);
}

static struct err *remove_at(int dir, const char *name, const char *path, dev_t dev);

/* Everything in the directory `fd`; takes the descriptor. */
static struct err *remove_entries(int fd, const char *path, dev_t dev)
{
	_cleanup_(closedirp) DIR *d = fdopendir(fd);
	struct dirent *entry;

	if (!d) {
		close(fd);
		return err_sys(path, errno);
	}
	while ((entry = readdir(d))) {
		_cleanup_(freep) char *below = NULL;

		if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
			continue;
		below = path_join(path, entry->d_name);
		TRY(remove_at(dirfd(d), entry->d_name, below, dev));
	}
	return NULL;
}

static struct err *remove_at(int dir, const char *name, const char *path, dev_t dev)
{
	struct stat st;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? NULL : err_sys(path, errno);
	if (!S_ISDIR(st.st_mode))
		return unlinkat(dir, name, 0) < 0 && errno != ENOENT ? err_sys(path, errno) : NULL;
	if (st.st_dev != dev)
		return err_next(err_at(err_new(ERR_IO, "something is mounted here"), "%s", path),
			"unmount it first");
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_sys(path, errno);
	TRY(remove_entries(fd, path, dev));
	return unlinkat(dir, name, AT_REMOVEDIR) < 0 ? err_sys(path, errno) : NULL;
}

struct err *dir_remove(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? NULL : err_sys(path, errno);
	return remove_at(AT_FDCWD, path, path, st.st_dev);
}
