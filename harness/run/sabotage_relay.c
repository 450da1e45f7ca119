/* A way past the lab's relay: a second one, whose count nobody reads. For engines that push with a
 * command of their own and take --authfile, as podman does. */
#include "base/clock.h"
#include "base/file.h"
#include "lab/registry.h"
#include "lab/relay_shared.h"
#include "lab/secret.h"
#include "run/sabotage.h"

#define START_LIMIT_NS (10 * SECOND_NS)

static char *auth_path(const struct trial *t)
{
	return path_join(t->loop->job->lab->dir, "second-auth.json");
}

static char *second_host(const struct trial *t)
{
	return xasprintf("127.0.0.1:%d", t->loop->job->lab->cache_port + 1);
}

static struct err *start_second(struct lab *lab, const char *page)
{
	_cleanup_(freep) char *base = xasprintf("%d", lab->base_port + 1);
	_cleanup_(freep) char *cache = xasprintf("%d", lab->cache_port + 1);
	const char *const argv[] = { "/proc/self/exe", "relay", page, base,
		registry_base_socket(lab), cache, registry_cache_socket(lab), NULL };
	const char *const env[] = { NULL };
	const struct spawn s = { .argv = argv, .env = env, .out = -1, .err = -1 };
	const struct relay_shared fresh = { .magic = RELAY_MAGIC };
	int id;

	TRY(file_replace(page, 0600, &fresh, sizeof(fresh)));
	return lab_daemon_start(lab, "second", &s, &id);
}

struct err *sabotage_open_way(struct trial *t)
{
	struct lab *lab = t->loop->job->lab;
	_cleanup_(freep) char *page = path_join(lab->dir, "second");
	_cleanup_(freep) char *auth = auth_path(t);
	_cleanup_(freep) char *host = second_host(t);
	const struct relay_shared *seen;
	_cleanup_(str_done) struct str bytes = STR_INIT;
	int64_t deadline = clock_mono_ns() + START_LIMIT_NS;

	TRY(secret_authfile(auth, host, lab->user, lab->password));
	TRY(start_second(lab, page));
	do {
		str_clear(&bytes);
		TRY(file_read(page, sizeof(*seen), &bytes));
		seen = (const struct relay_shared *)bytes.buf;
		if (seen->state == RELAY_READY)
			return NULL;
	} while (seen->state == RELAY_STARTING && clock_mono_ns() < deadline);
	return err_new(ERR_TOOL, "the second relay did not start");
}

void sabotage_take_way(struct trial *t, struct strv *argv)
{
	_cleanup_(freep) char *auth = auth_path(t);
	_cleanup_(freep) char *host = second_host(t);

	if (!strv_has(argv, "push"))
		return;
	strv_addf(argv, "docker://%s%s", host, strchr(t->tag, '/'));
	strv_addl(argv, "--tls-verify=false", "--authfile", auth);
}
