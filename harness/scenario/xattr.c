#include "scenario/xattr.h"

#include <sys/xattr.h>

/* The machine's own, which every file has there and no engine sends. */
static bool is_label(const char *name)
{
	return str_eq(name, "security.selinux") || str_starts(name, "system.") ||
	       str_starts(name, "security.ima") || str_starts(name, "security.evm");
}

static bool copy_one(int from, int to, const char *name)
{
	char value[4096];
	ssize_t n = fgetxattr(from, name, value, sizeof(value));

	return n >= 0 && fsetxattr(to, name, value, (size_t)n, 0) == 0;
}

void xattr_copy(int from, int to, const char *path, struct strv *skipped)
{
	char names[4096];
	ssize_t n = flistxattr(from, names, sizeof(names));

	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(names + i) + 1)
		if (!is_label(names + i) && !copy_one(from, to, names + i))
			strv_addf(skipped, "%s: its %s", path, names + i);
}
