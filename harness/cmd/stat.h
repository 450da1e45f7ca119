/* Private to tare stat: its operations on numbers. */
#ifndef CMD_STAT_H
#define CMD_STAT_H

#include "base/json.h"
#include "stats/stats.h"

/* The rules and the seed of a question, with their defaults. */
struct err *stat_rules(struct json_at q, struct rules *rules);
/* One value as a log: a finite number above 0. */
struct err *stat_log(struct json_at array, size_t i, double *out);
/* A member that is an array of times, as logs; the caller's. Absent is empty. */
struct err *stat_logs(struct json_at q, const char *key, double **out, size_t *n);
/* A required array of numbers as they are, for what is no time. */
struct err *stat_values(struct json_at q, const char *key, double **out, size_t *n);
/* verdict, ratio, low, high, p, n; what is not known is null. Added to `to`. */
void stat_effect(json_t *to, const struct effect *e, const struct rules *r);

/* What the operations say; each takes a question and gives a new object. */
struct err *stat_ab(struct json_at q, json_t **out);
struct err *stat_gate(struct json_at q, json_t **out);
struct err *stat_changepoint(struct json_at q, json_t **out);
struct err *stat_median(struct json_at q, json_t **out);
struct err *stat_power(struct json_at q, json_t **out);

/* Comparisons that are asked for together share their false discoveries. */
struct comparison {
	struct rules rules;
	bool paired;
	double *a, *b; /* logs */
	size_t na, nb;
	double p;
};
struct err *stat_compare_read(struct json_at q, struct comparison *out);
/* At the level at which all of them are decided. */
json_t *stat_compare_at(struct comparison *c, double alpha);
void stat_compare_done(struct comparison *c);

#endif
