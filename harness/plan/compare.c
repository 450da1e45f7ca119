/* Which cells are compared with which: the reference of each, and neighbours in the ranking. */
#include <math.h>

#include "plan/private.h"

/* Whether two cells of one plan differ in nothing but what is not named here. */
static bool alike(const struct plan_cell *a, const struct plan_cell *b, bool variant, bool engine,
	bool mode, bool edit)
{
	return a->scenario == b->scenario && (!variant || a->variant == b->variant) &&
	       (!engine || a->engine == b->engine) &&
	       (!mode || (a->cell.cache.mode == b->cell.cache.mode &&
				 a->cell.cache.depth == b->cell.cache.depth &&
				 a->cell.state == b->cell.state)) &&
	       (!edit || a->cell.edit == b->cell.edit);
}

static bool is_bare(const struct plan_cell *c)
{
	return c->cell.cache.mode == CACHE_NONE && c->cell.state == STATE_COLD;
}

static bool has_variants(const struct plan *p, size_t scenario)
{
	for (size_t i = 0; i < p->cell_count; i++)
		if (p->cells[i].scenario == scenario && p->cells[i].variant)
			return true;
	return false;
}

/* What tells a cell from its reference; where it can be had, the first of them. */
enum by { BY_VARIANT, BY_CACHE, BY_CACHE_OF_ANY_EDIT, BY_ENGINE, BY_COUNT };

static bool is_reference(const struct plan_cell *a, const struct plan_cell *b, enum by by)
{
	switch (by) {
	case BY_VARIANT:
		return !a->variant && b->variant && alike(a, b, false, true, true, true);
	case BY_CACHE:
		return is_bare(a) && !is_bare(b) && alike(a, b, true, true, false, true);
	case BY_CACHE_OF_ANY_EDIT:
		return is_bare(a) && !is_bare(b) && alike(a, b, true, true, false, false);
	default:
		return !a->engine && b->engine && alike(a, b, true, false, true, true);
	}
}

static bool add(struct plan *p, size_t a, size_t b, bool to_reference)
{
	static const struct rules rules = RULES_DEFAULT;
	struct plan_comparison *c;

	for (size_t i = 0; i < p->comparison_count; i++) {
		c = &p->comparisons[i];
		if ((c->a == a && c->b == b) || (c->a == b && c->b == a))
			return false;
	}
	c = GROW(p->comparisons, p->comparison_count, p->comparison_room);
	*c = (struct plan_comparison){ .a = a, .b = b, .to_reference = to_reference };
	ab_init(&c->ab, &rules, 0); /* the order within its pairs is the block's */
	return true;
}

/* True: cell b has a reference that tells it by this. */
static bool refer(struct plan *p, size_t b, enum by by)
{
	for (size_t a = 0; a < p->cell_count; a++)
		if (!p->cells[a].cell.unsupported && is_reference(&p->cells[a], &p->cells[b], by))
			return add(p, a, b, true);
	return false;
}

/* Variants are compared with each other where a scenario has some, else its modes are, else the
 * engines. */
static void compare_scenario(struct plan *p, size_t scenario)
{
	enum by last = has_variants(p, scenario) ? BY_VARIANT : BY_CACHE_OF_ANY_EDIT;
	bool any = false;

	for (size_t b = 0; b < p->cell_count; b++) {
		if (p->cells[b].scenario != scenario || p->cells[b].cell.unsupported)
			continue;
		for (enum by by = 0; by <= last; by++) {
			if (!refer(p, b, by))
				continue;
			any = true;
			break;
		}
	}
	for (size_t b = 0; !any && b < p->cell_count; b++)
		if (p->cells[b].scenario == scenario && !p->cells[b].cell.unsupported)
			refer(p, b, BY_ENGINE);
}

void compare_cells(struct plan *p)
{
	size_t last = p->cell_count ? p->cells[p->cell_count - 1].scenario : 0;

	for (size_t s = 0; s <= last; s++)
		compare_scenario(p, s);
}

