/* tare gate --json. */
#include "base/json.h"
#include "reports/gate.h"

static const char *const kind_names[] = { "none", "ratio", "delta", "absolute" };

/* Counts and bytes are whole. */
static json_t *number(bool known, double v)
{
	if (!known)
		return json_null();
	return v == (double)(json_int_t)v ? json_integer((json_int_t)v) : json_real(v);
}

static json_t *limit_json(const struct gate_limit *l)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	if (!l)
		return json_null();
	limit_show(&text, &l->limit);
	return json_pack("{s:s, s:s, s:o, s:s}", "text", str_get(&text), "kind",
		kind_names[l->limit.kind], "value",
		number(l->limit.kind != LIMIT_NONE, l->limit.value), "from", l->from);
}

static json_t *causes_json(const struct gate *g, const struct gate_row *r)
{
	_cleanup_(gate_causes_done) struct gate_causes causes = { 0 };
	json_t *j = json_array();

	if (r->exceeded)
		gate_explain(g, r, &causes);
	for (size_t i = 0; i < causes.count; i++) {
		const struct gate_cause *c = &causes.items[i];

		json_array_append_new(j, json_pack("{s:s, s:s, s:o, s:o, s:I, s:b}", "kind",
						 gate_cause_names[c->kind], "label", c->label,
						 "what", json_bytes(c->what), "layer",
						 number(c->layer > 0, c->layer), "bytes",
						 (json_int_t)c->bytes, "unpacked", c->unpacked));
	}
	return j;
}

static json_t *row_json(const struct gate *g, const struct gate_row *r)
{
	bool both = r->known_a && r->known_b;
	const char *absent = g->values_new.absent[r->metric];

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:o, s:b, s:o, s:o}", "metric",
		metric_table[r->metric].name, "unit", metric_table[r->metric].unit, "old",
		number(r->known_a, r->a), "new", number(r->known_b, r->b), "change",
		number(both, r->b - r->a), "ratio",
		both && r->a > 0 ? json_real(r->b / r->a) : json_null(), "verdict",
		r->verdict ? r->verdict : "no answer", "limit", limit_json(r->limit), "exceeded",
		r->exceeded, "causes", causes_json(g, r), "why",
		!r->known_b && absent ? json_string(absent) : json_null());
}

static json_t *image_json(const struct image_view *v)
{
	if (!v)
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "image", json_bytes(v->taken), "digest",
		*v->image.digest ? json_string(v->image.digest) : json_null(), "partial",
		v->partial ? json_bytes(v->partial) : json_null());
}

json_t *report_gate_json(const struct gate *g)
{
	_cleanup_(str_done) struct str answer = STR_INIT;
	json_t *rows = json_array();

	for (size_t i = 0; i < g->row_count; i++)
		json_array_append_new(rows, row_json(g, &g->rows[i]));
	gate_answer(&answer, g);
	return json_pack("{s:i, s:o, s:o, s:b, s:I, s:I, s:o, s:o}", "schema", 1, "new",
		image_json(g->new), "old", image_json(g->old), "passed",
		!g->exceeded && !g->unanswered, "exceeded", (json_int_t)g->exceeded, "unanswered",
		(json_int_t)g->unanswered, "metrics", rows, "answer", json_bytes(str_get(&answer)));
}
