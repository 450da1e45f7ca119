/* The lab's caching proxy for packages: Apt-Cacher NG, which keeps what apt fetches over http. */
#include "base/clock.h"
#include "base/file.h"
#include "base/http.h"
#include "base/random.h"
#include "lab/private.h"

#define NAME	       "packages"
#define PROGRAM	       "apt-cacher-ng"
#define PORT_FIRST     20000
#define PORT_COUNT     12000
#define ATTEMPTS       8
#define START_LIMIT_NS (10 * SECOND_NS)

/* Its configuration, a directory of its own: what stands in /etc is the machine's. */
static struct err *config_write(const struct lab *lab, const char *dir, int port)
{
	_cleanup_(freep) char *path = path_join(dir, "acng.conf");
	_cleanup_(str_done) struct str s = STR_INIT;
	const char *proxy = getenv("http_proxy");

	str_addf(&s, "Port: %d\nBindAddress: 127.0.0.1\nForeGround: 1\nReportPage:\n", port);
	str_addf(&s, "CacheDir: %s/keep/packages\nLogDir: %s\n", lab->dir, dir);
	str_addf(&s, "SocketPath: %s/socket\nPidFile: %s/pid\n", dir, dir);
	if (proxy && *proxy)
		str_addf(&s, "Proxy: %s\n", proxy);
	return file_replace(path, 0600, str_get(&s), s.len);
}

/* "Apt-Cacher NG 3.7.4", as it answers on that port; NULL: another program does, or none. */
static char *answers(int port)
{
	static const char name[] = "Apt-Cacher-NG/";
	_cleanup_(freep) char *url = xasprintf("http://127.0.0.1:%d/", port);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	const struct http h = { .url = url, .direct = true };
	_cleanup_(err_freep) struct err *e = http_do(&h, &a);
	const char *at = e ? NULL : strstr(str_get(&a.body), name);

	if (!at)
		return NULL;
	at += strlen(name);
	return xasprintf("Apt-Cacher NG %.*s", (int)strspn(at, "0123456789."), at);
}

static struct err *try_port(struct lab *lab, const char *program, const char *dir, int port)
{
	_cleanup_(freep) char *word = xasprintf("%d", port);
	const char *const argv[] = { program, "-c", dir, NULL };
	const char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	const struct spawn s = { .argv = argv, .env = env, .cwd = dir, .out = -1, .err = -1 };
	int id;

	TRY(config_write(lab, dir, port));
	TRY(lab_daemon_start(lab, NAME, &s, &id));
	return lab_wait_socket(lab, NAME, word, START_LIMIT_NS);
}

struct err *lab_packages(struct lab *lab, int *port_out, char **says_out)
{
	_cleanup_(freep) char *program = path_find_program(NULL, PROGRAM);
	_cleanup_(freep) char *dir = path_join(lab->dir, NAME);
	_cleanup_(freep) char *keep = path_join(lab->dir, "keep/" NAME);
	uint64_t seed;
	struct rng rng;

	if (!program)
		return err_next(err_new(ERR_TOOL, PROGRAM " is not installed: it keeps packages for builds"),
			"run ci/setup, or install the package " PROGRAM);
	TRY(dir_make(dir, 0700));
	TRY(dir_make(keep, 0700));
	random_bytes(&seed, sizeof(seed));
	rng_seed(&rng, seed);
	*says_out = NULL;
	for (int i = 0; i < ATTEMPTS && !*says_out; i++) {
		*port_out = PORT_FIRST + (int)rng_below(&rng, PORT_COUNT);
		TRY(try_port(lab, program, dir, *port_out));
		*says_out = answers(*port_out);
	}
	return *says_out ? NULL : daemon_silent(lab, NAME, "did not start");
}
