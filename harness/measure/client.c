#include "measure/spawn.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/file.h"
#include "measure/wire.h"

static struct err *err_gone(void)
{
	return err_next(err_new(ERR_IO, "the lab's supervisor is gone"),
		"run again; if it happens again, look for the out-of-memory killer in dmesg");
}

/* One request and its reply. */
static struct err *ask(int sock, const struct wire_request *q, const int *fds, int fd_count,
	struct wire_reply *r, int got[WIRE_FDS])
{
	if (!wire_send(sock, q, sizeof(*q), fds, fd_count))
		return errno == EPIPE || errno == ECONNRESET ? err_gone() : err_sys("spawn", errno);
	switch (wire_receive(sock, r, sizeof(*r), got)) {
	case 1:
		return NULL;
	case 0:
		return err_gone();
	default:
		return err_sys("spawn", errno);
	}
}

static struct err *ask_plain(int sock, const struct wire_request *q, struct wire_reply *r)
{
	int got[WIRE_FDS];

	TRY(ask(sock, q, NULL, 0, r, got));
	wire_close(got);
	return NULL;
}

static void body_add(struct str *body, const char *text)
{
	str_addn(body, text, strlen(text) + 1);
}

static int body_add_list(struct str *body, const char *const *list)
{
	int n = 0;

	for (; list && list[n]; n++)
		body_add(body, list[n]);
	return n;
}

static struct err *body_fd(const struct str *body, int *fd_out)
{
	_cleanup_(closep) int fd = memfd_create("spawn", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys("memfd", errno);
	if (body->len > WIRE_BODY_CEILING)
		return err_new(ERR_INPUT, "arguments and environment exceed %d MiB",
			WIRE_BODY_CEILING >> 20);
	TRY(file_write_all(fd, "memfd", body->buf, body->len));
	*fd_out = TAKE_FD(fd);
	return NULL;
}

static struct err *start_error(const struct spawn *s, const struct wire_reply *r)
{
	const char *why = strerror(r->error);

	switch (r->step) {
	case WIRE_CGROUP:
		return err_new(ERR_TOOL, "cannot put %s into the cgroup %s: %s", s->argv[0],
			s->cgroup, why);
	case WIRE_CWD:
		return err_at(
			err_new(ERR_TOOL, "cannot start %s in that directory: %s", s->argv[0], why),
			"%s", s->cwd);
	case WIRE_USER:
		return err_new(ERR_TOOL, "cannot start %s as user %u: %s", s->argv[0],
			(unsigned)s->uid, why);
	default:
		return err_new(ERR_TOOL, "cannot start %s: %s", s->argv[0], why);
	}
}

struct err *wire_start(int sock, const struct spawn *s, int *id, int *pidfd, int64_t *start_ns)
{
	_cleanup_(str_done) struct str body = STR_INIT;
	_cleanup_(closep) int fd = -1;
	struct wire_request q = { .op = WIRE_START, .uid = s->uid, .gid = s->gid };
	struct wire_reply r;
	int fds[WIRE_FDS], got[WIRE_FDS], count = 1;

	body_add(&body, s->cwd ? s->cwd : "/");
	body_add(&body, s->cgroup ? s->cgroup : "");
	q.argc = body_add_list(&body, s->argv);
	q.envc = body_add_list(&body, s->env);
	q.body_bytes = body.len;
	q.has_out = s->out >= 0;
	q.has_err = s->err >= 0;
	TRY(body_fd(&body, &fd));
	fds[0] = fd;
	if (q.has_out)
		fds[count++] = s->out;
	if (q.has_err)
		fds[count++] = s->err;
	TRY(ask(sock, &q, fds, count, &r, got));
	if (r.error) {
		wire_close(got);
		return start_error(s, &r);
	}
	*id = r.id;
	*start_ns = r.state.start_ns;
	*pidfd = got[0];
	return NULL;
}

struct err *spawn_start(int sock, const struct spawn *s, int *id)
{
	_cleanup_(closep) int pidfd = -1;
	int64_t start_ns;

	return wire_start(sock, s, id, &pidfd, &start_ns);
}

struct err *spawn_wait(int sock, int id, int64_t deadline_ns, struct spawned *out)
{
	struct wire_request q = { .op = WIRE_WAIT, .id = id, .deadline_ns = deadline_ns };
	struct wire_reply r;

	TRY(ask_plain(sock, &q, &r));
	if (r.error)
		return err_new(ERR_IO, "the supervisor knows no program %d", id);
	*out = r.state;
	return NULL;
}

struct err *spawn_kill(int sock, int id, int signal, bool tree)
{
	struct wire_request q = { .op = WIRE_KILL, .id = id, .signal = signal, .tree = tree };
	struct wire_reply r;

	TRY(ask_plain(sock, &q, &r));
	if (r.error && r.error != ESRCH)
		return err_new(ERR_IO, "cannot signal program %d: %s", id, strerror(r.error));
	return NULL;
}

struct err *wire_sweep(int sock, int id)
{
	struct wire_request q = { .op = WIRE_SWEEP, .id = id };
	struct wire_reply r;

	return ask_plain(sock, &q, &r);
}
