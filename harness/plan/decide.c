/* Until decided: what a block has told, whether that is enough, and what the next one holds. */
#include <math.h>

#include "plan/private.h"

/* Of so many builds of a cell none may tell by itself that they fail. */
#define TRIES_LEAST 3

static const struct plan_slot *slot_in(const struct plan *p, size_t cell, int block)
{
	for (size_t i = 0; i < p->slot_count; i++) {
		const struct plan_slot *s = &p->slots[i];

		if (s->kind == SAMPLE_TIMED && s->cell == cell && s->block == block)
			return s;
	}
	return NULL;
}

/* A block's pair. */
static void feed(struct plan *p, struct plan_comparison *c, int block)
{
	const struct plan_slot *a = slot_in(p, c->a, block), *b = slot_in(p, c->b, block);

	if (!a || !b)
		return;
	if (a->is_void || b->is_void || a->skipped || b->skipped) {
		c->voids++;
		return;
	}
	if (c->ab.count >= c->ab.rules.max_pairs)
		return;
	if (a->status == STATUS_FAILED || b->status == STATUS_FAILED || !(a->wall_s > 0) ||
		!(b->wall_s > 0)) {
		ab_lose(&c->ab);
		return;
	}
	ab_pair(&c->ab, &(struct pair){ .a = log(a->wall_s),
				.b = log(b->wall_s),
				.b_first = b < a,
				.a_open = a->status == STATUS_TIMEOUT,
				.b_open = b->status == STATUS_TIMEOUT });
}

/* What all closed blocks tell of all comparisons, at the level that controls their false
 * discoveries. */
static void judge(struct plan *p)
{
	_cleanup_(freep) struct ab **abs = xcalloc(p->comparison_count + 1, sizeof(struct ab *));
	static const struct rules rules = RULES_DEFAULT;

	for (size_t i = 0; i < p->comparison_count; i++) {
		struct plan_comparison *c = &p->comparisons[i];

		for (; c->blocks < p->closed; c->blocks++)
			feed(p, c, c->blocks);
		abs[i] = &c->ab;
	}
	ab_settle(abs, p->comparison_count, rules.alpha);
}

struct tries {
	size_t made, failed, counted;
};

static struct tries tries_of(const struct plan *p, size_t cell)
{
	struct tries t = { 0 };

	for (size_t i = 0; i < p->slot_count; i++) {
		const struct plan_slot *s = &p->slots[i];

		if (s->kind != SAMPLE_TIMED || s->cell != cell || !s->done)
			continue;
		t.made++;
		t.failed += !s->is_void && s->status == STATUS_FAILED;
		t.counted += !s->is_void && !s->skipped && s->status != STATUS_FAILED;
	}
	return t;
}

static bool fails(const struct plan *p, size_t cell)
{
	struct tries t = tries_of(p, cell);

	return p->cells[cell].cell.unsupported ||
	       (t.failed + t.counted >= TRIES_LEAST && t.failed >= t.counted);
}

bool plan_is_settled(const struct plan *p, const struct plan_comparison *c)
{
	size_t lost = c->voids + MAX_PAIRS - c->ab.rules.max_pairs;

	return c->ab.done || lost > c->ab.count + PAIRS_LEAST || fails(p, c->a) || fails(p, c->b);
}

/* The cells of undecided comparisons, and those that lack samples of their own. */
static bool want(const struct plan *p, bool *wanted)
{
	bool any = false;

	for (size_t i = 0; i < p->comparison_count; i++)
		if (!plan_is_settled(p, &p->comparisons[i]))
			wanted[p->comparisons[i].a] = wanted[p->comparisons[i].b] = true;
	for (size_t i = 0; i < p->cell_count; i++) {
		struct tries t = tries_of(p, i);

		wanted[i] |= t.counted + t.failed < (size_t)p->spec.samples &&
			     t.made < 2 * (size_t)p->spec.samples;
		wanted[i] &= !p->cells[i].cell.unsupported;
		any |= wanted[i];
	}
	return any;
}

static bool is_open(const struct plan *p)
{
	for (size_t i = 0; i < p->slot_count; i++)
		if (p->slots[i].kind == SAMPLE_TIMED && !p->slots[i].done)
			return true;
	return false;
}

void close_block(struct plan *p)
{
	_cleanup_(freep) bool *wanted = xcalloc(p->cell_count + 1, sizeof(*wanted));

	if (!p->spec.until_decided || is_open(p))
		return;
	p->closed = p->blocks;
	judge(p);
	while (compare_neighbours(p))
		judge(p);
	if (want(p, wanted))
		lay_wanted(p, wanted);
}
