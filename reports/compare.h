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
	double alpha;	      /* 1 - alpha is the interval's level */
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
	/* What a side of several runs is called, encoded; NULL: its run's name says it. */
	const char *of_a, *of_b;
};

struct compare {
	bool all;	     /* every metric, else the exact ones and the wall time */
	double alpha;
	double level; /* of all rows but those that the run decided by itself, at a level of its own */
	struct compare_pair *pairs;
	size_t pair_count, pair_room;
	struct compare_row *rows;
	size_t row_count, row_room;
	struct compare_rate *rates;
	size_t rate_count, rate_room;
	struct strv courses; /* of each pair "build.wall over 40 runs  ▁▂▁█", or ""; none: not looked at */
};

/* Add a pair of cells; the summaries are borrowed. */
void compare_add(struct compare *c, const struct compare_pair *pair);
/* When all are added: the verdicts, with false discoveries controlled over all rows. */
void compare_decide(struct compare *c);
void compare_done(struct compare *c);
/* What differs of two runs' machines that times depend on beside the build, a new string; NULL: nothing. */
char *compare_machines(const struct run *a, const struct run *b) __attribute__((warn_unused_result));
/* One metric of two cells by itself, judged at the level that the run decided it at, else at 95 %.
 * row->why is the caller's. */
void compare_metric(const struct compare_pair *pair, enum metric m, struct compare_row *row);

/* The table, what stands against a verdict, and the answer in a sentence. */
struct err *report_compare_table(const struct compare *c, FILE *f, struct term t);
json_t *report_compare_json(const struct compare *c);
/* The verdict's word where a metric became more, or less: of a time, a size, or what has a better
 * direction. Static. */
const char *compare_direction(enum metric m, bool more);
/* Whether more of a metric is a loss (1), a gain (-1), or neither (0). */
int compare_loss(enum metric m, bool more);
/* A metric's value: an exact one with three digits, an estimate as its interval allows; "timed out"
 * where the median is one, "–" where there is none. */
void metric_show(struct str *s, enum metric m, const struct estimate *e);
/* Two that are compared: exact ones with the same digits, enough to tell them apart. */
void metric_show_pair(struct str *a, struct str *b, enum metric m, const struct estimate *ea,
	const struct estimate *eb);

/* "−63 % (95 %: −70 to −55 %, n = 6)", or that there is no pair. */
void effect_show(struct str *s, const struct effect *e, double alpha);

/* The wall times of two cells of one run, by the blocks that hold both. */
struct effect compare_wall(const struct run_summary *rs, const struct cell_sum *a,
	const struct cell_sum *b, double alpha);

/* How two cells that are compared are told apart, and what they share. */
struct decided_names {
	struct str a, b, where;
};
void decided_names(const struct cell *a, const struct cell *b, struct decided_names *out);
void decided_names_done(struct decided_names *n);
/* "podman, store, source edit: manifest-first is faster than copy-all: −63 % (…)", no full stop. */
void decided_sentence(struct str *s, const struct cell *a, const struct cell *b,
	const struct effect *e, const char *verdict, double alpha);

#endif
