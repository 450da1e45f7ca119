#include "engine/match.h"

#include <strings.h>

/* May step s be slot t? One row a step. */
struct fit {
	const struct step_slot *slots;
	size_t count;
	struct steps *steps;
	match_reads *reads;
	const void *ctx;
	bool *may;
};

static bool *may(const struct fit *f, size_t step, size_t slot)
{
	return &f->may[step * f->count + slot];
}

/* "stage-2" is how BuildKit calls the third stage when it has no name. */
static bool names_agree(const char *shown, const struct step_slot *t)
{
	int64_t stage;

	if (!shown)
		return true; /* the only one */
	if (t->stage_name)
		return strcasecmp(shown, t->stage_name) == 0;
	return str_starts(shown, "stage-") && str_to_i64(shown + strlen("stage-"), &stage) &&
	       stage == t->stage;
}

static bool same_stage(const struct step *s, const struct step_slot *t)
{
	return s->total == t->total && names_agree(s->stage_name, t);
}

/* Of the steps of t's stage: how many show the instruction of a slot that is `by` places on. */
static int agreeing(const struct fit *f, const struct step_slot *t, int by)
{
	int n = 0;

	for (size_t i = 0; i < f->steps->count; i++)
		for (size_t k = 0; k < f->count; k++) {
			const struct step *s = &f->steps->items[i];
			const struct step_slot *slot = &f->slots[k];

			n += slot->stage == t->stage && same_stage(s, slot) &&
			     s->position + by == slot->position && slot->text &&
			     str_eq(s->text, slot->text);
		}
	return n;
}

/* How far the counts of t's stage lie behind. FROM is the first of n; but where a named context
 * takes the base's place BuildKit counts it in n alone, and goes from 1 to n - 1. */
static int behind(const struct fit *f, const struct step_slot *t)
{
	for (size_t k = 0; k < f->count; k++)
		if (f->slots[k].stage == t->stage && f->slots[k].position == 1)
			return 0;
	for (size_t i = 0; i < f->steps->count; i++) {
		const struct step *s = &f->steps->items[i];

		if (same_stage(s, t) && (s->position == 1 || s->position == s->total))
			return s->position == 1;
	}
	return agreeing(f, t, 1) > agreeing(f, t, 0);
}

static void first_guess(struct fit *f)
{
	for (size_t t = 0; t < f->count; t++) {
		const struct step_slot *slot = &f->slots[t];
		int by = behind(f, slot);

		for (size_t i = 0; i < f->steps->count; i++) {
			const struct step *s = &f->steps->items[i];

			*may(f, i, t) = same_stage(s, slot) && s->position + by == slot->position;
		}
	}
}

/* The only slot that a step may be, or -1. */
static ssize_t only_slot(const struct fit *f, size_t step)
{
	ssize_t only = -1;

	for (size_t t = 0; t < f->count; t++) {
		if (!*may(f, step, t))
			continue;
		if (only >= 0)
			return -1;
		only = (ssize_t)t;
	}
	return only;
}

static bool has_parent(const struct step_slot *t, size_t parent)
{
	for (size_t i = 0; i < t->parent_count; i++)
		if (t->parents[i] == (int)parent)
			return true;
	return false;
}

/* Step i is slot t, and slot `other` stands in a relation to t: of the steps that may be `other`,
 * those that stand in the same relation to i are it, if there are any. */
static bool follow(struct fit *f, size_t i, size_t other, bool i_reads)
{
	bool any = false, changed = false;

	for (size_t k = 0; k < f->steps->count; k++)
		any |= *may(f, k, other) && k != i &&
		       (i_reads ? f->reads(f->ctx, i, k) : f->reads(f->ctx, k, i));
	for (size_t k = 0; any && k < f->steps->count; k++)
		if (*may(f, k, other) && only_slot(f, k) < 0 &&
			!(i_reads ? f->reads(f->ctx, i, k) : f->reads(f->ctx, k, i))) {
			*may(f, k, other) = false;
			changed = true;
		}
	return changed;
}

/* Step i is slot t: nobody else is, and whom it reads and who reads it follows. */
static bool settle(struct fit *f, size_t i, size_t t)
{
	bool changed = false;

	for (size_t k = 0; k < f->steps->count; k++)
		if (k != i && *may(f, k, t) && only_slot(f, k) < 0) {
			*may(f, k, t) = false;
			changed = true;
		}
	for (size_t other = 0; other < f->count; other++) {
		if (has_parent(&f->slots[t], other))
			changed |= follow(f, i, other, true);
		if (has_parent(&f->slots[other], t))
			changed |= follow(f, i, other, false);
	}
	return changed;
}

