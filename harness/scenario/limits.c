/* scenario.json: /limits, what a gate allows of each metric. */
#include "scenario/private.h"

/* A limit as --max takes it, or a count alone. */
static struct err *text_of(struct json_at at, char **out)
{
	const char *text;

	if (json_is_integer(at.value) && json_integer_value(at.value) >= 0) {
		*out = xasprintf("%" JSON_INTEGER_FORMAT, json_integer_value(at.value));
		return NULL;
	}
	if (!json_is_string(at.value))
		return err_next(json_error(at, "a limit was expected here"),
			"a text, as \"+1%%\" or \"120MB\", or a count");
	TRY(json_text(at, &text));
	*out = xstrdup(text);
	return NULL;
}

static struct err *limit_add(struct json_at at, const char *name, struct scenario *s)
{
	_cleanup_(freep) char *text = NULL;
	struct limit limit;
	enum metric m;
	struct err *e = metric_find(name, &m);

	if (e)
		return err_here(at, e);
	TRY(text_of(at, &text));
	e = limit_parse(m, text, &limit);
	if (e)
		return err_here(at, e);
	*GROW(s->limits, s->limit_count, s->limit_room) = limit;
	return NULL;
}

struct err *limits_read(struct json_at at, struct scenario *s)
{
	struct json_at map = json_member(at, "limits");
	const char *name;
	json_t *value;

	if (!map.value)
		return NULL;
	if (!json_is_object(map.value))
		return json_error(map, "limits is not an object of limits by metric");
	json_object_foreach ((json_t *)map.value, name, value)
		TRY(limit_add(json_member(map, name), name, s));
	return NULL;
}
