#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

int open_beneath(int dir, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
}

static struct err *read_fd(int fd, const char *path, size_t ceiling, struct str *out)
{
	size_t start = out->len;
	struct stat st;
	char block[16384];
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return err_sys(path, errno);
	if (!S_ISREG(st.st_mode))
		return err_at(err_new(ERR_INPUT, "not a regular file"), "%s", path);
	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(path, errno);
		str_addn(out, block, (size_t)n);
		if (out->len - start > ceiling)
			return err_at(err_new(ERR_INPUT, "larger than %zu bytes", ceiling), "%s", path);
	}
	return NULL;
}

struct err *file_read(const char *path, size_t ceiling, struct str *out)
{
	/* O_NONBLOCK: a FIFO in the place of a file must not hang us */
	_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_sys(path, errno);
	return read_fd(fd, path, ceiling, out);
}

struct err *file_read_beneath(int dir, const char *path, size_t ceiling, struct str *out)
{
	_cleanup_(closep) int fd = open_beneath(dir, path, O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return err_sys(path, errno);
	return read_fd(fd, path, ceiling, out);
}

struct err *file_write_all(int fd, const char *path, const void *bytes, size_t n)
{
	const char *at = bytes;

	while (n) {
		ssize_t put = write(fd, at, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(path, errno);
		at += put;
		n -= (size_t)put;
	}
	return NULL;
}

struct err *file_replace(const char *path, mode_t mode, const void *bytes, size_t n)
{
	_cleanup_(freep) char *beside = xasprintf("%s.XXXXXX", path);
	_cleanup_(closep) int fd = mkostemp(beside, O_CLOEXEC);
	struct err *e;

	if (fd < 0)
		return err_sys(path, errno);
	e = file_write_all(fd, path, bytes, n);
	if (!e && (fchmod(fd, mode) < 0 || fsync(fd) < 0 || rename(beside, path) < 0))
		e = err_sys(path, errno);
	if (e)
		unlink(beside);
	return e;
}
