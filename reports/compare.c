/* Cells side by side -> effects and verdicts. */
#include <math.h>

#include "reports/compare.h"

static const struct rules rules = RULES_DEFAULT;

static bool is_exact(enum metric m)
{
	return metric_table[m].kind == METRIC_EXACT;
}

static bool is_bytes(enum metric m)
{
	return str_eq(metric_table[m].unit, "By");
}

const char *compare_direction(enum metric m, bool more)
{
	const struct metric_info *i = &metric_table[m];

	if (str_eq(i->unit, "s"))
		return verdict_names[more ? VERDICT_SLOWER : VERDICT_FASTER];
	if (is_bytes(m) || i->better == BETTER_NONE)
		return more ? "larger" : "smaller";
	return more == (i->better == BETTER_MORE) ? "better" : "worse";
}

static bool takes_part(const struct sample *s, const struct cell *c, enum metric m)
{
	return s->cell_id == c->id && sample_tells(s, m);
}

/* The logs of a cell's values; *zero: one has none. */
static double *logs_of(
	const struct run_summary *rs, const struct cell *c, enum metric m, size_t *n, bool *zero)
{
	double *x = xcalloc(rs->sample_count + 1, sizeof(*x));

	*n = 0;
	for (size_t i = 0; i < rs->sample_count; i++) {
		const struct sample *s = &rs->samples[i];

		if (!takes_part(s, c, m))
			continue;
		*zero |= !(s->values.v[m] > 0);
		x[(*n)++] = log(s->values.v[m]);
	}
	return x;
}

static const struct sample *partner(
	const struct run_summary *rs, const struct cell *c, enum metric m, const struct sample *of)
{
	for (size_t i = 0; i < rs->sample_count; i++)
		if (rs->samples[i].block == of->block && takes_part(&rs->samples[i], c, m))
			return &rs->samples[i];
	return NULL;
}

/* Whether what was built of two cells was built block by block, as the cells of a scenario are: two
 * scenarios of one run may have followed each other, and their blocks have the same numbers. */
static bool took_turns(
	const struct run_summary *rs, const struct cell *a, const struct cell *b, enum metric m)
{
	int block = -1;

	if (str_eq(a->project, b->project) && str_eq(a->scenario, b->scenario))
		return true;
	for (size_t i = 0; i < rs->sample_count; i++) {
		const struct sample *s = &rs->samples[i];

		if (!takes_part(s, a, m) && !takes_part(s, b, m))
			continue;
		if (s->block < block)
			return false;
		block = s->block;
	}
	return true;
}

/* The pairs of two cells of one run, a block each; where both timed out it says nothing. */
static struct pair *pairs_of(const struct compare_pair *p, enum metric m, size_t *n)
{
	const struct run_summary *rs = p->rs_a;
	struct pair *pairs = xcalloc(rs->sample_count + 1, sizeof(*pairs));

	*n = 0;
	if (p->rs_a != p->rs_b || !took_turns(rs, p->a->cell, p->b->cell, m))
		return pairs;
	for (size_t i = 0; i < rs->sample_count; i++) {
		const struct sample *a = &rs->samples[i], *b;

		if (!takes_part(a, p->a->cell, m) || partner(rs, p->a->cell, m, a) != a)
			continue;
		b = partner(rs, p->b->cell, m, a);
		if (!b || (a->status == STATUS_TIMEOUT && b->status == STATUS_TIMEOUT))
			continue;
		pairs[(*n)++] = (struct pair){ .a = log(a->values.v[m]),
			.b = log(b->values.v[m]),
			.b_first = b->ordinal < a->ordinal,
			.a_open = a->status == STATUS_TIMEOUT,
			.b_open = b->status == STATUS_TIMEOUT };
	}
	return pairs;
}

struct effect compare_wall(const struct run_summary *rs, const struct cell_sum *a,
	const struct cell_sum *b, double alpha)
{
	struct compare_pair p = { rs, rs, a, b };
	size_t n;
	_cleanup_(freep) struct pair *pairs = pairs_of(&p, M_BUILD_WALL, &n);

	return stats_pairs(pairs, n, alpha);
}

