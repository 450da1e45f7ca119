#include "reports/summary.h"

#include <math.h>

bool sample_counts(const struct sample *s)
{
	return s->kind == SAMPLE_TIMED && !checks_void(&s->checks) &&
	       (s->status == STATUS_OK || s->status == STATUS_TIMEOUT) &&
	       s->values.known[M_BUILD_WALL];
}

bool sample_tells(const struct sample *s, enum metric m)
{
	if (metric_is_of_starts(m))
		return s->kind == SAMPLE_START && s->values.known[m];
	return sample_counts(s) && s->values.known[m] &&
	       (s->status == STATUS_OK || m == M_BUILD_WALL);
}

static bool sample_ended(const struct sample *s)
{
	return sample_counts(s) && s->status == STATUS_OK;
}

size_t run_builds(const struct run_summary *rs)
{
	size_t n = 0;

	for (size_t i = 0; i < rs->sample_count; i++)
		n += rs->samples[i].kind != SAMPLE_START;
	return n;
}

const char *run_scenario(const struct run_summary *rs)
{
	for (size_t i = 1; i < rs->count; i++)
		if (!str_eq(rs->cells[i].cell->scenario, rs->cells[0].cell->scenario))
			return NULL;
	return rs->count ? rs->cells[0].cell->scenario : NULL;
}

void cell_words(struct str *s, const struct run_summary *rs, const struct cell *c)
{
	if (rs->group_count > 1) {
		if (!run_scenario(rs)) {
			term_encode(s, c->scenario, strlen(c->scenario));
			str_add(s, ", ");
		}
		if (!str_eq(c->variant, "default")) {
			term_encode(s, c->variant, strlen(c->variant));
			str_add(s, ", ");
		}
		str_addf(s, "output %s: ", output_names[c->output]);
	}
	term_encode(s, c->engine, strlen(c->engine));
	str_addf(s, ", %s, ", cache_name(c->cache));
	if (c->edit == EDIT_NONE)
		str_add(s, c->state == STATE_COLD ? "cold" : "no edit");
	else
		str_addf(s, "%s%s edit", c->state == STATE_COLD ? "cold, " : "",
			edit_names[c->edit]);
}

const char *run_short(const struct run *run, char out[7])
{
	size_t len = strlen(run->uuid);

	snprintf(out, 7, "%.6s", len >= 12 ? run->uuid + len - 12 : run->uuid);
	return out;
}

/* The median of one metric over a cell's samples; time-outs take part in the wall time alone. */
static struct estimate metric_median(
	const struct run_summary *rs, const struct cell *c, enum metric m)
{
	_cleanup_(freep) double *x = xcalloc(rs->sample_count + 1, sizeof(*x));
	_cleanup_(freep) bool *censored = xcalloc(rs->sample_count + 1, sizeof(*censored));
	size_t n = 0;

	for (size_t i = 0; i < rs->sample_count; i++) {
		const struct sample *s = &rs->samples[i];

		if (s->cell_id != c->id || !sample_tells(s, m))
			continue;
		censored[n] = s->status == STATUS_TIMEOUT && m == M_BUILD_WALL;
		x[n++] = s->values.v[m];
	}
	return stats_median(x, censored, n);
}

static const char *metric_absent(const struct run_summary *rs, const struct cell *c, enum metric m)
{
	for (size_t i = 0; i < rs->sample_count; i++)
		if (rs->samples[i].cell_id == c->id && rs->samples[i].values.absent[m])
			return rs->samples[i].values.absent[m];
	return NULL;
}

static void sum_metrics(const struct run_summary *rs, struct cell_sum *c)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		c->metrics[m] = metric_median(rs, c->cell, m);
		if (!c->metrics[m].known)
			c->absent[m] = metric_absent(rs, c->cell, m);
	}
	c->wall = c->metrics[M_BUILD_WALL];
}

