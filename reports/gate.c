/* Limits against the metrics of one image, or two. */
#include "reports/gate.h"

#include "reports/compare.h"

bool gate_has(enum metric m)
{
	return str_starts(metric_table[m].name, "image.") || m == M_PULL_DELTA;
}

static const char *verdict(const struct gate_row *r)
{
	if (!r->known_b)
		return NULL;
	if (!r->known_a)
		return "no baseline";
	return r->a == r->b ? "same" : compare_direction(r->metric, r->b > r->a);
}

static void add_row(struct gate *g, enum metric m, const struct gate_limit *l)
{
	struct gate_row *r = &g->rows[g->row_count++];

	*r = (struct gate_row){
		.metric = m,
		.limit = l,
		.known_a = g->values_old.known[m],
		.known_b = g->values_new.known[m],
		.a = g->values_old.v[m],
		.b = g->values_new.v[m],
	};
	r->verdict = verdict(r);
	if (!l || l->limit.kind == LIMIT_NONE)
		return;
	r->unanswered = !r->known_b;
	r->exceeded = r->known_b && (r->known_a || !limit_is_relative(&l->limit)) &&
		      limit_exceeded(&l->limit, r->b, r->a);
	g->unanswered += r->unanswered;
	g->exceeded += r->exceeded;
}

static bool is_limited(const struct gate *g, enum metric m)
{
	for (size_t i = 0; i < g->limit_count; i++)
		if (g->limits[i].limit.metric == m)
			return true;
	return false;
}

static void read_values(struct gate *g)
{
	image_values(&g->new->image, &g->values_new);
	if (g->old)
		image_values(&g->old->image, &g->values_old);
	if (g->comparison && g->comparison->pull_delta >= 0)
		values_set(&g->values_new, M_PULL_DELTA, (double)g->comparison->pull_delta);
	values_absent(&g->values_new, M_PULL_DELTA, "%s",
		g->comparison ? "one of the images says nothing of packed layers"
			      : "there is no image to begin with");
}

void gate_decide(struct gate *g, const struct comparison *c, const struct image_view *new,
	const struct gate_limit *limits, size_t limit_count)
{
	*g = (struct gate){
		.old = c ? c->a : NULL,
		.new = new,
		.comparison = c,
		.limits = limits,
		.limit_count = limit_count,
	};
	if (g->old)
		survey_read(g->old, SURVEY_MOST, &g->survey_old);
	survey_read(new, SURVEY_MOST, &g->survey_new);
	read_values(g);
	for (size_t i = 0; i < limit_count; i++)
		add_row(g, limits[i].limit.metric, &limits[i]);
	for (int m = 0; m < METRIC_COUNT; m++)
		if (gate_has(m) && !is_limited(g, m) &&
			(g->values_old.known[m] || g->values_new.known[m]))
			add_row(g, m, NULL);
}

void gate_done(struct gate *g)
{
	survey_done(&g->survey_old);
	survey_done(&g->survey_new);
	values_done(&g->values_old);
	values_done(&g->values_new);
}
