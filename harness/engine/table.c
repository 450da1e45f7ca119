#include "base/file.h"
#include "engine/engine.h"

#define ENGINES(X) X(docker) X(buildkit) X(podman)

#define X(name) extern const struct engine engine_##name;
ENGINES(X)
#undef X

const struct engine *const engine_table[] = {
#define X(name) &engine_##name,
	ENGINES(X)
#undef X
		NULL,
};

static const char *const names[] = {
#define X(name) #name,
	ENGINES(X)
#undef X
		NULL,
};

static struct err *unknown(const char *name)
{
	const char *near = str_nearest(name, names);
	_cleanup_(str_done) struct str all = STR_INIT;
	struct err *e = near ? err_new(ERR_INPUT, "unknown engine \"%s\"; did you mean %s?", name,
				       near)
			     : err_new(ERR_INPUT, "unknown engine \"%s\"", name);

	for (size_t i = 0; names[i]; i++)
		str_addf(&all, "%s%s", i ? ", " : "", names[i]);
	return err_next(e, "one of %s; or NAME@DIR, with its programs in DIR", str_get(&all));
}

/* The directory of NAME@DIR, absolute. */
static struct err *directory(const char *given, char **out)
{
	_cleanup_(freep) char *real = realpath(given, NULL);
	struct stat st;

	if (!real || stat(real, &st) < 0 || !S_ISDIR(st.st_mode))
		return err_next(err_new(ERR_INPUT, "no such directory: \"%s\"", given),
			"NAME@DIR takes the engine's programs from DIR");
	*out = TAKE_PTR(real);
	return NULL;
}

struct err *engine_find(const char *word, const struct engine **out, char **dir_out)
{
	const char *at = strchr(word, '@');
	_cleanup_(freep) char *name = xstrndup(word, at ? (size_t)(at - word) : strlen(word));
	size_t i = 0;

	while (names[i] && !str_eq(names[i], name))
		i++;
	if (!names[i])
		return unknown(name);
	*dir_out = NULL;
	if (at)
		TRY(directory(at + 1, dir_out));
	*out = engine_table[i];
	return NULL;
}
