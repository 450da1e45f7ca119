/* What the plan has decided so far -> the store, so that an interrupted run keeps it. */
#include "run/private.h"

struct err *record_decided(struct run_job *job)
{
	const struct plan *p = job->plan;
	_cleanup_(freep) struct decision *rows = NULL;

	if (!p->comparison_count)
		return NULL;
	rows = xcalloc(p->comparison_count, sizeof(*rows));
	for (size_t i = 0; i < p->comparison_count; i++) {
		const struct plan_comparison *c = &p->comparisons[i];

		/* cells that were never built have no id yet */
		TRY(store_add_cell(job->store, &p->cells[c->a].cell));
		TRY(store_add_cell(job->store, &p->cells[c->b].cell));
		rows[i] = (struct decision){ .a = p->cells[c->a].cell.id,
			.b = p->cells[c->b].cell.id,
			.alpha = c->ab.rules.alpha,
			.pairs = c->ab.count };
		snprintf(rows[i].verdict, sizeof(rows[i].verdict), "%s",
			verdict_names[c->ab.verdict]);
	}
	return store_set_decisions(job->store, job->run->id, rows, p->comparison_count);
}
