#include "base/library.h"

#include <limits.h>

#include "base/file.h"

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Beside the executable's bin/, so that an installed tree can be moved. */
static char *installed_dir(void)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (n <= 0)
		return xstrdup("");
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	return path_join(exe, "../share/tare/scenarios");
}

char *library_dir(void)
{
	const char *asked = getenv("TARE_SCENARIOS");
	_cleanup_(freep) char *installed = installed_dir();

	if (asked && *asked)
		return xstrdup(asked);
	if (is_dir(installed))
		return TAKE_PTR(installed);
	/* the one place that knows the source tree: meson gives the path */
	if (is_dir(TARE_SOURCE_SCENARIOS))
		return xstrdup(TARE_SOURCE_SCENARIOS);
	return xstrdup("scenarios");
}
