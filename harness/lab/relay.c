#include "lab/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "lab/private.h"
#include "lab/registry.h"
#include "lab/relay_shared.h"

/* Below the range from which systems take the ports of outgoing connections. */
#define PORT_FIRST     20000
#define PORT_COUNT     12000
#define ATTEMPTS       8
#define START_LIMIT_NS (10 * SECOND_NS)
#define PORTS_FILE_MAX 64

struct relay {
	int fd; /* of the shared page: the link's shape is written here */
	const struct relay_shared *shared; /* read only */
	int daemon;
	bool running;
};

static struct err *shared_make(const char *path, struct link link, struct relay *r)
{
	struct relay_shared fresh = {
		.magic = RELAY_MAGIC,
		.rtt_ns = link.rtt_ns,
		.rate_bytes_s = link.rate_bytes_s,
	};
	void *page;

	r->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (r->fd < 0)
		return err_sys(path, errno);
	TRY(file_write_all(r->fd, path, &fresh, sizeof(fresh)));
	page = mmap(NULL, sizeof(fresh), PROT_READ, MAP_SHARED, r->fd, 0);
	if (page == MAP_FAILED)
		return err_sys(path, errno);
	r->shared = page;
	return NULL;
}

/* The ports of the last run in this lab: what engines keep in their stores names them. */
static bool ports_read(struct lab *lab, const char *path)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv words = STRV_INIT;
	struct err *e = file_read(path, PORTS_FILE_MAX, &text);
	int64_t base, cache;

	err_free(e);
	strv_split(&words, str_get(&text), ' ');
	if (e || words.count != 2 || !str_to_i64(words.items[0], &base) ||
		!str_to_i64(words.items[1], &cache) || base < 1024 || base > 65535 ||
		cache < 1024 || cache > 65535 || base == cache)
		return false;
	lab->base_port = (int)base;
	lab->cache_port = (int)cache;
	return true;
}

static void ports_choose(struct lab *lab)
{
	uint64_t seed;
	struct rng rng;

	random_bytes(&seed, sizeof(seed));
	rng_seed(&rng, seed);
	lab->base_port = PORT_FIRST + (int)rng_below(&rng, PORT_COUNT);
	do
		lab->cache_port = PORT_FIRST + (int)rng_below(&rng, PORT_COUNT);
	while (lab->cache_port == lab->base_port);
}

static struct err *ports_write(const struct lab *lab, const char *path)
{
	_cleanup_(freep) char *text = xasprintf("%d %d", lab->base_port, lab->cache_port);

	return file_replace(path, 0600, text, strlen(text));
}

static enum relay_state relay_wait(const struct relay *r)
{
	int64_t limit_ns = clock_mono_ns() + START_LIMIT_NS;
	const struct timespec moment = { .tv_nsec = 1000000 };

	while (atomic_load(&r->shared->state) == RELAY_STARTING && clock_mono_ns() < limit_ns)
		nanosleep(&moment, NULL);
	return (enum relay_state)atomic_load(&r->shared->state);
}

static struct err *daemon_start(struct lab *lab, const char *file)
{
	_cleanup_(freep) char *base = xasprintf("%d", lab->base_port);
	_cleanup_(freep) char *cache = xasprintf("%d", lab->cache_port);
	const char *const argv[] = { LAB_SELF, "relay", file, base, registry_base_socket(lab),
		cache, registry_cache_socket(lab), NULL };
	const char *const env[] = { NULL };
	const struct spawn s = { .argv = argv, .env = env, .out = -1, .err = -1 };

	TRY(lab_daemon_start(lab, "relay", &s, &lab->private->relay->daemon));
	lab->private->relay->running = true;
	return NULL;
}

/* One attempt with the ports that lab has; *state_out tells how it went. */
static struct err *relay_try(struct lab *lab, struct link link, enum relay_state *state_out)
{
	_cleanup_(freep) char *file = path_join(lab->dir, "relay");
	struct relay *r = lab->private->relay = NEW(struct relay);

	r->fd = -1;
	TRY(shared_make(file, link, r));
	TRY(daemon_start(lab, file));
	*state_out = relay_wait(r);
	if (*state_out == RELAY_PORT_TAKEN)
		relay_stop(lab);
	return NULL;
}

struct err *relay_start(struct lab *lab, struct link link)
{
	_cleanup_(freep) char *ports = path_join(lab->dir, "ports");
	enum relay_state state = RELAY_PORT_TAKEN;
	struct err *e;

	if (!ports_read(lab, ports))
		ports_choose(lab);
	for (int i = 0; i < ATTEMPTS && state == RELAY_PORT_TAKEN; i++) {
		if (i > 0)
			ports_choose(lab);
		TRY(relay_try(lab, link, &state));
	}
	if (state == RELAY_READY)
		return ports_write(lab, ports);
	e = err_new(ERR_TOOL, "the lab's relay did not start");
	if (state == RELAY_PORT_TAKEN)
		return err_next(e, "free a port of 127.0.0.1 between %d and %d", PORT_FIRST,
			PORT_FIRST + PORT_COUNT - 1);
	return err_next(err_at(e, "%s/log/relay.log", lab->dir), "see its log");
}

void relay_stop(struct lab *lab)
{
	struct relay *r = lab->private->relay;

	if (!r)
		return;
	if (r->running)
		err_free(lab_daemon_stop(lab, r->daemon, 0));
	if (r->shared)
		munmap((void *)r->shared, sizeof(*r->shared));
	closep(&r->fd);
	free(r);
	lab->private->relay = NULL;
}

struct relay_bytes lab_relay_bytes(const struct lab *lab)
{
	const struct relay *r = lab->private->relay;
	struct relay_bytes out = { 0 };

	if (!r || !r->shared)
		return out;
	out.base_rx = atomic_load(&r->shared->ports[RELAY_BASE].rx);
	out.base_tx = atomic_load(&r->shared->ports[RELAY_BASE].tx);
	out.cache_rx = atomic_load(&r->shared->ports[RELAY_CACHE].rx);
	out.cache_tx = atomic_load(&r->shared->ports[RELAY_CACHE].tx);
	for (int i = 0; i < RELAY_PORTS; i++)
		out.connections += atomic_load(&r->shared->ports[i].connections);
	return out;
}

struct link relay_link(const struct lab *lab)
{
	const struct relay *r = lab->private->relay;

	if (!r || !r->shared)
		return (struct link){ 0 };
	return (struct link){ .rtt_ns = atomic_load(&r->shared->rtt_ns),
		.rate_bytes_s = atomic_load(&r->shared->rate_bytes_s) };
}

int64_t relay_turned_away(const struct lab *lab)
{
	const struct relay *r = lab->private->relay;
	int64_t n = 0;

	for (int i = 0; r && r->shared && i < RELAY_PORTS; i++)
		n += atomic_load(&r->shared->ports[i].turned_away);
	return n;
}

struct err *lab_set_link(struct lab *lab, struct link link)
{
	const struct relay *r = lab->private->relay;
	const int64_t shape[2] = { link.rtt_ns, link.rate_bytes_s };

	_Static_assert(offsetof(struct relay_shared, rate_bytes_s) ==
			       offsetof(struct relay_shared, rtt_ns) + sizeof(int64_t),
		"written as one");
	if (!r)
		return err_new(ERR_TOOL, "the lab's relay is not running");
	if (pwrite(r->fd, shape, sizeof(shape), offsetof(struct relay_shared, rtt_ns)) !=
		sizeof(shape))
		return err_sys(lab->dir, errno);
	return NULL;
}
