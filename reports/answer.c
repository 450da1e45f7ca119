#include "reports/answer.h"

#include "reports/cause.h"
#include "reports/figure.h"

void group_title(struct str *s, const struct run_summary *rs, const struct sum_group *g)
{
	const struct cell *c = rs->cells[g->first].cell;

	term_encode(s, c->scenario, strlen(c->scenario));
	if (c->variant && *c->variant && !str_eq(c->variant, "default")) {
		str_addc(s, '/');
		term_encode(s, c->variant, strlen(c->variant));
	}
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

/* "3.2 ×, 95 %: 3.0–3.5", or the range, so called. */
static void ratio_words(struct str *s, const struct estimate *r)
{
	str_addf(s, "%.1f ×", r->at);
	if (r->n < 2)
		str_add(s, ", one pair");
	else
		str_addf(s, ", %s: %.1f–%.1f", r->is_range ? "range" : "95 %", r->low, r->high);
}

static void wall_words(struct str *s, const struct estimate *e)
{
	_cleanup_(str_done) struct str span = STR_INIT;
	struct spread r = { 0 };

	spread_estimate(&r, e);

	struct scale k = scale_seconds(r);

	figure_show(s, k, e->at);
	if (e->n < 2)
		return;
	figure_interval(&span, k, e);
	str_addf(s, " (%s %s)", e->is_range ? "range" : "95 %:", str_get(&span));
}

/* A source edit on a kept store: what it costs, and which line makes it cost that. */
static void answer_source(struct str *s, const struct cell_sum *c)
{
	struct cause k = c->typical ? cause_of(c->typical) : (struct cause){ 0 };

	str_add(s, "A source edit costs ");
	wall_words(s, &c->wall);
	str_add(s, " on ");
	term_encode(s, c->cell->engine, strlen(c->cell->engine));
	if (!k.dear || k.dear_s < c->wall.at / 2) {
		if (c->cold && c->cold->wall.known) {
			str_add(s, "; a cold build ");
			wall_words(s, &c->cold->wall);
		}
		str_addc(s, '.');
		return;
	}
	str_addf(s, " although no dependency changed: %.1f s of it is ", k.dear_s);
	step_words(s, k.dear, 40);
	if (k.first && str_starts(step_text(k.first), "COPY")) {
		str_add(s, ", which runs again after ");
		step_words(s, k.first, 40);
		str_addf(s, ". If line %d does not need all of it, copy what it needs first",
			k.dear->line);
	}
	str_addc(s, '.');
}

/* One engine's cells that are ranked: warm, of one edit, with a known time and gain. */
struct ranking {
	const struct run_summary *rs;
	const struct cell_sum **cells; /* by median, fastest first */
	size_t count;
	const struct cell_sum *store; /* the kept store, apart: no fresh runner has it */
};

static bool is_imported(const struct cell_sum *c)
{
	enum cache_mode m = c->cell->cache.mode;

	return m == CACHE_LOCAL || m == CACHE_REGISTRY || m == CACHE_INLINE;
}

static int by_wall(const void *a, const void *b)
{
	double x = (*(const struct cell_sum *const *)a)->wall.at;
	double y = (*(const struct cell_sum *const *)b)->wall.at;

	return x < y ? -1 : x > y;
}

static void rank_cells(struct ranking *r, const struct sum_group *g, const char *engine,
	enum edit edit)
{
	r->cells = xcalloc(g->count + 1, sizeof(struct cell_sum *));
	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &r->rs->cells[i];

		if (!str_eq(c->cell->engine, engine) || c->cell->edit != edit ||
		    c->cell->state != STATE_WARM || !c->wall.known || !c->gain.known)
			continue;
		if (is_imported(c))
			r->cells[r->count++] = c;
		else if (c->cell->cache.mode == CACHE_STORE)
			r->store = c;
	}
	qsort(r->cells, r->count, sizeof(struct cell_sum *), by_wall);
}

static void ranking_done(struct ranking *r)
{
	free(r->cells);
}

static bool gains(const struct cell_sum *c)
{
	return c->gain.low > 0;
}

static const char *edit_phrase(enum edit e)
{
	static const char *const phrases[] = {
		[EDIT_NONE] = "a build without an edit", [EDIT_SOURCE] = "a source edit",
		[EDIT_DEPS] = "a dependency change", [EDIT_DOCKERFILE] = "a Dockerfile edit",
		[EDIT_MODE] = "a change of permissions", [EDIT_COMMIT] = "a commit",
	};

	return phrases[e];
}

/* "registry:max and local:max", those that `pick` chooses. */
static size_t list_modes(struct str *s, const struct ranking *r,
	bool (*pick)(const struct ranking *, const struct cell_sum *))
{
	size_t all = 0, k = 0;

	for (size_t i = 0; i < r->count; i++)
		all += pick(r, r->cells[i]);
	for (size_t i = 0; i < r->count; i++)
		if (pick(r, r->cells[i]))
			str_addf(s, "%s%s", k++ == 0 ? "" : k == all ? " and " : ", ",
				cache_name(r->cells[i]->cell->cache));
	return all;
}

/* The interval of the difference to the fastest holds 0: neither is faster. */
static bool ties_best(const struct ranking *r, const struct cell_sum *c)
{
	struct estimate d;

	if (c == r->cells[0])
		return false;
	d = paired_shift(r->rs, c, r->cells[0]);
	return d.known && !d.is_range && d.low <= 0 && d.high >= 0;
}

