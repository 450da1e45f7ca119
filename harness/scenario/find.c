/* From what the user typed to a scenario: its directory, its scenario.json or Dockerfile. */
#include "scenario/private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "base/library.h"
#include "scenario/find.h"

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Names in a directory, sorted, at most a few thousand; nothing when it cannot be read. */
static void names_in(const char *path, struct strv *out)
{
	DIR *dir = opendir(path);
	struct dirent *one;

	if (!dir)
		return;
	while (out->count < 4096 && (one = readdir(dir)))
		if (one->d_name[0] != '.')
			strv_add(out, one->d_name);
	closedir(dir);
}

const char *near_in(const char *dir, const char *word, struct strv *names)
{
	names_in(dir, names);
	return names->count ? str_nearest(word, (const char *const *)names->items) : NULL;
}

/* $TARE_SCENARIOS alone where it is set, else ./scenarios and the library. */
static void roots(struct strv *out)
{
	_cleanup_(freep) char *library = library_dir();

	if (!getenv("TARE_SCENARIOS") && is_dir("scenarios"))
		strv_add(out, "scenarios");
	strv_own(out, TAKE_PTR(library));
}

struct err *scenario_list(struct strv *out)
{
	_cleanup_(strv_done) struct strv dirs = STRV_INIT;

	roots(&dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		_cleanup_(strv_done) struct strv names = STRV_INIT;

		names_in(dirs.items[i], &names);
		for (size_t k = 0; k < names.count; k++) {
			_cleanup_(freep) char *file = xasprintf(
				"%s/%s/" SCENARIO_FILE, dirs.items[i], names.items[k]);

			if (path_exists(file) && !strv_has(out, names.items[k]))
				strv_add(out, names.items[k]);
		}
	}
	strv_sort(out);
	return NULL;
}

static struct err *not_there(const char *where)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	const char *near;

	TRY(scenario_list(&names));
	near = names.count ? str_nearest(where, (const char *const *)names.items) : NULL;
	if (!near)
		near = near_in(".", where, &names);
	return err_next(
		err_at(err_new(ERR_INPUT, "no scenario or directory \"%s\"%s%s%s", where,
			       STR_MEANT(near)),
			"%s", where),
		"a directory with a Dockerfile, or a name that tare list scenarios shows");
}

struct err *scenario_dir(const char *where, char **out)
{
	_cleanup_(strv_done) struct strv dirs = STRV_INIT;

	if (is_dir(where)) {
		*out = realpath(where, NULL);
		return *out ? NULL : err_sys(where, errno);
	}
	if (path_exists(where))
		return err_next(err_at(err_new(ERR_INPUT, "not a directory"), "%s", where),
			"the directory that holds it; -f FILE names a Dockerfile");
	if (name_valid(where))
		roots(&dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		_cleanup_(freep) char *dir = path_join(dirs.items[i], where);

		if (is_dir(dir)) {
			*out = realpath(dir, NULL);
			return *out ? NULL : err_sys(dir, errno);
		}
	}
	return not_there(where);
}