static void sum_counts(struct cell_sum *c, const struct sample *s)
{
	if (s->kind == SAMPLE_START && s->status != STATUS_OK)
		c->no_start = s->failure ? s->failure : "no reason was recorded";
	if (s->kind != SAMPLE_TIMED)
		return;
	c->voids += checks_void(&s->checks);
	c->failures += s->status == STATUS_FAILED;
	if (!sample_counts(s))
		return;
	c->n++;
	c->findings += checks_finding(&s->checks);
	if (s->status == STATUS_TIMEOUT) {
		double v = s->values.v[M_BUILD_WALL];

		c->limit_s = c->timeouts++ ? fmin(c->limit_s, v) : v;
	}
}

static void sum_samples(const struct run_summary *rs, struct cell_sum *c)
{
	for (size_t i = 0; i < rs->sample_count; i++) {
		const struct sample *s = &rs->samples[i];

		if (s->cell_id != c->cell->id)
			continue;
		sum_counts(c, s);
		for (size_t k = 0; k < s->input_count; k++)
			c->standin |= s->inputs[k].standin;
	}
}

static size_t count_kind(const struct run_summary *rs, const struct cell *c, enum sample_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < rs->sample_count; i++)
		n += rs->samples[i].cell_id == c->id && rs->samples[i].kind == kind;
	return n;
}

/* A cell that holds priming builds alone has no row where the cells that they primed have. */
static void sum_primes(const struct run_summary *rs, struct cell_sum *c)
{
	bool primes_only = !c->cell->unsupported && count_kind(rs, c->cell, SAMPLE_PRIME) &&
			   !count_kind(rs, c->cell, SAMPLE_TIMED);
	bool primed = false;

	for (size_t k = 0; k < rs->count; k++) {
		const struct cell *o = rs->cells[k].cell;

		if (!cells_share_primes(o, c->cell))
			continue;
		primed |= count_kind(rs, o, SAMPLE_TIMED) || !count_kind(rs, o, SAMPLE_PRIME);
		for (size_t i = 0; i < rs->sample_count; i++) {
			const struct sample *s = &rs->samples[i];

			if (s->cell_id != o->id || s->kind != SAMPLE_PRIME)
				continue;
			c->primes++;
			c->prime_failures += s->status == STATUS_FAILED ||
					     s->status == STATUS_TIMEOUT;
		}
	}
	c->has_row = !primes_only || !primed;
}

static size_t cached_steps(const struct sample *s)
{
	size_t cached = 0;

	if (s->values.known[M_STEPS_CACHED])
		return (size_t)s->values.v[M_STEPS_CACHED];
	for (size_t i = 0; i < s->steps.count; i++)
		cached += s->steps.items[i].cached;
	return cached;
}

static size_t total_steps(const struct sample *s)
{
	return s->values.known[M_STEPS_TOTAL] ? (size_t)s->values.v[M_STEPS_TOTAL] : s->steps.count;
}

static void sum_steps(const struct run_summary *rs, struct cell_sum *c)
{
	double nearest = INFINITY;

	for (size_t i = 0; i < rs->sample_count; i++) {
		const struct sample *s = &rs->samples[i];
		size_t cached = cached_steps(s);
		double far = c->wall.known ? fabs(s->values.v[M_BUILD_WALL] - c->wall.at) : 0;

		if (s->cell_id != c->cell->id || !sample_ended(s))
			continue;
		if (!c->typical || cached < c->cached_low)
			c->cached_low = cached;
		if (!c->typical || cached > c->cached_high)
			c->cached_high = cached;
		if (far < nearest) {
			nearest = far;
			c->typical = s;
		}
	}
	if (!c->typical)
		return;
	c->cached = cached_steps(c->typical);
	c->steps = total_steps(c->typical);
}

/* The cost of priming a mode: every priming build of it that ended, but void ones, and those of no
 * block, which were made to start their images. */
static struct estimate prime_median(const struct run_summary *rs, const struct cell *c)
{
	_cleanup_(freep) double *x = xcalloc(rs->sample_count + 1, sizeof(*x));
	size_t n = 0;

	for (size_t k = 0; k < rs->count; k++) {
		if (!cells_share_primes(rs->cells[k].cell, c))
			continue;
		for (size_t i = 0; i < rs->sample_count; i++) {
			const struct sample *s = &rs->samples[i];

			if (s->cell_id == rs->cells[k].cell->id && s->kind == SAMPLE_PRIME &&
				s->block >= 0 && s->status == STATUS_OK &&
				!checks_void(&s->checks) && s->values.known[M_BUILD_WALL])
				x[n++] = s->values.v[M_BUILD_WALL];
		}
	}
	return stats_median(x, NULL, n);
}

