#include "lab/relay_flow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.h"

#define PIPE_BYTES (1024 * 1024)
#define SPLICE_MAX (1024 * 1024)
#define TURNS	   16 /* before other connections get theirs */

struct chunk {
	struct chunk *next;
	int64_t due_ns;
	size_t n, done;
	char bytes[];
};

enum turn { TURN_MORE, TURN_IDLE, TURN_FAILED };

struct flow {
	struct conn *conn;
	int from, to;
	struct event *readable, *writable, *timer;
	struct link_clock *clock;
	_Atomic int64_t *taken, *given; /* either may be NULL: not counted there */
	int pipe[2];			/* -1 until something is spliced */
	size_t in_pipe;
	struct chunk *head, *last;
	size_t queued; /* bytes in the chunks */
	bool ended;    /* `from` will send no more */
	bool done;     /* and `to` was told */
	bool blocked;  /* `to` takes no more for now */
};

struct conn {
	struct relay_loop *loop;
	int client, registry;
	struct flow up, down;
};

static struct link loop_link(const struct relay_loop *loop)
{
	return (struct link){
		.rtt_ns = atomic_load_explicit(&loop->shared->rtt_ns, memory_order_relaxed),
		.rate_bytes_s = atomic_load_explicit(
			&loop->shared->rate_bytes_s, memory_order_relaxed),
	};
}

static void count(_Atomic int64_t *counter, size_t n)
{
	if (counter)
		atomic_fetch_add_explicit(counter, (int64_t)n, memory_order_relaxed);
}

static void event_drop(struct event *e)
{
	if (e)
		event_free(e);
}

static void flow_done(struct flow *f)
{
	event_drop(f->readable);
	event_drop(f->writable);
	event_drop(f->timer);
	closep(&f->pipe[0]);
	closep(&f->pipe[1]);
	while (f->head) {
		struct chunk *next = f->head->next;

		free(f->head);
		f->head = next;
	}
}

static void conn_free(struct conn *c)
{
	flow_done(&c->up);
	flow_done(&c->down);
	close(c->client);
	close(c->registry);
	c->loop->open--;
	free(c);
}

/* Whether the peer of a Unix socket is gone for good, and not only done with sending. */
static bool peer_is_gone(int fd)
{
	struct pollfd p = { .fd = fd };

	return poll(&p, 1, 0) == 1 && p.revents & (POLLHUP | POLLERR);
}

/* All was handed over: say so to `to`, which may still answer. */
static enum turn flow_end(struct flow *f)
{
	bool gone = f == &f->conn->down && peer_is_gone(f->from);

	f->done = true;
	if (gone)
		return TURN_FAILED; /* nobody is there to read what the client may still send */
	/* ENOTCONN: the other end has gone already, which its own flow will find */
	shutdown(f->to, SHUT_WR);
	return TURN_IDLE;
}

