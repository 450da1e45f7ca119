/* tare gate --md: for a job's summary, the answer first. */
#include "reports/encode.h"
#include "reports/gate.h"
#include "reports/image_words.h"

static void add(FILE *f, const char *foreign)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	encode_markdown(&s, foreign);
	fputs(str_get(&s), f);
}

static void print_row(FILE *f, const struct gate_row *r)
{
	_cleanup_(str_done) struct str change = STR_INIT, limit = STR_INIT;
	const char *word = r->verdict ? r->verdict : "no answer";

	gate_change(&change, r);
	if (r->limit) {
		limit_show(&limit, &r->limit->limit);
		str_addf(&limit, " (%s)%s", r->limit->from, r->exceeded ? ", exceeded" : "");
	}
	fprintf(f, r->exceeded || r->unanswered ? "| **%s** | " : "| %s | ", word);
	fprintf(f, "%s | %s | %s |\n", metric_table[r->metric].name, str_get(&change),
		str_get(&limit));
}

static void print_causes(FILE *f, const struct gate *g, const struct gate_row *r)
{
	_cleanup_(gate_causes_done) struct gate_causes causes = { 0 };

	gate_explain(g, r, &causes);
	if (causes.count)
		fprintf(f, "\nBehind %s:\n\n| | | bytes |\n| --- | --- | ---: |\n",
			metric_table[r->metric].name);
	for (size_t i = 0; i < causes.count; i++) {
		const struct gate_cause *c = &causes.items[i];
		_cleanup_(freep) char *bytes = c->bytes ? delta_text(c->bytes) : xstrdup("");

		fprintf(f, "| %s", c->label);
		if (c->kind == GATE_LAYER)
			fprintf(f, " %d", c->layer);
		fputs(" | ", f);
		add(f, c->what);
		fprintf(f, " | %s%s |\n", bytes, c->unpacked ? " unpacked" : "");
	}
}

struct err *report_gate_markdown(const struct gate *g, FILE *f)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	gate_answer(&s, g);
	add(f, str_get(&s));
	fputs("\n\n", f);
	add(f, g->new->taken);
	fputs(" against ", f);
	add(f, g->old ? g->old->taken : "nothing: a first run");
	fputs("\n\n| | metric | | limit |\n| --- | --- | --- | --- |\n", f);
	for (size_t i = 0; i < g->row_count; i++)
		if (g->rows[i].limit || !g->rows[i].verdict || !str_eq(g->rows[i].verdict, "same"))
			print_row(f, &g->rows[i]);
	for (size_t i = 0; i < g->row_count; i++)
		if (g->rows[i].exceeded)
			print_causes(f, g, &g->rows[i]);
	return ferror(f) ? err_new(ERR_IO, "cannot write the gate's answer") : NULL;
}
