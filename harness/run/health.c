/* The probe: over HTTP from the host, or a program in the container. Never the image's HEALTHCHECK:
 * podman's OCI images lose it, and distroless has no shell for it. */
#include "base/clock.h"
#include "base/http.h"
#include "measure/listener.h"
#include "run/private.h"

#define HTTP_LIMIT_NS SECOND_NS
#define EXEC_LIMIT_NS (5 * SECOND_NS)

/* The container shares the machine's network: what answered must be a program in it. */
static struct err *is_its_own(int port)
{
	_cleanup_(freep) char *who = NULL;
	enum listener by;

	TRY(listener_find(port, &by, &who));
	if (by == LISTENER_INSIDE)
		return NULL;
	return err_new(ERR_CHECK, "what answers on port %d is not the container but %s", port,
		who ? who : "a program that cannot be seen from here");
}

static struct err *over_http(const struct health *h, bool *well)
{
	_cleanup_(freep) char *url =
		xasprintf("http://127.0.0.1:%d%s", (int)h->port, h->path);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	_cleanup_(err_freep) struct err *silent = http_do(
		&(struct http){ .url = url, .direct = true, .timeout_ns = HTTP_LIMIT_NS }, &a);

	*well = !silent && a.status >= 200 && a.status < 300;
	return NULL;
}

static struct err *inside(const struct start *s, bool *well)
{
	_cleanup_(cmds_done) struct cmds list = { .count = 1 };
	_cleanup_(timed_done) struct timed ran = { 0 };
	struct cmd *c = &list.items[0];
	struct run_job *job = s->loop->job;

	container_exec(&s->container, &s->health->exec, c);
	TRY(spawn_timed(job->lab->sock,
		&(struct spawn){ .argv = (const char *const *)c->argv.items,
			.env = (const char *const *)c->env.items },
		EXEC_LIMIT_NS, job->stop, NULL, &ran));
	*well = !ran.timed_out && !ran.interrupted && ran.end.status == 0;
	return NULL;
}

struct err *health_ask(const struct start *s, bool *well)
{
	const struct health *h = s->health;

	*well = false;
	if (!h->port)
		return inside(s, well);
	return over_http(h, well);
}

struct err *health_own(const struct start *s)
{
	return s->health->port ? is_its_own((int)s->health->port) : NULL;
}

struct err *health_free(const struct start *s)
{
	_cleanup_(freep) char *who = NULL;
	enum listener by = LISTENER_NONE;
	int port = (int)s->health->port;

	if (port)
		TRY(listener_find(port, &by, &who));
	if (by == LISTENER_NONE)
		return NULL;
	return err_next(err_new(ERR_CHECK, "port %d of this machine, whose network the container shares, "
					   "is taken by %s",
				port, who ? who : "another program"),
		"end that program, or start on another port");
}
