/* The operations of tare stat: a question in, an answer out. */
#include <math.h>

#include "base/err.h"
#include "cmd/stat.h"

static json_t *real_or_null(bool known, double v)
{
	return known && isfinite(v) ? json_real(v) : json_null();
}

void stat_effect(json_t *to, const struct effect *e, const struct rules *r)
{
	enum verdict v = stats_verdict(e, r);

	json_object_set_new(to, "verdict", json_string(verdict_names[v]));
	json_object_set_new(to, "ratio", real_or_null(e->n, exp(e->at)));
	json_object_set_new(to, "low", real_or_null(e->known && !e->low_open, exp(e->low)));
	json_object_set_new(to, "high", real_or_null(e->known && !e->high_open, exp(e->high)));
	json_object_set_new(to, "p", real_or_null(e->n, e->p));
	json_object_set_new(to, "n", json_integer((json_int_t)e->n));
	if (v != VERDICT_INCONCLUSIVE)
		return;
	double resolution = stats_resolution(e), builds = stats_builds_needed(e, r);

	json_object_set_new(to, "resolution", real_or_null(resolution >= 0, resolution));
	json_object_set_new(to, "builds_needed",
		builds >= 0 ? json_integer((json_int_t)fmin(builds, 1e9)) : json_null());
}

/* Outliers of both arms, and whether they are more frequent in one. */
static json_t *outlier_rates(const struct ab *ab)
{
	bool a[MAX_PAIRS] = { false }, b[MAX_PAIRS] = { false };
	size_t ka = 0, kb = 0;
	struct rates r;

	stats_pair_outliers(ab->pairs, ab->count, a, b);
	for (size_t i = 0; i < ab->count; i++) {
		ka += a[i];
		kb += b[i];
	}
	r = stats_rates(ka, ab->count, kb, ab->count, ab->rules.alpha);
	return json_pack("{s:I, s:I, s:f, s:o}", "a", (json_int_t)ka, "b", (json_int_t)kb, "p", r.p,
		"resolution", real_or_null(r.resolution >= 0, r.resolution));
}

/* The builds of an A/B, revealed one by one: those that were not paid for are never looked at. */
struct builds {
	struct json_at a, b;
	size_t t; /* how many were made */
	struct str schedule;
};

static void builds_done(struct builds *s)
{
	str_done(&s->schedule);
}

static struct err *builds_read(struct json_at q, struct builds *out)
{
	out->a = json_member(q, "a");
	out->b = json_member(q, "b");
	if (!json_is_array(out->a.value) || !json_is_array(out->b.value))
		return json_error(q, "the members \"a\" and \"b\" are arrays of numbers");
	return NULL;
}

/* *done where the arrays end: a cap. */
static struct err *reveal(struct builds *s, enum arm arm, double *x, bool *done)
{
	struct json_at from = arm == ARM_B ? s->b : s->a;

	*done = s->t >= json_count(from);
	if (*done)
		return NULL;
	TRY(stat_log(from, s->t, x));
	str_addc(&s->schedule, arm == ARM_B ? 'B' : 'A');
	s->t++;
	return NULL;
}

static struct err *interleave(struct builds *s, struct ab *ab)
{
	enum arm arm;
	bool done = false;
	double x;

	while ((arm = ab_next(ab)) != ARM_NONE) {
		TRY(reveal(s, arm, &x, &done));
		if (done)
			return NULL;
		ab_observe(ab, x, false);
	}
	return NULL;
}

static struct err *ab_read(struct json_at q, struct builds *s, struct ab *ab)
{
	struct rules rules;
	int64_t seed;

	TRY(json_only(
		q, KEYS("a", "b", "history", "alpha", "threshold", "margin", "max_pairs", "seed")));
	TRY(stat_rules(q, &rules));
	TRY(json_int_or(q, "seed", 0, &seed));
	TRY(builds_read(q, s));
	ab_init(ab, &rules, (uint64_t)seed);
	return NULL;
}

static json_t *ab_answer(const struct ab *ab, const struct builds *s)
{
	json_t *out = json_object();

	stat_effect(out, &ab->effect, &ab->rules);
	json_object_set_new(out, "schedule", json_string(str_get(&s->schedule)));
	json_object_set_new(out, "outliers", outlier_rates(ab));
	return out;
}

struct err *stat_ab(struct json_at q, json_t **out)
{
	_cleanup_(builds_done) struct builds s = { 0 };
	struct ab ab;

	TRY(ab_read(q, &s, &ab));
	TRY(interleave(&s, &ab));
	*out = ab_answer(&ab, &s);
	return NULL;
}

/* Where the present regime began. */
static size_t last_change(const double *x, size_t n)
{
	_cleanup_(freep) size_t *starts = xcalloc(n + 1, sizeof(*starts));
	size_t count = stats_changes(x, n, starts);

	return count ? starts[count - 1] : 0;
}

/* One build of B against A's history; *screened: that was enough. */
static struct err *screen(
	struct json_at q, struct builds *s, const struct rules *rules, bool *screened)
{
	_cleanup_(freep) double *history = NULL;
	double limit, x = 0;
	bool done;
	size_t n = 0, from;

