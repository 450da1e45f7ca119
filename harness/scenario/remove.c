#include "scenario/scenario.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "scenario/tree.h"

DEFINE_CLEANUP(DIR *, closedir)

/* What the owner may not list or change is opened up to him, level by level; takes fd. Failures
 * show when the removal meets them. */
static void open_up(int fd, int depth)
{
	_cleanup_(closedirp) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	while (dir && depth <= TREE_DEPTH_CEILING && (entry = readdir(dir))) {
		const char *name = entry->d_name;
		struct stat st;

		if (str_eq(name, ".") || str_eq(name, "..") ||
			fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
			!S_ISDIR(st.st_mode))
			continue;
		if ((st.st_mode & 0700) != 0700 && fchmodat(dirfd(dir), name, 0700, 0) < 0)
			continue;
		open_up(openat(dirfd(dir), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
			depth + 1);
	}
}

struct err *copy_remove(const char *dir)
{
	if (geteuid() != 0)
		open_up(open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), 0);
	return dir_remove(dir);
}
