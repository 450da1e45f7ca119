/* Which stage is which: bases, references, the target, and what it needs. */
#include "dockerfile/graph_build.h"
#include "dockerfile/instruction.h"
#include "dockerfile/mount.h"

struct err *graph_at(const struct graph_builder *b, const struct df_instruction *in, struct err *e)
{
	return e ? err_at(e, "%s:%d:%d", b->d->file, in->line, in->column) : NULL;
}

static struct err *at_stage(const struct graph_builder *b, int stage, struct err *e)
{
	const struct df_stage *s = &b->d->stages[stage];

	return e ? err_at(e, "%s:%d:%d", b->d->file, s->line, s->column) : NULL;
}

void graph_need_image(struct graph_builder *b, const char *image)
{
	if (strcmp(image, "scratch") == 0 || env_get(&b->images, span_of(image)))
		return;
	env_set(&b->images, image, "");
	strv_add(&b->g->bases, image);
}

struct err *graph_each_command(struct graph_builder *b, int stage,
	struct err *(*each)(struct graph_builder *b, int stage, const struct command *c))
{
	const struct dockerfile *d = b->d;
	int base = b->stages[stage].base;

	for (size_t i = base < 0 ? 0 : d->stages[base].first; base >= 0 && i < d->stages[base].last;
		i++) {
		const struct df_instruction *in = &d->items[i];
		struct command c = { in->onbuild, in, true };

		if (!in->onbuild)
			continue;
		TRY(graph_at(b, in, instruction_check(in->onbuild)));
		TRY(graph_at(b, in, each(b, stage, &c)));
	}
	for (size_t i = d->stages[stage].first; i < d->stages[stage].last; i++) {
		struct command c = { &d->items[i], &d->items[i], false };

		TRY(graph_at(b, c.in, each(b, stage, &c)));
	}
	return NULL;
}

/* --- references --- */

static int stage_named(const struct graph_builder *b, const char *name)
{
	const char *index = env_get(&b->names, span_of(name));
	int64_t n;

	return index && str_to_i64(index, &n) ? (int)n : -1;
}

/* Go's strconv.Atoi: a sign is fine. */
static bool is_number(const char *s, int64_t *out)
{
	bool minus = *s == '-';

	s += minus || *s == '+';
	if (*s < '0' || *s > '9' || !str_to_i64(s, out))
		return false;
	*out = minus ? -*out : *out;
	return true;
}

struct err *graph_reference(
	const struct graph_builder *b, const char *from, bool numbers, int *stage_out)
{
	_cleanup_(freep) char *lower = text_lower(span_of(from));
	int64_t n;

	if (!numbers || !is_number(from, &n)) {
		*stage_out = stage_named(b, lower);
		return NULL;
	}
	if (n < 0 || n >= (int64_t)b->d->stage_count)
		return err_next(err_new(ERR_INPUT, "there is no stage %s", from),
			"stages are numbered from 0 to %zu", b->d->stage_count - 1);
	*stage_out = (int)n;
	return NULL;
}

static void add_ref(struct stage_state *st, int stage)
{
	if (stage >= 0)
		*GROW(st->refs, st->ref_count, st->ref_room) = stage;
}

/* COPY --from takes no variable: a value that expansion would change is an error. */
static struct err *add_copy_ref(struct graph_builder *b, struct stage_state *st, const char *from)
{
	_cleanup_(freep) char *expanded = NULL;
	int stage;

	TRY(shell_word(&b->sh, span_of(from), NULL, NULL, &expanded));
	if (strcmp(expanded, from) != 0)
		return err_next(err_new(ERR_INPUT, "--from takes no variable"),
			"name a stage with FROM $IMAGE AS name, and copy from that");
	TRY(graph_reference(b, from, true, &stage));
	add_ref(st, stage);
	return NULL;
}

/* The from= of a mount, as written: a stage has to be known before variables are. */
static struct err *add_mount_ref(struct graph_builder *b, struct stage_state *st, const char *text)
{
	_cleanup_(strv_done) struct strv fields = STRV_INIT;

	TRY(csv_fields(span_of(text), &fields));
	for (size_t i = 0; i < fields.count; i++) {
		int stage;

		if (strncasecmp(fields.items[i], "from=", strlen("from=")) != 0)
			continue;
		TRY(graph_reference(b, fields.items[i] + strlen("from="), false, &stage));
		add_ref(st, stage);
	}
	return NULL;
}

static struct err *add_refs(struct graph_builder *b, int stage, const struct command *c)
{
	struct stage_state *st = &b->stages[stage];
	const char *from = instruction_flag(c->in, "from");

