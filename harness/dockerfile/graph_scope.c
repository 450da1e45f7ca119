/* What is in scope: ARG before FROM, platforms, ARG and ENV of a stage, and other settings. */
#include <limits.h>

#include "dockerfile/graph_build.h"

#define PATH_DEFAULT "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#define GRAPH_VARS_MAX	2000000
#define GRAPH_BYTES_MAX (128 * 1024 * 1024)

static struct err *count(struct graph_builder *b, size_t vars, size_t bytes)
{
	b->vars += vars;
	b->bytes += bytes;
	if (b->vars > GRAPH_VARS_MAX)
		return err_next(
			err_new(ERR_INPUT, "more than %d variables over all steps", GRAPH_VARS_MAX),
			"set fewer variables");
	if (b->bytes > GRAPH_BYTES_MAX)
		return err_next(err_new(ERR_INPUT, "variables of more than 128 MiB over all steps"),
			"set shorter variables");
	return NULL;
}

struct err *graph_count(struct graph_builder *b, const struct env *env)
{
	size_t bytes = 0;

	for (size_t i = 0; i < env->count; i++)
		bytes += strlen(env->items[i].name) + strlen(env->items[i].value);
	return count(b, env->count, bytes);
}

struct err *graph_count_text(struct graph_builder *b, const char *text)
{
	return text ? count(b, 0, strlen(text)) : NULL;
}

struct err *graph_expand(struct graph_builder *b, const char *text, const struct env *env,
	struct env *used, char **out)
{
	_cleanup_(freep) char *expanded = NULL;

	TRY(shell_word(&b->sh, span_of(text), env, used, &expanded));
	TRY(graph_count_text(b, expanded));
	*out = TAKE_PTR(expanded);
	return NULL;
}

/* BuildKit sets PATH where the base image does not; what the image has is not known here. */
bool graph_path_is_default(const char *name, const char *value)
{
	return strcmp(name, "PATH") == 0 && strcmp(value, PATH_DEFAULT) == 0;
}

static void set_platform(struct graph_builder *b, const char *prefix, const char *platform)
{
	static const char *const suffixes[] = { "OS", "ARCH", "VARIANT" };
	_cleanup_(strv_done) struct strv parts = STRV_INIT;
	_cleanup_(freep) char *whole = xasprintf("%sPLATFORM", prefix);
	_cleanup_(freep) char *version = xasprintf("%sOSVERSION", prefix);

	strv_split(&parts, platform, '/');
	env_set(&b->global, whole, platform);
	env_set(&b->global, version, "");
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		_cleanup_(freep) char *name = xasprintf("%s%s", prefix, suffixes[i]);

		env_set(&b->global, name, i < parts.count ? parts.items[i] : "");
	}
}

/* The predefined ARGs; --build-arg overrides them. */
static void set_predefined(struct graph_builder *b, const char *target, const char *platform)
{
	const struct dockerfile *d = b->d;
	const char *last = d->stages[d->stage_count - 1].name;
	const char *stage = target && *target ? target : last;

	set_platform(b, "BUILD", platform);
	set_platform(b, "TARGET", platform);
	env_set(&b->global, "TARGETSTAGE", stage ? stage : "default");
	for (size_t i = 0; i < b->global.count; i++) {
		const char *name = b->global.items[i].name;
		const char *value = env_get(&b->build_args, span_of(name));

		if (value)
			env_set(&b->global, name, value);
	}
}

/* NAME[=VALUE] cut; *value_out is NULL without one. */
static char *cut_arg(const char *word, const char **value_out)
{
	const char *equals = strchr(word, '=');

	*value_out = equals ? equals + 1 : NULL;
	return xstrndup(word, equals ? (size_t)(equals - word) : strlen(word));
}

static struct err *set_global(struct graph_builder *b, const char *word)
{
	const char *def;
	_cleanup_(freep) char *name = cut_arg(word, &def), *expanded = NULL;
	const char *given = env_get(&b->build_args, span_of(name));

	if (given || !def) {
		if (given)
			env_set(&b->global, name, given);
		return NULL;
	}
	TRY(graph_expand(b, def, &b->global, NULL, &expanded));
	env_set(&b->global, name, expanded);
	return NULL;
}

struct err *graph_globals(struct graph_builder *b, const char *target, const char *platform,
	const struct build_arg *args, size_t arg_count)
{
	for (size_t i = 0; i < arg_count; i++)
		if (args[i].value)
			env_set(&b->build_args, args[i].name, args[i].value);
	set_predefined(b, target, platform ? platform : "linux/amd64");
	for (size_t i = 0; i < b->d->count && b->d->items[i].stage < 0; i++)
		for (size_t k = 0; k < b->d->items[i].words.count; k++)
			TRY(graph_at(
				b, &b->d->items[i], set_global(b, b->d->items[i].words.items[k])));
	return NULL;
}

