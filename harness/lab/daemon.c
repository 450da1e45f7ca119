#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/term.h"
#include "lab/private.h"

#define LOG_TAIL_BYTES 4096
#define LOG_TAIL_LINES 8
#define POLL_NS	       (5 * INT64_C(1000000))
#define KILL_LIMIT_NS  (10 * SECOND_NS)

static char *log_path(const struct lab *lab, const char *name)
{
	return xasprintf("%s/log/%s.log", lab->dir, name);
}

static struct lab_daemon *find_id(struct lab *lab, int id)
{
	for (size_t i = 0; i < lab->private->daemon_count; i++)
		if (lab->private->daemons[i].id == id)
			return &lab->private->daemons[i];
	return NULL;
}

/* The last one started under that name. */
static struct lab_daemon *find_name(struct lab *lab, const char *name)
{
	for (size_t i = lab->private->daemon_count; i-- > 0;)
		if (str_eq(lab->private->daemons[i].name, name))
			return &lab->private->daemons[i];
	return NULL;
}

struct err *lab_daemon_start(struct lab *lab, const char *name, const struct spawn *s, int *id)
{
	_cleanup_(freep) char *path = log_path(lab, name), *dir = path_join(lab->dir, "log");
	_cleanup_(closep) int log = -1;
	struct spawn logged = *s;
	struct lab_daemon *d;

	TRY(dir_make(dir, 0700));
	log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (log < 0)
		return err_sys(path, errno);
	logged.out = s->out >= 0 ? s->out : log;
	logged.err = s->err >= 0 ? s->err : log;
	TRY(spawn_start(lab->sock, &logged, id));
	d = GROW(lab->private->daemons, lab->private->daemon_count, lab->private->daemon_room);
	d->name = xstrdup(name);
	d->id = *id;
	d->running = true;
	return NULL;
}

/* Wait until the deadline; what ended is remembered as ended. */
static struct err *wait_for(struct lab *lab, struct lab_daemon *d, int64_t deadline_ns)
{
	struct spawned state;

	if (!d->running)
		return NULL;
	TRY(spawn_wait(lab->sock, d->id, deadline_ns, &state));
	d->running = state.running;
	return NULL;
}

struct err *lab_daemon_stop(struct lab *lab, int id, int64_t grace_ns)
{
	struct lab_daemon *d = find_id(lab, id);

	if (!d || !d->running)
		return NULL;
	TRY(spawn_kill(lab->sock, id, SIGTERM, false));
	TRY(wait_for(lab, d, clock_mono_ns() + grace_ns));
	if (!d->running)
		return NULL;
	TRY(spawn_kill(lab->sock, id, SIGKILL, true));
	TRY(wait_for(lab, d, clock_mono_ns() + KILL_LIMIT_NS));
	if (d->running)
		return err_new(ERR_IO, "%s does not end when killed", d->name);
	return NULL;
}

/* Foreign text: encoded, the last lines of the last bytes. */
void lab_daemon_log(struct lab *lab, const char *name, struct str *out)
{
	_cleanup_(freep) char *path = log_path(lab, name);
	_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[LOG_TAIL_BYTES];
	off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	ssize_t n = size <= 0 ? 0
			      : pread(fd, text, sizeof(text),
					size > LOG_TAIL_BYTES ? size - LOG_TAIL_BYTES : 0);
	const char *end = text + (n > 0 ? n : 0), *from;
	int lines = 0;

	while (end > text && end[-1] == '\n')
		end--;
	for (from = end; from > text; from--)
		if (from[-1] == '\n' && ++lines == LOG_TAIL_LINES)
			break;
	while (from < end) {
		const char *newline = memchr(from, '\n', (size_t)(end - from));
		const char *stop = newline ? newline : end;

		term_encode(out, from, (size_t)(stop - from));
		str_addc(out, '\n');
		from = stop + 1;
	}
}

/* A Unix socket's path, or a port of 127.0.0.1. */
static bool answers(const char *place)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct sockaddr_in inet = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	bool is_unix = *place == '/';
	_cleanup_(closep) int fd = socket(
		is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int64_t port;

	if (is_unix) {
		snprintf(local.sun_path, sizeof(local.sun_path), "%s", place);
		return connect(fd, (struct sockaddr *)&local, sizeof(local)) == 0;
	}
	if (!str_to_i64(place, &port))
		return false;
	inet.sin_port = htons((uint16_t)port);
	return connect(fd, (struct sockaddr *)&inet, sizeof(inet)) == 0;
}

struct err *daemon_silent(struct lab *lab, const char *daemon, const char *what)
{
	_cleanup_(str_done) struct str log = STR_INIT;
	_cleanup_(freep) char *path = log_path(lab, daemon);
	struct err *e;

	lab_daemon_log(lab, daemon, &log);
	while (log.len && log.buf[log.len - 1] == '\n')
		log.buf[--log.len] = '\0';
	e = err_new(
		ERR_TOOL, "%s %s%s%s", daemon, what, log.len ? "; it said: " : "", str_get(&log));
	return err_at(e, "%s", path);
}

static struct err *err_too_long(const char *path)
{
	struct sockaddr_un local;

	if (*path != '/' || strlen(path) < sizeof(local.sun_path))
		return NULL;
	return err_next(
		err_at(err_new(ERR_INPUT, "the path of a socket is too long (%zu of %zu bytes)",
			       strlen(path), sizeof(local.sun_path) - 1),
			"%s", path),
		"set TARE_LAB to a directory with a shorter path");
}

struct err *lab_wait_socket(struct lab *lab, const char *daemon, const char *path, int64_t limit_ns)
{
	struct lab_daemon *d = find_name(lab, daemon);
	int64_t deadline = clock_mono_ns() + limit_ns;

	TRY(err_too_long(path));
	while (!answers(path)) {
		if (clock_mono_ns() > deadline)
			return daemon_silent(lab, daemon, "does not answer");
		if (d)
			TRY(wait_for(lab, d, clock_mono_ns() + POLL_NS));
		else
			nanosleep(&(struct timespec){ 0, POLL_NS }, NULL);
		if (d && !d->running)
			return daemon_silent(lab, daemon, "ended");
	}
	return NULL;
}
