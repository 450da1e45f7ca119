/* A directory over HTTP: python3's own server, which runs no program for anybody and picks a free port
 * by itself. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "lab/private.h"

#define NAME	       "index"
#define START_LIMIT_NS (15 * SECOND_NS)
#define LINE_MAX_BYTES 256

/* "Serving HTTP on 127.0.0.1 port 41234 (http://…": the port; 0: something else was said. */
static int port_of(const char *said)
{
	static const char before[] = " port ";
	const char *at = strstr(said, before);
	long port = at ? strtol(at + strlen(before), NULL, 10) : 0;

	return port > 0 && port <= 65535 ? (int)port : 0;
}

/* The first line that it says, or what it says of it until the limit or its end. */
static void first_line(int fd, char line[LINE_MAX_BYTES])
{
	int64_t limit_ns = clock_mono_ns() + START_LIMIT_NS;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t n = 0;

	while (n + 1 < LINE_MAX_BYTES && !memchr(line, '\n', n)) {
		int64_t left_ms = (limit_ns - clock_mono_ns()) / 1000000;
		int ready = left_ms > 0 ? poll(&p, 1, (int)left_ms) : 0;
		ssize_t got;

		if (ready < 0 && errno == EINTR) /* Ctrl-C, which others answer */
			continue;
		if (ready <= 0)
			break;
		got = read(fd, line + n, LINE_MAX_BYTES - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	line[n] = '\0';
}

struct err *lab_serve(struct lab *lab, const char *dir, int *port_out)
{
	_cleanup_(freep) char *program = path_find_program(NULL, "python3");
	_cleanup_(closep) int from = -1;
	_cleanup_(closep) int to = -1;
	const char *const argv[] = { program, "-I", "-u", "-m", "http.server", "--bind", "127.0.0.1",
		"--directory", dir, "0", NULL };
	const char *const env[] = { "PATH=/usr/bin:/bin", NULL };
	struct spawn s = { .argv = argv, .env = env, .err = -1 };
	char line[LINE_MAX_BYTES];
	int fds[2], id;

	if (!program)
		return err_next(err_new(ERR_TOOL, "python3 is not installed: it serves the package index"),
			"run ci/setup, or install the package python3");
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys("pipe", errno);
	from = fds[0];
	s.out = to = fds[1];
	TRY(lab_daemon_start(lab, NAME, &s, &id));
	closep(&to);
	to = -1;
	first_line(from, line);
	*port_out = port_of(line);
	return *port_out ? NULL : daemon_silent(lab, NAME, "did not start");
}
