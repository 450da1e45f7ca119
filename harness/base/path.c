#include "base/file.h"

bool path_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

char *path_join(const char *a, const char *b)
{
	size_t n = strlen(a);

	while (n > 1 && a[n - 1] == '/')
		n--;
	while (*b == '/')
		b++;
	return xasprintf("%.*s%s%s", (int)n, a, n && a[n - 1] == '/' ? "" : "/", b);
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *path_find_program(const char *dir, const char *name)
{
	_cleanup_(strv_done) struct strv dirs = STRV_INIT;
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return is_program(name) ? xstrdup(name) : NULL;
	if (dir)
		strv_add(&dirs, dir);
	if (path)
		strv_split(&dirs, path, ':');
	strv_addl(&dirs, "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
	for (size_t i = 0; i < dirs.count; i++) {
		_cleanup_(freep) char *file = path_join(dirs.items[i], name);

		if (*dirs.items[i] == '/' && is_program(file))
			return TAKE_PTR(file);
	}
	return NULL;
}
