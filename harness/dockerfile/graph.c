/* The stages that a target needs, and their steps. */
#include "dockerfile/graph_build.h"
#include "dockerfile/instruction.h"

static bool is_step(const struct df_instruction *in)
{
	static const char *const names[] = { "ADD", "COPY", "RUN", "WORKDIR" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(in->name, names[i]) == 0)
			return true;
	return false;
}

/* What is no step is kept for the next one: its words, and what ENV has set. */
static void note(struct stage_state *st, const struct df_instruction *in)
{
	bool env = strcmp(in->name, "ENV") == 0;

	str_addf(&st->before, "%s\x1f", in->name);
	for (size_t i = 0; i < in->words.count; i++)
		str_addf(&st->before, "%s\x1f", in->words.items[i]);
	for (size_t i = 0; env && i < in->words.count; i += 2) {
		const char *value = env_get(&st->env, span_of(in->words.items[i]));

		str_addf(&st->before, "%s\x1f", value ? value : "");
	}
}

/* A step where the command is one; then what it sets. */
static struct err *run_command(struct graph_builder *b, int stage, const struct command *c)
{
	b->stages[stage].command_count++;
	if (is_step(c->in))
		TRY(graph_add_step(b, stage, c));
	TRY(graph_set(b, &b->stages[stage], c->in));
	if (!is_step(c->in) && strcmp(c->in->name, "ARG") != 0)
		note(&b->stages[stage], c->in);
	return NULL;
}

/* BuildKit counts FROM where it names an image, each step, and each trigger, step or not. */
static struct err *count_command(struct graph_builder *b, int stage, const struct command *c)
{
	b->stages[stage].total += c->trigger || is_step(c->in);
	b->stages[stage].trigger_count += c->trigger;
	return NULL;
}

static struct err *build_stage(struct graph_builder *b, int stage)
{
	struct stage_state *st = &b->stages[stage];
	bool from_image = st->base < 0 && strcmp(st->image, "scratch") != 0;

	if (st->image)
		graph_need_image(b, st->image);
	TRY(graph_inherit(b, stage));
	st->last_step = st->base < 0 ? -1 : b->stages[st->base].last_step;
	st->position = st->total = from_image;
	TRY(graph_each_command(b, stage, count_command));
	return graph_each_command(b, stage, run_command);
}

static void add_parent(struct df_step *step, int parent)
{
	for (size_t i = 0; i < step->parent_count; i++)
		if (step->parents[i] == parent)
			return;
	if (parent >= 0)
		step->parents[step->parent_count++] = parent;
}

/* Steps know the stages they read by number; now that all are there, they get their last steps. */
static void link_steps(struct graph_builder *b)
{
	for (size_t i = 0; i < b->g->count; i++) {
		struct df_step *step = &b->g->steps[i];

		for (size_t k = 0; k < step->from.count; k++) {
			int64_t stage;

			if (!str_starts(step->from.items[k], "stage:") ||
				!str_to_i64(step->from.items[k] + strlen("stage:"), &stage))
				continue;
			add_parent(step, b->stages[stage].last_step);
		}
	}
}

static struct err *build(struct graph_builder *b, const char *target, const char *platform,
	const struct build_arg *args, size_t arg_count)
{
	const struct dockerfile *d = b->d;

	if (d->stage_count == 0)
		return err_next(err_at(err_new(ERR_INPUT, "no stage to build"), "%s", d->file),
			"start one with FROM IMAGE");
	TRY(graph_globals(b, target, platform, args, arg_count));
	TRY(graph_resolve(b, target));
	for (size_t i = 0; i < d->stage_count; i++)
		if (b->g->built[i])
			TRY(build_stage(b, (int)i));
	link_steps(b);
	b->g->file_total = (int)d->stages[b->g->target].last;
	return NULL;
}

static void builder_done(struct graph_builder *b)
{
	for (size_t i = 0; i < b->d->stage_count; i++) {
		struct stage_state *st = &b->stages[i];

		free(st->image);
		free(st->platform);
		free(st->refs);
		free(st->user);
		free(st->shell);
		free(st->workdir);
		str_done(&st->before);
		env_done(&st->env);
	}
	free(b->stages);
	env_done(&b->build_args);
	env_done(&b->global);
	env_done(&b->names);
	env_done(&b->images);
}

struct err *graph_build_for(const struct dockerfile *d, const char *target, const char *platform,
	const struct build_arg *args, size_t arg_count, struct df_graph **out)
{
	_cleanup_(graph_freep) struct df_graph *g = NEW(struct df_graph);
	struct graph_builder b = { .d = d, .g = g, .sh = { .escape = d->escape } };
	struct err *e;

	g->dockerfile = d;
	g->built = xcalloc(d->stage_count + 1, sizeof(*g->built));
	b.stages = xcalloc(d->stage_count + 1, sizeof(*b.stages));
	e = build(&b, target, platform, args, arg_count);
	builder_done(&b);
	TRY(e);
	*out = TAKE_PTR(g);
	return NULL;
}

struct err *graph_build(const struct dockerfile *d, const char *target,
	const struct build_arg *args, size_t arg_count, struct df_graph **out)
{
	return graph_build_for(d, target, NULL, args, arg_count, out);
}

static void step_free(struct df_step *s)
{
	strv_done(&s->paths);
	strv_done(&s->excludes);
	strv_done(&s->from);
	strv_done(&s->args);
	strv_done(&s->settings);
	free(s->key);
	free(s->before);
	free(s->parents);
}

void graph_free(struct df_graph *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->count; i++)
		step_free(&g->steps[i]);
	free(g->steps);
	free(g->built);
	strv_done(&g->bases);
	free(g);
}
