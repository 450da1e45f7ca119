/* A gate's figures and its answer in words. */
#include <math.h>

#include "reports/compare.h"
#include "reports/gate.h"

static struct estimate exactly(double v)
{
	return (struct estimate){ .at = v, .n = 1, .known = true };
}

static void value(struct str *s, enum metric m, double v)
{
	const struct estimate e = exactly(v);

	metric_show(s, m, &e);
}

/* "+40.7 MB (+19.2 %)"; no share of nothing. */
static void difference(struct str *s, const struct gate_row *r)
{
	double d = r->b - r->a;

	str_addc(s, d < 0 ? '-' : '+');
	value(s, r->metric, fabs(d));
	if (r->a > 0 && str_eq(metric_table[r->metric].unit, "By"))
		str_addf(s, " (%+.*f %%)", fabs(d) < 0.1 * r->a ? 2 : 1, 100 * d / r->a);
}

void gate_change(struct str *s, const struct gate_row *r)
{
	const struct estimate a = exactly(r->a), b = exactly(r->b);
	_cleanup_(str_done) struct str to = STR_INIT;

	if (!r->known_b) {
		str_add(s, "not known");
		return;
	}
	if (!r->known_a || r->a == r->b) {
		value(s, r->metric, r->b);
		return;
	}
	metric_show_pair(s, &to, r->metric, &a, &b);
	str_addf(s, " → %s, ", str_get(&to));
	difference(s, r);
}

/* ", over its limit of +1 %". */
static void exceeded_words(struct str *s, const struct gate *g, const struct gate_row *r)
{
	_cleanup_(gate_causes_done) struct gate_causes causes = { 0 };
	const struct gate_cause *last = NULL;

	str_addf(s, "%s is over its limit of ", metric_table[r->metric].name);
	limit_show(s, &r->limit->limit);
	str_add(s, ": ");
	gate_change(s, r);
	str_add(s, ". ");
	gate_explain(g, r, &causes);
	for (size_t i = 0; i < causes.count; i++) {
		const struct gate_cause *c = &causes.items[i];

		if (last && last->kind == c->kind)
			continue;
		str_addf(s, "%s%s ", !last ? "Behind it: " : ", ", c->label);
		if (c->kind == GATE_LAYER)
			str_addf(s, "%d%s%.60s%s", c->layer, *c->what ? " (" : "", c->what,
				*c->what ? strlen(c->what) > 60 ? "…)" : ")" : "");
		else
			str_add(s, c->what);
		last = c;
	}
	str_add(s, last ? ". " : "");
}

static size_t limits_with(const struct gate *g, bool baseline)
{
	size_t n = 0;

	for (size_t i = 0; i < g->row_count; i++) {
		const struct gate_row *r = &g->rows[i];

		if (r->limit && r->limit->limit.kind != LIMIT_NONE && !r->unanswered)
			n += baseline == (r->known_a || !limit_is_relative(&r->limit->limit));
	}
	return n;
}

void gate_answer(struct str *s, const struct gate *g)
{
	size_t decided = limits_with(g, true), open = limits_with(g, false);

	for (size_t i = 0; i < g->row_count; i++)
		if (g->rows[i].exceeded)
			exceeded_words(s, g, &g->rows[i]);
	for (size_t i = 0; i < g->row_count; i++)
		if (g->rows[i].unanswered)
			str_addf(s, "There is no answer for %s: %s. ",
				metric_table[g->rows[i].metric].name,
				g->values_new.absent[g->rows[i].metric]);
	if (!g->exceeded && decided)
		str_addf(s, decided == 1 ? "The one limit holds. " : "All %zu limits hold. ",
			decided);
	if (open)
		str_addf(s, "%zu limit%s no baseline. ", open, open == 1 ? " has" : "s have");
	if (!g->limit_count)
		str_add(s, "There is no limit. ");
	while (s->len && s->buf[s->len - 1] == ' ')
		s->buf[--s->len] = '\0';
}
