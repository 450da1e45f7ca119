#include "reports/answer.h"

#include "reports/answer_parts.h"

/* "pip-order/manifest-first", or the scenario alone where it has one unnamed variant. */
static void group_name(struct str *s, const struct run_summary *rs, const struct sum_group *g)
{
	const struct cell *c = rs->cells[g->first].cell;

	term_encode(s, c->scenario, strlen(c->scenario));
	if (!c->variant || str_eq(c->variant, "default"))
		return;
	str_addc(s, '/');
	term_encode(s, c->variant, strlen(c->variant));
}

void group_title(struct str *s, const struct run_summary *rs, const struct sum_group *g)
{
	const struct cell *c = rs->cells[g->first].cell;

	group_name(s, rs, g);
	if (g->one_edit && g->edit != EDIT_NONE)
		str_addf(s, ", %s edit", edit_names[g->edit]);
	str_addf(s, ", output %s", output_names[c->output]);
	if (c->link.rtt_ns || c->link.rate_bytes_s) {
		str_add(s, ", link ");
		link_show(s, c->link);
	}
	if (g->n_low == g->n_high)
		str_addf(s, ", n = %zu", g->n_high);
	else
		str_addf(s, ", n = %zu–%zu", g->n_low, g->n_high);
}

void cell_in_group(struct str *s, const struct sum_group *g, const struct cell *c)
{
	str_add(s, cache_name(c->cache));
	if (c->state == STATE_COLD)
		str_add(s, ", cold");
	if (!g->one_edit && c->edit != EDIT_NONE)
		str_addf(s, ", %s edit", edit_names[c->edit]);
	else if (!g->one_edit && c->state == STATE_WARM)
		str_add(s, ", no edit");
}

void cell_figure(struct str *s, struct scale k, const struct cell_sum *r)
{
	if (r->wall.known)
		figure_show(s, scale_within(k, &r->wall), r->wall.at);
	else if (r->timeouts)
		figure_limit(s, r->limit_s);
	else
		str_add(s, r->failures ? "failed" : r->voids ? "void" : "–");
}

void wall_words(struct str *s, const struct estimate *e)
{
	_cleanup_(str_done) struct str span = STR_INIT;
	struct spread r = { 0 };
	struct scale k;

	spread_estimate(&r, e);
	k = scale_within(scale_seconds(r), e);
	figure_show(s, k, e->at);
	figure_interval(&span, k, e);
	if (e->n < 2)
		str_add(s, " (one sample)");
	else
		str_addf(s, " (%s %s)", e->is_range ? "range" : "95 %:", str_get(&span));
}

void ratio_words(struct str *s, const struct estimate *r)
{
	int digits = r->at < 2 ? 2 : r->at < 100 ? 1 : 0;

	str_addf(s, "%.*f ×", digits, r->at);
	if (r->n < 2)
		str_add(s, ", one pair");
	else
		str_addf(s, ", %s %.*f–%.*f", r->is_range ? "range" : "95 %:", digits, r->low,
			digits, r->high);
}

/* What a source edit costs on a kept store needs no cold build; all else is a gain. */
static bool is_answerable(const struct cell_sum *c)
{
	return c->gain.known || (c->wall.known && c->cell->cache.mode == CACHE_STORE &&
					c->cell->edit == EDIT_SOURCE);
}

/* The edit from which modes are ranked: deps, since after an edit that only the final stage sees
 * all modes tie; else the first that was measured. */
static enum edit ranked_edit(
	const struct run_summary *rs, const struct sum_group *g, const char *engine)
{
	enum edit found = EDIT_NONE;

	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &rs->cells[i];

		if (!str_eq(c->cell->engine, engine) || c->cell->state != STATE_WARM ||
			!is_answerable(c))
			continue;
		if (c->cell->edit == EDIT_DEPS)
			return EDIT_DEPS;
		if (found == EDIT_NONE)
			found = c->cell->edit;
	}
	return found;
}

void add_scenario(struct str *s, bool named, const struct cell *c)
{
	if (!named)
		return;
	term_encode(s, c->scenario, strlen(c->scenario));
	str_add(s, ", ");
}

/* Which of several tables a sentence speaks of. */
static void add_place(
	struct str *s, const struct run_summary *rs, const struct sum_group *g, bool named)
{
	if (rs->group_count < 2 && !named)
		return;
	group_name(s, rs, g);
	str_addf(s, ", output %s – ", output_names[rs->cells[g->first].cell->output]);
}

void group_answers(const struct run_summary *rs, const struct sum_group *g, bool named,
	struct strv *out)
{
	_cleanup_(strv_done) struct strv engines = STRV_INIT, said = STRV_INIT;
	_cleanup_(freep)
		const struct cell_sum **sources = xcalloc(g->count + 1, sizeof(struct cell_sum *));
	size_t count = 0;

	for (size_t i = g->first; i < g->first + g->count; i++)
		if (!strv_has(&engines, rs->cells[i].cell->engine))
			strv_add(&engines, rs->cells[i].cell->engine);
	for (size_t i = 0; i < engines.count; i++) {
		enum edit edit = ranked_edit(rs, g, engines.items[i]);
		const struct cell_sum *store;

		answer_modes(rs, g, engines.items[i], edit, &said, &store);
		if (store && edit == EDIT_SOURCE)
			sources[count++] = store;
		else if (store && store->gain.known)
			answer_store(store, &said);
	}
	answer_sources(sources, count, &said);
	for (size_t i = 0; i < said.count; i++) {
		struct str s = STR_INIT;

		add_place(&s, rs, g, named);
		str_add(&s, said.items[i]);
		strv_own(out, str_take(&s));
	}
}

void run_answers(const struct run_summary *rs, bool named, struct strv *out)
{
	answer_variants(rs, named, out);
	answer_runners(rs, out);
	for (size_t i = 0; i < rs->group_count; i++)
		group_answers(rs, &rs->groups[i], named, out);
}
