#include "measure/hierarchy.h"

#include "base/file.h"

#define MOUNTS_CEILING (4 << 20)

/* "cpu,cpuacct" holds "cpuacct". */
static bool has_option(const char *options, const char *name)
{
	_cleanup_(strv_done) struct strv parts = STRV_INIT;

	strv_split(&parts, options, ',');
	return strv_has(&parts, name);
}

/* One line of /proc/self/mounts: DEVICE PLACE TYPE OPTIONS 0 0. The first mount of each counts. */
static void take_mount(struct hierarchy *h, const char *line)
{
	_cleanup_(strv_done) struct strv f = STRV_INIT;

	strv_split(&f, line, ' ');
	if (f.count < 4 || !str_starts(f.items[2], "cgroup"))
		return;
	strv_add(&h->all, f.items[1]);
	if (str_eq(f.items[2], "cgroup2") && !h->unified)
		h->unified = xstrdup(f.items[1]);
	if (str_eq(f.items[2], "cgroup2"))
		return;
	if (has_option(f.items[3], "cpuacct") && !h->cpu)
		h->cpu = xstrdup(f.items[1]);
	if (has_option(f.items[3], "memory") && !h->memory)
		h->memory = xstrdup(f.items[1]);
}

static bool controls(const char *unified)
{
	_cleanup_(freep) char *path = path_join(unified, "cgroup.controllers");
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *e = file_read(path, 4096, &text);

	return !e && strstr(str_get(&text), "memory");
}

/* On a hybrid machine cgroup2 is mounted too, but the controllers are v1's. */
static enum cgroup_kind kind_of(const struct hierarchy *h)
{
	if (h->cpu && h->memory)
		return CGROUP_V1;
	return h->unified && controls(h->unified) ? CGROUP_V2 : CGROUP_NONE;
}

void hierarchy_find(struct hierarchy *h)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv lines = STRV_INIT;
	_cleanup_(err_freep) struct err *e = file_read("/proc/self/mounts", MOUNTS_CEILING, &text);

	if (!e)
		strv_split(&lines, str_get(&text), '\n');
	for (size_t i = 0; i < lines.count; i++)
		take_mount(h, lines.items[i]);
	h->kind = kind_of(h);
	if (h->cpu && str_eq(h->cpu, h->memory)) {
		free(h->memory);
		h->memory = NULL;
	}
}

void hierarchy_done(struct hierarchy *h)
{
	free(h->cpu);
	free(h->memory);
	free(h->unified);
	strv_done(&h->all);
}

void hierarchy_dirs(const struct hierarchy *h, const char *name, struct strv *out)
{
	const char *slash = *name ? "/" : "";

	if (h->kind == CGROUP_V2)
		strv_addf(out, "%s/tare%s%s", h->unified, slash, name);
	if (h->kind != CGROUP_V1)
		return;
	strv_addf(out, "%s/tare%s%s", h->cpu, slash, name);
	if (h->memory)
		strv_addf(out, "%s/tare%s%s", h->memory, slash, name);
}

void hierarchy_all_dirs(const struct hierarchy *h, const char *name, struct strv *out)
{
	for (size_t i = 0; i < h->all.count; i++)
		strv_addf(out, "%s/tare%s%s", h->all.items[i], *name ? "/" : "", name);
}

void hierarchy_join_files(const char *name, struct strv *out)
{
	_cleanup_(hierarchy_done) struct hierarchy h = { 0 };
	_cleanup_(strv_done) struct strv dirs = STRV_INIT;

	hierarchy_find(&h);
	hierarchy_dirs(&h, name, &dirs);
	for (size_t i = 0; i < dirs.count; i++)
		strv_addf(out, "%s/%s", dirs.items[i],
			h.kind == CGROUP_V1 ? "tasks" : "cgroup.procs");
}
