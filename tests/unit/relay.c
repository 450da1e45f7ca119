/* The relay: its link as a clock, then the process itself between a client and a server here. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "lab/hidden.h"
#include "lab/relay_link.h"
#include "lab/relay_shared.h"

#define MS_NS INT64_C(1000000)

static const struct {
	const char *name;
	struct link link;
	int64_t first_ms, second_ms; /* when two lots of 100 kB, taken at 0, arrive */
	bool waits;		     /* after them, before more is taken */
} clocks[] = {
	{ "unshaped", { 0, 0 }, 0, 0, false },
	{ "delay alone", { 40 * MS_NS, 0 }, 20, 20, false },
	{ "rate alone", { 0, 1000000 }, 100, 200, true },
	{ "both", { 40 * MS_NS, 10000000 }, 30, 40, true },
	{ "faster than it matters", { 0, INT64_C(1) << 40 }, 0, 0, false },
	{ "nonsense is none", { -5, -5 }, 0, 0, false },
};

static void test_clock(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
		struct link_clock c = { 0 };

		print_message("%s\n", clocks[i].name);
		assert_int_equal(
			link_due_ns(&c, clocks[i].link, 0, 100000) / MS_NS, clocks[i].first_ms);
		assert_int_equal(
			link_due_ns(&c, clocks[i].link, 0, 100000) / MS_NS, clocks[i].second_ms);
		assert_int_equal(link_wait_ns(&c, clocks[i].link, 0) > 0, clocks[i].waits);
	}
}

/* An idle link saves nothing up. */
static void test_clock_idle(void **state)
{
	const struct link l = { .rate_bytes_s = 1000000 };
	struct link_clock c = { 0 };

	assert_int_equal(link_due_ns(&c, l, 0, 1000), MS_NS);
	assert_int_equal(link_due_ns(&c, l, 500 * MS_NS, 1000), 501 * MS_NS);
}

struct fixture {
	char dir[32];
	char *file, *sockets[RELAY_PORTS];
	int ports[RELAY_PORTS];
	int listening[RELAY_PORTS];
	struct relay_shared *shared;
	pid_t relay;
};

static int listen_unix(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 64), 0);
	return fd;
}

/* A loopback port that is free now; with `keep` it stays taken, by the descriptor returned. */
static int free_port(int *port_out, bool keep)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	*port_out = ntohs(at.sin_port);
	if (keep && listen(fd, 1) == 0)
		return fd;
	close(fd);
	return -1;
}