	*screened = false;
	if (!json_has(q, "history"))
		return NULL;
	TRY(stat_logs(q, "history", &history, &n));
	from = last_change(history, n);
	if (!stats_screen(history + from, n - from, rules, &limit))
		return NULL;
	TRY(reveal(s, ARM_B, &x, &done));
	*screened = !done && x <= limit;
	return NULL;
}

struct err *stat_gate(struct json_at q, json_t **out)
{
	_cleanup_(builds_done) struct builds s = { 0 };
	struct ab ab;
	bool screened;

	TRY(ab_read(q, &s, &ab));
	TRY(screen(q, &s, &ab.rules, &screened));
	if (!screened)
		TRY(interleave(&s, &ab));
	*out = screened ? json_pack("{s:s, s:s}", "verdict", verdict_names[VERDICT_SAME],
				  "schedule", str_get(&s.schedule))
			: ab_answer(&ab, &s);
	json_object_set_new(*out, "screened", json_boolean(screened));
	return NULL;
}

struct err *stat_changepoint(struct json_at q, json_t **out)
{
	_cleanup_(freep) double *x = NULL;
	_cleanup_(freep) size_t *starts = NULL;
	size_t n, count;
	json_t *list;

	TRY(json_only(q, KEYS("values")));
	TRY(stat_logs(q, "values", &x, &n));
	starts = xcalloc(n + 1, sizeof(*starts));
	count = stats_changes(x, n, starts);
	list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_integer((json_int_t)starts[i]));
	*out = json_pack("{s:o}", "changepoints", list);
	return NULL;
}

struct err *stat_median(struct json_at q, json_t **out)
{
	_cleanup_(freep) double *x = NULL;
	_cleanup_(freep) bool *outlier = NULL;
	json_t *outliers;
	struct estimate e;
	size_t n;

	TRY(json_only(q, KEYS("values")));
	TRY(stat_values(q, "values", &x, &n));
	outlier = xcalloc(n + 1, sizeof(*outlier));
	stats_outliers(x, n, outlier);
	e = stats_median(x, NULL, n);
	outliers = json_array();
	for (size_t i = 0; i < n; i++)
		if (outlier[i])
			json_array_append_new(outliers, json_integer((json_int_t)i));
	*out = json_pack("{s:o, s:o, s:o, s:b, s:I, s:o}", "median", real_or_null(e.known, e.at),
		"low", real_or_null(e.known, e.low), "high", real_or_null(e.known, e.high), "range",
		e.is_range, "n", (json_int_t)n, "outliers", outliers);
	return NULL;
}

static struct err *need(struct json_at q, const char *key, double above, double below, double *out)
{
	struct json_at m = json_member(q, key);
	double v = json_number_value(m.value);

	if (!json_is_number(m.value) || !(v > above && v < below))
		return json_error(
			m.value ? m : q, "\"%s\" is a number between %g and %g", key, above, below);
	*out = v;
	return NULL;
}

struct err *stat_power(struct json_at q, json_t **out)
{
	double sd, effect, power;
	struct rules rules;

	TRY(json_only(q, KEYS("sd", "effect", "alpha", "power")));
	TRY(stat_rules(q, &rules));
	TRY(need(q, "sd", 0, 10, &sd));
	TRY(need(q, "effect", -1, 1000, &effect));
	TRY(need(q, "power", 0, 1, &power));
	if (fabs(effect) < 1e-6)
		return json_error(
			json_member(q, "effect"), "no number of builds shows an effect of 0");
	*out = json_pack("{s:I}", "builds",
		(json_int_t)fmin(1e15, stats_power(sd, effect, rules.alpha, power)));
	return NULL;
}

static struct effect compare_at(struct comparison *c, double alpha)
{
	_cleanup_(freep) struct pair *pairs = NULL;

	if (!c->paired)
		return stats_unpaired(c->a, c->na, c->b, c->nb, alpha);
	pairs = xcalloc(c->na + 1, sizeof(*pairs));
	for (size_t i = 0; i < c->na; i++)
		pairs[i] = (struct pair){ .a = c->a[i], .b = c->b[i] };
	return stats_pairs(pairs, c->na, alpha);
}

struct err *stat_compare_read(struct json_at q, struct comparison *c)
{
	TRY(json_only(q, KEYS("a", "b", "paired", "alpha", "threshold", "margin")));
	TRY(stat_rules(q, &c->rules));
	TRY(json_bool_or(q, "paired", false, &c->paired));
	TRY(stat_logs(q, "a", &c->a, &c->na));
	TRY(stat_logs(q, "b", &c->b, &c->nb));
	if (c->paired && c->na != c->nb)
		return json_error(q,
			"pairs are as many values in \"a\" as in \"b\": not %zu and %zu", c->na,
			c->nb);
	c->p = compare_at(c, c->rules.alpha).p;
	return NULL;
}

json_t *stat_compare_at(struct comparison *c, double alpha)
{
	struct effect e = compare_at(c, alpha);
	json_t *out = json_object();

	stat_effect(out, &e, &c->rules);
	return out;
}

void stat_compare_done(struct comparison *c)
{
	free(c->a);
	free(c->b);
}
