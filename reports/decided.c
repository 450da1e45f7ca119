/* What a run that was built until decided has decided, as sentences: in the table, on the page and
 * while it runs. */
#include <math.h>

#include "base/err.h"
#include "reports/answer_parts.h"
#include "reports/compare.h"
#include "reports/run_json.h"

static void add_part(struct str *s, const char *text)
{
	if (s->len)
		str_add(s, ", ");
	term_encode(s, text, strlen(text));
}

static void add_mode(struct str *s, const struct cell *c)
{
	add_part(s, cache_name(c->cache));
	if (c->state == STATE_COLD)
		str_add(s, " (cold)");
}

static void add_edit(struct str *s, enum edit edit)
{
	add_part(s, edit == EDIT_NONE ? "no" : edit_names[edit]);
	str_add(s, " edit");
}

void decided_names(const struct cell *a, const struct cell *b, struct decided_names *out)
{
	struct str *const own[] = { &out->a, &out->b };
	const struct cell *const cells[] = { a, b };
	bool variant = !str_eq(a->variant, b->variant), engine = !str_eq(a->engine, b->engine);
	bool mode = a->cache.mode != b->cache.mode || a->cache.depth != b->cache.depth ||
		    a->state != b->state;

	for (size_t i = 0; i < 2; i++) {
		if (variant)
			add_part(own[i], cells[i]->variant);
		if (engine)
			add_part(own[i], cells[i]->engine);
		if (mode)
			add_mode(own[i], cells[i]);
		if (a->edit != b->edit)
			add_edit(own[i], cells[i]->edit);
	}
	if (!engine)
		add_part(&out->where, a->engine);
	if (!mode)
		add_mode(&out->where, a);
	if (a->edit == b->edit)
		add_edit(&out->where, a->edit);
}

void decided_names_done(struct decided_names *n)
{
	str_done(&n->a);
	str_done(&n->b);
	str_done(&n->where);
}

void decided_sentence(struct str *s, const struct cell *a, const struct cell *b,
	const struct effect *e, const char *verdict, double alpha)
{
	_cleanup_(decided_names_done) struct decided_names n = { STR_INIT, STR_INIT, STR_INIT };

	decided_names(a, b, &n);
	str_addf(s, "%s: %s ", str_get(&n.where), str_get(&n.b));
	if (str_eq(verdict, verdict_names[VERDICT_SAME]))
		str_addf(s, "takes the same time as %s", str_get(&n.a));
	else if (str_eq(verdict, verdict_names[VERDICT_INCONCLUSIVE]))
		str_addf(s, "against %s is inconclusive", str_get(&n.a));
	else
		str_addf(s, "is %s than %s", verdict, str_get(&n.a));
	str_add(s, ": ");
	effect_show(s, e, alpha);
}

/* What more builds would do for one that was not decided. */
static void add_need(struct str *s, const struct effect *e)
{
	static const struct rules rules = RULES_DEFAULT;
	double resolution = stats_resolution(e), builds = stats_builds_needed(e, &rules);

	if (resolution >= 0)
		str_addf(s, "; it shows changes of %.0f %% and up", ceil(100 * resolution));
	if (resolution >= 0 && builds > 0)
		str_addf(s, ", and about %.0f more builds would decide", builds);
}

static const struct cell_sum *cell_of(const struct run_summary *rs, int64_t id)
{
	for (size_t i = 0; i < rs->count; i++)
		if (rs->cells[i].cell->id == id)
			return &rs->cells[i];
	return NULL;
}

/* Losses first, then what is open, then gains, then what is the same. */
static int rank_of(const struct decision *c)
{
	static const enum verdict order[] = { VERDICT_SLOWER, VERDICT_INCONCLUSIVE, VERDICT_FASTER,
		VERDICT_SAME };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (str_eq(c->verdict, verdict_names[order[i]]))
			return (int)i;
	return ARRAY_SIZE(order);
}

static void add_sentence(
	const struct run_summary *rs, const struct decision *c, bool named, struct strv *out)
{
	const struct cell_sum *a = cell_of(rs, c->a), *b = cell_of(rs, c->b);
	struct str s = STR_INIT;
	struct effect e;

	if (!a || !b)
		return;
	e = compare_wall(rs, a, b, c->alpha);
	add_scenario(&s, named, a->cell);
	decided_sentence(&s, a->cell, b->cell, &e, c->verdict, c->alpha);
	if (str_eq(c->verdict, verdict_names[VERDICT_INCONCLUSIVE]))
		add_need(&s, &e);
	str_addc(&s, '.');
	strv_own(out, str_take(&s));
}

static json_t *ratio_of(bool known, double log_ratio)
{
	return known ? number(exp(log_ratio)) : json_null();
}

json_t *decided_json(const struct run_summary *rs)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rs->decided_count; i++) {
		const struct decision *d = &rs->decided[i];
		const struct cell_sum *a = cell_of(rs, d->a), *b = cell_of(rs, d->b);
		struct effect e;

		if (!a || !b)
			continue;
		e = compare_wall(rs, a, b, d->alpha);
		json_array_append_new(
			list, json_pack("{s:i, s:i, s:s, s:o, s:o, s:o, s:o, s:f, s:I}", "a",
				      (int)(a - rs->cells), "b", (int)(b - rs->cells), "verdict",
				      d->verdict, "ratio", ratio_of(e.n, e.at), "low",
				      ratio_of(e.known && !e.low_open, e.low), "high",
				      ratio_of(e.known && !e.high_open, e.high), "p",
				      e.n ? number(e.p) : json_null(), "level", 1 - d->alpha, "n",
				      (json_int_t)e.n));
	}
	return list;
}

void answer_decided(const struct run_summary *rs, bool named, struct strv *out)
{
	for (int rank = 0; rank <= (int)VERDICT_SAME + 1; rank++)
		for (size_t i = 0; i < rs->decided_count; i++)
			if (rank_of(&rs->decided[i]) == rank)
				add_sentence(rs, &rs->decided[i], named, out);
}
