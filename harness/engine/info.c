#include "engine/engine.h"

char *engine_cannot(const struct engine *e, const struct engine_info *info, const struct cell *cell,
	const struct variant *variant)
{
	/* what it kept for itself is read back unpacked: nobody could say that it obeyed */
	if (variant->compression && cell->output == OUTPUT_IMAGE)
		return xstrdup("a compression is that of pushed layers: --output push");
	if (variant->compression && !info->can_compress)
		return xasprintf("%s %s cannot be told a compression", e->name,
			info->facts.version ? info->facts.version : "");
	if (str_eq(variant->compression, "zstd") && info->keeps_packing &&
		cell->cache.mode == CACHE_REGISTRY)
		return xasprintf("%s %s pushes the layers of its cache as they are there: gzip", e->name,
			info->facts.version ? info->facts.version : "");
	return e->cannot(info, cell);
}

void engine_unusable(struct engine_info *i, char *why, const char *next)
{
	i->usable = false;
	free(i->why);
	free(i->next);
	i->why = why;
	i->next = xstrdup(next);
}

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
