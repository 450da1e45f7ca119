/* What is in the images of a report: read for those that are shown, and those that changed. */
#include "reports/report.h"

const struct cell_sum *pictured_cell(const struct run_summary *rs, const struct sum_group *g)
{
	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &rs->cells[i];

		if (c->typical && c->has_row &&
			(c->typical->image.layer_count || c->typical->image.diff_ids.count))
			return c;
	}
	return NULL;
}

const struct cell_sum *pictured_before(const struct report *r, const struct cell_sum *c)
{
	for (size_t i = 0; i < r->compare.pair_count; i++)
		if (r->compare.pairs[i].b == c && r->compare.pairs[i].a->typical)
			return r->compare.pairs[i].a;
	return NULL;
}

static struct err *look_into(
	struct store *st, const struct run_summary *rs, const struct cell_sum *c)
{
	struct sample *s = c && c->typical ? &rs->samples[c->typical - rs->samples] : NULL;

	if (!s || s->image.view_count)
		return NULL;
	return store_read_contents(st, s->id, &s->image);
}

static struct err *look_at_tables(struct store *st, struct report *r)
{
	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->group_count; k++) {
			const struct cell_sum *c = pictured_cell(
				r->leads[i], &r->leads[i]->groups[k]);

			TRY(look_into(st, r->leads[i], c));
			if (c && r->befores[i])
				TRY(look_into(st, r->befores[i], pictured_before(r, c)));
		}
	return NULL;
}

/* An exact figure of an image that is another one now. */
static bool moved(const struct compare_row *row)
{
	return str_starts(metric_table[row->metric].name, "image.") && row->a.known &&
	       row->b.known && row->a.at != row->b.at;
}

struct err *report_contents(struct store *st, struct report *r)
{
	TRY(look_at_tables(st, r));
	for (size_t i = 0; i < r->compare.row_count; i++) {
		const struct compare_pair *p = &r->compare.pairs[r->compare.rows[i].pair];

		if (!moved(&r->compare.rows[i]))
			continue;
		TRY(look_into(st, p->rs_a, p->a));
		TRY(look_into(st, p->rs_b, p->b));
	}
	return NULL;
}
