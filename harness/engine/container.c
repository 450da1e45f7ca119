#include "engine/container.h"

#include "engine/inside.h"

static struct err *run_words(const struct container *c, const char *const *words)
{
	_cleanup_(cmds_done) struct cmds list = { .count = 1 };
	_cleanup_(str_done) struct str out = STR_INIT;

	c->engine->client(c->state, &list.items[0]);
	strv_addv(&list.items[0].argv, words);
	return inside_run(c->lab, &list.items[0], &out);
}

struct err *container_keep(const struct container *c, const char *tag)
{
	TRY(run_words(c, (const char *const[]){ "tag", tag, c->ref, NULL }));
	return run_words(c, (const char *const[]){ "push", c->ref, NULL });
}

/* Its end is ours to say: a SIGTERM that is waited for would be a part of the next start. */
void container_run(const struct container *c, struct cmd *out)
{
	c->engine->client(c->state, out);
	strv_addl(&out->argv, "run", "--network", "host", "--stop-timeout", "0", "--name", c->name);
	if (c->engine->run_options)
		c->engine->run_options(c->state, &out->argv);
	if (c->user)
		strv_addl(&out->argv, "--user", c->user);
	strv_add(&out->argv, c->ref);
}

void container_exec(const struct container *c, const struct strv *argv, struct cmd *out)
{
	c->engine->client(c->state, out);
	strv_addl(&out->argv, "exec", c->name);
	strv_addv(&out->argv, (const char *const *)argv->items);
}

void container_remove(const struct container *c, bool image)
{
	err_free(run_words(c, (const char *const[]){ "rm", "-f", c->name, NULL }));
	if (image)
		err_free(run_words(c, (const char *const[]){ "rmi", "-f", c->ref, NULL }));
}
