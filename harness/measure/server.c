#include "measure/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "measure/hierarchy.h"
#include "measure/launch.h"
#include "measure/sweep.h"

struct child {
	int id;
	pid_t pid;
	struct spawned state;
};

struct server {
	int sock;
	int null; /* /dev/null */
	int last_id;
	struct child *children; /* running, or ended and not asked for yet */
	size_t count, room;
	int waiting;	     /* the id that the client waits for; 0: none */
	int64_t deadline_ns; /* of that */
};

static struct child *find(struct server *sv, int id)
{
	for (size_t i = 0; i < sv->count; i++)
		if (sv->children[i].id == id)
			return &sv->children[i];
	return NULL;
}

static void forget(struct server *sv, struct child *c)
{
	*c = sv->children[--sv->count];
}

static bool reply(struct server *sv, const struct wire_reply *r)
{
	return wire_send(sv->sock, r, sizeof(*r), NULL, 0);
}

static bool refuse(struct server *sv, int error, enum wire_step step)
{
	struct wire_reply r = { .error = error, .step = step };

	return reply(sv, &r);
}

/* Reap all that ended, orphans too. */
static void reap(struct server *sv)
{
	struct rusage usage;
	int status;
	pid_t pid;

	while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
		int64_t end_ns = clock_mono_ns();

		for (size_t i = 0; i < sv->count; i++) {
			struct spawned *state = &sv->children[i].state;

			if (sv->children[i].pid != pid || !state->running)
				continue;
			state->running = false;
			state->end_ns = end_ns;
			state->usage = usage;
			state->status = WIFEXITED(status) ? WEXITSTATUS(status)
							  : 128 + WTERMSIG(status);
		}
	}
}

/* The strings of a start, each pointing into body. */
struct order {
	char *body;
	const char *cwd, *cgroup;
	char **argv, **env;
	struct strv cgroup_files;
};

static void order_done(struct order *o)
{
	free(o->body);
	free(o->argv);
	free(o->env);
	strv_done(&o->cgroup_files);
}

static const char *next_string(char **at, const char *end)
{
	char *text = *at;
	size_t left = (size_t)(end - text), n = strnlen(text, left);

	*at = text + n + (n < left);
	return n < left ? text : NULL;
}

static char **next_list(char **at, const char *end, int count)
{
	char **list = xcalloc((size_t)count + 1, sizeof(*list));

	for (int i = 0; i < count; i++)
		list[i] = (char *)next_string(at, end);
	return list;
}

static bool order_read(int fd, const struct wire_request *q, struct order *o)
{
	int most = WIRE_BODY_CEILING;
	char *at;

	if (q->body_bytes > (size_t)most || q->argc < 1 || q->argc > most || q->envc < 0 ||
		q->envc > most)
		return false;
	o->body = xcalloc(1, q->body_bytes + 1);
	if (pread(fd, o->body, q->body_bytes, 0) != (ssize_t)q->body_bytes)
		return false;
	at = o->body;
	o->cwd = next_string(&at, o->body + q->body_bytes);
	o->cgroup = next_string(&at, o->body + q->body_bytes);
	o->argv = next_list(&at, o->body + q->body_bytes, q->argc);
	o->env = next_list(&at, o->body + q->body_bytes, q->envc);
	return o->cwd && o->cgroup && o->argv[q->argc - 1] && (!q->envc || o->env[q->envc - 1]);
}

static bool started(struct server *sv, pid_t pid, int64_t start_ns)
{
	_cleanup_(closep) int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct wire_reply r = { .state = { .running = true, .start_ns = start_ns } };
	struct child *c;

	if (pidfd < 0) {
		int error = errno;

		kill(pid, SIGKILL); /* nobody would know it: reaped like an orphan */
		return refuse(sv, error, WIRE_FORK);
	}
	c = GROW(sv->children, sv->count, sv->room);
	c->id = r.id = ++sv->last_id;
	c->pid = pid;
	c->state = r.state;
	return wire_send(sv->sock, &r, sizeof(r), &pidfd, 1);
}

