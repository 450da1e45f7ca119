#include "measure/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include "base/clock.h"
#include "measure/cgroup.h"
#include "measure/wire.h"

#define LINE_CEILING  (1 << 20)
#define TAIL_BYTES    (64 << 10)
#define PIPE_BYTES    (1 << 20)
#define LOOK_NS	      (100 * INT64_C(1000000)) /* how often *stop is looked at */
#define DRAIN_NS      SECOND_NS /* for what the program left in the pipes after its end */
#define KILL_LIMIT_NS (10 * SECOND_NS)

struct stream {
	int number;	 /* 1 or 2 */
	int fd;		 /* our end; -1: it ended */
	struct str line; /* what came of the line so far */
};

struct watch {
	int sock, id, pidfd;
	int64_t start_ns;
	struct stream streams[2];
	const struct line_sink *sink;
	struct timed *out;
};

static void stream_close(struct stream *s)
{
	closep(&s->fd);
	s->fd = -1;
}

static void watch_done(struct watch *w)
{
	for (size_t i = 0; i < ARRAY_SIZE(w->streams); i++) {
		stream_close(&w->streams[i]);
		str_done(&w->streams[i].line);
	}
	closep(&w->pidfd);
}

static void trim_tail(struct str *tail)
{
	if (tail->len <= TAIL_BYTES)
		return;
	memmove(tail->buf, tail->buf + tail->len - TAIL_BYTES, TAIL_BYTES + 1);
	tail->len = TAIL_BYTES;
}

/* Twice the room, so that bytes are moved once per 64 KiB and not at every read. */
static void keep_tail(struct str *tail, const char *bytes, size_t n)
{
	str_addn(tail, bytes, n);
	if (tail->len >= 2 * TAIL_BYTES)
		trim_tail(tail);
}

static struct err *emit(struct watch *w, struct stream *s, int64_t at_ns)
{
	struct err *e = NULL;

	if (w->sink)
		e = w->sink->line(w->sink->ctx, s->number, str_get(&s->line), s->line.len, at_ns);
	str_clear(&s->line);
	return e;
}

static void add_part(struct stream *s, const char *bytes, size_t n)
{
	size_t room = LINE_CEILING - s->line.len, from = s->line.len;
	char *nul;

	str_addn(&s->line, bytes, n > room ? room : n);
	while ((nul = memchr(s->line.buf + from, '\0', s->line.len - from)))
		*nul = ' '; /* it would end the line early */
}

static struct err *take_lines(
	struct watch *w, struct stream *s, const char *bytes, size_t n, int64_t at_ns)
{
	while (n) {
		const char *newline = memchr(bytes, '\n', n);
		size_t part = newline ? (size_t)(newline - bytes) : n;

		add_part(s, bytes, part);
		if (!newline)
			return NULL;
		TRY(emit(w, s, at_ns));
		bytes += part + 1;
		n -= part + 1;
	}
	return NULL;
}

static struct err *take(struct watch *w, struct stream *s)
{
	char block[65536];
	ssize_t n = read(s->fd, block, sizeof(block));
	int64_t at_ns = clock_mono_ns() - w->start_ns;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return NULL;
	if (n <= 0) {
		stream_close(s);
		return s->line.len ? emit(w, s, at_ns) : NULL;
	}
	w->out->log_bytes += n;
	keep_tail(&w->out->tail, block, (size_t)n);
	return take_lines(w, s, block, (size_t)n, at_ns);
}

/* Wait for lines or the end until `until_ns`; *ended: the program ended. */
static struct err *look(struct watch *w, int64_t until_ns, bool *ended)
{
	struct pollfd fds[] = { { w->streams[0].fd, POLLIN, 0 }, { w->streams[1].fd, POLLIN, 0 },
		{ *ended ? -1 : w->pidfd, POLLIN, 0 } };
	int64_t left = until_ns - clock_mono_ns();
	struct timespec ts = { left > 0 ? left / SECOND_NS : 0, left > 0 ? left % SECOND_NS : 0 };

	if (ppoll(fds, ARRAY_SIZE(fds), &ts, NULL) <= 0)
		return NULL;
	*ended = *ended || fds[2].revents;
	for (size_t i = 0; i < ARRAY_SIZE(w->streams); i++)
		if (fds[i].revents)
			TRY(take(w, &w->streams[i]));
	return NULL;
}

