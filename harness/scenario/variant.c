/* scenario.json: /variants. */
#include "scenario/private.h"

static const char *const compressions[] = { "gzip", "zstd", NULL };

/* The strings of the object at `key`, handed to `add` with their names; absent is fine. */
static struct err *each_string(struct json_at at, const char *key, struct variant *v,
	struct err *(*add)(struct json_at map, const char *name, struct variant *v))
{
	struct json_at map = json_member(at, key);
	const char *name;
	json_t *value;

	if (!map.value)
		return NULL;
	if (!json_is_object(map.value))
		return json_error(map, "not an object of strings");
	json_object_foreach ((json_t *)map.value, name, value)
		TRY(add(map, name, v));
	return NULL;
}

static struct err *arg_add(struct json_at map, const char *name, struct variant *v)
{
	_cleanup_(freep) char *value = NULL;
	struct build_arg *arg;

	if (*name == '\0' || strchr(name, '='))
		return json_error(map, "\"%s\" is not the name of a build argument", name);
	TRY(json_str(map, name, &value));
	arg = GROW(v->args, v->arg_count, v->arg_room);
	arg->name = xstrdup(name);
	arg->value = TAKE_PTR(value);
	return NULL;
}

static struct err *context_add(struct json_at map, const char *name, struct variant *v)
{
	_cleanup_(freep) char *dir = NULL;
	struct named_context *context;

	if (!name_valid(name))
		return json_error(map, "\"%s\" is not the name of a context", name);
	TRY(path_read(map, name, true, &dir));
	context = GROW(v->contexts, v->context_count, v->context_room);
	context->name = xstrdup(name);
	context->dir = TAKE_PTR(dir);
	return NULL;
}

/* Secrets and ssh agents are named; a value here would end up in every log and database. */
static struct err *ids_read(struct json_at at, const char *key, struct strv *out)
{
	TRY(json_strs_or_none(at, key, out));
	for (size_t i = 0; i < out->count; i++)
		if (!out->items[i][0] || strpbrk(out->items[i], "=,"))
			return err_next(json_error(json_element(json_member(at, key), i),
						"\"%s\" is not an id", out->items[i]),
				"name it; its value is given on the command line");
	return NULL;
}

static struct err *platform_read(struct json_at at, char **out)
{
	_cleanup_(freep) char *platform = NULL;
	size_t slashes = 0;

	TRY(json_str_or(at, "platform", NULL, &platform));
	if (!platform)
		return NULL;
	for (const char *p = platform; *p; p++)
		slashes += *p == '/';
	if (strspn(platform, "abcdefghijklmnopqrstuvwxyz0123456789/") != strlen(platform) ||
		slashes < 1 || slashes > 2 || platform[0] == '/' || strstr(platform, "//") ||
		str_ends(platform, "/"))
		return err_next(json_error(json_member(at, "platform"), "\"%s\" is not a platform",
					platform),
			"OS/ARCH or OS/ARCH/VARIANT, as linux/amd64");
	*out = TAKE_PTR(platform);
	return NULL;
}

static struct err *compression_read(struct json_at at, char **out)
{
	int word;

	if (!json_has(at, "compression"))
		return NULL;
	TRY(json_word(at, "compression", compressions, &word));
	*out = xstrdup(compressions[word]);
	return NULL;
}

static struct err *variant_read(struct json_at at, struct variant *v)
{
	TRY(json_only(at, KEYS("name", "dockerfile", "target", "platform", "compression", "args",
				  "contexts", "secrets", "ssh", "health")));
	TRY(name_read(at, "name", true, &v->name));
	TRY(path_read(at, "dockerfile", false, &v->dockerfile));
	if (!v->dockerfile)
		v->dockerfile = xstrdup("Dockerfile");
	TRY(json_str_or(at, "target", NULL, &v->target));
	TRY(platform_read(at, &v->platform));
	TRY(compression_read(at, &v->compression));
	TRY(each_string(at, "args", v, arg_add));
	TRY(each_string(at, "contexts", v, context_add));
	TRY(ids_read(at, "secrets", &v->secrets));
	TRY(ids_read(at, "ssh", &v->ssh));
	return health_read(at, &v->health);
}

const struct variant *variant_find(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->variant_count; i++)
		if (str_eq(s->variants[i].name, name))
			return &s->variants[i];
	return NULL;
}

struct err *variant_known(
	struct json_at at, const char *key, const struct scenario *s, const char *name)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	const char *near;

	if (!name || variant_find(s, name))
		return NULL;
	for (size_t i = 0; i < s->variant_count; i++)
		strv_add(&names, s->variants[i].name);
	near = str_nearest(name, (const char *const *)names.items);
	return json_error(json_member(at, key), "no variant \"%s\"%s%s%s", name, STR_MEANT(near));
}

static struct err *unique(struct json_at at, const struct scenario *s)
{
	const char *name = s->variants[s->variant_count - 1].name;

	for (size_t i = 0; i + 1 < s->variant_count; i++)
		if (str_eq(s->variants[i].name, name))
			return json_error(at, "a second variant called \"%s\"", name);
	return NULL;
}

struct err *variants_read(struct json_at at, struct scenario *s)
{
	struct json_at list = json_member(at, "variants");
	size_t n = json_count(list);

	if (!json_is_array(list.value) || n == 0 || n > VARIANTS_CEILING)
		return err_next(json_error(list.value ? list : at,
					"variants is not an array of 1 to %d", VARIANTS_CEILING),
			"[{\"name\": \"default\", \"dockerfile\": \"Dockerfile\"}]");
	for (size_t i = 0; i < n; i++) {
		struct json_at one = json_element(list, i);

		TRY(variant_read(one, GROW(s->variants, s->variant_count, s->variant_room)));
		TRY(unique(json_member(one, "name"), s));
	}
	return NULL;
}