/* Of an engine; p->cell_count: none. */
static size_t claimed_cell(
	const struct plan *p, size_t scenario, size_t engine, const struct claim_cell *w)
{
	size_t i = 0;

	while (i < p->cell_count &&
		!(p->cells[i].scenario == scenario && p->cells[i].engine == engine &&
			!p->cells[i].cell.unsupported && cell_is_claimed(&p->cells[i].cell, w)))
		i++;
	return i;
}

/* The claim is of the first against the second: the comparison may have them the other way round. */
static void compare_claimed(struct plan *p, const struct claim *claim, size_t of, size_t than)
{
	double least = claim->way == CLAIM_SAME	  ? 0
		       : claim->way == CLAIM_LESS ? -log(claim->minimum)
						  : log(claim->minimum);

	add(p, than, of, false);
	for (size_t i = 0; i < p->comparison_count; i++) {
		struct plan_comparison *c = &p->comparisons[i];

		if (c->a == than && c->b == of)
			c->ab.rules.claimed = least;
		else if (c->a == of && c->b == than)
			c->ab.rules.claimed = -least;
	}
}

void compare_claims(struct plan *p, struct scenario *const *scenarios)
{
	for (size_t i = 0; i < p->cell_count; i++) {
		const struct plan_cell *pc = &p->cells[i];
		const struct scenario *s = scenarios[pc->scenario];

		for (size_t k = 0; k < s->claim_count && !pc->cell.unsupported; k++) {
			const struct claim *claim = &s->claims[k];
			size_t than;

			if (claim->metric != M_BUILD_WALL ||
				!cell_is_claimed(&pc->cell, &claim->of))
				continue;
			than = claimed_cell(p, pc->scenario, pc->engine, &claim->than);
			if (than < p->cell_count && than != i)
				compare_claimed(p, claim, i, than);
		}
	}
}

/* A cell's place in a ranking. */
struct ranked {
	size_t cell;
	double at; /* log of its ratio to the reference */
};

static int by_time(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	return (a->at > b->at) - (a->at < b->at);
}

/* Whether two comparisons stand in one ranking: the same reference, after the same edit. */
static bool share_ranking(
	const struct plan *p, const struct plan_comparison *a, const struct plan_comparison *b)
{
	return a->to_reference && b->to_reference && a->a == b->a &&
	       p->cells[a->b].cell.edit == p->cells[b->b].cell.edit;
}

/* The ranking of a comparison's cells, its reference among them; 0 where one is not told yet. */
static size_t ranking(struct plan *p, const struct plan_comparison *of, struct ranked *out)
{
	size_t n = 0;

	out[n++] = (struct ranked){ of->a, 0 };
	for (size_t i = 0; i < p->comparison_count; i++) {
		const struct plan_comparison *c = &p->comparisons[i];

		if (!share_ranking(p, of, c))
			continue;
		if (!plan_is_settled(p, c))
			return 0;
		if (c->ab.effect.known)
			out[n++] = (struct ranked){ c->b, c->ab.effect.at };
	}
	qsort(out, n, sizeof(*out), by_time);
	return n;
}

bool compare_neighbours(struct plan *p)
{
	_cleanup_(freep) struct ranked *order = xcalloc(p->cell_count + 1, sizeof(*order));
	size_t count = p->comparison_count;
	bool added = false;

	for (size_t i = 0; i < count; i++) {
		size_t n;

		if (!p->comparisons[i].to_reference || p->comparisons[i].ranked)
			continue;
		n = ranking(p, &p->comparisons[i], order);
		for (size_t k = 0; n && k < count; k++)
			if (share_ranking(p, &p->comparisons[i], &p->comparisons[k]))
				p->comparisons[k].ranked = true;
		for (size_t k = 1; k < n; k++)
			added |= add(p, order[k - 1].cell, order[k].cell, false);
	}
	return added;
}