/* INT64_MAX stands for no limit. */
static int64_t sum(int64_t a, int64_t b)
{
	return b > INT64_MAX - a ? INT64_MAX : a + b;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Read on until the program ended, or has to be ended: then out says why. */
static struct err *follow(struct watch *w, int64_t deadline_ns, const volatile int *stop)
{
	bool ended = false;

	while (!ended) {
		int64_t now = clock_mono_ns();

		w->out->interrupted = stop && *stop;
		w->out->timed_out = !w->out->interrupted && now >= deadline_ns;
		if (w->out->interrupted || w->out->timed_out)
			return NULL;
		TRY(look(w, earlier(deadline_ns, now + LOOK_NS), &ended));
	}
	return NULL;
}

/* The first of two errors, the other freed. */
static struct err *first(struct err *a, struct err *b)
{
	if (a)
		err_free(b);
	return a ? a : b;
}

/* What is left in the pipes. One that a program left behind holds open ends with the time. */
static struct err *drain(struct watch *w)
{
	int64_t until_ns = clock_mono_ns() + DRAIN_NS;
	bool ended = true;

	while ((w->streams[0].fd >= 0 || w->streams[1].fd >= 0) && clock_mono_ns() < until_ns)
		TRY(look(w, until_ns, &ended));
	for (size_t i = 0; i < ARRAY_SIZE(w->streams); i++)
		if (w->streams[i].line.len)
			TRY(emit(w, &w->streams[i], clock_mono_ns() - w->start_ns));
	return NULL;
}

/* The group first, then who left it. */
static struct err *kill_tree(struct watch *w, const char *cgroup)
{
	TRY(spawn_kill(w->sock, w->id, SIGKILL, true));
	return cgroup ? cgroup_kill(cgroup) : wire_sweep(w->sock, w->id);
}

/* What it left in its group ends with it; then its last words, and what it cost. */
static struct err *finish(struct watch *w)
{
	struct err *lines = drain(w);
	struct err *e = spawn_kill(w->sock, w->id, SIGKILL, true);

	if (!e)
		e = spawn_wait(w->sock, w->id, clock_mono_ns() + KILL_LIMIT_NS, &w->out->end);
	if (!e && w->out->end.running)
		e = err_new(ERR_IO, "the program does not end when killed");
	return first(lines, e);
}

static struct err *open_pipe(struct stream *s, int number, int *write_end)
{
	int ends[2];

	s->number = number;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys("pipe", errno);
	/* larger, so that a busy build does not wait for us; a refusal is fine */
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	s->fd = ends[0];
	*write_end = ends[1];
	return NULL;
}

static struct err *begin(struct watch *w, const struct spawn *s)
{
	_cleanup_(closep) int out = -1, err = -1;
	struct spawn piped = *s;

	TRY(open_pipe(&w->streams[0], 1, &out));
	TRY(open_pipe(&w->streams[1], 2, &err));
	piped.out = out;
	piped.err = err;
	return wire_start(w->sock, &piped, &w->id, &w->pidfd, &w->start_ns);
}

static struct err *run(
	struct watch *w, const struct spawn *s, int64_t deadline_ns, const volatile int *stop)
{
	struct err *e = follow(w, deadline_ns, stop);

	if (e || w->out->timed_out || w->out->interrupted)
		e = first(e, kill_tree(w, s->cgroup));
	return first(e, finish(w));
}

struct err *spawn_timed(int sock, const struct spawn *s, int64_t timeout_ns,
	const volatile int *stop, const struct line_sink *sink, struct timed *out)
{
	struct timed t = { 0 };
	_cleanup_(watch_done) struct watch w = { .sock = sock,
		.pidfd = -1,
		.streams = { { .fd = -1 }, { .fd = -1 } },
		.sink = sink,
		.out = &t };
	struct err *e;

	TRY(begin(&w, s));
	e = run(&w, s, sum(w.start_ns, timeout_ns), stop);
	if (e) {
		timed_done(&t);
		return e;
	}
	trim_tail(&t.tail);
	*out = t;
	return NULL;
}

void timed_done(struct timed *t)
{
	str_done(&t->tail);
}
