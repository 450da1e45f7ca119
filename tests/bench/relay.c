/* The unshaped relay against a direct connection, in pairs: at least 0.4 of its speed, and at most
 * 0.3 s of CPU a gigabyte. Both ends are the same two processes; direct is TCP on loopback, as
 * an engine would have without a relay. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "lab/hidden.h"
#include "lab/relay_shared.h"

#define PAIRS		 11
#define TRANSFER_BYTES	 (INT64_C(384) << 20)
#define BUFFER_BYTES	 (256 << 10)
#define SPEED_FLOOR	 0.4
#define CPU_CEILING_S_GB 0.3

enum way { WAY_DOWN, WAY_UP }; /* of the bytes, seen from the client */

struct bench {
	char dir[64];
	char file[96], socket[96];
	struct relay_shared *shared;
	int port, direct_port;
	pid_t relay, server;
};

static void die(const char *what)
{
	fprintf(stderr, "bench-relay: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Read or write n bytes, whatever they are. */
static void move(int fd, bool out, int64_t n)
{
	static char buffer[BUFFER_BYTES];

	while (n > 0) {
		size_t part = n < BUFFER_BYTES ? n : BUFFER_BYTES;
		ssize_t done = out ? write(fd, buffer, part) : read(fd, buffer, part);

		if (done <= 0)
			die("transfer");
		n -= done;
	}
}

/* The registry's part: a byte says which way, then the bytes go. */
static void serve_one(int fd)
{
	char way, ok = 1;

	while (read(fd, &way, 1) == 1) {
		move(fd, way == WAY_DOWN, TRANSFER_BYTES);
		if (way == WAY_UP && write(fd, &ok, 1) != 1)
			die("answer");
	}
	close(fd);
}

static int listen_tcp(int *port_out)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&at, n) < 0 || listen(fd, 8) < 0 ||
		getsockname(fd, (struct sockaddr *)&at, &n) < 0)
		die("listen");
	*port_out = ntohs(at.sin_port);
	return fd;
}

static int listen_unix(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 8) < 0)
		die(path);
	return fd;
}

static pid_t server_start(struct bench *b)
{
	struct pollfd fds[] = {
		{ .fd = listen_tcp(&b->direct_port), .events = POLLIN },
		{ .fd = listen_unix(b->socket), .events = POLLIN },
	};
	pid_t pid = fork();

	if (pid == 0) {
		while (poll(fds, 2, -1) > 0)
			serve_one(accept(fds[fds[0].revents ? 0 : 1].fd, NULL, NULL));
		_exit(0);
	}
	close(fds[0].fd);
	close(fds[1].fd);
	return pid;
}

static int client_connect(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		die("connect");
	return fd;
}

static double transfer_bytes_s(int port, enum way way)
{
	int fd = client_connect(port);
	char byte = (char)way;
	int64_t start = clock_mono_ns();
	double took_s;

	if (write(fd, &byte, 1) != 1)
		die("ask");
	move(fd, way == WAY_UP, TRANSFER_BYTES);
	if (way == WAY_UP && read(fd, &byte, 1) != 1)
		die("answer");
	took_s = (double)(clock_mono_ns() - start) / SECOND_NS;
	close(fd);
	return (double)TRANSFER_BYTES / took_s;
}

static void relay_start_here(struct bench *b)
{
	struct relay_shared fresh = { .magic = RELAY_MAGIC };
	int fd, probe = listen_tcp(&b->port);
	char port[16];
	char other[16];
	char *argv[] = { "tare", "relay", b->file, port, b->socket, other, b->socket, NULL };
	int other_port, probe2 = listen_tcp(&other_port);

	snprintf(port, sizeof(port), "%d", b->port);
	snprintf(other, sizeof(other), "%d", other_port);
	close(probe);
	close(probe2);
	fd = open(b->file, O_RDWR | O_CREAT, 0600);
	if (fd < 0 || write(fd, &fresh, sizeof(fresh)) != sizeof(fresh))
		die(b->file);
	b->shared = mmap(NULL, sizeof(fresh), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	b->relay = fork();
	if (b->relay == 0)
		_exit(relay_main(7, argv));
	while (atomic_load(&b->shared->state) == RELAY_STARTING)
		usleep(1000);
	if (atomic_load(&b->shared->state) != RELAY_READY)
		die("relay");
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* The median over pairs of relayed / direct. */
static bool compare(struct bench *b, enum way way, const char *name)
{
	double ratio[PAIRS], direct[PAIRS], relayed[PAIRS];

	for (int i = 0; i < PAIRS; i++) {
		bool first = i % 2;

		for (int j = 0; j < 2; j++)
			*((j == 0) == first ? &direct[i] : &relayed[i]) = transfer_bytes_s(
				(j == 0) == first ? b->direct_port : b->port, way);
		ratio[i] = relayed[i] / direct[i];
	}
	double m = median(ratio, PAIRS);

	printf("%s: relayed %.2f GB/s, direct %.2f GB/s, ratio %.2f of %d pairs (%.2f-%.2f), floor %.1f\n",
		name, median(relayed, PAIRS) / 1e9, median(direct, PAIRS) / 1e9, m, PAIRS, ratio[0],
		ratio[PAIRS - 1], SPEED_FLOOR);
	return m >= SPEED_FLOOR;
}

/* End the relay: seconds of CPU for each gigabyte that it moved. */
static bool cpu_is_low(struct bench *b)
{
	struct rusage u;
	double gb = (double)(atomic_load(&b->shared->ports[0].rx) +
			     atomic_load(&b->shared->ports[0].tx)) /
		    1e9;
	double s;

	kill(b->relay, SIGKILL);
	wait4(b->relay, NULL, 0, &u);
	s = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
	printf("cpu: %.3f s/GB over %.1f GB, ceiling %.1f\n", s / gb, gb, CPU_CEILING_S_GB);
	return s / gb <= CPU_CEILING_S_GB && gb > 2 * PAIRS * 0.3;
}

int main(void)
{
	struct bench b = { .dir = "/tmp/tare-bench-XXXXXX" };
	bool good;

	if (!mkdtemp(b.dir))
		die(b.dir);
	snprintf(b.file, sizeof(b.file), "%s/shared", b.dir);
	snprintf(b.socket, sizeof(b.socket), "%s/registry.sock", b.dir);
	b.server = server_start(&b);
	relay_start_here(&b);
	transfer_bytes_s(b.port, WAY_DOWN);
	transfer_bytes_s(b.direct_port, WAY_DOWN);
	good = compare(&b, WAY_DOWN, "pull");
	good &= compare(&b, WAY_UP, "push");
	good &= cpu_is_low(&b);
	kill(b.server, SIGKILL);
	waitpid(b.server, NULL, 0);
	err_free(dir_remove(b.dir));
	return good ? 0 : 1;
}
