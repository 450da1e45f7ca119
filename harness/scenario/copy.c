/* The private copy of a scenario's context. */
#include "scenario/private.h"

#include <errno.h>

#include "base/file.h"
#include "scenario/change.h"
#include "scenario/ignored.h"
#include "scenario/tree.h"

/* A Dockerfile that is not in the context, and its own ignore file, stand beside the copy. */
static struct err *copy_outside(struct copy *c, const char *file)
{
	static const char *const ends[] = { "", ".dockerignore", ".containerignore" };
	_cleanup_(freep) char *dir = path_join(c->dir, "dockerfile");

	TRY(dir_make(dir, 0755));
	c->dockerfile = path_join(dir, strrchr(file, '/'));
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		_cleanup_(freep) char *from = xasprintf("%s%s", file, ends[i]);
		_cleanup_(freep) char *to = xasprintf("%s%s", c->dockerfile, ends[i]);
		_cleanup_(str_done) struct str text = STR_INIT;

		if (*ends[i] && !path_exists(from))
			continue;
		TRY(file_read(from, DOCKERFILE_CEILING, &text));
		TRY(file_replace(to, 0644, str_get(&text), text.len));
	}
	return NULL;
}

/* Room for the copy itself, which may lie in the context, and for what the caller names. */
static size_t leave_find(const char *dir, const char *const *skip, struct tree_id **out)
{
	struct tree_id *ids = NULL;
	size_t count = 0, room = 0;

	for (size_t i = 0; i == 0 || (skip && skip[i - 1]); i++) {
		const char *path = i ? skip[i - 1] : dir;
		struct stat st;

		if (stat(path, &st) < 0)
			continue;
		*GROW(ids, count, room) = (struct tree_id){ st.st_dev, st.st_ino };
	}
	*out = ids;
	return count;
}

static struct err *fill(struct copy *c, const struct scenario *s, const struct variant *v,
	const struct dockerfile_at *at, const struct ignore *also, const char *const *skip)
{
	_cleanup_(strv_done) struct strv needed = STRV_INIT;
	_cleanup_(freep) struct tree_id *leave = NULL;
	struct tree t = { .from = s->context,
		.to = c->context,
		.list = c->ignore,
		.also = also,
		.needed = &needed,
		.manifest = &c->manifest,
		.skipped = &c->skipped };

	ignored_needed(at, &needed);
	/* the ignore file speaks of the main context only */
	for (size_t i = 0; i < v->context_count; i++)
		strv_add(&needed, v->contexts[i].dir);
	t.leave_count = leave_find(c->dir, skip, &leave);
	t.leave = leave;
	TRY(tree_copy(&t));
	if (at->outside)
		return copy_outside(c, at->outside);
	c->dockerfile = path_join(c->context, at->inside);
	return NULL;
}

struct err *copy_make_as(const struct scenario *s, const struct variant *v, enum ignore_dialect d,
	const char *dir, const char *const *skip, struct copy **out)
{
	_cleanup_(copy_freep) struct copy *c = NEW(struct copy);
	_cleanup_(dockerfile_at_done) struct dockerfile_at at = { 0 };
	_cleanup_(ignore_freep) struct ignore *also = NULL;
	_cleanup_(err_freep) struct err *theirs = NULL;

	TRY(dockerfile_at_find(s, v, &at));
	TRY(ignored_load(s, &at, d, &c->ignore));
	/* what the other dialect would keep is copied too: where our reading of a pattern and the
	 * engine's differ, a file too many is a wrong guess, a missing one a wrong build */
	theirs = ignored_load(s, &at, d == IGNORE_MOBY ? IGNORE_BUILDAH : IGNORE_MOBY, &also);
	TRY(copy_remove(dir));
	c->dir = xstrdup(dir);
	c->context = path_join(dir, "context");
	TRY(dir_make(c->context, 0755));
	TRY(fill(c, s, v, &at, also, skip));
	c->private = NEW(struct copy_private);
	c->private->real = realpath(c->context, NULL);
	if (!c->private->real)
		return err_sys(c->context, errno);
	*out = TAKE_PTR(c);
	return NULL;
}

struct err *copy_make(const struct scenario *s, const struct variant *v, const char *dir,
	const char *const *skip, struct copy **out)
{
	return copy_make_as(s, v, IGNORE_MOBY, dir, skip, out);
}

void copy_free(struct copy *c)
{
	if (!c)
		return;
	if (c->private) {
		err_free(change_undo(c->private));
		free(c->private->undos);
		free(c->private->real);
		free(c->private);
	}
	ignore_free(c->ignore);
	manifest_done(&c->manifest);
	strv_done(&c->skipped);
	free(c->dockerfile);
	free(c->context);
	free(c->dir);
	free(c);
}
