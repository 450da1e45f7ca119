/* Private to a run's JSON: its sample, and what all parts are written with. New references. */
#ifndef REPORTS_RUN_JSON_H
#define REPORTS_RUN_JSON_H

#include <jansson.h>

#include "reports/summary.h"

/* null for NULL and "". */
json_t *text_or_null(const char *bytes);
/* Members of o that are text, or null as above; the list ends with a key that is NULL. */
struct json_text {
	const char *key, *bytes;
};
void add_texts(json_t *o, const struct json_text *list);
/* RFC 3339; null for 0. */
json_t *time_or_null(int64_t unix_ns);
/* What is no number has no place in JSON: it is null. Whole numbers are written as such. */
json_t *number(double v);
/* {"absent": why}. */
json_t *absent_json(const char *why);
/* With its interval; null where it is not known. */
json_t *estimate_json(const struct estimate *e, const char *unit);
json_t *sample_json(const struct sample *s);
/* What the run was built to decide; a and b are places among its cells. */
json_t *decided_json(const struct run_summary *rs);

#endif