static void settle_all(struct fit *f)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < f->steps->count; i++) {
			ssize_t t = only_slot(f, i);

			if (t >= 0)
				changed |= settle(f, i, (size_t)t);
		}
	}
}

static void assign(struct step *s, const struct step_slot *t)
{
	s->stage = t->stage;
	s->index = t->index;
	s->line = t->line;
}

/* The slot, of those that step i may be, whose instruction it shows word for word; else the first
 * one, and then it is flagged. */
static size_t best_slot(const struct fit *f, size_t i)
{
	struct step *s = &f->steps->items[i];
	size_t first = f->count, same = f->count, sames = 0;

	for (size_t t = 0; t < f->count; t++) {
		if (!*may(f, i, t))
			continue;
		if (first == f->count)
			first = t;
		if (f->slots[t].text && str_eq(s->text, f->slots[t].text)) {
			same = t;
			sames++;
		}
	}
	if (sames == 1)
		return same;
	s->ambiguous |= first < f->count;
	return first;
}

/* Where nothing that was told tells two steps apart. */
static void guess(struct fit *f)
{
	for (size_t i = 0; i < f->steps->count; i++) {
		size_t best;

		if (only_slot(f, i) >= 0)
			continue;
		best = best_slot(f, i);
		for (size_t t = 0; t < f->count; t++)
			*may(f, i, t) = t == best;
		settle_all(f);
	}
}

/* The step that is slot t, or -1. */
static ssize_t step_at(const struct steps *steps, const struct step_slot *t)
{
	for (size_t i = 0; i < steps->count; i++)
		if (steps->items[i].stage == t->stage && steps->items[i].index == t->index)
			return (ssize_t)i;
	return -1;
}

/* Whether a and b are one to BuildKit: the same instruction on the same steps. */
static bool twins(const struct step_slot *slots, const struct steps *steps, size_t a, size_t b)
{
	const struct step_slot *x = &slots[a], *y = &slots[b];

	if (a == b || !x->text || !y->text || !str_eq(x->text, y->text) ||
		x->parent_count != y->parent_count)
		return false;
	for (size_t i = 0; i < x->parent_count; i++) {
		ssize_t p = step_at(steps, &slots[x->parents[i]]);
		ssize_t q = step_at(steps, &slots[y->parents[i]]);

		if (p < 0 || q < 0 || !str_eq(steps->items[p].text, steps->items[q].text))
			return false;
	}
	return true;
}

static void copy_step(struct steps *steps, size_t from, const struct step_slot *t)
{
	struct step *new = GROW(steps->items, steps->count, steps->room);
	const struct step *s = &steps->items[from];

	*new = *s;
	assign(new, t);
	new->position = t->position;
	new->total = t->total;
	new->stage_name = t->stage_name ? xstrdup(t->stage_name) : NULL;
	new->text = xstrdup(s->text);
	new->error = s->error ? xstrdup(s->error) : NULL;
}

/* Two stages that begin alike share their first steps: the engine runs, and shows, them once. */
static void share(const struct step_slot *slots, size_t count, struct steps *steps)
{
	for (size_t t = 0; t < count; t++) {
		if (step_at(steps, &slots[t]) >= 0)
			continue;
		for (size_t m = 0; m < count; m++) {
			ssize_t from = step_at(steps, &slots[m]);

			if (from < 0 || !twins(slots, steps, t, m))
				continue;
			copy_step(steps, (size_t)from, &slots[t]);
			break;
		}
	}
}

void match_named(const struct step_slot *slots, size_t count, match_reads *reads, const void *ctx,
	struct steps *steps)
{
	_cleanup_(freep) bool *cells = xcalloc(steps->count * count + 1, sizeof(bool));
	struct fit f = { slots, count, steps, reads, ctx, cells };

	first_guess(&f);
	settle_all(&f);
	guess(&f);
	for (size_t i = 0; i < steps->count; i++) {
		ssize_t t = only_slot(&f, i);

		if (t >= 0)
			assign(&steps->items[i], &slots[t]);
	}
	share(slots, count, steps);
}

void match_numbered(const struct step_slot *slots, size_t count, struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		struct step *s = &steps->items[i];
		size_t t = 0;

		while (t < count && (slots[t].stage != s->stage || slots[t].index != s->index))
			t++;
		if (t < count)
			assign(s, &slots[t]);
		else
			s->stage = s->index = -1;
	}
}
