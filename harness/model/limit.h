/* What a gate allows of a metric, as people write it: "+1%" and "+5MB" more than the baseline,
 * "120MB" or "0" whatever the baseline is, "none". Of a metric of which more is better
 * (image.efficiency) it is the least that is allowed, and what may be lost is "-1%". */
#ifndef MODEL_LIMIT_H
#define MODEL_LIMIT_H

#include "model/metric.h"

enum limit_kind { LIMIT_NONE, LIMIT_RATIO, LIMIT_DELTA, LIMIT_ABSOLUTE };
struct limit {
	enum metric metric;
	enum limit_kind kind;
	double value; /* 0.01 for "+1%"; else in the metric's unit */
};

/* A metric by its name. ERR_INPUT with a suggestion. */
struct err *metric_find(const char *name, enum metric *out);
/* A limit of `m` from its text; MB is 10^6 bytes, MiB 2^20. ERR_INPUT that says what is one. */
struct err *limit_parse(enum metric m, const char *text, struct limit *out);
/* "METRIC=LIMIT", as --max takes it. */
struct err *limit_option(const char *text, struct limit *out);
/* "+1 %", "+5 MB", "120 MB", "none"; appended. */
void limit_show(struct str *s, const struct limit *l);

/* Whether it asks for a baseline. */
static inline bool limit_is_relative(const struct limit *l)
{
	return l->kind == LIMIT_RATIO || l->kind == LIMIT_DELTA;
}
/* Whether `value` is worse than it allows; `baseline` counts only where it is relative. */
bool limit_exceeded(const struct limit *l, double value, double baseline);

#endif
