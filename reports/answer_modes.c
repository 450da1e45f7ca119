/* Which cache mode makes a build fast, against the cold one and against each other. */
#include "reports/answer_parts.h"
#include "reports/figure.h"

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

static void rank_cells(
	struct ranking *r, const struct sum_group *g, const char *engine, enum edit edit)
{
	r->cells = xcalloc(g->count + 1, sizeof(struct cell_sum *));
	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &r->rs->cells[i];

		if (!str_eq(c->cell->engine, engine) || c->cell->edit != edit ||
			c->cell->state != STATE_WARM || !c->wall.known)
			continue;
		if (is_imported(c) && c->gain.known)
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

const char *edit_phrase(enum edit e)
{
	static const char *const phrases[] = {
		[EDIT_NONE] = "a build without an edit",
		[EDIT_SOURCE] = "a source edit",
		[EDIT_DEPS] = "a dependency change",
		[EDIT_DOCKERFILE] = "a Dockerfile edit",
		[EDIT_MODE] = "a change of permissions",
		[EDIT_CATALOGUE] = "an update of the catalogue",
		[EDIT_COMMIT] = "a commit",
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
			str_addf(s, "%s%s",
				k++ == 0   ? ""
				: k == all ? " and "
					   : ", ",
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

static bool ties_cold(const struct ranking *r, const struct cell_sum *c)
{
	return !c->gain.is_range && !gains(c) && c->gain.high >= 0;
}

static bool loses(const struct ranking *r, const struct cell_sum *c)
{
	return !c->gain.is_range && c->gain.high < 0;
}

static void add_list(struct str *s, const struct ranking *r,
	bool (*pick)(const struct ranking *, const struct cell_sum *), const char *one,
	const char *many)
{
	_cleanup_(str_done) struct str modes = STR_INIT;
	size_t n = list_modes(&modes, r, pick);

	if (n)
		str_addf(s, " %s %s.", str_get(&modes), n == 1 ? one : many);
}

/* What becomes of the modes beside the fastest, or of all where none gains. */
static void add_rest(struct str *s, const struct ranking *r)
{
	if (gains(r->cells[0]) || r->cells[0]->gain.is_range)
		add_list(s, r, ties_best, "ties with it", "tie with it");
	add_list(s, r, ties_cold, "ties with the cold build", "tie with the cold build");
	add_list(s, r, loses, "is slower than the cold build", "are slower than the cold build");
}

static void add_store(struct str *s, const struct ranking *r)
{
	struct estimate d;

	if (!r->store || !r->count)
		return;
	d = paired_shift(r->rs, r->cells[0], r->store);
	if (!d.known)
		return;
	if (d.low > 0) {
		str_add(s, " A runner that keeps its store would save ");
		figure_rounded(s, "s", &d);
		str_add(s, gains(r->cells[0]) ? " more." : ".");
	} else if (!d.is_range && d.high < 0) {
		str_add(s, " A runner that keeps its store would be slower.");
	}
}

static void add_small_n(struct str *s, const struct cell_sum *best)
{
	if (best->gain.is_range)
		str_add(s, " No verdict below n = 6.");
}

/* "14.9 s instead of 48.2 s (3.2 ×, 95 %: 3.0–3.5)"; the times' intervals stand in the table. */
static void instead_of_cold(struct str *s, const struct cell_sum *c)
{
	figure_rounded(s, "s", &c->wall);
	str_add(s, " instead of ");
	if (c->cold->wall.known)
		figure_rounded(s, "s", &c->cold->wall);
	str_add(s, " (");
	ratio_words(s, &c->ratio);
	str_addc(s, ')');
}

/* Too few samples for a verdict, and what there is speaks against it: "registry takes 8.0 s, the
 * cold build 5.8 s (0.7 ×, one pair): no gain so far". */
static void add_no_gain_yet(struct str *s, const struct cell_sum *b, enum edit edit)
{
	str_addf(s, ": on a fresh runner the fastest mode for %s, %s, takes ", edit_phrase(edit),
		cache_name(b->cell->cache));
	figure_rounded(s, "s", &b->wall);
	if (b->cold->wall.known) {
		str_add(s, ", the cold build ");
		figure_rounded(s, "s", &b->cold->wall);
	}
	str_add(s, " (");
	ratio_words(s, &b->ratio);
	str_add(s, "): no gain so far.");
}

/* "On a fresh runner registry:max answers a dependency change in 14.9 s instead of 48.2 s …" */
static void add_best(struct str *s, const struct ranking *r, enum edit edit)
{
	const struct cell_sum *b = r->cells[0];
	const struct estimate *out = &b->metrics[M_PHASE_CACHE_EXPORT];

	term_encode(s, b->cell->engine, strlen(b->cell->engine));
	if (!b->gain.is_range && !gains(b)) {
		str_addf(s, ": on a fresh runner no cache mode gains anything for %s.",
			edit_phrase(edit));
		return;
	}
	if (b->gain.at <= 0) {
		add_no_gain_yet(s, b, edit);
		return;
	}
	str_addf(s, ": on a fresh runner %s answers %s in ", cache_name(b->cell->cache),
		edit_phrase(edit));
	instead_of_cold(s, b);
	if (out->known && out->at >= b->wall.at / 20) {
		str_add(s, ", ");
		figure_rounded(s, "s", out);
		str_add(s, " of it the cache export");
	}
	str_addc(s, '.');
}

void answer_store(const struct cell_sum *c, struct strv *out)
{
	struct str s = STR_INIT;

	term_encode(&s, c->cell->engine, strlen(c->cell->engine));
	if (!c->gain.is_range && !gains(c)) {
		str_addf(&s, ": a kept store gains nothing for %s.", edit_phrase(c->cell->edit));
		strv_own(out, str_take(&s));
		return;
	}
	str_addf(&s, ": a builder that keeps its store answers %s in ", edit_phrase(c->cell->edit));
	instead_of_cold(&s, c);
	str_addc(&s, '.');
	add_small_n(&s, c);
	strv_own(out, str_take(&s));
}

void answer_modes(const struct run_summary *rs, const struct sum_group *g, const char *engine,
	enum edit edit, struct strv *out, const struct cell_sum **store)
{
	_cleanup_(ranking_done) struct ranking r = { .rs = rs };
	struct str s = STR_INIT;

	rank_cells(&r, g, engine, edit);
	*store = r.count ? NULL : r.store;
	if (!r.count)
		return;
	add_best(&s, &r, edit);
	add_rest(&s, &r);
	add_store(&s, &r);
	add_small_n(&s, r.cells[0]);
	strv_own(out, str_take(&s));
}
