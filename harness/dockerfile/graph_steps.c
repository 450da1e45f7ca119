/* One step: what it reads and what its cache key is made of. */
#include "dockerfile/graph_build.h"
#include "dockerfile/heredoc.h"
#include "dockerfile/instruction.h"
#include "dockerfile/mount.h"

/* Parts of a key are kept apart by a byte that is in no Dockerfile worth its name. */
static void key_add(struct str *key, const char *part)
{
	str_addc(key, '\x1f');
	str_add(key, part);
}

/* --- variables and settings --- */

static struct err *add_scope(struct graph_builder *b, const struct env *env, struct df_step *step)
{
	TRY(graph_count(b, env));
	for (size_t i = 0; i < env->count; i++)
		if (!graph_path_is_default(env->items[i].name, env->items[i].value))
			strv_addf(&step->args, "%s=%s", env->items[i].name, env->items[i].value);
	return NULL;
}

static void add_setting(struct df_step *step, const char *name, const char *value)
{
	if (value)
		strv_addf(&step->settings, "%s=%s", name, value);
}

/* The first step on top of an image depends on which image it is. */
static void add_base(const struct graph_builder *b, int stage, struct df_step *step)
{
	const struct stage_state *st = &b->stages[stage];

	if (st->last_step >= 0)
		return;
	while (st->base >= 0)
		st = &b->stages[st->base];
	add_setting(step, "FROM", st->image);
	add_setting(step, "PLATFORM", st->platform);
}

/* --- RUN --- */

static void add_from(struct graph_builder *b, struct df_step *step, int stage, const char *name)
{
	if (stage >= 0) {
		strv_addf(&step->from, "stage:%d", stage);
	} else if (strcmp(name, "scratch") != 0) {
		strv_addf(&step->from, "image:%s", name);
		graph_need_image(b, name);
	}
}

/* A bind mount without from reads the context; a cache mount starts from its own directory. */
static struct err *add_mount(struct graph_builder *b, const struct stage_state *st,
	const char *text, struct df_step *step)
{
	struct mount m = { 0 };
	struct err *e = mount_parse(text, &b->sh, &st->env, &m);
	int stage = -1;

	if (!e)
		e = graph_count_text(b, m.source);
	if (!e && m.from && *m.from)
		e = graph_reference(b, m.from, false, &stage);
	if (e) {
		mount_done(&m);
		return e;
	}
	step->cache_mount |= strcmp(m.type, "cache") == 0;
	if (m.from && *m.from)
		add_from(b, step, stage, m.from);
	else if (strcmp(m.type, "bind") == 0)
		strv_own(&step->paths, reads_path(m.source ? m.source : ""));
	mount_done(&m);
	return NULL;
}

static void key_heredocs(const struct df_instruction *in, struct str *key)
{
	for (size_t i = 0; i < in->heredoc_count; i++) {
		key_add(key, in->heredocs[i].name);
		key_add(key, in->heredocs[i].content);
	}
}

static struct err *fill_run(struct graph_builder *b, const struct stage_state *st,
	const struct command *c, struct df_step *step, struct str *key)
{
	const struct df_instruction *in = c->in;

	str_add(key, in->json ? "RUN[]" : "RUN");
	for (size_t i = 0; i < in->flag_count; i++) {
		key_add(key, in->flags[i].name);
		key_add(key, in->flags[i].value);
		if (strcmp(in->flags[i].name, "mount") == 0)
			TRY(add_mount(b, st, in->flags[i].value, step));
	}
	for (size_t i = 0; i < in->words.count; i++)
		key_add(key, in->words.items[i]);
	key_heredocs(c->outer, key);
	if (!in->json)
		add_setting(step, "SHELL", st->shell);
	add_setting(step, "USER", st->user);
	add_setting(step, "WORKDIR", st->workdir);
	return add_scope(b, &st->env, step);
}

/* --- COPY, ADD, WORKDIR --- */

static struct err *fill_copy(struct graph_builder *b, const struct stage_state *st,
	const struct command *c, struct df_step *step, struct str *key)
{
	const char *from = strcmp(c->in->name, "COPY") == 0 ? instruction_flag(c->in, "from")
							    : NULL;
	int stage = -1;

	str_add(key, c->in->name);
	if (from && *from) {
		TRY(graph_reference(b, from, true, &stage));
		add_from(b, step, stage, from);
	}
	return reads_of_copy(b, st, c, step, key);
}

static struct err *fill_workdir(struct graph_builder *b, const struct stage_state *st,
	const struct command *c, struct df_step *step, struct str *key)
{
	_cleanup_(freep) char *expanded = NULL, *dir = NULL;
	struct env used = { 0 };
	struct err *e = graph_expand(b, c->in->words.items[0], &st->env, &used, &expanded);

	if (!e)
		e = add_scope(b, &used, step);
	env_done(&used);
	TRY(e);
	dir = graph_workdir(st, expanded);
	str_add(key, "WORKDIR");
	key_add(key, dir);
	add_setting(step, "USER", st->user);
	if (strcmp(dir, "/") == 0)
		step->position = 0;
	return NULL;
}

/* --- its place --- */

static void number_step(
	const struct graph_builder *b, int stage, const struct command *c, struct df_step *step)
{
	const struct df_stage *s = &b->d->stages[stage];
	const struct stage_state *st = &b->stages[stage];

	step->number = st->command_count + 1;
	step->number_total = (int)(s->last - s->first) + st->trigger_count + 1;
	if (!c->trigger)
		step->file_number = (int)(c->in - b->d->items) + 1;
}

static struct err *fill(struct graph_builder *b, const struct stage_state *st,
	const struct command *c, struct df_step *step, struct str *key)
{
	if (strcmp(c->in->name, "RUN") == 0)
		return fill_run(b, st, c, step, key);
	if (strcmp(c->in->name, "WORKDIR") == 0)
		return fill_workdir(b, st, c, step, key);
	return fill_copy(b, st, c, step, key);
}

struct err *graph_add_step(struct graph_builder *b, int stage, const struct command *c)
{
	struct stage_state *st = &b->stages[stage];
	struct df_step *step = GROW(b->g->steps, b->g->count, b->g->room);
	_cleanup_(str_done) struct str key = STR_INIT;

	step->stage = stage;
	step->index = st->step_count++;
	step->position = st->position + 1;
	step->total = st->total;
	step->onbuild = c->trigger;
	step->instruction = c->in;
	number_step(b, stage, c, step);
	add_base(b, stage, step);
	TRY(fill(b, st, c, step, &key));
	step->key = str_take(&key);
	step->before = str_take(&st->before);
	step->parents = xcalloc(step->from.count + 1, sizeof(*step->parents));
	if (st->last_step >= 0)
		step->parents[step->parent_count++] = st->last_step;
	step->linked = st->last_step >= 0 && instruction_is_linked(c->in);
	if (step->position > 0)
		st->position = step->position;
	st->last_step = (int)b->g->count - 1;
	return NULL;
}
