/* The variants of a scenario against the one listed first. */
#include "reports/answer.h"
#include "reports/answer_parts.h"

/* The same cell of another variant, or NULL. */
static const struct cell_sum *counterpart(
	const struct run_summary *rs, const struct sum_group *g, const struct cell_sum *c)
{
	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell *o = rs->cells[i].cell;

		if (str_eq(o->engine, c->cell->engine) && o->state == c->cell->state &&
			o->edit == c->cell->edit && o->cache.mode == c->cell->cache.mode &&
			o->cache.depth == c->cell->cache.depth)
			return &rs->cells[i];
	}
	return NULL;
}

static bool is_rival(
	const struct run_summary *rs, const struct sum_group *first, const struct sum_group *other)
{
	const struct cell *a = rs->cells[first->first].cell, *b = rs->cells[other->first].cell;

	return str_eq(a->project, b->project) && str_eq(a->scenario, b->scenario) &&
	       !str_eq(a->variant, b->variant) && a->output == b->output &&
	       link_equal(&a->link, &b->link);
}

/* Whether an earlier table has the same scenario, output and link: that one leads. */
static bool leads(const struct run_summary *rs, size_t group)
{
	for (size_t i = 0; i < group; i++)
		if (is_rival(rs, &rs->groups[i], &rs->groups[group]))
			return false;
	return true;
}

/* An engine's cell that variants are compared by: warm after a source edit, with a kept store where
 * there is one; for that is where the order of a Dockerfile's lines shows. */
static bool is_telling(const struct run_summary *rs, const struct sum_group *g, size_t at)
{
	const struct cell *c = rs->cells[at].cell;

	if (c->state != STATE_WARM || c->edit != EDIT_SOURCE || !rs->cells[at].wall.known)
		return false;
	for (size_t i = g->first; i < at; i++)
		if (str_eq(rs->cells[i].cell->engine, c->engine) && is_telling(rs, g, i))
			return false;
	return true;
}

static void compare(struct str *s, const struct cell_sum *a, const struct cell_sum *b,
	const struct estimate *ratio)
{
	bool tie = !ratio->is_range && ratio->low <= 1 && ratio->high >= 1;

	term_encode(s, b->cell->engine, strlen(b->cell->engine));
	str_addf(s, ", %s, after %s: ", cache_name(b->cell->cache), edit_phrase(b->cell->edit));
	term_encode(s, b->cell->variant, strlen(b->cell->variant));
	str_add(s, " takes ");
	figure_rounded(s, "s", &b->wall);
	str_add(s, " where ");
	term_encode(s, a->cell->variant, strlen(a->cell->variant));
	str_add(s, " takes ");
	figure_rounded(s, "s", &a->wall);
	str_add(s, tie ? ": a tie (" : " (");
	ratio_words(s, ratio);
	str_add(s, ").");
	if (ratio->is_range)
		str_add(s, " No verdict below n = 6.");
}

static void compare_groups(const struct run_summary *rs, const struct sum_group *first,
	const struct sum_group *other, bool named, struct strv *out)
{
	for (size_t i = first->first; i < first->first + first->count; i++) {
		const struct cell_sum *a = &rs->cells[i], *b;
		struct str s = STR_INIT;
		struct estimate ratio;

		b = is_telling(rs, first, i) ? counterpart(rs, other, a) : NULL;
		if (!b || !b->wall.known)
			continue;
		ratio = paired_ratio(rs, a, b);
		if (ratio.known && ratio.at < 1) { /* the faster one is named first */
			const struct cell_sum *slower = b;

			b = a;
			a = slower;
			ratio = paired_ratio(rs, a, b);
		}
		if (!ratio.known)
			continue;
		add_scenario(&s, named, a->cell);
		compare(&s, a, b, &ratio);
		strv_own(out, str_take(&s));
	}
}

void answer_variants(const struct run_summary *rs, bool named, struct strv *out)
{
	named |= !run_scenario(rs);
	if (rs->decided_count) {
		answer_decided(rs, named, out);
		return;
	}
	for (size_t i = 0; i < rs->group_count; i++)
		for (size_t k = i + 1; leads(rs, i) && k < rs->group_count; k++)
			if (is_rival(rs, &rs->groups[i], &rs->groups[k]))
				compare_groups(rs, &rs->groups[i], &rs->groups[k], named, out);
}
