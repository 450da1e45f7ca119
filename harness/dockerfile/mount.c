#include "dockerfile/mount.h"

#include "dockerfile/instruction.h"

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/* A field cut at its '='; *value_out is NULL without one. The key is in lower case. */
static char *cut_field(const char *field, const char **value_out)
{
	const char *equals = strchr(field, '=');
	size_t n = equals ? (size_t)(equals - field) : strlen(field);

	*value_out = equals ? equals + 1 : NULL;
	return text_lower((struct span){ field, n });
}

/* Go's strconv.ParseBool. */
static bool is_bool(const char *s)
{
	static const char *const words[] = { "1", "t", "T", "true", "TRUE", "True", "0", "f", "F",
		"false", "FALSE", "False", NULL };

	return is_one_of(s, words);
}

/* --- while parsing --- */

static struct err *check_mount(const char *text)
{
	_cleanup_(strv_done) struct strv fields = STRV_INIT;

	TRY(err_wrap(csv_fields(span_of(text), &fields), "--mount"));
	for (size_t i = 0; i < fields.count; i++) {
		const char *value, *dollar;
		_cleanup_(freep) char *key = cut_field(fields.items[i], &value);

		if (strcmp(key, "from") != 0 || !value)
			continue;
		dollar = strchr(value, '$');
		if (dollar && dollar[1] != '\0')
			return err_next(err_new(ERR_INPUT, "from= of a mount takes no variable"),
				"name a stage with FROM $IMAGE AS name, and mount from that");
	}
	return NULL;
}

/* One field of a device; *named_out: its name is known from now on. */
static struct err *check_device_field(const char *field, bool *named)
{
	const char *value;
	_cleanup_(freep) char *key = cut_field(field, &value);

	if (!value && strcmp(key, "required") == 0)
		return NULL;
	if (value && strcmp(key, "required") == 0)
		return is_bool(value) ? NULL
				      : err_next(err_new(ERR_INPUT, "required of a device has no "
								    "such value"),
						"one of true, false");
	if (*named)
		return err_next(err_new(ERR_INPUT, "a device has a second name: \"%.80s\"", field),
			"one --device for each");
	*named = true;
	if (value && strcmp(key, "name") == 0)
		*named = *value != '\0';
	else
		*named = *field != '\0';
	return NULL;
}

static struct err *check_device(const char *text)
{
	_cleanup_(strv_done) struct strv fields = STRV_INIT;
	bool named = false;

	TRY(err_wrap(csv_fields(span_of(text), &fields), "--device"));
	for (size_t i = 0; i < fields.count; i++)
		TRY(check_device_field(fields.items[i], &named));
	return NULL;
}

struct err *check_mounts(const struct df_instruction *in)
{
	for (size_t i = 0; i < in->flag_count; i++) {
		if (same_word(in->flags[i].name, "mount"))
			TRY(check_mount(in->flags[i].value));
		else if (same_word(in->flags[i].name, "device"))
			TRY(check_device(in->flags[i].value));
	}
	return NULL;
}

/* --- while building the graph --- */

static void put(char **at, char *value)
{
	free(*at);
	*at = value;
}

static struct err *put_type(struct mount *m, const char *value)
{
	static const char *const types[] = { "bind", "cache", "tmpfs", "secret", "ssh", NULL };
	_cleanup_(freep) char *lower = text_lower(span_of(value));
	const char *near;
	struct err *e;

	if (is_one_of(lower, types)) {
		put(&m->type, TAKE_PTR(lower));
		return NULL;
	}
	e = err_new(ERR_INPUT, "there is no mount type \"%.80s\"", value);
	near = str_nearest(lower, types);
	return near ? err_next(e, "did you mean %s?", near)
		    : err_next(e, "one of bind, cache, tmpfs, secret, ssh");
}

static struct err *put_field(struct mount *m, const char *key, const char *field, char *value)
{
	static const char *const sources[] = { "source", "src", NULL };
	static const char *const targets[] = { "target", "dst", "destination", NULL };
	static const char *const others[] = { "readonly", "ro", "readwrite", "rw", "required",
		"size", "id", "sharing", "mode", "uid", "gid", "env", NULL };
	_cleanup_(freep) char *owned = value;

	if (strcmp(key, "type") == 0)
		return put_type(m, value);
	if (strcmp(key, "from") == 0)
		put(&m->from, TAKE_PTR(owned));
	else if (is_one_of(key, sources))
		put(&m->source, TAKE_PTR(owned));
	else if (is_one_of(key, targets))
		put(&m->target, TAKE_PTR(owned));
	else if (!is_one_of(key, others))
		return err_next(err_new(ERR_INPUT, "a mount has no \"%.80s\"", field),
			"its keys are type, from, source, target, readonly and what its type knows");
	return NULL;
}

struct err *mount_parse(
	const char *text, const struct shell *sh, const struct env *env, struct mount *out)
{
	static const char *const flags[] = { "readonly", "ro", "readwrite", "rw", "required",
		NULL };
	_cleanup_(strv_done) struct strv fields = STRV_INIT;

	TRY(csv_fields(span_of(text), &fields));
	out->type = xstrdup("bind");
	for (size_t i = 0; i < fields.count; i++) {
		const char *value;
		_cleanup_(freep) char *key = cut_field(fields.items[i], &value);
		char *expanded;

		if (!value && is_one_of(key, flags))
			continue;
		if (!value)
			return err_next(err_new(ERR_INPUT, "\"%.80s\" of a mount has no value",
						fields.items[i]),
				"write KEY=VALUE");
		TRY(shell_word(sh, span_of(value), env, NULL, &expanded));
		TRY(put_field(out, key, fields.items[i], expanded));
	}
	return NULL;
}

void mount_done(struct mount *m)
{
	free(m->type);
	free(m->from);
	free(m->source);
	free(m->target);
	*m = (struct mount){ 0 };
}
