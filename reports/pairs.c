/* Two cells of a run compared within the run's blocks, where both met the same machine. */
#include <math.h>

#include "reports/summary.h"

static const struct sample *in_block(const struct run_summary *rs, const struct cell *c, int block)
{
	for (size_t i = 0; i < rs->sample_count; i++) {
		const struct sample *s = &rs->samples[i];

		if (s->cell_id == c->id && s->block == block && sample_counts(s))
			return s;
	}
	return NULL;
}

/* a - b (or log a/b) of each block that holds both; *open: a pair holds a time-out, a lower limit
 * from which no difference follows. */
static double *paired(const struct run_summary *rs, const struct cell_sum *a,
	const struct cell_sum *b, bool as_log_ratio, size_t *count, bool *open)
{
	double *d = xcalloc(rs->sample_count + 1, sizeof(*d));

	*count = 0;
	*open = false;
	for (size_t i = 0; i < rs->sample_count; i++) {
		const struct sample *sa = &rs->samples[i], *sb;

		if (sa->cell_id != a->cell->id || !sample_counts(sa) ||
			in_block(rs, a->cell, sa->block) != sa)
			continue;
		sb = in_block(rs, b->cell, sa->block);
		if (!sb)
			continue;
		*open |= sa->status == STATUS_TIMEOUT || sb->status == STATUS_TIMEOUT;

		double va = sa->values.v[M_BUILD_WALL], vb = sb->values.v[M_BUILD_WALL];

		d[(*count)++] = as_log_ratio ? log(va / vb) : va - vb;
	}
	return d;
}

struct estimate paired_shift(
	const struct run_summary *rs, const struct cell_sum *a, const struct cell_sum *b)
{
	size_t n;
	bool open;
	_cleanup_(freep) double *d = paired(rs, a, b, false, &n, &open);

	return open || !n ? (struct estimate){ 0 } : stats_shift(d, n);
}

struct estimate paired_ratio(
	const struct run_summary *rs, const struct cell_sum *a, const struct cell_sum *b)
{
	size_t n;
	bool open;
	_cleanup_(freep) double *d = paired(rs, a, b, true, &n, &open);
	struct estimate e = { 0 };

	if (open || !n)
		return e;
	e = stats_shift(d, n);
	e.at = exp(e.at);
	e.low = exp(e.low);
	e.high = exp(e.high);
	return e;
}
