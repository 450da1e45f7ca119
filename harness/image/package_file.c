/* Which files speak of packages, told by their paths. */
#include "image/layer_build.h"

static bool ends(const char *path, size_t n, const char *with)
{
	size_t m = strlen(with);

	return n >= m && memcmp(path + n - m, with, m) == 0 && (n == m || path[n - m - 1] == '/');
}

/* The directory of a path ends so: "a/dpkg/info/x" is in "dpkg/info". */
static bool lies_in(const char *path, const char *name, const char *dir)
{
	return name > path && ends(path, (size_t)(name - path - 1), dir);
}

/* The component before `name`: "site-packages/x.dist-info/" has ".dist-info". */
static bool lies_in_suffix(const char *path, const char *name, const char *suffix)
{
	size_t m = strlen(suffix);

	return (size_t)(name - path) > m + 1 && memcmp(name - 1 - m, suffix, m) == 0;
}

/* node_modules/NAME/package.json or node_modules/@SCOPE/NAME/package.json. */
static bool is_npm(const char *path, const char *name)
{
	const char *dir = name > path ? name - 1 : path, *from;

	while (dir > path && dir[-1] != '/')
		dir--;
	if (lies_in(path, dir, "node_modules"))
		return true;
	for (from = dir > path ? dir - 1 : path; from > path && from[-1] != '/';)
		from--;
	return *from == '@' && lies_in(path, from, "node_modules");
}

static enum package_file in_dpkg(const char *path, const char *name)
{
	if (lies_in(path, name, "dpkg/info") && str_ends(name, ".list"))
		return DPKG_LIST;
	if (lies_in(path, name, "dpkg/status.d"))
		return str_ends(name, ".md5sums") ? DPKG_SUMS : DPKG_STATUS_D;
	if (str_eq(name, "status") && lies_in(path, name, "dpkg"))
		return DPKG_STATUS;
	return PACKAGE_FILE_NONE;
}

static bool is_java(const char *dot)
{
	return str_eq(dot, ".jar") || str_eq(dot, ".war") || str_eq(dot, ".ear");
}

/* By SQLite; before, by ndb and Berkeley DB. */
static enum package_file in_rpm(const char *path, const char *name)
{
	if (!lies_in(path, name, "lib/rpm") && !lies_in(path, name, "sysimage/rpm"))
		return PACKAGE_FILE_NONE;
	if (str_eq(name, "rpmdb.sqlite"))
		return RPM_SQLITE;
	return str_eq(name, "Packages.db") || str_eq(name, "Packages") ? RPM_DATABASE
								      : PACKAGE_FILE_NONE;
}

/* A file with a name that only such files have, or that few others have. */
static enum package_file by_name(const char *path, const char *name)
{
	if (str_eq(name, "installed") && lies_in(path, name, "apk/db"))
		return APK_INSTALLED;
	if (str_eq(name, "METADATA") && lies_in_suffix(path, name, ".dist-info"))
		return PIP_METADATA;
	if (str_eq(name, "PKG-INFO") && lies_in_suffix(path, name, ".egg-info"))
		return PIP_METADATA;
	if (str_eq(name, "RECORD") && lies_in_suffix(path, name, ".dist-info"))
		return PIP_RECORD;
	if (str_eq(name, "package.json") && is_npm(path, name))
		return NPM_PACKAGE;
	if (str_eq(name, ".crates.toml"))
		return CARGO_INSTALLED;
	return in_rpm(path, name);
}

enum package_file package_file_of(const char *path, const struct tar_entry *e)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	enum package_file kind = strstr(path, "dpkg/") ? in_dpkg(path, name) : PACKAGE_FILE_NONE;

	/* most names are none of them by their first letter */
	if (kind == PACKAGE_FILE_NONE && *name && strchr("iMPRpr.", *name))
		kind = by_name(path, name);
	if (kind != PACKAGE_FILE_NONE)
		return kind;
	if (dot && dot > name && is_java(dot))
		return JAVA_ARCHIVE;
	if (dot && dot > name && str_eq(dot, ".egg-info"))
		return PIP_METADATA;
	return (e->mode & 0111) && e->stored >= 100000 && !e->sparse ? PROGRAM
								     : PACKAGE_FILE_NONE;
}