	if (strcmp(c->in->name, "COPY") == 0 && from && *from)
		return add_copy_ref(b, st, from);
	for (size_t i = 0; i < c->in->flag_count; i++)
		if (strcmp(c->in->flags[i].name, "mount") == 0)
			TRY(add_mount_ref(b, st, c->in->flags[i].value));
	return NULL;
}

/* --- bases --- */

static struct err *resolve_platform(struct graph_builder *b, int stage)
{
	const char *platform = b->d->stages[stage].platform;

	if (!platform)
		return NULL;
	TRY(graph_expand(b, platform, &b->global, NULL, &b->stages[stage].platform));
	if (*b->stages[stage].platform)
		return NULL;
	return err_next(err_new(ERR_INPUT, "the platform %.80s is blank", platform),
		"give its variable a value: ARG before FROM, or --build-arg");
}

/* A base is an earlier stage of this name, or else an image. */
static struct err *resolve_base(struct graph_builder *b, int stage)
{
	const struct df_stage *s = &b->d->stages[stage];
	struct stage_state *st = &b->stages[stage];
	_cleanup_(freep) char *base = NULL;

	TRY(graph_expand(b, s->base, &b->global, NULL, &base));
	if (!*base)
		return err_next(err_new(ERR_INPUT, "the base %.80s is blank", s->base),
			"give its variable a value: ARG before FROM, or --build-arg");
	st->base = stage_named(b, base);
	if (st->base < 0)
		st->image = TAKE_PTR(base);
	add_ref(st, st->base);
	if (s->name) {
		_cleanup_(freep) char *index = xasprintf("%d", stage);

		env_set(&b->names, s->name, index);
	}
	return resolve_platform(b, stage);
}

/* --- the target and what it needs --- */

static struct err *no_target(const struct graph_builder *b, const char *target)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	struct err *e = err_at(
		err_new(ERR_INPUT, "there is no stage \"%s\"", target), "%s", b->d->file);
	const char *near;

	for (size_t i = 0; i < b->names.count; i++)
		strv_add(&names, b->names.items[i].name);
	near = names.count > 0 ? str_nearest(target, (const char *const *)names.items) : NULL;
	return near ? err_next(e, "did you mean %s?", near)
		    : err_next(e, "name one of the stages that FROM ... AS names");
}

static struct err *find_target(struct graph_builder *b, const char *target)
{
	_cleanup_(freep) char *lower = NULL;

	b->g->target = (int)b->d->stage_count - 1;
	if (!target || !*target)
		return NULL;
	lower = text_lower(span_of(target));
	b->g->target = stage_named(b, lower);
	return b->g->target < 0 ? no_target(b, target) : NULL;
}

/* One stage on the way from the target down. */
struct visit {
	int stage;
	size_t next; /* of its references */
};

/* Depth first, with a stack of its own: what is met again while still on it is a circle. */
static struct err *mark_built(struct graph_builder *b)
{
	size_t count = b->d->stage_count, depth = 0;
	_cleanup_(freep) struct visit *stack = xcalloc(count, sizeof(*stack));
	_cleanup_(freep) bool *open = xcalloc(count, sizeof(*open));
	bool *built = b->g->built;

	stack[depth++].stage = b->g->target;
	built[b->g->target] = open[b->g->target] = true;
	while (depth > 0) {
		struct visit *v = &stack[depth - 1];
		int to;

		if (v->next == b->stages[v->stage].ref_count) {
			open[v->stage] = false;
			depth--;
			continue;
		}
		to = b->stages[v->stage].refs[v->next++];
		if (open[to])
			return at_stage(b, v->stage,
				err_next(err_new(ERR_INPUT,
						 "stage %d needs itself, by way of stage %d", to,
						 v->stage),
					"copy from a stage that does not need this one"));
		if (built[to])
			continue;
		built[to] = open[to] = true;
		stack[depth++] = (struct visit){ to, 0 };
	}
	return NULL;
}

struct err *graph_resolve(struct graph_builder *b, const char *target)
{
	for (size_t i = 0; i < b->d->stage_count; i++)
		TRY(at_stage(b, (int)i, resolve_base(b, (int)i)));
	TRY(find_target(b, target));
	for (size_t i = 0; i < b->d->stage_count; i++)
		TRY(graph_each_command(b, (int)i, add_refs));
	TRY(mark_built(b));
	for (size_t i = 0; i < b->d->stage_count; i++)
		b->g->built_count += b->g->built[i];
	return NULL;
}
