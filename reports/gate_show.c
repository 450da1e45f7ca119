/* tare gate on a terminal: the answer last. */
#include "reports/gate.h"
#include "reports/image_words.h"

#define WORD_COLUMNS 11 /* "no baseline" */

struct printing {
	const struct gate *g;
	FILE *f;
	struct term t;
};

static void limit_words(struct str *s, const struct gate_row *r)
{
	const struct limit *l = &r->limit->limit;

	if (l->kind == LIMIT_NONE) {
		str_addf(s, ", no limit (%s)", r->limit->from);
		return;
	}
	if (r->exceeded)
		str_add(s, ", over its limit ");
	else
		str_add(s, r->unanswered || (!r->known_a && limit_is_relative(l)) ? ", limit "
										 : ", within ");
	limit_show(s, l);
	str_addf(s, " (%s)", r->limit->from);
}

static void print_row(const struct printing *p, const struct gate_row *r)
{
	const char *word = r->verdict ? r->verdict : "no answer";
	_cleanup_(freep) char *first = xasprintf(" %-*s  ", WORD_COLUMNS, word),
			      *rest = xasprintf(" %*s  ", WORD_COLUMNS, "");
	_cleanup_(str_done) struct str s = STR_INIT, shown = STR_INIT;

	str_addf(&s, "%s  ", metric_table[r->metric].name);
	gate_change(&s, r);
	limit_words(&s, r);
	if (r->unanswered)
		str_addf(&s, ": %s", p->g->values_new.absent[r->metric]);
	plain_text(&shown, p->t, str_get(&s));
	paragraph(p->f, first, rest, str_get(&shown), p->t.width);
}

static void print_cause(const struct printing *p, const struct gate_cause *c)
{
	_cleanup_(freep) char *delta = c->bytes ? delta_text(c->bytes) : xstrdup("");
	_cleanup_(str_done) struct str label = STR_INIT, what = STR_INIT;

	str_add(&label, c->label);
	if (c->kind == GATE_LAYER)
		str_addf(&label, " %d", c->layer);
	clipped(&what, p->t, c->what, p->t.width - 26 - (c->unpacked ? 10 : 0),
		c->kind == GATE_FILE);
	fprintf(p->f, "   %9s  %-8s  %s", delta, str_get(&label), str_get(&what));
	if (c->unpacked)
		fputs("  unpacked", p->f);
	else if (c->kind == GATE_FILE && c->layer && term_columns(str_get(&what)) < p->t.width - 36)
		fprintf(p->f, "  layer %d", c->layer);
	fputc('\n', p->f);
}

static void print_causes(const struct printing *p, const struct gate_row *r)
{
	_cleanup_(gate_causes_done) struct gate_causes causes = { 0 };

	if (!r->exceeded)
		return;
	gate_explain(p->g, r, &causes);
	for (size_t i = 0; i < causes.count; i++)
		print_cause(p, &causes.items[i]);
}

/* What nobody limits: in one paragraph. */
static void print_others(const struct printing *p)
{
	_cleanup_(str_done) struct str s = STR_INIT, shown = STR_INIT;
	const char *comma = "";

	for (size_t i = 0; i < p->g->row_count; i++) {
		const struct gate_row *r = &p->g->rows[i];

		if (r->limit || !r->verdict || str_eq(r->verdict, "same"))
			continue;
		str_addf(&s, "%s%s ", comma, metric_table[r->metric].name);
		gate_change(&s, r);
		comma = "; ";
	}
	if (!s.len)
		return;
	plain_text(&shown, p->t, str_get(&s));
	fputs("\n without a limit:\n", p->f);
	paragraph(p->f, "  ", "  ", str_get(&shown), p->t.width);
}

static void print_name(const struct printing *p, const char *which, const struct image_view *v)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	clipped(&s, p->t, v ? v->taken : "none: a first run", p->t.width - 10, true);
	fprintf(p->f, " %-8s %s%s%s\n", which, str_get(&s), v && v->partial ? "  partial: " : "",
		v && v->partial ? v->partial : "");
}

struct err *report_gate_table(const struct gate *g, FILE *f, struct term t)
{
	const struct printing p = { g, f, t };
	_cleanup_(str_done) struct str s = STR_INIT, safe = STR_INIT, shown = STR_INIT;

	print_name(&p, "image", g->new);
	print_name(&p, "against", g->old);
	fputc('\n', f);
	for (size_t i = 0; i < g->row_count; i++) {
		if (!g->rows[i].limit)
			continue;
		print_row(&p, &g->rows[i]);
		print_causes(&p, &g->rows[i]);
	}
	print_others(&p);
	gate_answer(&s, g);
	term_encode(&safe, str_get(&s), s.len);
	plain_text(&shown, t, str_get(&safe));
	fputc('\n', f);
	paragraph(f, "", "", str_get(&shown), t.width);
	return ferror(f) ? err_new(ERR_IO, "cannot write the gate's answer") : NULL;
}
