#include "lab/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/file.h"
#include "lab/lab.h"
#include "lab/tree.h"

static char *absolute(const char *path)
{
	char here[PATH_MAX];

	if (*path == '/' || !getcwd(here, sizeof(here)))
		return xstrdup(path);
	return path_join(here, path);
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

struct err *lab_where(char **dir_out)
{
	const char *lab = variable("TARE_LAB"), *cache = variable("XDG_CACHE_HOME");
	const char *home = variable("HOME");

	if (lab)
		*dir_out = absolute(lab);
	else if (cache && *cache == '/') /* the XDG specification: a relative one is ignored */
		*dir_out = path_join(cache, "tare/lab");
	else if (home)
		*dir_out = path_join(home, ".cache/tare/lab");
	else
		return err_next(
			err_new(ERR_INPUT, "no place for the lab is known: HOME is not set"),
			"set TARE_LAB to a directory of your own");
	return NULL;
}

static struct err *err_refuse(struct err *e, const char *path, const char *next)
{
	return err_next(err_at(e, "%s", path), "%s", next);
}

static struct err *judge(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(path, errno);
	if (!S_ISDIR(st.st_mode))
		return err_refuse(err_new(ERR_INPUT, "the lab is not a directory"), path,
			"set TARE_LAB to a directory");
	if (st.st_uid != geteuid())
		return err_refuse(err_new(ERR_INPUT, "the lab directory is another user's (%u)",
					  (unsigned)st.st_uid),
			path, "set TARE_LAB to a directory of your own");
	if (st.st_mode & 077)
		return err_refuse(
			err_new(ERR_INPUT, "the lab directory is open to others (mode %04o)",
				(unsigned)st.st_mode & 07777),
			path, "make it 0700, or set TARE_LAB to another directory");
	return NULL;
}

/* https://bford.info/cachedir/: backups leave such a directory out. */
static const char tag_text[] = "Signature: 8a477f597d28d172789f06886806bc55\n"
			       "# The lab of tare. \"tare clean --all\" removes it.\n";

static struct err *is_lab(const char *path, bool *out)
{
	_cleanup_(freep) char *tag = path_join(path, "CACHEDIR.TAG");
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv names = STRV_INIT;

	*out = path_exists(tag);
	if (*out)
		TRY(file_read(tag, 4096, &text));
	*out = *out && str_eq(str_get(&text), tag_text);
	if (*out)
		return NULL;
	TRY(tree_names(path, &names));
	if (names.count)
		return err_refuse(
			err_new(ERR_INPUT, "the directory holds other things and is no lab"), path,
			"set TARE_LAB to a new or an empty directory");
	return NULL;
}

static struct err *make_lab(const char *path)
{
	_cleanup_(freep) char *tag = path_join(path, "CACHEDIR.TAG");

	return file_replace(tag, 0600, tag_text, sizeof(tag_text) - 1);
}

struct err *place_open(const char *dir, bool make, char **path_out, bool *found_out)
{
	char path[PATH_MAX];
	bool lab;

	*found_out = false;
	if (!path_exists(dir) && !make)
		return NULL;
	if (!path_exists(dir))
		TRY(dir_make(dir, 0700));
	if (!realpath(dir, path))
		return err_sys(dir, errno);
	TRY(judge(path));
	TRY(is_lab(path, &lab));
	if (!lab && !make)
		return NULL;
	if (!lab)
		TRY(make_lab(path));
	*found_out = true;
	*path_out = xstrdup(path);
	return NULL;
}

static struct err *err_busy(const char *path, int lock)
{
	char text[32] = "";
	ssize_t n = pread(lock, text, sizeof(text) - 1, 0);
	long pid = n > 0 ? strtol(text, NULL, 10) : 0;
	struct err *e = err_at(err_new(ERR_AGAIN, "another run holds this lab"), "%s", path);

	if (pid > 0)
		return err_next(
			e, "wait for process %ld, or set TARE_LAB to another directory", pid);
	return err_next(e, "wait for it, or set TARE_LAB to another directory");
}

/* `tare clean` may have removed the file between our open and our lock. */
static bool is_current(int fd, const char *file)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && stat(file, &there) == 0 && ours.st_ino == there.st_ino &&
	       ours.st_dev == there.st_dev;
}

struct err *place_lock(const char *path, int *fd_out)
{
	_cleanup_(freep) char *file = path_join(path, "lock");
	_cleanup_(freep) char *pid = xasprintf("%d\n", (int)getpid());
	_cleanup_(closep) int fd = open(file, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_sys(file, errno);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? err_busy(path, fd) : err_sys(file, errno);
	if (!is_current(fd, file))
		return err_busy(path, -1);
	if (ftruncate(fd, 0) < 0)
		return err_sys(file, errno);
	TRY(file_write_all(fd, file, pid, strlen(pid)));
	*fd_out = TAKE_FD(fd);
	return NULL;
}
