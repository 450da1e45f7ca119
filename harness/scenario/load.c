/* A scenario, whole: its file or its Dockerfile, the command line on top, and all of it checked
 * before the first build. */
#include "scenario/private.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "scenario/find.h"

/* As the user would name the file, for messages: below where they said. */
static char *file_name(const char *where, const char *dir, const char *file)
{
	return path_exists(where) ? path_join(where, file) : path_join(dir, file);
}

/* `named`, a directory below `top` that nothing leads out of; `key` of the file names it. */
static struct err *directory_resolve(
	const struct scenario *s, const char *top, const char *named, const char *key, char **out)
{
	_cleanup_(closep) int dir = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(closep) int fd = dir < 0 ? -1 : open_beneath(dir, named, O_PATH | O_DIRECTORY);
	_cleanup_(freep) char *path = path_join(top, named);

	if (fd < 0)
		return err_at(err_new(ERR_INPUT, "\"%s\" is not a directory of %s: %s", named,
				      str_eq(top, s->dir) ? "this scenario" : "the library",
				      strerror(errno)),
			"%s: /%s", s->file, key);
	*out = realpath(path, NULL);
	return *out ? NULL : err_sys(path, errno);
}

/* The context: the scenario's directory, or one in it, or a program beside the library's
 * scenarios, which are siblings of this one. */
static struct err *context_resolve(struct scenario *s)
{
	_cleanup_(freep) char *named = s->context;
	_cleanup_(freep) char *program = NULL, *library = NULL;
	const char *slash = strrchr(s->dir, '/');

	s->context = NULL;
	if (named)
		return directory_resolve(s, s->dir, named, "context", &s->context);
	if (!s->program) {
		s->context = xstrdup(s->dir);
		return NULL;
	}
	program = path_join(PROGRAMS, s->program);
	library = slash == s->dir ? xstrdup("/") : xstrndup(s->dir, (size_t)(slash - s->dir));
	return directory_resolve(s, library, program, "program", &s->context);
}

static struct err *load_file(const char *where, int dir, const char *instead, struct scenario *s)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	s->file = file_name(where, s->dir, SCENARIO_FILE);
	if (instead)
		str_add(&text, instead);
	else
		TRY(file_read_beneath(dir, SCENARIO_FILE, SCENARIO_CEILING, &text));
	TRY(scenario_read(str_get(&text), text.len, s));
	TRY(context_resolve(s));
	return scenario_check(s);
}

/* A directory's name as a scenario's: lower case, what is no part of a name a dash. */
static char *name_of(const char *dir)
{
	const char *slash = strrchr(dir, '/');
	struct str name = STR_INIT;

	for (const char *p = slash ? slash + 1 : dir; *p && name.len < NAME_CEILING; p++) {
		char c = (char)tolower((unsigned char)*p);

		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", c))
			c = '-';
		if (name.len || isalnum((unsigned char)c))
			str_addc(&name, c);
	}
	if (!name.len)
		str_add(&name, "context");
	return str_take(&name);
}

/* As docker's -f: from the working directory; and as podman's: else from the context. */
static struct err *dockerfile_named(const char *file, const struct scenario *s, char **out)
{
	_cleanup_(freep) char *inside = path_join(s->dir, file);
	_cleanup_(freep) char *path = realpath(path_exists(file) ? file : inside, NULL);
	const char *below;

	if (!path)
		return err_next(err_at(err_new(ERR_INPUT, "no such Dockerfile"), "-f %s", file),
			"a path from here or from the context");
	below = path_below(s->dir, path);
	*out = below ? xstrdup(below) : TAKE_PTR(path);
	return NULL;
}

static struct err *dockerfile_found(const char *where, int dir, char **out)
{
	static const char *const names[] = { "Dockerfile", "Containerfile", NULL };

	for (size_t i = 0; names[i]; i++) {
		_cleanup_(closep) int fd = open_beneath(dir, names[i], O_PATH);

		if (fd < 0)
			continue;
		*out = xstrdup(names[i]);
		return NULL;
	}
	return err_next(err_at(err_new(ERR_INPUT, "no scenario.json, Dockerfile or Containerfile"),
				"%s", where),
		"a directory with one of them, or -f FILE");
}

static struct err *load_plain(const char *where, int dir, const char *file, struct scenario *s)
{
	struct variant *v = GROW(s->variants, s->variant_count, s->variant_room);
	_cleanup_(str_done) struct str text = STR_INIT;

	v->name = xstrdup("default");
	s->name = name_of(s->dir);
	s->context = xstrdup(s->dir);
	s->timeout_ns = TIMEOUT_DEFAULT_NS;
	if (file)
		TRY(dockerfile_named(file, s, &v->dockerfile));
	else
		TRY(dockerfile_found(where, dir, &v->dockerfile));
	return variant_text(s, v, &text);
}

/* A build argument from the command line replaces the file's of the same name. */
static void arg_set(struct variant *v, const char *pair)
{
	const char *equals = strchr(pair, '=');
	_cleanup_(freep) char *name = xstrndup(pair, (size_t)(equals - pair));
	struct build_arg *arg = NULL;

	for (size_t i = 0; i < v->arg_count && !arg; i++)
		if (str_eq(v->args[i].name, name))
			arg = &v->args[i];
	if (!arg) {
		arg = GROW(v->args, v->arg_count, v->arg_room);
		arg->name = TAKE_PTR(name);
	}
	free(arg->value);
	arg->value = xstrdup(equals + 1);
}

static void replace(char **old, const char *with)
{
	if (!with)
		return;
	free(*old);
	*old = xstrdup(with);
}

static void ids_add(struct strv *to, const struct strv *from)
{
	for (size_t i = 0; from && i < from->count; i++)
		if (!strv_has(to, from->items[i]))
			strv_add(to, from->items[i]);
}

static struct err * override(struct scenario *s, const struct scenario_opts *o)
{
	for (size_t i = 0; i < s->variant_count; i++) {
		struct variant *v = &s->variants[i];

		replace(&v->target, o->target);
		replace(&v->platform, o->platform);
		ids_add(&v->secrets, o->secrets);
		ids_add(&v->ssh, o->ssh);
		for (size_t k = 0; o->build_args && k < o->build_args->count; k++) {
			const char *pair = o->build_args->items[k];

			if (!strchr(pair, '=') || *pair == '=')
				return err_next(
					err_at(err_new(ERR_INPUT, "\"%s\" is not NAME=VALUE", pair),
						"--build-arg"),
					"the value in full: a run must be repeatable");
			arg_set(v, pair);
		}
	}
	return NULL;
}

struct err *scenario_load(const char *where, const struct scenario_opts *o, struct scenario **out)
{
	static const struct scenario_opts nothing;
	_cleanup_(scenario_freep) struct scenario *s = NEW(struct scenario);
	_cleanup_(closep) int dir = -1;
	_cleanup_(closep) int file = -1;

	o = o ? o : &nothing;
	TRY(scenario_dir(where, &s->dir));
	dir = open(s->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_sys(s->dir, errno);
	file = o->file || o->plain ? -1 : open_beneath(dir, SCENARIO_FILE, O_PATH);
	if (file >= 0 || o->text)
		TRY(load_file(where, dir, o->text, s));
	else
		TRY(load_plain(where, dir, o->file, s));
	TRY(override(s, o));
	s->project = o->project ? xstrdup(o->project) : project_of(s->dir);
	if (!s->file)
		TRY(scenario_guess_edits(s, &s->variants[0]));
	*out = TAKE_PTR(s);
	return NULL;
}
