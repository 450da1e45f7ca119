/* scenario.json: what is needed beyond a build: tags and health. */
#include "base/clock.h"
#include "scenario/private.h"

#define PORT_MAX	65535
#define DIGITS		"0123456789"
#define HEALTH_LIMIT_NS (30 * SECOND_NS)

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

/* An engine takes names too, but a name is looked up in the image, and this is to be a uid that the
 * image need not know. */
static struct err *user_read(struct json_at at, char **out)
{
	_cleanup_(freep) char *user = NULL;
	const char *gid;

	TRY(json_str_or(at, "user", NULL, &user));
	if (!user)
		return NULL;
	gid = user + strspn(user, DIGITS);
	if (gid == user || (*gid && (*gid != ':' || !gid[1] || gid[1 + strspn(gid + 1, DIGITS)])))
		return err_next(json_error(json_member(at, "user"), "\"%s\" is no user", user),
			"UID or UID:GID, as \"12345:0\"");
	*out = TAKE_PTR(user);
	return NULL;
}

static struct err *limit_read(struct json_at at, int64_t *out)
{
	TRY(json_duration_or(at, "timeout", HEALTH_LIMIT_NS, out));
	if (*out <= 0)
		return err_next(json_error(json_member(at, "timeout"), "no time to answer in"),
			"a duration as \"30s\"");
	return NULL;
}

struct err *health_read(struct json_at at, struct health *h)
{
	struct json_at health = json_member(at, "health");

	if (!health.value)
		return NULL;
	TRY(json_only(health, KEYS("http", "exec", "user", "timeout")));
	if (json_has(health, "http") == json_has(health, "exec"))
		return err_next(json_error(health, "not one way to ask"),
			"either http, {\"port\": 8000, \"path\": \"/health\"}, or exec, an array");
	TRY(user_read(health, &h->user));
	TRY(limit_read(health, &h->limit_ns));
	if (json_has(health, "http"))
		return http_read(health, h);
	TRY(json_strs_or_none(health, "exec", &h->exec));
	if (!h->exec.count)
		return json_error(json_member(health, "exec"), "no program");
	return NULL;
}
