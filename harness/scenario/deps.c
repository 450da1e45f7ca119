/* A deps edit for a scenario that names none. */
#include "scenario/deps.h"

#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "scenario/find.h"
#include "scenario/ignored.h"
#include "scenario/private.h"

/* What the search looks through. */
struct search {
	int dir; /* of the context */
	const struct df_graph *graph;
	const struct ignore *ignore;
	struct strv files;
};

static bool is_read(const struct search *in, const char *path)
{
	if (in->ignore && ignore_match(in->ignore, path))
		return false;
	for (size_t i = 0; i < in->graph->count; i++)
		if (in->graph->steps[i].paths.count && graph_step_reads(&in->graph->steps[i], path))
			return true;
	return false;
}

static bool is_named(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return str_eq(slash ? slash + 1 : path, name);
}

static size_t depth_of(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

/* The manifest of that name nearest the top that a step reads; borrowed; NULL: none. */
static const char *manifest_path(const struct search *in, const char *name)
{
	const char *best = NULL;

	for (size_t i = 0; i < in->files.count; i++) {
		const char *path = in->files.items[i];

		if (is_named(path, name) && (!best || depth_of(path) < depth_of(best)) &&
			is_read(in, path))
			best = path;
	}
	return best;
}

/* The file beside `path`; NULL where no step reads one. */
static char *beside(const struct search *in, const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	char *lock = xasprintf("%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);

	if (strv_has(&in->files, lock) && is_read(in, lock))
		return lock;
	free(lock);
	return NULL;
}

static struct err *propose(struct scenario *s, const struct search *in,
	const struct package_manager *pm, const char *path, const char *dockerfile, char **note)
{
	_cleanup_(str_done) struct str text = STR_INIT, lock_text = STR_INIT;
	_cleanup_(freep) char *lock = pm->lock ? beside(in, path, pm->lock) : NULL;
	struct manifest_found m = { .path = path, .lock = lock, .dockerfile = dockerfile };
	const char *why;

	TRY(file_read_beneath(in->dir, path, EDITED_CEILING, &text));
	if (lock)
		TRY(file_read_beneath(in->dir, lock, EDITED_CEILING, &lock_text));
	m.text = str_get(&text);
	m.lock_text = str_get(&lock_text);
	why = pm->add(s, &m);
	*note = why ? xasprintf("no deps edit from %s (%s): %s", path, pm->name, why) : NULL;
	return NULL;
}

/* The first manager that gives one; the first reason where none does. */
static struct err *try_all(
	struct scenario *s, const struct search *in, const char *dockerfile, char **note)
{
	size_t before = s->edit_count;

	for (const struct package_manager *pm = package_managers;
		pm->name && s->edit_count == before; pm++) {
		const char *path = manifest_path(in, pm->manifest);
		char *one = NULL;

		if (!path)
			continue;
		TRY(propose(s, in, pm, path, dockerfile, &one));
		if (*note)
			free(one);
		else
			*note = one;
	}
	if (s->edit_count > before) {
		free(*note);
		*note = NULL;
	} else if (!*note) {
		*note = xstrdup("no deps edit: no step reads a manifest that tare knows");
	}
	return NULL;
}

struct err *scenario_guess_deps(struct scenario *s, const struct variant *v, char **note)
{
	_cleanup_(closep) int dir = open(s->context, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(dockerfile_at_done) struct dockerfile_at at = { 0 };
	_cleanup_(ignore_freep) struct ignore *ignore = NULL;
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
	_cleanup_(graph_freep) struct df_graph *g = NULL;
	_cleanup_(freep) char *path = variant_path(s, v);
	_cleanup_(str_done) struct str text = STR_INIT;
	struct search in = { .dir = dir };
	struct err *e;

	if (dir < 0)
		return err_sys(s->context, errno);
	TRY(variant_text(s, v, &text));
	TRY(dockerfile_parse(path, str_get(&text), text.len, &d));
	TRY(graph_build_for(d, v->target, v->platform, v->args, v->arg_count, &g));
	TRY(dockerfile_at_find(s, v, &at));
	TRY(ignored_load(s, &at, IGNORE_MOBY, &ignore));
	in.graph = g;
	in.ignore = ignore;
	files_of(s->context, &in.files);
	*note = NULL;
	e = try_all(s, &in, str_get(&text), note);
	strv_done(&in.files);
	return e;
}
