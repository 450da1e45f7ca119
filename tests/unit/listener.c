/* Who listens on a port, as /proc tells. That a container's program is told from others, starts.sh
 * shows: it takes namespaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure/listener.h"

/* A socket bound to a port of its own choice on that family's any or loopback address. */
static int bound(int family, bool loopback, int *port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(loopback ? INADDR_LOOPBACK : INADDR_ANY) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_addr = loopback ? in6addr_loopback : in6addr_any };
	struct sockaddr *a = family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
	socklen_t n = family == AF_INET ? sizeof(v4) : sizeof(v6);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, a, n) < 0)
		return -1;
	assert_int_equal(getsockname(fd, a, &n), 0);
	*port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
	return fd;
}

static const struct {
	const char *name;
	int family;
	bool loopback, listens;
} rows[] = {
	{ "IPv4, loopback", AF_INET, true, true },
	{ "IPv4, any", AF_INET, false, true },
	{ "IPv6, loopback", AF_INET6, true, true },
	{ "IPv6, any", AF_INET6, false, true },
	{ "bound and does not listen", AF_INET, true, false },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(freep) char *who = NULL;
		_cleanup_(freep) char *pid = xasprintf(", pid %d", (int)getpid());
		enum listener by = LISTENER_UNKNOWN;
		int port, fd = bound(rows[i].family, rows[i].loopback, &port);

		print_message("%s\n", rows[i].name);
		if (fd < 0) {
			print_message("  this machine has none\n");
			continue;
		}
		if (rows[i].listens)
			assert_int_equal(listen(fd, 1), 0);
		assert_null(listener_find(port, &by, &who));
		assert_int_equal(by, rows[i].listens ? LISTENER_FOREIGN : LISTENER_NONE);
		assert_true(rows[i].listens ? who && str_ends(who, pid) : !who);
		close(fd);
		free(who);
		assert_null(listener_find(port, &by, &who));
		assert_int_equal(by, LISTENER_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