static char *copy_or_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

/* A stage starts with what the one below it has at its end, its ARGs included. */
struct err *graph_inherit(struct graph_builder *b, int stage)
{
	struct stage_state *st = &b->stages[stage];
	const struct stage_state *base;

	if (st->base < 0) {
		env_set(&st->env, "PATH", PATH_DEFAULT);
		return NULL;
	}
	base = &b->stages[st->base];
	TRY(graph_count(b, &base->env));
	env_copy(&st->env, &base->env);
	st->user = copy_or_null(base->user);
	st->shell = copy_or_null(base->shell);
	st->workdir = copy_or_null(base->workdir);
	return NULL;
}

/* These two are read by BuildKit itself and reach no step. */
static bool is_for_buildkit(const char *name)
{
	return strcmp(name, "BUILDKIT_SBOM_SCAN_CONTEXT") == 0 ||
	       strcmp(name, "BUILDKIT_SBOM_SCAN_STAGE") == 0;
}

static struct err *set_arg(struct graph_builder *b, struct stage_state *st, const char *word)
{
	const char *def;
	_cleanup_(freep) char *name = cut_arg(word, &def), *expanded = NULL;
	const char *value = env_get(&b->build_args, span_of(name));

	if (!value && def) {
		TRY(graph_expand(b, def, &st->env, NULL, &expanded));
		value = expanded;
	} else if (!value) {
		value = env_get(&b->global, span_of(name));
	}
	if (value && !is_for_buildkit(name))
		env_set(&st->env, name, value);
	return NULL;
}

/* All pairs are expanded before the first one is set. */
static struct err *set_env(
	struct graph_builder *b, struct stage_state *st, const struct df_instruction *in)
{
	_cleanup_(strv_done) struct strv pairs = STRV_INIT;

	for (size_t i = 0; i < in->words.count; i++) {
		char *expanded;

		TRY(graph_expand(b, in->words.items[i], &st->env, NULL, &expanded));
		strv_own(&pairs, expanded);
	}
	for (size_t i = 0; i + 1 < pairs.count; i += 2) {
		TRY(graph_count_text(b, pairs.items[i + 1]));
		env_set(&st->env, pairs.items[i], pairs.items[i + 1]);
	}
	return NULL;
}

static void put(char **at, char *value)
{
	free(*at);
	*at = value;
}

static struct err *set_user(struct graph_builder *b, struct stage_state *st, const char *word)
{
	char *expanded;

	TRY(graph_expand(b, word, &st->env, NULL, &expanded));
	put(&st->user, expanded);
	return NULL;
}

static void set_shell(struct stage_state *st, const struct strv *words)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	for (size_t i = 0; i < words->count; i++)
		str_addf(&text, "%s%s", i > 0 ? " " : "", words->items[i]);
	put(&st->shell, str_take(&text));
}

char *graph_workdir(const struct stage_state *st, const char *path)
{
	_cleanup_(freep) char *joined = NULL;

	if (*path == '/')
		return xstrdup(path);
	joined = xasprintf("%s/%s", st->workdir ? st->workdir : "", path);
	return path_clean(span_of(joined));
}

static struct err *set_workdir(struct graph_builder *b, struct stage_state *st, const char *word)
{
	_cleanup_(freep) char *expanded = NULL;

	TRY(graph_expand(b, word, &st->env, NULL, &expanded));
	put(&st->workdir, graph_workdir(st, expanded));
	/* each relative one makes it longer, and each step holds it */
	if (strlen(st->workdir) >= PATH_MAX)
		return err_next(err_new(ERR_INPUT,
					"a working directory of %zu bytes; Linux takes at most %d",
					strlen(st->workdir), PATH_MAX - 1),
			"write an absolute path");
	return NULL;
}

struct err *graph_set(
	struct graph_builder *b, struct stage_state *st, const struct df_instruction *in)
{
	if (strcmp(in->name, "ENV") == 0)
		return set_env(b, st, in);
	if (strcmp(in->name, "USER") == 0)
		return set_user(b, st, in->words.items[0]);
	if (strcmp(in->name, "WORKDIR") == 0)
		return set_workdir(b, st, in->words.items[0]);
	if (strcmp(in->name, "SHELL") == 0)
		set_shell(st, &in->words);
	if (strcmp(in->name, "ARG") == 0)
		for (size_t i = 0; i < in->words.count; i++)
			TRY(set_arg(b, st, in->words.items[i]));
	return NULL;
}
