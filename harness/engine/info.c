#include "engine/engine.h"

void engine_info_done(struct engine_info *i)
{
	engine_facts_done(&i->facts);
	free(i->dir);
	free(i->why);
	free(i->next);
	*i = (struct engine_info){ 0 };
}

static void cmd_done(struct cmd *c)
{
	strv_done(&c->argv);
	strv_done(&c->env);
}

void cmds_done(struct cmds *c)
{
	for (size_t i = 0; i < c->count; i++)
		cmd_done(&c->items[i]);
	*c = (struct cmds){ 0 };
}

void image_ref_done(struct image_ref *r)
{
	free(r->ref);
	free(r->socket);
	cmd_done(&r->save);
	*r = (struct image_ref){ 0 };
}

void scope_done(struct scope *s)
{
	free(s->cgroup);
	*s = (struct scope){ 0 };
}