static void relay_begin(struct fixture *f)
{
	struct relay_shared fresh = { .magic = RELAY_MAGIC };
	char ports[RELAY_PORTS][16];
	char *argv[] = { "tare", "relay", f->file, ports[0], f->sockets[0], ports[1], f->sockets[1],
		NULL };
	int fd = open(f->file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	for (int i = 0; i < RELAY_PORTS; i++)
		snprintf(ports[i], sizeof(ports[i]), "%d", f->ports[i]);
	assert_int_equal(write(fd, &fresh, sizeof(fresh)), sizeof(fresh));
	f->shared = mmap(NULL, sizeof(fresh), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	f->relay = fork();
	if (f->relay == 0) {
		/* what listens here must end when the test closes it */
		for (int i = 0; i < RELAY_PORTS; i++)
			closep(&f->listening[i]);
		_exit(relay_main(7, argv));
	}
	for (int i = 0; i < 5000 && atomic_load(&f->shared->state) == RELAY_STARTING; i++)
		usleep(1000);
}

static int set_up(void **state)
{
	static struct fixture f;

	snprintf(f.dir, sizeof(f.dir), "/tmp/tare-relay-XXXXXX");
	assert_non_null(mkdtemp(f.dir));
	f.file = path_join(f.dir, "shared");
	for (int i = 0; i < RELAY_PORTS; i++) {
		f.sockets[i] = xasprintf("%s/%d.sock", f.dir, i);
		f.listening[i] = listen_unix(f.sockets[i]);
		free_port(&f.ports[i], false);
	}
	relay_begin(&f);
	assert_int_equal(atomic_load(&f.shared->state), RELAY_READY);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	kill(f->relay, SIGKILL);
	waitpid(f->relay, NULL, 0);
	munmap(f->shared, sizeof(*f->shared));
	for (int i = 0; i < RELAY_PORTS; i++) {
		free(f->sockets[i]);
		closep(&f->listening[i]);
	}
	free(f->file);
	err_free(dir_remove(f->dir));
	return 0;
}

static int client(const struct fixture *f, int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(f->ports[port]),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct timeval limit = { .tv_sec = 10 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static int server(const struct fixture *f, int port)
{
	struct pollfd p = { .fd = f->listening[port], .events = POLLIN };

	assert_int_equal(poll(&p, 1, 10000), 1);
	return accept4(f->listening[port], NULL, NULL, SOCK_CLOEXEC);
}

static void send_all(int fd, size_t n)
{
	_cleanup_(freep) char *bytes = xcalloc(n, 1);

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 7);
	err_free(file_write_all(fd, "socket", bytes, n));
}

/* Read to the end: the count, or -1 where a byte is wrong or the connection broke. */
static ssize_t receive_all(int fd)
{
	char bytes[65536];
	size_t sum = 0;
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++, sum++)
			if (bytes[i] != (char)(sum * 7))
				return -1;
	return n < 0 ? -1 : (ssize_t)sum;
}

static int64_t counted(const _Atomic int64_t *c, int64_t wanted)
{
	for (int i = 0; i < 2000 && atomic_load(c) < wanted; i++)
		usleep(1000);
	return atomic_load(c);
}

/* A request, its end, and an answer after that: a half-closed connection goes on. */
static void exchange(struct fixture *f, int port, size_t up, size_t down)
{
	int c = client(f, port), s = server(f, port);
	pid_t sender = fork();

	if (sender == 0) {
		send_all(c, up);
		shutdown(c, SHUT_WR);
		_exit(0);
	}
	assert_int_equal(receive_all(s), up);
	waitpid(sender, NULL, 0);
	sender = fork();
	if (sender == 0) {
		send_all(s, down);
		_exit(0);
	}
	close(s);
	assert_int_equal(receive_all(c), down);
	waitpid(sender, NULL, 0);
	close(c);
}

static const struct {
	struct link link;
	size_t up, down;
} exchanges[] = {
	{ { 0, 0 }, 1, 1 },
	{ { 0, 0 }, 0, 3000000 },
	{ { 0, 0 }, 5000000, 0 },
	{ { 4 * MS_NS, 0 }, 3000000, 3000000 },
	{ { 0, 50000000 }, 1000000, 2000000 },
	{ { 10 * MS_NS, 20000000 }, 100, 2000000 },
};

static void test_exchanges(void **state)
{
	struct fixture *f = *state;
	int64_t up = 0, down = 0;

	for (size_t i = 0; i < ARRAY_SIZE(exchanges); i++) {
		const struct relay_count *count = &f->shared->ports[RELAY_CACHE];

		print_message("exchange %zu\n", i);
		atomic_store(&f->shared->rtt_ns, exchanges[i].link.rtt_ns);
		atomic_store(&f->shared->rate_bytes_s, exchanges[i].link.rate_bytes_s);
		exchange(f, RELAY_CACHE, exchanges[i].up, exchanges[i].down);
		up += (int64_t)exchanges[i].up;
		down += (int64_t)exchanges[i].down;
		assert_int_equal(counted(&count->tx, up), up);
		assert_int_equal(counted(&count->rx, down), down);
		assert_int_equal(atomic_load(&count->connections), i + 1);
	}
	assert_int_equal(atomic_load(&f->shared->ports[RELAY_BASE].rx), 0);
	exchange(f, RELAY_BASE, 10, 20);
	assert_int_equal(counted(&f->shared->ports[RELAY_BASE].rx, 20), 20);
	assert_int_equal(atomic_load(&f->shared->ports[RELAY_CACHE].rx), down);
}

static int64_t round_trip_ns(int c, int s)
{
	int64_t start = clock_mono_ns();
	char byte = 'x';

	assert_int_equal(write(c, &byte, 1), 1);
	assert_int_equal(read(s, &byte, 1), 1);
	assert_int_equal(write(s, &byte, 1), 1);
	assert_int_equal(read(c, &byte, 1), 1);
	return clock_mono_ns() - start;
}

/* The quickest of ten: the machine may be busy with other things. */
static void test_round_trip(void **state)
{
	struct fixture *f = *state;
	int64_t least = INT64_MAX;
	int c, s;

	atomic_store(&f->shared->rtt_ns, 40 * MS_NS);
	c = client(f, RELAY_BASE);
	s = server(f, RELAY_BASE);
	for (int i = 0; i < 10; i++) {
		int64_t took = round_trip_ns(c, s);

		assert_true(took >= 40 * MS_NS);
		least = took < least ? took : least;
	}
	print_message("40 ms asked, %.1f ms got\n", (double)least / MS_NS);
	assert_true(least < 60 * MS_NS);
	close(c);
	close(s);
}

/* Two connections share the link; what they get together is its rate. */
static void test_rate_is_shared(void **state)
{
	struct fixture *f = *state;
	int c[2], s[2];
	pid_t senders[2];
	int64_t start, took;

	atomic_store(&f->shared->rate_bytes_s, 10000000);
	for (int i = 0; i < 2; i++) {
		c[i] = client(f, i);
		s[i] = server(f, i);
	}
	start = clock_mono_ns();
	for (int i = 0; i < 2; i++) {
		senders[i] = fork();
		if (senders[i] == 0) {
			send_all(s[i], 2000000);
			_exit(0);
		}
		close(s[i]);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(receive_all(c[i]), 2000000);
		waitpid(senders[i], NULL, 0);
		close(c[i]);
	}
	took = clock_mono_ns() - start;
	print_message("10 MB/s asked, %.2f MB/s got\n", 4e6 / ((double)took / 1e9) / 1e6);
	assert_in_range(took, 395 * MS_NS, 1200 * MS_NS); /* a busy machine is slower */
}

/* A link may change while bytes are under way. */
static void test_link_changes(void **state)
{
	struct fixture *f = *state;
	int c = client(f, RELAY_BASE), s = server(f, RELAY_BASE);
	pid_t sender = fork(), changer;

	if (sender == 0) {
		send_all(s, 40000000);
		_exit(0);
	}
	close(s);
	changer = fork();
	if (changer == 0) {
		for (int i = 0; i < 60; i++) {
			atomic_store(&f->shared->rtt_ns, i % 3 * MS_NS);
			atomic_store(&f->shared->rate_bytes_s, i % 2 ? 400000000 : 0);
			usleep(2000);
		}
		_exit(0);
	}
	assert_int_equal(receive_all(c), 40000000);
	waitpid(sender, NULL, 0);
	waitpid(changer, NULL, 0);
	close(c);
}

static void test_registry_dies(void **state)
{
	struct fixture *f = *state;
	const struct relay_count *count = &f->shared->ports[RELAY_BASE];
	int c = client(f, RELAY_BASE), s = server(f, RELAY_BASE);
	char byte = 'x';

	/* in the middle of an exchange: the client, which waits for an answer, gets an end */
	assert_int_equal(write(c, &byte, 1), 1);
	assert_int_equal(read(s, &byte, 1), 1);
	close(s);
	assert_int_equal(read(c, &byte, 1), 0);
	close(c);
	/* and nobody listens any more */
	closep(&f->listening[RELAY_BASE]);
	f->listening[RELAY_BASE] = -1;
	c = client(f, RELAY_BASE);
	assert_true(read(c, &byte, 1) <= 0);
	close(c);
	assert_int_equal(counted(&count->turned_away, 1), 1);
	/* and then one does: the relay lives on */
	unlink(f->sockets[RELAY_BASE]);
	f->listening[RELAY_BASE] = listen_unix(f->sockets[RELAY_BASE]);
	exchange(f, RELAY_BASE, 10, 10);
}

static void test_client_dies(void **state)
{
	struct fixture *f = *state;
	const struct linger reset = { .l_onoff = 1 };
	int c = client(f, RELAY_BASE), s = server(f, RELAY_BASE);
	char byte = 'x';

	assert_int_equal(write(c, &byte, 1), 1);
	assert_int_equal(read(s, &byte, 1), 1);
	setsockopt(c, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(c);
	assert_int_equal(read(s, &byte, 1), 0);
	close(s);
	exchange(f, RELAY_BASE, 10, 10);
}

/* More connections than there is room for are closed; as many as fit still work after it. */
static void test_ceiling(void **state)
{
	struct fixture *f = *state;
	enum { MANY = 600 };
	int c[MANY], s[MANY], open = 0;
	const struct relay_count *count = &f->shared->ports[RELAY_BASE];

	for (int i = 0; i < MANY; i++) {
		struct pollfd p = { .fd = f->listening[RELAY_BASE], .events = POLLIN };

		c[i] = client(f, RELAY_BASE);
		while (atomic_load(&count->turned_away) + atomic_load(&count->connections) <= i)
			usleep(100);
		if (poll(&p, 1, 0) == 1)
			s[open++] = server(f, RELAY_BASE);
	}
	print_message("%d of %d open\n", open, MANY);
	assert_in_range(open, 100, 512);
	assert_int_equal(atomic_load(&count->turned_away), MANY - open);
	for (int i = 0; i < MANY; i++)
		close(c[i]);
	for (int i = 0; i < open; i++)
		close(s[i]);
	usleep(100000);
	exchange(f, RELAY_BASE, 10, 10);
}

static void test_port_taken(void **state)
{
	struct fixture *f = *state;
	int other, taken = free_port(&other, true), status;

	kill(f->relay, SIGKILL);
	waitpid(f->relay, NULL, 0);
	munmap(f->shared, sizeof(*f->shared));
	f->ports[RELAY_CACHE] = other;
	relay_begin(f);
	assert_int_equal(atomic_load(&f->shared->state), RELAY_PORT_TAKEN);
	assert_int_equal(waitpid(f->relay, &status, 0), f->relay);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 0);
	close(taken);
	relay_begin(f);
	assert_int_equal(atomic_load(&f->shared->state), RELAY_READY);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_clock_idle),
		STORY(test_exchanges),
		STORY(test_round_trip),
		STORY(test_rate_is_shared),
		STORY(test_link_changes),
		STORY(test_registry_dies),
		STORY(test_client_dies),
		STORY(test_ceiling),
		STORY(test_port_taken),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