static bool gains_nothing(const struct ranking *r, const struct cell_sum *c)
{
	return c != r->cells[0] && !c->gain.is_range && !gains(c);
}

static void answer_rest(struct str *s, const struct ranking *r)
{
	_cleanup_(str_done) struct str modes = STR_INIT;
	size_t n = list_modes(&modes, r, ties_best);

	if (n)
		str_addf(s, " %s %s with it.", str_get(&modes), n == 1 ? "ties" : "tie");
	str_clear(&modes);
	n = list_modes(&modes, r, gains_nothing);
	if (n)
		str_addf(s, " %s %s nothing here.", str_get(&modes), n == 1 ? "gains" : "gain");
}

static void answer_store(struct str *s, const struct ranking *r)
{
	struct estimate d;

	if (!r->store || !r->count)
		return;
	d = paired_shift(r->rs, r->cells[0], r->store);
	if (!d.known)
		return;
	if (d.low > 0) {
		str_add(s, " A runner that keeps its store would save ");
		figure_seconds(s, d.at);
		str_add(s, " more.");
	} else if (!d.is_range && d.high < 0) {
		str_add(s, " A runner that keeps its store would be slower.");
	}
}

static void answer_small_n(struct str *s, const struct cell_sum *best)
{
	if (best->gain.is_range)
		str_addf(s, " With n = %zu these are ranges, no verdict: it takes 6.",
			best->gain.n);
}

/* "On a fresh runner registry:max answers a dependency change in 14.9 s instead of 48.2 s …" */
static void answer_best(struct str *s, const struct ranking *r, enum edit edit)
{
	const struct cell_sum *b = r->cells[0];
	const struct estimate *out = &b->metrics[M_PHASE_CACHE_EXPORT];

	term_encode(s, b->cell->engine, strlen(b->cell->engine));
	if (!b->gain.is_range && !gains(b)) {
		str_addf(s, ": on a fresh runner no cache mode gains anything for %s: %s, the "
			    "fastest, ", edit_phrase(edit), cache_name(b->cell->cache));
		str_add(s, b->gain.high < 0 ? "is slower than the cold build." :
					      "ties with the cold build.");
		return;
	}
	str_addf(s, ": on a fresh runner %s answers %s in ", cache_name(b->cell->cache),
		edit_phrase(edit));
	wall_words(s, &b->wall);
	str_add(s, " instead of ");
	wall_words(s, &b->cold->wall);
	str_add(s, " (");
	ratio_words(s, &b->ratio);
	str_addc(s, ')');
	if (out->known && out->at >= b->wall.at / 20) {
		str_add(s, ", ");
		figure_seconds(s, out->at);
		str_add(s, " of it the cache export");
	}
	str_addc(s, '.');
}

static void answer_store_alone(struct str *s, const struct cell_sum *c, enum edit edit)
{
	term_encode(s, c->cell->engine, strlen(c->cell->engine));
	if (!c->gain.is_range && !gains(c)) {
		str_addf(s, ": a kept store gains nothing for %s.", edit_phrase(edit));
		return;
	}
	str_addf(s, ": a builder that keeps its store answers %s in ", edit_phrase(edit));
	wall_words(s, &c->wall);
	str_add(s, " instead of ");
	wall_words(s, &c->cold->wall);
	str_add(s, " (");
	ratio_words(s, &c->ratio);
	str_add(s, ").");
	answer_small_n(s, c);
}

/* The edit from which modes are ranked: deps, since after an edit that only the final stage sees
 * all modes tie; else the first that was measured. */
static enum edit ranked_edit(const struct run_summary *rs, const struct sum_group *g,
	const char *engine)
{
	enum edit found = EDIT_NONE;

	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &rs->cells[i];

		if (!str_eq(c->cell->engine, engine) || c->cell->state != STATE_WARM ||
		    !c->gain.known)
			continue;
		if (c->cell->edit == EDIT_DEPS)
			return EDIT_DEPS;
		if (found == EDIT_NONE)
			found = c->cell->edit;
	}
	return found;
}

static void answer_engine(const struct run_summary *rs, const struct sum_group *g,
	const char *engine, struct strv *out)
{
	_cleanup_(ranking_done) struct ranking r = { .rs = rs };
	_cleanup_(str_done) struct str s = STR_INIT;
	enum edit edit = ranked_edit(rs, g, engine);

	rank_cells(&r, g, engine, edit);
	if (r.count) {
		answer_best(&s, &r, edit);
		answer_rest(&s, &r);
		answer_store(&s, &r);
		answer_small_n(&s, r.cells[0]);
	} else if (r.store && edit == EDIT_SOURCE) {
		answer_source(&s, r.store);
	} else if (r.store) {
		answer_store_alone(&s, r.store, edit);
	}
	if (s.len)
		strv_own(out, str_take(&s));
}

void group_answers(const struct run_summary *rs, const struct sum_group *g, struct strv *out)
{
	_cleanup_(strv_done) struct strv engines = STRV_INIT;

	for (size_t i = g->first; i < g->first + g->count; i++)
		if (!strv_has(&engines, rs->cells[i].cell->engine))
			strv_add(&engines, rs->cells[i].cell->engine);
	for (size_t i = 0; i < engines.count; i++)
		answer_engine(rs, g, engines.items[i], out);
}
