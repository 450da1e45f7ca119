/* The relay's own process: listen, connect, join. */
#include <errno.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.h"
#include "lab/hidden.h"
#include "lab/relay_flow.h"

#define CONNECTIONS_MAX	   512
#define FDS_PER_CONNECTION 6 /* two sockets, two pipes */
#define FDS_OTHER	   32

struct gate {
	struct relay_loop *loop;
	struct relay_count *count;
	const char *socket;
	struct evconnlistener *listener;
	struct event *pause;
};

static int unix_connect(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	_cleanup_(closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || strlen(path) >= sizeof(at.sun_path))
		return -1;
	memcpy(at.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return -1;
	return TAKE_FD(fd);
}

static void on_accept(
	struct evconnlistener *l, evutil_socket_t client, struct sockaddr *from, int n, void *arg)
{
	struct gate *g = arg;
	int registry = g->loop->open < g->loop->ceiling ? unix_connect(g->socket) : -1;
	int on = 1;

	if (registry < 0) {
		atomic_fetch_add(&g->count->turned_away, 1);
		close(client);
		return;
	}
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	atomic_fetch_add(&g->count->connections, 1);
	conn_start(g->loop, client, registry, g->count);
}

/* accept failed for want of something: what waits stays in the queue for a moment. */
static void on_accept_error(struct evconnlistener *l, void *arg)
{
	const struct timeval moment = { .tv_usec = 50000 };
	struct gate *g = arg;

	evconnlistener_disable(l);
	event_add(g->pause, &moment);
}

static void on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	evconnlistener_enable(((struct gate *)arg)->listener);
}

/* Listen on a loopback port; the result is a relay_state. */
static enum relay_state gate_open(struct gate *g, int port)
{
	const struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	g->listener = evconnlistener_new_bind(g->loop->base, on_accept, g,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE, 512,
		(const struct sockaddr *)&at, sizeof(at));
	if (!g->listener)
		return errno == EADDRINUSE ? RELAY_PORT_TAKEN : RELAY_FAILED;
	g->pause = event_new(g->loop->base, -1, EV_TIMEOUT, on_pause_over, g);
	evconnlistener_set_error_cb(g->listener, on_accept_error);
	return RELAY_READY;
}

static void gate_close(struct gate *g)
{
	if (g->pause)
		event_free(g->pause);
	if (g->listener)
		evconnlistener_free(g->listener);
}

/* As many connections as there are descriptors for. */
static int connections_ceiling(void)
{
	struct rlimit r;
	int64_t n;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0)
		return 1;
	r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) < 0)
		getrlimit(RLIMIT_NOFILE, &r);
	n = ((int64_t)(r.rlim_cur < 65536 ? r.rlim_cur : 65536) - FDS_OTHER) / FDS_PER_CONNECTION;
	return n < 1 ? 1 : n > CONNECTIONS_MAX ? CONNECTIONS_MAX : (int)n;
}

static struct relay_shared *shared_map(const char *path)
{
	_cleanup_(closep) int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct relay_shared *s;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size < (off_t)sizeof(*s))
		return NULL;
	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (s == MAP_FAILED)
		return NULL;
	if (s->magic == RELAY_MAGIC)
		return s;
	munmap(s, sizeof(*s));
	return NULL;
}

/* Timers to the microsecond: a link's delays are made of them. */
static struct event_base *loop_new(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (!config)
		return NULL;
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static int serve(struct relay_loop *loop, char **argv)
{
	struct gate gates[RELAY_PORTS] = { 0 };
	enum relay_state state = RELAY_READY;

	for (int i = 0; i < RELAY_PORTS && state == RELAY_READY; i++) {
		int64_t port = 0;

		gates[i] = (struct gate){
			.loop = loop, .count = &loop->shared->ports[i], .socket = argv[4 + 2 * i]
		};
		if (!str_to_i64(argv[3 + 2 * i], &port) || port < 1 || port > 65535)
			state = RELAY_FAILED;
		else
			state = gate_open(&gates[i], (int)port);
	}
	atomic_store(&loop->shared->state, state);
	if (state == RELAY_READY)
		event_base_dispatch(loop->base);
	for (int i = 0; i < RELAY_PORTS; i++)
		gate_close(&gates[i]);
	return ERR_IO;
}

int relay_main(int argc, char **argv)
{
	struct relay_loop loop = { .ceiling = connections_ceiling() };
	int code;

	if (argc != 3 + 2 * RELAY_PORTS) {
		fprintf(stderr, "tare relay: started by tare alone\n");
		return ERR_INPUT;
	}
	signal(SIGPIPE, SIG_IGN);
	loop.shared = shared_map(argv[2]);
	loop.base = loop_new();
	if (!loop.shared || !loop.base) {
		fprintf(stderr, "tare relay: %s: cannot be used: %s\n", argv[2], strerror(errno));
		return ERR_IO;
	}
	code = serve(&loop, argv);
	event_base_free(loop.base);
	munmap(loop.shared, sizeof(*loop.shared));
	return code;
}