static bool serve_start(struct server *sv, const struct wire_request *q, const int fds[WIRE_FDS])
{
	_cleanup_(order_done) struct order o = { 0 };
	struct launch l = { .uid = q->uid, .gid = q->gid, .in = sv->null };
	int next = 1;
	pid_t pid;

	if (fds[0] < 0 || !order_read(fds[0], q, &o))
		return refuse(sv, EBADMSG, WIRE_REQUEST);
	if (*o.cgroup)
		hierarchy_join_files(o.cgroup, &o.cgroup_files);
	l.argv = o.argv;
	l.env = o.env;
	l.cwd = o.cwd;
	l.cgroup_files = o.cgroup_files.items;
	l.out = q->has_out ? fds[next++] : sv->null;
	l.err = q->has_err ? fds[next] : sv->null;
	pid = launch(&l);
	return pid < 0 ? refuse(sv, l.error, l.step) : started(sv, pid, l.start_ns);
}

/* Answer the client that waits, if there is something to say; an ended program is forgotten. */
static bool serve_waiting(struct server *sv)
{
	struct child *c = sv->waiting ? find(sv, sv->waiting) : NULL;
	struct wire_reply r = { 0 };

	if (!c || (c->state.running && clock_mono_ns() < sv->deadline_ns))
		return true;
	r.id = c->id;
	r.state = c->state;
	sv->waiting = 0;
	if (!c->state.running)
		forget(sv, c);
	return reply(sv, &r);
}

static bool serve_kill(struct server *sv, const struct wire_request *q)
{
	struct child *c = find(sv, q->id);
	bool sent = false;

	if (!c)
		return refuse(sv, ESRCH, WIRE_REQUEST);
	if (q->tree)
		sent = kill(-c->pid, q->signal) == 0;
	else if (c->state.running)
		sent = kill(c->pid, q->signal) == 0;
	return refuse(sv, sent || !c->state.running ? 0 : errno, WIRE_REQUEST);
}

static bool serve_sweep(struct server *sv, const struct wire_request *q)
{
	_cleanup_(freep) pid_t *spared = xcalloc(sv->count + 1, sizeof(*spared));
	size_t n = 0;

	for (size_t i = 0; i < sv->count; i++)
		if (sv->children[i].state.running && sv->children[i].id != q->id)
			spared[n++] = sv->children[i].pid;
	sweep_descendants(spared, n);
	return refuse(sv, 0, WIRE_REQUEST);
}

static bool serve_request(struct server *sv, const struct wire_request *q, const int fds[WIRE_FDS])
{
	switch (q->op) {
	case WIRE_START:
		return serve_start(sv, q, fds);
	case WIRE_WAIT:
		sv->waiting = q->id;
		sv->deadline_ns = q->deadline_ns;
		return find(sv, q->id) ? true : refuse(sv, ESRCH, WIRE_REQUEST);
	case WIRE_KILL:
		return serve_kill(sv, q);
	case WIRE_SWEEP:
		return serve_sweep(sv, q);
	}
	return refuse(sv, EBADMSG, WIRE_REQUEST);
}

static bool serve_packet(struct server *sv)
{
	struct wire_request q;
	int fds[WIRE_FDS];
	bool alive;

	switch (wire_receive(sv->sock, &q, sizeof(q), fds)) {
	case 0:
		return false;
	case 1:
		break;
	default:
		return errno == EBADMSG && refuse(sv, EBADMSG, WIRE_REQUEST);
	}
	alive = serve_request(sv, &q, fds);
	wire_close(fds);
	return alive;
}

static bool serve_once(struct server *sv, const sigset_t *awake)
{
	struct pollfd fd = { sv->sock, POLLIN, 0 };
	int64_t left = sv->deadline_ns - clock_mono_ns();
	struct timespec ts = { left > 0 ? left / SECOND_NS : 0, left > 0 ? left % SECOND_NS : 0 };
	bool limited = sv->waiting && sv->deadline_ns != INT64_MAX;

	if (ppoll(&fd, 1, limited ? &ts : NULL, awake) > 0 && !serve_packet(sv))
		return false;
	reap(sv);
	return serve_waiting(sv);
}

/* Only to interrupt ppoll. */
static void on_child(int signal)
{
	(void)signal;
}

/* What our parent ignored would stay ignored in every program; CHLD arrives in ppoll only. */
static void signals_reset(sigset_t *awake)
{
	struct sigaction chld = { .sa_handler = on_child, .sa_flags = SA_NOCLDSTOP };
	sigset_t block;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigaction(SIGCHLD, &chld, NULL);
	sigemptyset(awake);
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_SETMASK, &block, NULL);
}

void spawn_serve(int sock)
{
	_cleanup_(closep) int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct server sv = { .sock = sock, .null = null };
	sigset_t awake;

	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC); /* whatever our parent left open */
	signals_reset(&awake);
	while (null >= 0 && serve_once(&sv, &awake))
		;
	free(sv.children);
}
