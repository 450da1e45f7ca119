#include "measure/listener.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"

#define TABLE_CEILING (16u << 20)
#define STATE_LISTEN  0x0A

DEFINE_CLEANUP(DIR *, closedir)

/* "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1234 …", of
 * proc_pid_net(5): the inode of a socket that listens on the port; 0 of any other line. */
static uint64_t listening(const char *line, int port)
{
	unsigned local, state;
	uint64_t inode;

	if (sscanf(line,
		    " %*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %" SCNu64,
		    &local, &state, &inode) != 3)
		return 0;
	return local == (unsigned)port && state == STATE_LISTEN ? inode : 0;
}

static struct err *inode_in(const char *table, int port, uint64_t *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv lines = STRV_INIT;

	if (!path_exists(table))
		return NULL;
	TRY(file_read(table, TABLE_CEILING, &text));
	strv_split(&lines, str_get(&text), '\n');
	for (size_t i = 0; !*out && i < lines.count; i++)
		*out = listening(lines.items[i], port);
	return NULL;
}

/* Whether a program has the socket open; what ended meanwhile, or may not be seen, has not. */
static bool holds(const char *pid, const char *socket)
{
	_cleanup_(freep) char *path = xasprintf("/proc/%s/fd", pid);
	_cleanup_(closedirp) DIR *dir = opendir(path);
	struct dirent *e;
	char to[64];

	while (dir && (e = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), e->d_name, to, sizeof(to) - 1);

		if (n > 0) {
			to[n] = '\0';
			if (str_eq(to, socket))
				return true;
		}
	}
	return false;
}

/* The program that has the socket open, a new string; NULL where none is to be seen. */
static char *holder(uint64_t inode)
{
	_cleanup_(freep) char *socket = xasprintf("socket:[%" PRIu64 "]", inode);
	_cleanup_(closedirp) DIR *dir = opendir("/proc");
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (isdigit((unsigned char)e->d_name[0]) && holds(e->d_name, socket))
			return xstrdup(e->d_name);
	return NULL;
}

/* ioctl_ns(2): a namespace's parent can be had by who is above it. */
static bool is_two_below(const char *pid)
{
	_cleanup_(freep) char *path = xasprintf("/proc/%s/ns/pid", pid);
	_cleanup_(closep) int its = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_(closep) int above = its < 0 ? -1 : ioctl(its, NS_GET_PARENT);
	struct stat ours, there, parent;

	return above >= 0 && stat("/proc/self/ns/pid", &ours) == 0 && fstat(its, &there) == 0 &&
	       fstat(above, &parent) == 0 && there.st_ino != ours.st_ino &&
	       parent.st_ino != ours.st_ino;
}

static char *words_of(const char *pid)
{
	_cleanup_(freep) char *path = xasprintf("/proc/%s/comm", pid);
	_cleanup_(str_done) struct str name = STR_INIT;

	err_free(file_read(path, 4096, &name));
	return xasprintf("%.*s, pid %s", (int)strcspn(str_get(&name), "\n"), str_get(&name), pid);
}

struct err *listener_find(int port, enum listener *out, char **who)
{
	_cleanup_(freep) char *pid = NULL;
	uint64_t inode = 0;

	*who = NULL;
	TRY(inode_in("/proc/net/tcp", port, &inode));
	TRY(inode_in("/proc/net/tcp6", port, &inode));
	*out = LISTENER_NONE;
	if (!inode)
		return NULL;
	pid = holder(inode);
	*out = !pid ? LISTENER_UNKNOWN : is_two_below(pid) ? LISTENER_INSIDE : LISTENER_FOREIGN;
	if (*out == LISTENER_FOREIGN)
		*who = words_of(pid);
	return NULL;
}