static bool pipe_open(struct flow *f)
{
	if (f->pipe[0] >= 0)
		return true;
	if (pipe2(f->pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	/* smaller is slower, and all that can be had beyond a user's share */
	fcntl(f->pipe[1], F_SETPIPE_SZ, PIPE_BYTES);
	return true;
}

static enum turn would_block(void)
{
	return errno == EAGAIN || errno == EINTR ? TURN_IDLE : TURN_FAILED;
}

static enum turn splice_in(struct flow *f)
{
	ssize_t n;

	if (!pipe_open(f))
		return TURN_FAILED;
	n = splice(f->from, NULL, f->pipe[1], NULL, SPLICE_MAX, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	if (n < 0)
		return would_block();
	if (n == 0)
		f->ended = true;
	f->in_pipe += n;
	count(f->taken, n);
	return TURN_MORE;
}

static enum turn splice_out(struct flow *f)
{
	ssize_t n = splice(
		f->pipe[0], NULL, f->to, NULL, f->in_pipe, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	if (n < 0) {
		f->blocked = errno == EAGAIN;
		return would_block();
	}
	f->in_pipe -= n;
	count(f->given, n);
	return TURN_MORE;
}

/* The pipe is filled before it is emptied: each write wakes whoever reads, and that costs more
 * than the bytes do. */
static enum turn splice_turn(struct flow *f)
{
	enum turn t = TURN_IDLE;

	if (!f->ended && !f->blocked && f->in_pipe < PIPE_BYTES / 2)
		t = splice_in(f);
	if (t == TURN_IDLE && f->in_pipe)
		return splice_out(f);
	if (t == TURN_IDLE && f->ended)
		return flow_end(f);
	return t;
}

/* Take a chunk off `from` and note when it will arrive. */
static enum turn queue_in(struct flow *f, struct link l, int64_t now_ns)
{
	size_t room = link_chunk_bytes(l);
	struct chunk *c = xrealloc(NULL, 1, sizeof(*c) + room);
	ssize_t n = read(f->from, c->bytes, room);

	if (n <= 0) {
		free(c);
		f->ended = n == 0;
		return n == 0 ? TURN_MORE : would_block();
	}
	c = xrealloc(c, 1, sizeof(*c) + n);
	*c = (struct chunk){ .n = n, .due_ns = link_due_ns(f->clock, l, now_ns, n) };
	*(f->head ? &f->last->next : &f->head) = c;
	f->last = c;
	f->queued += n;
	count(f->taken, n);
	return TURN_MORE;
}

static enum turn queue_out(struct flow *f)
{
	struct chunk *c = f->head;
	ssize_t n = send(f->to, c->bytes + c->done, c->n - c->done, MSG_NOSIGNAL);

	if (n < 0) {
		f->blocked = errno == EAGAIN;
		return would_block();
	}
	count(f->given, n);
	f->queued -= n;
	c->done += n;
	if (c->done == c->n) {
		f->head = c->next;
		free(c);
	}
	return TURN_MORE;
}

static bool queue_has_room(const struct flow *f, struct link l, int64_t now_ns)
{
	return !f->ended && f->queued < link_window_bytes(l) && !link_wait_ns(f->clock, l, now_ns);
}

static enum turn queue_turn(struct flow *f, struct link l)
{
	int64_t now_ns = clock_mono_ns();
	enum turn t = TURN_IDLE;

	if (f->head && f->head->due_ns <= now_ns && !f->blocked)
		t = queue_out(f);
	if (t == TURN_IDLE && queue_has_room(f, l, now_ns))
		t = queue_in(f, l, now_ns);
	if (t == TURN_IDLE && f->ended && !f->head)
		t = flow_end(f);
	return t;
}

static void arm_timer(struct flow *f, int64_t wait_ns)
{
	int64_t us = wait_ns > 0 ? wait_ns / 1000 + 1 : 1;
	struct timeval tv = { .tv_sec = us / 1000000, .tv_usec = us % 1000000 };

	event_add(f->timer, &tv);
}

/* Until the next byte arrives, or the link takes more; INT64_MAX: neither is a matter of time. */
static int64_t flow_wait_ns(const struct flow *f, struct link l, int64_t now_ns)
{
	int64_t wait_ns = f->ended ? 0 : link_wait_ns(f->clock, l, now_ns);
	int64_t due_ns = f->head && !f->blocked ? f->head->due_ns - now_ns : INT64_MAX;

	return wait_ns > 0 && wait_ns < due_ns ? wait_ns : due_ns;
}

/* Wait for whatever lets this flow go on. */
static void flow_arm(struct flow *f, struct link l)
{
	int64_t now_ns = clock_mono_ns();
	int64_t wait_ns = link_is_shaped(l) || f->head ? flow_wait_ns(f, l, now_ns) : INT64_MAX;

	if (f->done)
		return;
	if (f->blocked)
		event_add(f->writable, NULL);
	if (wait_ns < INT64_MAX)
		arm_timer(f, wait_ns);
	if (!f->in_pipe && (!link_is_shaped(l) ? !f->ended : queue_has_room(f, l, now_ns)))
		event_add(f->readable, NULL);
}

/* Move what can be moved. A pipe or queue that holds something is emptied before the other way is
 * taken, so that a link may change its shape at any time. */
static enum turn flow_turns(struct flow *f, struct link l)
{
	enum turn t = TURN_MORE;

	for (int i = 0; i < TURNS && t == TURN_MORE && !f->done; i++) {
		if (f->in_pipe || (!f->head && !link_is_shaped(l)))
			t = splice_turn(f);
		else
			t = queue_turn(f, l);
	}
	return t;
}

static void flow_run(struct flow *f)
{
	struct conn *c = f->conn;
	struct link l = loop_link(c->loop);
	enum turn t = flow_turns(f, l);

	if (t == TURN_FAILED || (c->up.done && c->down.done)) {
		conn_free(c);
		return;
	}
	if (t == TURN_MORE)
		event_active(f->readable, EV_READ, 0);
	else
		flow_arm(f, l);
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct flow *f = arg;

	if (what & EV_WRITE)
		f->blocked = false;
	flow_run(f);
}

static bool flow_init(struct flow *f, struct conn *c, int from, int to, struct link_clock *clock)
{
	struct event_base *base = c->loop->base;

	*f = (struct flow){ .conn = c, .from = from, .to = to, .clock = clock, .pipe = { -1, -1 } };
	f->readable = event_new(base, from, EV_READ, on_ready, f);
	f->writable = event_new(base, to, EV_WRITE, on_ready, f);
	f->timer = event_new(base, -1, EV_TIMEOUT, on_ready, f);
	return f->readable && f->writable && f->timer && event_add(f->readable, NULL) == 0;
}

bool conn_start(struct relay_loop *loop, int client, int registry, struct relay_count *counts)
{
	struct conn *c = NEW(struct conn);
	bool ready;

	*c = (struct conn){ .loop = loop, .client = client, .registry = registry };
	loop->open++;
	ready = flow_init(&c->up, c, client, registry, &loop->up) &
		flow_init(&c->down, c, registry, client, &loop->down);
	c->up.taken = &counts->tx;
	c->down.given = &counts->rx;
	if (!ready)
		conn_free(c);
	return ready;
}
