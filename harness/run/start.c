/* One start of an image: the engine's run command, and the probe until its first success. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "base/clock.h"
#include "run/private.h"

#define PROBE_NS (5 * INT64_C(1000000))
#define END_NS	 (10 * SECOND_NS)

/* The run command while it lasts. */
struct running {
	int sock, id;
	int from; /* what it prints; does not block */
	int64_t start_ns;
	struct spawned end;
};

static void running_done(struct running *r)
{
	closep(&r->from);
}

static struct err *begin(struct start *s, struct running *r)
{
	_cleanup_(cmds_done) struct cmds list = { .count = 1 };
	_cleanup_(str_done) struct str words = STR_INIT;
	_cleanup_(closep) int to = -1;
	struct cmd *c = &list.items[0];
	int fds[2];

	container_run(&s->container, c);
	command_note(&words, c);
	free(s->sample.command);
	s->sample.command = str_take(&words);
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys("pipe", errno);
	r->from = fds[0];
	to = fds[1];
	if (fcntl(r->from, F_SETFL, O_NONBLOCK) < 0)
		return err_sys("pipe", errno);
	r->sock = s->loop->job->lab->sock;
	r->start_ns = clock_mono_ns();
	return spawn_start(r->sock,
		&(struct spawn){ .argv = (const char *const *)c->argv.items,
			.env = (const char *const *)c->env.items,
			.cwd = c->cwd,
			.out = to,
			.err = to },
		&r->id);
}

/* A program that prints faster than this reads waits for it, as at any pipe. */
static void drain(struct start *s, const struct running *r)
{
	char room[64 * 1024];
	ssize_t n = read(r->from, room, sizeof(room));

	if (n > 0)
		str_add_tail(&s->tail, room, (size_t)n, LOG_KEPT_BYTES);
}

static void fail(struct start *s, enum sample_status status, char *why)
{
	s->sample.status = status;
	free(s->sample.failure);
	s->sample.failure = why;
}

/* Until it is well, has ended, was stopped or is out of time. */
static struct err *probe(struct start *s, struct running *r, int64_t *took_ns)
{
	const volatile int *stop = s->loop->job->stop;
	int64_t next_ns = r->start_ns;

	for (bool well = false;;) {
		TRY(health_ask(s, &well));
		*took_ns = clock_mono_ns() - r->start_ns;
		drain(s, r);
		if (well)
			return health_own(s);
		if (stop && *stop)
			s->sample.status = STATUS_INTERRUPTED;
		else if (!r->end.running)
			fail(s, STATUS_FAILED, xasprintf("it ended with exit code %d before it answered",
						       r->end.status));
		else if (*took_ns >= s->health->limit_ns)
			fail(s, STATUS_TIMEOUT, xasprintf("it did not answer within %.3g s",
							(double)s->health->limit_ns / 1e9));
		if (s->sample.status != STATUS_OK)
			return NULL;
		next_ns += PROBE_NS * ((*took_ns + r->start_ns - next_ns) / PROBE_NS + 1);
		TRY(spawn_wait(r->sock, r->id, next_ns, &r->end));
	}
}

/* Nothing of it is left. */
static struct err *finish(struct start *s, struct running *r)
{
	container_remove(&s->container, false);
	if (r->end.running)
		TRY(spawn_wait(r->sock, r->id, clock_mono_ns() + END_NS, &r->end));
	if (r->end.running) {
		TRY(spawn_kill(r->sock, r->id, SIGKILL, true));
		TRY(spawn_wait(r->sock, r->id, INT64_MAX, &r->end));
	}
	drain(s, r);
	return NULL;
}

/* An error that came first, or the other. */
static struct err *first_of(struct err *a, struct err *b)
{
	if (a)
		err_free(b);
	return a ? a : b;
}

/* ERR_CHECK is about the machine and not the image: this start says nothing of it. */
static struct err *as_result(struct start *s, struct err *e)
{
	if (!e || e->kind != ERR_CHECK)
		return e;
	fail(s, STATUS_FAILED, xasprintf("%s", e->what));
	for (int m = 0; m < METRIC_COUNT; m++)
		if (metric_is_of_starts((enum metric)m))
			values_absent(&s->sample.values, (enum metric)m, "%s", e->what);
	err_free(e);
	return NULL;
}

static struct err *attempt(struct start *s, enum metric m)
{
	_cleanup_(running_done) struct running r = { .from = -1, .end.running = true };
	int64_t took_ns = 0;
	struct err *e;

	s->sample.status = STATUS_OK;
	str_clear(&s->tail);
	TRY(as_result(s, health_free(s)));
	if (s->sample.status != STATUS_OK)
		return NULL;
	TRY(begin(s, &r));
	e = as_result(s, probe(s, &r, &took_ns));
	TRY(first_of(e, finish(s, &r)));
	if (s->sample.status == STATUS_OK)
		values_set(&s->sample.values, m, (double)took_ns / 1e9);
	return NULL;
}

/* The last line that it printed, behind why it did not start. */
static void add_last_line(struct start *s)
{
	const char *text = str_get(&s->tail), *end = text + s->tail.len, *line;

	while (end > text && strchr(" \r\n", end[-1]))
		end--;
	line = end;
	while (line > text && line[-1] != '\n')
		line--;
	if (line < end)
		fail(s, s->sample.status,
			xasprintf("%s: %.*s", s->sample.failure, (int)(end - line), line));
}

/* What the image's own files tell comes first: "no such file" is what the kernel says of a program
 * whose loader is not there. */
static void explain(struct start *s)
{
	if (s->sample.status == STATUS_FAILED) /* of one that lasts, it may be the pull's */
		add_last_line(s);
	if (s->kept->lacks)
		fail(s, s->sample.status,
			xasprintf("%s: %s", s->kept->lacks, s->sample.failure));
}

/* The first start in the store, with all that the registry sends for it. */
static struct err *pull_and_start(struct start *s)
{
	struct lab *lab = s->loop->job->lab;
	struct relay_bytes before = lab_relay_bytes(lab), after;

	if (s->kept->broken)
		return as_result(s, err_new(ERR_CHECK, "%s", s->kept->broken));
	TRY(attempt(s, M_START_PULL_WALL));
	after = lab_relay_bytes(lab);
	if (after.cache_rx > before.cache_rx)
		values_set(&s->sample.values, M_START_PULL_BYTES,
			(double)(after.cache_rx - before.cache_rx));
	return NULL;
}

struct err *start_once(struct start *s)
{
	struct sample *to = &s->sample;

	to->start_unix_ns = clock_unix_ns();
	TRY(pull_and_start(s));
	if (to->status == STATUS_OK)
		TRY(attempt(s, M_START_WALL));
	container_remove(&s->container, true);
	if (to->status == STATUS_INTERRUPTED)
		return NULL;
	if (to->status != STATUS_OK)
		explain(s);
	if (!to->values.absent[M_START_OK])
		values_set(&to->values, M_START_OK, to->status == STATUS_OK);
	to->log_tail = str_take(&s->tail);
	return NULL;
}

void start_done(struct start *s)
{
	free(s->name);
	str_done(&s->tail);
	sample_done(&s->sample);
}