/* The level that the run decided this comparison at by itself; < 0: it did not. */
static double own_level(const struct compare_pair *p, enum metric m)
{
	int64_t a = p->a->cell->id, b = p->b->cell->id;

	for (size_t i = 0; m == M_BUILD_WALL && p->rs_a == p->rs_b && i < p->rs_a->decided_count;
		i++) {
		const struct decision *d = &p->rs_a->decided[i];

		if ((d->a == a && d->b == b) || (d->a == b && d->b == a))
			return d->alpha;
	}
	return -1;
}

/* Where one value is 0 there is no ratio. */
static void measure(const struct compare_pair *p, struct compare_row *row, double alpha)
{
	_cleanup_(freep) struct pair *pairs = NULL;
	_cleanup_(freep) double *a = NULL, *b = NULL;
	size_t na, nb, n;
	bool zero = false;

	a = logs_of(p->rs_a, p->a->cell, row->metric, &na, &zero);
	b = logs_of(p->rs_b, p->b->cell, row->metric, &nb, &zero);
	row->effect = (struct effect){ .p = 1 };
	if (zero)
		return;
	pairs = pairs_of(p, row->metric, &n);
	row->paired = n > 0;
	if (row->paired) {
		row->effect = stats_pairs(pairs, n, alpha);
		return;
	}
	row->effect = stats_unpaired(a, na, b, nb, alpha);
	row->effect.low_open = p->a->timeouts > 0;
	row->effect.high_open = p->b->timeouts > 0;
}

char *compare_machines(const struct run *a, const struct run *b)
{
	static const char *const keys[] = { "cpu.model", "cpu.cores", "mem.bytes", "kernel", "virt",
		"fs.lab", "user" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *va = facts_get(&a->env, keys[i]), *vb = facts_get(&b->env, keys[i]);
		_cleanup_(str_done) struct str text = STR_INIT;

		if (str_eq(va, vb) || (!va && !vb))
			continue;
		str_addf(&text, "other machines, %s ", keys[i]);
		term_encode(&text, va ? va : "unknown", strlen(va ? va : "unknown"));
		str_add(&text, " and ");
		term_encode(&text, vb ? vb : "unknown", strlen(vb ? vb : "unknown"));
		return str_take(&text);
	}
	return NULL;
}

/* What forbids a verdict whatever the numbers say; a new string, or NULL. */
static char *objection(const struct compare_pair *p, const struct compare_row *row)
{
	char *why;

	if (p->a->standin != p->b->standin)
		return xstrdup("one side is built on a stand-in base");
	if (is_exact(row->metric))
		return NULL;
	why = p->rs_a == p->rs_b ? NULL : compare_machines(p->rs_a->run, p->rs_b->run);
	if (why)
		return why;
	if (!row->paired)
		return xstrdup("not interleaved");
	return row->effect.n < PAIRS_LEAST ? xstrdup("fewer than four blocks hold both") : NULL;
}

/* Exact values need no statistics: what rebuilds of one side differ by is no change. */
static const char *judge_exact(const struct compare_row *row)
{
	if (row->a.low <= row->b.high && row->b.low <= row->a.high)
		return verdict_names[VERDICT_SAME];
	return compare_direction(row->metric, row->b.at > row->a.at);
}

static const char *judge_estimate(const struct compare_row *row)
{
	enum verdict v = stats_verdict(&row->effect, &rules);

	if (v == VERDICT_SLOWER || v == VERDICT_FASTER)
		return compare_direction(row->metric, v == VERDICT_SLOWER);
	return verdict_names[v];
}

static void judge(const struct compare_pair *p, struct compare_row *row)
{
	if (!row->b.n)
		return;
	if (!row->a.n) {
		row->verdict = "no baseline";
		return;
	}
	row->why = objection(p, row);
	if (row->why)
		row->verdict = verdict_names[VERDICT_INCONCLUSIVE];
	else
		row->verdict = is_exact(row->metric) ? judge_exact(row) : judge_estimate(row);
}

