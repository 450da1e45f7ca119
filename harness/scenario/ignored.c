#include "scenario/ignored.h"

#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "scenario/private.h"

#define IGNORE_CEILING ((size_t)1024 * 1024)

struct err *dockerfile_at_find(
	const struct scenario *s, const struct variant *v, struct dockerfile_at *out)
{
	_cleanup_(freep) char *path = variant_path(s, v);
	_cleanup_(freep) char *real = realpath(path, NULL);
	const char *named = path_below(s->context, path);
	const char *below;

	if (!real)
		return err_sys(path, errno);
	below = path_below(s->context, real);
	if (!below) {
		out->outside = TAKE_PTR(real);
		return NULL;
	}
	out->inside = xstrdup(named ? named : below);
	if (named && !str_eq(named, below))
		out->resolved = xstrdup(below);
	return NULL;
}

void dockerfile_at_done(struct dockerfile_at *at)
{
	free(at->inside);
	free(at->resolved);
	free(at->outside);
}

static struct err *load_at(
	int dir, const char *file, const char *name, enum ignore_dialect d, struct ignore **out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? NULL : err_sys(file, errno);
	/* an absolute name is the user's own, beside the file named by -f */
	TRY(*name == '/' ? file_read(name, IGNORE_CEILING, &text)
			 : file_read_beneath(dir, name, IGNORE_CEILING, &text));
	return ignore_parse(file, str_get(&text), text.len, d, out);
}

struct err *ignored_load(const struct scenario *s, const struct dockerfile_at *at,
	enum ignore_dialect d, struct ignore **out)
{
	static const char *const beside[] = { ".dockerignore", ".containerignore" };
	_cleanup_(closep) int dir = open(s->context, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	size_t known = d == IGNORE_BUILDAH ? 2 : 1;

	if (dir < 0)
		return err_sys(s->context, errno);
	for (size_t i = 0; i < known; i++)
		strv_addf(&names, "%s%s", at->inside ? at->inside : at->outside, beside[i]);
	while (known--) /* of the context itself, podman prefers its own */
		strv_add(&names, beside[known]);
	for (size_t i = 0; i < names.count && !*out; i++) {
		_cleanup_(freep) char *file = *names.items[i] == '/'
						      ? xstrdup(names.items[i])
						      : path_join(s->context, names.items[i]);

		TRY(load_at(dir, file, names.items[i], d, out));
	}
	return NULL;
}

void ignored_needed(const struct dockerfile_at *at, struct strv *out)
{
	strv_addl(out, ".dockerignore", ".containerignore");
	if (!at->inside)
		return;
	strv_add(out, at->inside);
	strv_addf(out, "%s.dockerignore", at->inside);
	strv_addf(out, "%s.containerignore", at->inside);
	if (at->resolved)
		strv_add(out, at->resolved);
}
