/* What scenario.json names is there: told before the first build, at the place that names it. */
#include "scenario/private.h"

#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "scenario/find.h"
#include "scenario/ignored.h"

/* A Dockerfile that cannot be read, told where scenario.json names it. */
static struct err *dockerfile_check(const struct scenario *s, size_t i)
{
	const struct variant *v = &s->variants[i];
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	_cleanup_(err_freep) struct err *e = variant_text(s, v, &text);
	const char *near;

	if (!e)
		return NULL;
	near = near_in(s->dir, v->dockerfile, &names);
	return err_at(err_new(ERR_INPUT, "Dockerfile \"%s\": %s%s%s%s", v->dockerfile, e->what,
			      STR_MEANT(near)),
		"%s: /variants/%zu/dockerfile", s->file, i);
}

static struct err *contexts_check(const struct scenario *s, size_t i)
{
	const struct variant *v = &s->variants[i];
	_cleanup_(closep) int dir = open(s->context, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return err_sys(s->context, errno);
	for (size_t k = 0; k < v->context_count; k++) {
		_cleanup_(closep) int fd = open_beneath(
			dir, v->contexts[k].dir, O_PATH | O_DIRECTORY);

		if (fd < 0)
			return err_at(
				err_new(ERR_INPUT, "\"%s\" is not a directory of the context: %s",
					v->contexts[k].dir, strerror(errno)),
				"%s: /variants/%zu/contexts/%s", s->file, i, v->contexts[k].name);
	}
	return NULL;
}

static size_t occurrences(const char *text, const char *find)
{
	size_t n = 0;

	for (; (text = strstr(text, find)); text += strlen(find))
		n++;
	return n;
}

/* The edit's file is there, and what it replaces stands in it once. */
static struct err *edit_file_check(const struct scenario *s, size_t i, const char *text)
{
	size_t n;

	if (s->edits[i].how != EDIT_REPLACE)
		return NULL;
	n = occurrences(text, s->edits[i].find);
	if (n == 1)
		return NULL;
	return err_next(err_at(err_new(ERR_INPUT,
				       n ? "the text stands in %s %zu times"
					 : "the text does not stand in %s",
				       s->edits[i].file ? s->edits[i].file : "the Dockerfile", n),
				"%s: /edits/%zu/find", s->file, i),
		"quote enough of a line to name one place");
}

/* An edit that no build of the variant sees would measure nothing. A file counts as left out when
 * docker and podman agree: where they don't, one of them sees it. */
static struct err *seen_check(const struct scenario *s, const struct variant *v, size_t i)
{
	_cleanup_(dockerfile_at_done) struct dockerfile_at at = { 0 };
	_cleanup_(ignore_freep) struct ignore *docker = NULL;
	_cleanup_(ignore_freep) struct ignore *podman = NULL;
	const char *file = s->edits[i].file;

	TRY(dockerfile_at_find(s, v, &at));
	TRY(ignored_load(s, &at, IGNORE_MOBY, &docker));
	TRY(ignored_load(s, &at, IGNORE_BUILDAH, &podman));
	if (!docker || !podman || !ignore_match(docker, file) || !ignore_match(podman, file))
		return NULL;
	return err_next(err_at(err_new(ERR_INPUT, "\"%s\" is left out by the ignore file", file),
				"%s: /edits/%zu/file", s->file, i),
		"a file that the builds of variant %s can see", v->name);
}

static struct err *context_edit_check(const struct scenario *s, size_t i)
{
	_cleanup_(closep) int dir = open(s->context, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *e = NULL;

	if (dir < 0)
		return err_sys(s->context, errno);
	e = file_read_beneath(dir, s->edits[i].file, EDITED_CEILING, &text);
	if (e)
		return err_at(err_new(ERR_INPUT, "\"%s\": %s", s->edits[i].file, e->what),
			"%s: /edits/%zu/file", s->file, i);
	for (size_t k = 0; k < s->variant_count; k++)
		if (edit_is_for(&s->edits[i], &s->variants[k]))
			TRY(seen_check(s, &s->variants[k], i));
	return edit_file_check(s, i, str_get(&text));
}

static struct err *edit_check(const struct scenario *s, size_t i)
{
	const struct edit_spec *e = &s->edits[i];

	if (e->edit != EDIT_DOCKERFILE)
		return context_edit_check(s, i);
	for (size_t k = 0; k < s->variant_count; k++) {
		_cleanup_(str_done) struct str text = STR_INIT;

		if (!edit_is_for(e, &s->variants[k]))
			continue;
		TRY(variant_text(s, &s->variants[k], &text));
		TRY(edit_file_check(s, i, str_get(&text)));
	}
	return NULL;
}

struct err *scenario_check(const struct scenario *s)
{
	for (size_t i = 0; i < s->variant_count; i++) {
		TRY(dockerfile_check(s, i));
		TRY(contexts_check(s, i));
	}
	for (size_t i = 0; i < s->edit_count; i++)
		TRY(edit_check(s, i));
	return index_check(s);
}