static void add_rate(
	struct compare *c, const char *what, size_t ka, size_t na, size_t kb, size_t nb)
{
	struct compare_rate *r;

	if (!ka && !kb)
		return;
	r = GROW(c->rates, c->rate_count, c->rate_room);
	*r = (struct compare_rate){ c->pair_count - 1, what, ka, na, kb, nb,
		stats_rates(ka, na, kb, nb, rules.alpha) };
}

static size_t outliers_of(const struct run_summary *rs, const struct cell *c)
{
	size_t n, k = 0;
	bool zero = false;
	_cleanup_(freep) double *x = logs_of(rs, c, M_BUILD_WALL, &n, &zero);
	_cleanup_(freep) bool *out = xcalloc(n + 1, sizeof(*out));

	if (zero)
		return 0;
	stats_outliers(x, n, out);
	for (size_t i = 0; i < n; i++)
		k += out[i];
	return k;
}

void compare_add(struct compare *c, const struct compare_pair *pair)
{
	const struct cell_sum *a = pair->a, *b = pair->b;

	*GROW(c->pairs, c->pair_count, c->pair_room) = *pair;
	for (int m = 0; m < METRIC_COUNT; m++) {
		struct compare_row *row;

		if ((!a->metrics[m].n && !b->metrics[m].n) ||
			(!c->all && !is_exact(m) && m != M_BUILD_WALL))
			continue;
		row = GROW(c->rows, c->row_count, c->row_room);
		row->pair = c->pair_count - 1;
		row->metric = m;
		row->a = a->metrics[m];
		row->b = b->metrics[m];
	}
	add_rate(c, "outliers", outliers_of(pair->rs_a, a->cell), a->n,
		outliers_of(pair->rs_b, b->cell), b->n);
	add_rate(c, "findings", a->findings, a->n, b->findings, b->n);
	add_rate(c, "time-outs", a->timeouts, a->n, b->timeouts, b->n);
	add_rate(c, "failures", a->failures, a->n + a->failures, b->failures, b->n + b->failures);
}

static bool is_measured(const struct compare_row *row)
{
	return !is_exact(row->metric) && row->a.n && row->b.n;
}

/* At the run's own level, or as if it were alone; p collects those that are yet to be decided
 * together. */
static size_t measure_first(struct compare *c, double *p)
{
	size_t n = 0;

	for (size_t i = 0; i < c->row_count; i++) {
		struct compare_row *row = &c->rows[i];
		double own = own_level(&c->pairs[row->pair], row->metric);

		row->alpha = own > 0 ? own : c->alpha;
		if (!is_measured(row))
			continue;
		measure(&c->pairs[row->pair], row, row->alpha);
		if (!(own > 0))
			p[n++] = row->effect.p;
	}
	return n;
}

void compare_decide(struct compare *c)
{
	_cleanup_(freep) double *p = xcalloc(c->row_count + 1, sizeof(*p));

	c->alpha = rules.alpha;
	c->level = stats_many_level(p, measure_first(c, p), c->alpha);
	for (size_t i = 0; i < c->row_count; i++) {
		struct compare_row *row = &c->rows[i];
		const struct compare_pair *pair = &c->pairs[row->pair];

		if (own_level(pair, row->metric) <= 0) {
			row->alpha = c->level;
			if (is_measured(row) && c->level < c->alpha)
				measure(pair, row, c->level);
		}
		judge(pair, row);
	}
}

void compare_metric(const struct compare_pair *pair, enum metric m, struct compare_row *row)
{
	double own = own_level(pair, m);

	*row = (struct compare_row){ .metric = m,
		.a = pair->a->metrics[m],
		.b = pair->b->metrics[m],
		.alpha = own > 0 ? own : rules.alpha };
	if (is_measured(row))
		measure(pair, row, row->alpha);
	judge(pair, row);
}

void compare_done(struct compare *c)
{
	for (size_t i = 0; i < c->row_count; i++)
		free(c->rows[i].why);
	free(c->rows);
	free(c->pairs);
	free(c->rates);
	strv_done(&c->courses);
}
