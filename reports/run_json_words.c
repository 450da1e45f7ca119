/* What every part of a run's JSON is written with. */
#include <math.h>

#include "base/clock.h"
#include "base/json.h"
#include "reports/run_json.h"

json_t *text_or_null(const char *bytes)
{
	return bytes && *bytes ? json_bytes(bytes) : json_null();
}

void add_texts(json_t *o, const struct json_text *list)
{
	for (; list->key; list++)
		json_object_set_new(o, list->key, text_or_null(list->bytes));
}

json_t *time_or_null(int64_t unix_ns)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	if (!unix_ns)
		return json_null();
	time_show(&s, unix_ns);
	return json_string(str_get(&s));
}

json_t *number(double v)
{
	if (!isfinite(v))
		return json_null();
	if (v == floor(v) && fabs(v) < 9e15)
		return json_integer((json_int_t)v);
	return json_real(v);
}

json_t *absent_json(const char *why)
{
	json_t *o = json_object();

	json_object_set_new(o, "absent", json_bytes(why));
	return o;
}
