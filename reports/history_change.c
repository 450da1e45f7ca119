/* What changed along a track: engines and bases, levels, and the step that did it. */
#include <math.h>

#include "reports/cause.h"
#include "reports/history_parts.h"

/* So many points at a change's two sides give its effect; more add nothing but time. */
#define SIDE_MOST    60
#define STEP_COLUMNS 40

static const struct engine_facts *engine_of(const struct track_run *r, const char *engine)
{
	const struct run *run = r->of->run;

	for (size_t i = 0; i < run->engine_count; i++)
		if (str_eq(run->engines[i].engine, engine))
			return &run->engines[i];
	return NULL;
}

static void encoded(struct str *s, const char *text)
{
	term_encode(s, text, strlen(text));
}

static void add_moved(struct str *s, const char *what, const char *from, const char *to)
{
	if (!from || !to || str_eq(from, to))
		return;
	str_add(s, s->len ? "; " : "");
	encoded(s, what);
	str_addc(s, ' ');
	encoded(s, from);
	str_add(s, " → ");
	encoded(s, to);
}

static void engine_moved(
	struct str *s, const struct track *t, const struct track_run *a, const struct track_run *b)
{
	const char *name = t->cell->cell->engine;
	const struct engine_facts *ea = engine_of(a, name), *eb = engine_of(b, name);

	if (!ea || !eb)
		return;
	add_moved(s, name, ea->version, eb->version);
	add_moved(s, "storage driver", ea->storage_driver, eb->storage_driver);
}

static const char *digest_of(const struct sample *s, const char *ref)
{
	for (size_t i = 0; i < s->input_count; i++)
		if (str_eq(s->inputs[i].ref, ref))
			return s->inputs[i].digest;
	return NULL;
}

static struct err *base_moved(struct store *st, struct str *s, int64_t a, int64_t b)
{
	_cleanup_(sample_done) struct sample sa = { 0 }, sb = { 0 };

	if (!a || !b || a == b)
		return NULL;
	TRY(store_read_inputs(st, a, &sa));
	TRY(store_read_inputs(st, b, &sb));
	for (size_t i = 0; i < sb.input_count; i++) {
		const char *was = digest_of(&sa, sb.inputs[i].ref);
		_cleanup_(str_done) struct str what = STR_INIT;

		if (was && str_eq(was, sb.inputs[i].digest))
			continue;
		str_add(s, s->len ? "; " : "");
		str_add(s, was ? "base moved: " : "new base: ");
		encoded(s, sb.inputs[i].ref);
		if (was)
			str_addf(s, " %.14s → %.14s", was, sb.inputs[i].digest);
	}
	return NULL;
}

struct err *track_markers(struct store *st, struct track *t)
{
	const struct track_run *before = NULL;

	for (size_t i = 0; i < t->count; i++) {
		struct track_run *r = &t->runs[i];
		_cleanup_(str_done) struct str s = STR_INIT;

		if (!r->on_branch || !r->n)
			continue;
		if (before) {
			engine_moved(&s, t, before, r);
			TRY(base_moved(st, &s, before->input_set, r->input_set));
		}
		if (s.len)
			r->marker = str_take(&s);
		before = r;
	}
	return NULL;
}

static double seconds_of(const struct step *st)
{
	return st->cached || st->start_ns < 0 || st->end_ns < st->start_ns
		       ? 0
		       : (double)(st->end_ns - st->start_ns) / 1e9;
}

/* The same step of another build: by its text, else by its place. */
static const struct step *step_like(const struct steps *steps, const struct step *s)
{
	for (size_t i = 0; i < steps->count; i++)
		if (steps->items[i].stage == s->stage &&
			str_eq(step_text(&steps->items[i]), step_text(s)))
			return &steps->items[i];
	for (size_t i = 0; i < steps->count; i++)
		if (s->stage >= 0 && steps->items[i].stage == s->stage &&
			steps->items[i].index == s->index)
			return &steps->items[i];
	return NULL;
}

struct err *step_of_change(
	struct store *st, int64_t a, int64_t b, double sign, char **step, double *seconds)
{
	_cleanup_(sample_done) struct sample sa = { 0 }, sb = { 0 };
	const struct step *most = NULL;
	double share = 0;

	*step = NULL;
	if (!a || !b)
		return NULL;
	TRY(store_read_steps(st, a, &sa));
	TRY(store_read_steps(st, b, &sb));
	for (size_t i = 0; i < sb.steps.count; i++) {
		const struct step *was = step_like(&sa.steps, &sb.steps.items[i]);
		double d = seconds_of(&sb.steps.items[i]) - (was ? seconds_of(was) : 0);

		if (d * sign <= share)
			continue;
		share = d * sign;
		most = &sb.steps.items[i];
	}
	if (most) {
		_cleanup_(str_done) struct str s = STR_INIT;

		step_words(&s, most, STEP_COLUMNS);
		*step = str_take(&s);
		*seconds = share * sign;
	}
	return NULL;
}

static double value(const struct track *t, const struct line *l, size_t i)
{
	return t->runs[l->at[i]].v[l->headline].at;
}

static double middle(const double *x, size_t n)
{
	struct estimate e = stats_median(x, NULL, n);

	return e.at;
}

/* Points around the change at `at`, of the level before and the level after. */
static void measure(struct change *c, const double *x, size_t from, size_t at, size_t to)
{
	size_t na = at - from < SIDE_MOST ? at - from : SIDE_MOST;
	size_t nb = to - at < SIDE_MOST ? to - at : SIDE_MOST;
	double a[SIDE_MOST], b[SIDE_MOST];

	memcpy(a, x + at - na, na * sizeof(*a));
	memcpy(b, x + at, nb * sizeof(*b));
	c->total = exp(middle(b, nb)) - exp(middle(a, na));
	c->effect = stats_unpaired(a, na, b, nb, 0.05);
	c->from = from;
	c->to = to;
}

static const char *suspect_of(const struct track *t, const struct change *c)
{
	for (size_t i = c->before + 1; i <= c->at; i++)
		if (t->runs[i].marker)
			return t->runs[i].marker;
	return NULL;
}

static struct err *line_changes(struct store *st, struct track *t, struct line *l)
{
	_cleanup_(freep) double *x = xcalloc(l->count, sizeof(*x));
	_cleanup_(freep) size_t *starts = xcalloc(l->count, sizeof(*starts));
	size_t count;

	for (size_t i = 0; i < l->count; i++) {
		if (!(value(t, l, i) > 0))
			return NULL; /* no ratio, so no level */
		x[i] = log(value(t, l, i));
	}
	count = stats_changes(x, l->count, starts);
	for (size_t i = 0; i < count; i++) {
		struct change *c = GROW(l->changes, l->change_count, l->change_room);

		c->before = l->at[starts[i] - 1];
		c->at = l->at[starts[i]];
		measure(c, x, i ? starts[i - 1] : 0, starts[i],
			i + 1 < count ? starts[i + 1] : l->count);
		c->suspect = suspect_of(t, c);
		if (l->headline == HEAD_WALL)
			TRY(step_of_change(st, t->runs[c->before].sample, t->runs[c->at].sample,
				c->total < 0 ? -1 : 1, &c->step, &c->step_s));
	}
	return NULL;
}

struct err *track_changes(struct store *st, struct track *t)
{
	for (size_t i = 0; i < t->line_count; i++)
		if (!headline_table[t->lines[i].headline].exact)
			TRY(line_changes(st, t, &t->lines[i]));
	return NULL;
}
