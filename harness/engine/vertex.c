#include "engine/vertex.h"

#define VERTEX_MAX 4096
#define BASE_MAX   256

struct vertex *vertexes_get(struct vertexes *all, const char *id)
{
	struct vertex *v;

	/* the last ones are asked for most */
	for (size_t i = all->count; i > 0; i--)
		if (str_eq(all->items[i - 1].id, id))
			return &all->items[i - 1];
	if (all->count >= VERTEX_MAX)
		return NULL;
	v = GROW(all->items, all->count, all->room);
	v->id = xstrdup(id);
	v->open_ns = -1;
	v->step = -1;
	return v;
}

static void add_base(struct vertexes *all, const char *text)
{
	char digest[DIGEST_SIZE];
	_cleanup_(freep) char *ref = shown_base(text, digest);
	struct input_digest *in;

	for (size_t i = 0; ref && i < all->base_count; i++)
		if (str_eq(all->bases[i].ref, ref) && str_eq(all->bases[i].digest, digest))
			return;
	if (!ref || all->base_count >= BASE_MAX)
		return;
	in = GROW(all->bases, all->base_count, all->base_room);
	in->ref = TAKE_PTR(ref);
	memcpy(in->digest, digest, sizeof(digest));
}

void vertex_name(struct vertexes *all, struct vertex *v, const char *name)
{
	if (v->name && str_eq(v->name, name))
		return;
	free(v->name);
	v->name = xstrdup(name);
	v->shown = shown_name(v->name);
	if (v->shown.kind == SHOWN_BASE)
		add_base(all, v->shown.text);
}

static void set_digest(char **to, const char *text)
{
	char digest[DIGEST_SIZE];

	if (!shown_digest(text, digest))
		return;
	free(*to);
	*to = xstrdup(digest);
}

void vertex_status(struct vertexes *all, struct vertex *v, const char *text, int64_t start_ns,
	int64_t end_ns, struct steps *steps)
{
	bool export = v->shown.kind == SHOWN_IMAGE_EXPORT;

	if (str_starts(text, "pulling ") || str_starts(text, "extracting ") ||
		str_starts(text, "sha256:"))
		spans_add(&v->pull, start_ns, end_ns);
	else if (str_starts(text, "pushing "))
		spans_add(&v->push, start_ns, end_ns);
	else if (export && strstr(text, "inline cache"))
		spans_add(&v->inline_cache, start_ns, end_ns);
	else if (v->shown.kind == SHOWN_BASE && str_starts(text, "resolve "))
		add_base(all, text);
	else if (export &&
		 (str_starts(text, "exporting config ") || str_starts(text, "writing image ")))
		shown_digest(text, all->config);
	else if (v->shown.kind == SHOWN_CACHE_EXPORT && strstr(text, "manifest sha256:"))
		set_digest(&steps->export_digest, text);
}

/* Other vertexes of the same instruction tell about the same step. */
static ssize_t step_of_group(const struct vertexes *all, const struct vertex *v)
{
	for (size_t i = 0; v->group && i < all->count; i++)
		if (all->items[i].step >= 0 && str_eq(all->items[i].group, v->group))
			return all->items[i].step;
	return -1;
}

static struct step *new_step(struct vertex *v, struct steps *steps)
{
	struct step *s = GROW(steps->items, steps->count, steps->room);

	v->step = (ssize_t)steps->count - 1;
	s->stage = s->index = -1;
	s->start_ns = s->end_ns = -1;
	s->position = v->shown.position;
	s->total = v->shown.total;
	s->text = xstrdup(v->shown.text);
	if (v->shown.stage)
		s->stage_name = xstrndup(v->shown.stage, v->shown.stage_len);
	return s;
}

static void step_failed(struct step *s, const char *error)
{
	s->failed = true;
	s->exit_code = shown_exit_code(error);
	free(s->error);
	s->error = shown_first_line(error);
}

/* Add what one vertex of a step knows. */
static void step_take(struct step *s, struct spans *busy, const struct vertex *v, bool *open)
{
	spans_add_all(busy, &v->busy);
	*open |= v->open_ns >= 0;
	if (v->open_ns >= 0)
		spans_add(busy, v->open_ns, v->open_ns);
	/* another layer below is merged with anew, and what was copied is cached all the same */
	s->cached &= v->cached || v->shown.merge;
	if (v->error && !shown_canceled(v->error))
		step_failed(s, v->error);
	else if (!s->failed)
		free(TAKE_PTR(s->error));
}

void vertex_step(struct vertexes *all, struct vertex *v, struct steps *steps)
{
	struct spans busy = { 0 };
	struct step *s;
	bool open = false;

	if (v->shown.kind != SHOWN_STEP || !v->started)
		return;
	if (v->step < 0)
		v->step = step_of_group(all, v);
	s = v->step < 0 ? new_step(v, steps) : &steps->items[v->step];
	s->cached = true; /* until one of its vertexes says no */
	s->failed = false;
	s->exit_code = -1;
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].step == v->step)
			step_take(s, &busy, &all->items[i], &open);
	s->start_ns = spans_first_ns(&busy);
	/* What it took, not when it was last heard of: a cached step may be pulled much later. */
	s->end_ns = open ? -1 : s->start_ns + spans_cover_ns(&busy);
	spans_done(&busy);
}

