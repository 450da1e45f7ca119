/* scenario.json: what is needed beyond a build: tags, health, bases that are built. */
#include "scenario/private.h"

#define PORT_MAX 65535

struct err *tags_read(struct json_at at, struct scenario *s)
{
	struct json_at list = json_member(at, "tags");

	TRY(json_strs_or_none(at, "tags", &s->tags));
	for (size_t i = 0; i < s->tags.count; i++)
		if (!name_valid(s->tags.items[i]))
			return err_next(json_error(json_element(list, i), "\"%s\" is no tag",
						s->tags.items[i]),
				"a word as \"cache\"");
	return NULL;
}

static struct err *http_read(struct json_at at, struct health *h)
{
	struct json_at http = json_member(at, "http");

	TRY(json_only(http, KEYS("port", "path")));
	TRY(json_int(http, "port", &h->port));
	if (h->port < 1 || h->port > PORT_MAX)
		return json_error(json_member(http, "port"), "no port from 1 to %d", PORT_MAX);
	TRY(json_str_or(http, "path", "/", &h->path));
	if (*h->path != '/' || strpbrk(h->path, " \t\r\n"))
		return json_error(json_member(http, "path"), "not a path that begins with /");
	return NULL;
}

struct err *health_read(struct json_at at, struct scenario *s)
{
	struct json_at health = json_member(at, "health");

	if (!health.value)
		return NULL;
	TRY(json_only(health, KEYS("http", "exec")));
	if (json_has(health, "http") == json_has(health, "exec"))
		return err_next(json_error(health, "not one way to ask"),
			"either http, {\"port\": 8000, \"path\": \"/health\"}, or exec, an array");
	if (json_has(health, "http"))
		return http_read(health, &s->health);
	TRY(json_strs_or_none(health, "exec", &s->health.exec));
	if (!s->health.exec.count)
		return json_error(json_member(health, "exec"), "no program");
	return NULL;
}

static struct err *base_read(struct json_at map, const char *ref, struct scenario *s)
{
	struct json_at one = json_member(map, ref), build = json_member(one, "build");
	struct built_base *b;

	TRY(json_only(one, KEYS("build")));
	if (!build.value)
		return err_next(json_error(one, "nothing says how it comes about"),
			"{\"build\": {\"variant\": \"base\"}}");
	TRY(json_only(build, KEYS("variant")));
	b = GROW(s->built, s->built_count, s->built_room);
	b->ref = xstrdup(ref);
	TRY(json_str(build, "variant", &b->variant));
	return variant_known(build, "variant", s, b->variant);
}

struct err *built_read(struct json_at at, struct scenario *s)
{
	struct json_at map = json_member(at, "bases");
	const char *ref;
	json_t *value;

	if (!map.value)
		return NULL;
	if (!json_is_object(map.value))
		return json_error(map, "not an object of bases");
	json_object_foreach ((json_t *)map.value, ref, value)
		TRY(base_read(map, ref, s));
	return NULL;
}
