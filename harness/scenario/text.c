/* The Dockerfile of a variant: where it is, what it says. */
#include "scenario/private.h"

#include <errno.h>
#include <fcntl.h>

#include "base/file.h"

const char *path_below(const char *dir, const char *path)
{
	size_t n = strlen(dir);

	if (str_eq(dir, "/"))
		return path + 1;
	return str_starts(path, dir) && path[n] == '/' ? path + n + 1 : NULL;
}

char *variant_path(const struct scenario *s, const struct variant *v)
{
	return *v->dockerfile == '/' ? xstrdup(v->dockerfile) : path_join(s->dir, v->dockerfile);
}

struct err *variant_text(const struct scenario *s, const struct variant *v, struct str *out)
{
	_cleanup_(freep) char *path = variant_path(s, v);
	_cleanup_(closep) int dir = -1;

	/* typed by the user (-f): read as any program would */
	if (*v->dockerfile == '/')
		return file_read(path, DOCKERFILE_CEILING, out);
	dir = open(s->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_sys(s->dir, errno);
	return file_read_beneath(dir, v->dockerfile, DOCKERFILE_CEILING, out);
}