/* The cold build without a cache that a cell is measured against: of the same edit, else of any. */
static const struct cell_sum *find_cold(const struct run_summary *rs, const struct cell *c)
{
	const struct cell_sum *found = NULL;

	for (size_t i = 0; i < rs->count; i++) {
		const struct cell_sum *o = &rs->cells[i];

		if (!cells_share_table(o->cell, c) || !str_eq(o->cell->engine, c->engine) ||
			o->cell == c || o->cell->cache.mode != CACHE_NONE ||
			o->cell->state != STATE_COLD || o->cell->unsupported)
			continue;
		if (o->cell->edit == c->edit)
			return o;
		if (!found || o->cell->edit == EDIT_NONE)
			found = o;
	}
	return found;
}

/* TIE and NEVER are verdicts: a range of few samples allows none. */
static void sum_pays(struct cell_sum *c)
{
	c->pays = PAYS_UNKNOWN;
	if (!c->gain.known)
		return;
	if (c->gain.low <= 0) {
		if (!c->gain.is_range)
			c->pays = c->gain.high < 0 ? PAYS_NEVER : PAYS_TIE;
		return;
	}
	if (c->prime.known && c->prime.n >= 3)
		c->pays = stats_break_even(c->prime, c->cold->wall, c->gain, &c->builds);
}

static void sum_gain(const struct run_summary *rs, struct cell_sum *c)
{
	c->prime = prime_median(rs, c->cell);
	if (c->cell->state != STATE_WARM || c->cell->unsupported)
		return;
	c->cold = find_cold(rs, c->cell);
	if (!c->cold)
		return;
	c->cold_edit_differs = c->cold->cell->edit != c->cell->edit;
	c->gain = paired_shift(rs, c->cold, c);
	c->ratio = paired_ratio(rs, c->cold, c);
	sum_pays(c);
}

struct run_summary *summary_of(const struct run *run, struct cell *cells, size_t cell_count,
	struct sample *samples, size_t sample_count)
{
	struct run_summary *rs = NEW(struct run_summary);

	*rs = (struct run_summary){ .run = run,
		.cell_rows = cells,
		.cell_row_count = cell_count,
		.samples = samples,
		.sample_count = sample_count,
		.count = cell_count };
	rs->cells = xcalloc(cell_count + 1, sizeof(*rs->cells));
	for (size_t i = 0; i < cell_count; i++)
		rs->cells[i].cell = &cells[i];
	summary_sort(rs);
	for (size_t i = 0; i < rs->count; i++) {
		sum_samples(rs, &rs->cells[i]);
		sum_metrics(rs, &rs->cells[i]);
		sum_steps(rs, &rs->cells[i]);
	}
	for (size_t i = 0; i < rs->count; i++) {
		sum_primes(rs, &rs->cells[i]);
		sum_gain(rs, &rs->cells[i]);
	}
	summary_groups(rs);
	return rs;
}

struct err *summary_load(struct store *st, const struct run *run, struct run_summary **out)
{
	struct cell *cells;
	struct sample *samples;
	size_t cell_count, sample_count;

	TRY(store_cells(st, run->id, &cells, &cell_count));
	struct err *e = store_samples(st, run->id, &samples, &sample_count);

	if (e) {
		cells_free(cells, cell_count);
		return e;
	}
	_cleanup_(summary_freep) struct run_summary *rs =
		summary_of(run, cells, cell_count, samples, sample_count);

	TRY(store_decisions(st, run->id, &rs->decided, &rs->decided_count));
	*out = TAKE_PTR(rs);
	return NULL;
}

void summary_free(struct run_summary *rs)
{
	if (!rs)
		return;
	cells_free(rs->cell_rows, rs->cell_row_count);
	samples_free(rs->samples, rs->sample_count);
	free(rs->cells);
	free(rs->groups);
	free(rs->decided);
	free(rs);
}
