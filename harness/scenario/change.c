#include "scenario/change.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "base/file.h"
#include "scenario/private.h"

static void undo_done(struct undo *u)
{
	closep(&u->fd);
	free(u->path);
	str_done(&u->text);
}

static struct err *undo_one(const struct undo *u)
{
	struct timespec times[2] = { u->st.st_atim, u->st.st_mtim };

	TRY(change_write(u, str_get(&u->text), u->text.len));
	if (fchmod(u->fd, u->st.st_mode & 07777) < 0 || futimens(u->fd, times) < 0)
		return err_sys(u->path, errno);
	return NULL;
}

struct err *change_undo(struct copy_private *p)
{
	struct err *first = NULL;

	/* last first: a file edited twice goes back through both */
	while (p->undo_count) {
		struct undo *u = &p->undos[--p->undo_count];
		struct err *e = undo_one(u);

		if (first)
			err_free(e);
		else
			first = e;
		undo_done(u);
	}
	return first;
}

struct err *copy_restore(struct copy *c)
{
	return change_undo(c->private);
}

/* Open for writing what its owner may not write: the mode is put back by the edit. */
static int open_writable(int dir, const char *file)
{
	int fd = open_beneath(dir, file, O_RDWR | O_NONBLOCK);
	_cleanup_(closep) int reader = -1;
	_cleanup_(freep) char *self = NULL;
	struct stat st;

	if (fd >= 0 || errno != EACCES)
		return fd;
	reader = open_beneath(dir, file, O_RDONLY | O_NONBLOCK);
	if (reader < 0 || fstat(reader, &st) < 0 || fchmod(reader, (st.st_mode & 07777) | 0600) < 0)
		return -1;
	self = xasprintf("/proc/self/fd/%d", reader);
	fd = open(self, O_RDWR | O_CLOEXEC);
	return fchmod(reader, st.st_mode & 07777) < 0 ? -1 : fd;
}

static char *fd_path(int fd)
{
	_cleanup_(freep) char *self = xasprintf("/proc/self/fd/%d", fd);
	char path[PATH_MAX];
	ssize_t n = readlink(self, path, sizeof(path) - 1);

	return n < 0 ? xstrdup("") : xstrndup(path, (size_t)n);
}

/* Remember a file as it is now; *out is valid until the next call. */
static struct err *remember(struct copy *c, const struct edit_spec *e, struct undo **out)
{
	bool ours = e->edit == EDIT_DOCKERFILE;
	const char *top = ours ? c->dir : c->context;
	const char *file = ours ? path_below(c->dir, c->dockerfile) : e->file;
	_cleanup_(closep) int dir = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(undo_done) struct undo u = { .fd = -1 };

	if (dir < 0)
		return err_sys(top, errno);
	u.fd = open_writable(dir, file);
	if (u.fd < 0 && errno == ENOENT)
		return err_next(
			err_at(err_new(ERR_INPUT, "the %s edit's file is not in the context",
				       edit_names[e->edit]),
				"%s", file),
			"a file that no ignore file leaves out");
	if (u.fd < 0 || fstat(u.fd, &u.st) < 0)
		return err_sys(file, errno);
	u.path = fd_path(u.fd);
	TRY(file_read(u.path, EDITED_CEILING, &u.text));
	*out = GROW(c->private->undos, c->private->undo_count, c->private->undo_room);
	**out = u;
	u = (struct undo){ .fd = -1 };
	return NULL;
}

static struct err *apply(
	struct copy *c, const struct edit_spec *e, const char *token, struct str *change)
{
	const char *below;
	struct undo *u = NULL;

	TRY(remember(c, e, &u));
	below = path_below(c->private->real, u->path);
	if (change->len)
		str_add(change, "; ");
	str_addf(change, "%s: ", below ? below : strrchr(c->dockerfile, '/') + 1);
	if (e->says)
		str_addf(change, "%s: ", e->says);
	return change_apply(c->private, u, e, token, change);
}

/* The manifest with the edited files as they are now. */
static struct err *manifest_now(const struct copy *c, struct manifest *out)
{
	for (size_t i = 0; i < c->manifest.count; i++) {
		const struct manifest_entry *old = &c->manifest.items[i];
		struct manifest_entry *e = manifest_add(out, old->path);
		char *path = e->path;

		*e = *old;
		e->path = path;
	}
	for (size_t i = 0; i < c->private->undo_count; i++) {
		const struct undo *u = &c->private->undos[i];
		const char *below = path_below(c->private->real, u->path);
		struct manifest_entry *e;
		struct stat st;

		e = below ? (struct manifest_entry *)manifest_find(out, below) : NULL;
		if (!e)
			continue; /* the Dockerfile, where the build does not see it */
		if (fstat(u->fd, &st) < 0 || lseek(u->fd, 0, SEEK_SET) < 0)
			return err_sys(u->path, errno);
		e->mode = st.st_mode;
		e->size_bytes = st.st_size;
		TRY(xxh_fd(u->fd, u->path, e->digest));
	}
	manifest_seal(out);
	return NULL;
}

static bool token_valid(const char *token)
{
	size_t n = strlen(token);

	return n > 0 && n <= 128 &&
	       strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "0123456789._-") == n;
}

static struct err *edit_all(struct copy *c, const struct scenario *s, const struct variant *v,
	enum edit e, const char *token, struct str *change)
{
	for (size_t i = 0; i < s->edit_count; i++)
		if (s->edits[i].edit == e && edit_is_for(&s->edits[i], v))
			TRY(apply(c, &s->edits[i], token, change));
	return NULL;
}

struct err *copy_edit(struct copy *c, const struct scenario *s, const struct variant *v,
	enum edit e, const char *token, char **change, struct manifest *now)
{
	_cleanup_(str_done) struct str said = STR_INIT;
	const char *why = NULL;
	struct err *failed;

	if (!token_valid(token))
		return err_new(ERR_INPUT, "\"%s\" cannot mark an edit", token);
	if (!scenario_has_edit(s, v, e, &why))
		return err_at(err_new(ERR_INPUT, "no %s edit: %s", edit_names[e], why), "%s/%s",
			s->name, v->name);
	TRY(change_undo(c->private));
	failed = edit_all(c, s, v, e, token, &said);
	if (!failed)
		failed = manifest_now(c, now);
	if (failed) {
		err_free(change_undo(c->private));
		manifest_done(now);
		return failed;
	}
	*change = str_take(&said);
	return NULL;
}
