/* Two sides of a comparison: cells side by side, a row a metric, each with its verdict. */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include <jansson.h>

#include "reports/summary.h"

/* One metric of two cells, B against A. */
struct compare_row {
	size_t pair; /* index of the two cells */
	enum metric metric;
	struct estimate a, b; /* medians */
	bool paired;	      /* from blocks that both share */
	struct effect effect; /* of estimates: logs; not known for exact metrics */
	const char *verdict;  /* static; NULL: B has no value */
	char *why;	      /* what stands against a verdict; or NULL */
};

/* Events of the samples of two cells. */
struct compare_rate {
	size_t pair;
	const char *what; /* "time-outs" */
	size_t ka, na, kb, nb;
	struct rates rates;
};

struct compare_pair {
	const struct run_summary *rs_a, *rs_b;
	const struct cell_sum *a, *b;
};

struct compare {
	bool all;	     /* every metric, else the exact ones and the wall time */
	double alpha, level; /* level: 1 - that is the intervals' level, at which all are decided */
	struct compare_pair *pairs;
	size_t pair_count, pair_room;
	struct compare_row *rows;
	size_t row_count, row_room;
	struct compare_rate *rates;
	size_t rate_count, rate_room;
};

/* Add a pair of cells; the summaries are borrowed. */
void compare_add(struct compare *c, const struct compare_pair *pair);
/* When all are added: the verdicts, with false discoveries controlled over all rows. */
void compare_decide(struct compare *c);
void compare_done(struct compare *c);

/* The table, what stands against a verdict, and the answer in a sentence. */
struct err *report_compare_table(const struct compare *c, FILE *f, struct term t);
json_t *report_compare_json(const struct compare *c);
/* The verdict's word where a metric became more, or less: of a time, a size, or what has a better
 * direction. Static. */
const char *compare_direction(enum metric m, bool more);
/* Of one row, as the table shows them: "41.9 s", "212 MB", "–". */
void compare_value(struct str *s, enum metric m, const struct estimate *e);

#endif