static void phase_set(struct steps *steps, enum phase p, int64_t ns)
{
	steps->phase[p].known = true;
	steps->phase[p].ns = ns;
}

static const enum phase phase_of_kind[] = {
	[SHOWN_STEP] = PHASE_EXECUTE,
	[SHOWN_BASE] = PHASE_BASE_PULL,
	[SHOWN_CACHE_IMPORT] = PHASE_CACHE_IMPORT,
	[SHOWN_IMAGE_EXPORT] = PHASE_IMAGE_EXPORT,
	[SHOWN_CACHE_EXPORT] = PHASE_CACHE_EXPORT,
	[SHOWN_PUSH] = PHASE_PUSH,
};

/* An error of a step is the step's; of all else, the phase's. */
static void phase_error(const struct vertex *v, struct steps *steps)
{
	struct phase_time *p = &steps->phase[phase_of_kind[v->shown.kind]];

	if (v->error && v->shown.kind != SHOWN_STEP && !shown_canceled(v->error) && !p->error)
		p->error = shown_first_line(v->error);
}

/* Where the time of one vertex belongs. Layers are pulled when they are first needed: under a step
 * that the imported cache has, it is the import that takes the time. */
static void phase_spans(const struct vertex *v, struct spans phase[PHASE_COUNT])
{
	if (v->shown.kind == SHOWN_STEP && v->cached) {
		spans_add_all(&phase[PHASE_CACHE_IMPORT], &v->pull);
		return;
	}
	spans_add_all(&phase[phase_of_kind[v->shown.kind]], &v->busy);
	if (v->shown.kind != SHOWN_IMAGE_EXPORT)
		return;
	spans_add_all(&phase[PHASE_PUSH], &v->push);
	spans_add_all(&phase[PHASE_CACHE_EXPORT], &v->inline_cache);
	spans_add_all(&phase[PHASE_CACHE_IMPORT], &v->pull);
}

/* An image's export holds its push and whatever it had to pull. */
static int64_t export_ns(struct vertexes *all)
{
	struct spans busy = { 0 }, parts = { 0 };
	int64_t ns;

	for (size_t i = 0; i < all->count; i++) {
		const struct vertex *v = &all->items[i];

		if (v->shown.kind != SHOWN_IMAGE_EXPORT)
			continue;
		spans_add_all(&busy, &v->busy);
		spans_add_all(&parts, &v->push);
		spans_add_all(&parts, &v->pull);
		spans_add_all(&parts, &v->inline_cache);
	}
	ns = spans_cover_less_ns(&busy, &parts);
	spans_done(&busy);
	spans_done(&parts);
	return ns;
}

void vertexes_end(struct vertexes *all, int64_t at_ns, struct steps *steps)
{
	struct spans phase[PHASE_COUNT] = { 0 };

	for (size_t i = 0; i < all->count; i++) {
		struct vertex *v = &all->items[i];

		if (v->open_ns >= 0) {
			spans_add(&v->busy, v->open_ns, at_ns);
			v->open_ns = -1;
			vertex_step(all, v, steps);
		}
		if (v->shown.kind == SHOWN_OTHER)
			continue;
		phase_spans(v, phase);
		phase_error(v, steps);
		if (v->step >= 0 && steps->items[v->step].failed)
			steps->items[v->step].line = all->failed_line;
	}
	for (int p = 0; p < PHASE_COUNT; p++) {
		if (phase[p].count)
			phase_set(steps, p,
				p == PHASE_IMAGE_EXPORT ? export_ns(all)
							: spans_cover_ns(&phase[p]));
		spans_done(&phase[p]);
	}
}

/* A step may be several vertexes. */
bool vertexes_reads(const void *ctx, size_t reader, size_t read)
{
	const struct vertexes *all = ctx;

	for (size_t i = 0; i < all->count; i++) {
		if (all->items[i].step != (ssize_t)reader)
			continue;
		for (size_t k = 0; k < all->count; k++)
			if (all->items[k].step == (ssize_t)read &&
				strv_has(&all->items[i].inputs, all->items[k].id))
				return true;
	}
	return false;
}

static void vertex_done(struct vertex *v)
{
	free(v->id);
	free(v->group);
	free(v->name);
	free(v->error);
	strv_done(&v->inputs);
	spans_done(&v->busy);
	spans_done(&v->pull);
	spans_done(&v->push);
	spans_done(&v->inline_cache);
}

void vertexes_done(struct vertexes *all)
{
	for (size_t i = 0; i < all->count; i++)
		vertex_done(&all->items[i]);
	for (size_t i = 0; i < all->base_count; i++)
		free(all->bases[i].ref);
	free(all->items);
	free(all->bases);
	*all = (struct vertexes){ 0 };
}
