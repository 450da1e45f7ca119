/* A claim's two cells, found in a run, and what their figures say of it. */
#include "reports/claims.h"

const char *const claim_not_measured = "not measured";

static const struct rules rules = RULES_DEFAULT;

static bool is_cell(const struct cell *c, const struct scenario *s, const struct claim_cell *w,
	const char *engine)
{
	return str_eq(c->project, s->project) && str_eq(c->scenario, s->name) &&
	       str_eq(c->engine, engine) && cell_is_claimed(c, w);
}

/* The cell's partner shares output and link with it. */
static const struct cell_sum *find(const struct run_summary *rs, const struct judged *j,
	const struct claim_cell *w, const struct cell_sum *with)
{
	for (size_t i = 0; i < rs->count; i++) {
		const struct cell *c = rs->cells[i].cell;

		if (is_cell(c, j->scenario, w, j->engine) &&
			(!with || (c->output == with->cell->output &&
					  link_equal(&c->link, &with->cell->link))))
			return &rs->cells[i];
	}
	return NULL;
}

static bool is_exact(enum metric m)
{
	return metric_table[m].kind == METRIC_EXACT;
}

/* How much of an answer a run has: 0 nothing, 1 the cells, 2 figures of both, 3 enough of them. */
static int look(const struct run_summary *rs, struct judged *j)
{
	const struct cell_sum *of = find(rs, j, &j->claim->of, NULL);
	const struct cell_sum *than = of ? find(rs, j, &j->claim->than, of) : NULL;

	if (!than)
		return 0;
	j->rs = rs;
	j->of = of;
	j->than = than;
	compare_metric(&(struct compare_pair){ rs, rs, than, of }, j->claim->metric, &j->row);
	j->why = j->row.why;
	if (!of->metrics[j->claim->metric].n || !than->metrics[j->claim->metric].n)
		return 1;
	return is_exact(j->claim->metric) || j->row.effect.n >= PAIRS_LEAST ? 3 : 2;
}

static const struct sample *sample_where(const struct run_summary *rs, const struct cell_sum *c,
	bool (*is)(const struct sample *s))
{
	for (size_t i = 0; i < rs->sample_count; i++)
		if (rs->samples[i].cell_id == c->cell->id && is(&rs->samples[i]))
			return &rs->samples[i];
	return NULL;
}

static bool has_failed(const struct sample *s)
{
	return s->kind != SAMPLE_START && s->status == STATUS_FAILED && !(s->checks.failed >> CHECK_PRIMED & 1);
}

static bool is_void(const struct sample *s)
{
	return checks_void(&s->checks);
}

/* The first check of class void that a sample failed, as a sentence. */
static const char *void_words(const struct sample *s)
{
	for (int k = 0; k < CHECK_COUNT; k++)
		if (check_table[k].class == CHECK_VOID && (s->checks.failed >> k & 1))
			return check_table[k].text;
	return "";
}

/* The priming build of a cell is a sample of another: cold, unedited, of the same mode. */
static const struct sample *failed_prime(const struct run_summary *rs, const struct cell_sum *c)
{
	for (size_t i = 0; i < rs->count; i++) {
		const struct sample *s = sample_where(rs, &rs->cells[i], has_failed);

		if (s && s->kind == SAMPLE_PRIME && cells_share_primes(rs->cells[i].cell, c->cell))
			return s;
	}
	return NULL;
}

/* Why a cell has no figure of the metric, a new string. */
static char *why_none(const struct run_summary *rs, const struct cell_sum *c, enum metric m)
{
	const struct sample *failed = sample_where(rs, c, has_failed);
	const struct sample *no_use = sample_where(rs, c, is_void);

	if (c->cell->unsupported)
		return xstrdup(c->cell->unsupported);
	if (metric_is_of_starts(m) && c->no_start)
		return xasprintf("%s does not start: %s", c->cell->variant, c->no_start);
	if (!failed)
		failed = failed_prime(rs, c);
	if (failed)
		return xasprintf("%s: build failed: %s", c->cell->variant,
			failed->failure ? failed->failure : "no reason was recorded");
	if (no_use)
		return xasprintf("%s: void: %s", c->cell->variant, void_words(no_use));
	if (c->timeouts)
		return xasprintf("%s: timed out", c->cell->variant);
	if (c->n)
		return xasprintf("%s: %s", c->cell->variant,
			c->absent[m] ? c->absent[m] : "no build gave it");
	return xstrdup("not run: the budget was spent before");
}

static void not_measured(struct judged *j, char *why)
{
	j->word = claim_not_measured;
	free(j->why);
	j->why = why;
}

static enum claimed answer(const struct judged *j)
{
	const struct claim *c = j->claim;

	if (is_exact(c->metric))
		return stats_claim_exact(&j->row.b, &j->row.a, c->way, c->minimum);
	return stats_claim(&j->row.effect, c->way, c->minimum, &rules);
}

static void decide(struct judged *j)
{
	const struct cell_sum *none = !j->rs			    ? NULL
				      : !j->of->metrics[j->claim->metric].n   ? j->of
				      : !j->than->metrics[j->claim->metric].n ? j->than
								       : NULL;

	if (!j->rs)
		not_measured(j, xstrdup("not run"));
	else if (none)
		not_measured(j, why_none(j->rs, none, j->claim->metric));
	else
		j->word = claimed_names[j->why ? CLAIM_INCONCLUSIVE : answer(j)];
}

void claim_judge(const struct scenario *s, const struct claim *c, const char *engine,
	struct run_summary *const *runs, size_t run_count, struct judged *out)
{
	int best = 0;

	*out = (struct judged){ .scenario = s, .claim = c, .engine = engine };
	for (size_t i = 0; i < run_count && best < 3; i++) {
		struct judged one = *out;
		int found;

		one.why = NULL;
		found = look(runs[i], &one);
		if (found > best) {
			judged_done(out);
			*out = one;
			best = found;
		} else {
			judged_done(&one);
		}
	}
	decide(out);
}

void judged_done(struct judged *j)
{
	free(j->why);
	j->why = NULL;
}
