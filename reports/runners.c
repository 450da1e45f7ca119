#include "reports/runners.h"

#define PREFIX "runner-"

const char *runner_language(const struct cell *c)
{
	return str_starts(c->scenario, PREFIX) ? c->scenario + strlen(PREFIX) : NULL;
}

static bool has_size(const struct cell_sum *c)
{
	return runner_language(c->cell) && c->n && c->metrics[M_IMAGE_SIZE].known;
}

bool runner_with_size(const struct run_summary *rs, size_t i)
{
	const struct cell *c = rs->cells[i].cell;

	if (!has_size(&rs->cells[i]))
		return false;
	for (size_t k = 0; k < i; k++) {
		const struct cell *o = rs->cells[k].cell;

		if (has_size(&rs->cells[k]) && str_eq(o->scenario, c->scenario) &&
			str_eq(o->variant, c->variant) && str_eq(o->engine, c->engine))
			return false;
	}
	return true;
}
