#include "lab/idmap.h"

#include <pwd.h>

#include "base/file.h"
#include "base/proc.h"

#define SUBID_CEILING (1 << 20)

/* NAME:START:COUNT; anything else is no range. */
static bool range_of(
	const char *line, const char *name, const char *number, int64_t *start, int64_t *count)
{
	_cleanup_(strv_done) struct strv f = STRV_INIT;

	strv_split(&f, line, ':');
	return f.count == 3 && ((name && str_eq(f.items[0], name)) || str_eq(f.items[0], number)) &&
	       str_to_i64(f.items[1], start) && str_to_i64(f.items[2], count) && *start > 0 &&
	       *count > 0;
}

bool idmap_ranges(
	const char *text, const char *name, unsigned uid, unsigned owner, struct strv *out)
{
	_cleanup_(freep) char *number = xasprintf("%u", uid);
	_cleanup_(strv_done) struct strv lines = STRV_INIT;
	int64_t inside = 1, start, count;

	strv_add(out, "0");
	strv_addf(out, "%u", owner);
	strv_add(out, "1");
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.count; i++) {
		if (!range_of(lines.items[i], name, number, &start, &count))
			continue;
		strv_addf(out, "%lld", (long long)inside);
		strv_addf(out, "%lld", (long long)start);
		strv_addf(out, "%lld", (long long)count);
		inside += count;
	}
	return inside > 1;
}

static struct err *err_no_range(const char *file, const char *name)
{
	return err_next(
		err_at(err_new(ERR_TOOL, "this user has no range of subordinate ids"), "%s", file),
		"as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %s",
		name);
}

/* Both files are keyed by the user; `owner` is the user or the group that becomes 0. */
static struct err *set_map(const char *tool, const char *file, pid_t pid, unsigned owner)
{
	struct passwd *pw = getpwuid(getuid());
	_cleanup_(freep) char *name = pw ? xstrdup(pw->pw_name) : NULL;
	_cleanup_(strv_done) struct strv argv = STRV_INIT;
	_cleanup_(str_done) struct str text = STR_INIT;
	struct proc p = { 0 };
	struct proc_result r;

	strv_add(&argv, tool);
	strv_addf(&argv, "%d", (int)pid);
	err_free(file_read(file, SUBID_CEILING, &text)); /* none: no range */
	if (!idmap_ranges(str_get(&text), name, getuid(), owner, &argv))
		return err_no_range(file, name ? name : "USER");
	p.argv = (const char *const *)argv.items;
	TRY(err_next(proc_check(&p, &r), "install the package uidmap"));
	proc_result_done(&r);
	return NULL;
}

struct err *idmap_set(pid_t pid)
{
	TRY(set_map("newuidmap", "/etc/subuid", pid, getuid()));
	return set_map("newgidmap", "/etc/subgid", pid, getgid());
}
