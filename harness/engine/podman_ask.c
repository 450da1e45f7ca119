#include "engine/podman_ask.h"

#include "base/file.h"
#include "engine/inside.h"

/* crun and runc: only runc can do with a hierarchy that is not unified. */
static bool cgroup_is_unified(void)
{
	return path_exists("/sys/fs/cgroup/cgroup.controllers");
}

static void find_runtime(const char *dir, struct engine_info *info)
{
	_cleanup_(freep) char *runc = path_find_program(dir, "runc");

	if (cgroup_is_unified())
		return;
	if (!runc) {
		engine_unusable(info,
			xasprintf("podman %s is here but cannot build: crun needs a unified cgroup "
				  "hierarchy",
				info->facts.version),
			"install runc");
		return;
	}
	facts_ask(info, "runtime", (const char *const[]){ runc, "--version", NULL }, NULL);
	facts_set(&info->facts.more, PODMAN_RUNTIME, "%s", runc);
}

/* What this podman's own help lists, it can. */
static struct err *find_options(const char *program, struct engine_info *info)
{
	_cleanup_(str_done) struct str build = STR_INIT, push = STR_INIT;
	bool both;

	TRY(program_help((const char *const[]){ program, "build", "--help", NULL }, NULL, &build));
	TRY(program_help((const char *const[]){ program, "push", "--help", NULL }, NULL, &push));
	both = strstr(str_get(&build), "--cache-to ") && strstr(str_get(&build), "--cache-from ");
	info->can[CACHE_NONE] = info->can[CACHE_STORE] = true;
	info->can[CACHE_REGISTRY] = both;
	info->can_compress = strstr(str_get(&push), "--compression-format ");
	/* those that have it force the format that is asked for */
	info->keeps_packing = !strstr(str_get(&push), "--force-compression");
	return NULL;
}

struct err *podman_probe(const char *dir, struct engine_info *out)
{
	_cleanup_(engine_info_done) struct engine_info i = { 0 };
	_cleanup_(freep) char *program = program_find(dir, "podman");
	_cleanup_(freep) char *says = NULL;

	i.facts.engine = dir ? xasprintf("podman@%s", dir) : xstrdup("podman");
	i.facts.rootless = geteuid() != 0;
	i.dir = dir ? xstrdup(dir) : NULL;
	if (program)
		says = program_says((const char *const[]){ program, "--version", NULL }, NULL);
	if (!says) {
		engine_unusable(&i,
			xasprintf("%s: %s", i.facts.engine,
				program ? "it does not say its version" : "no podman"),
			"install the package podman");
	} else {
		i.usable = true;
		i.facts.version = xstrdup(str_starts(says, "podman version ")
						  ? says + strlen("podman version ")
						  : says);
		facts_set(&i.facts.more, PODMAN_PROGRAM, "%s", program);
		TRY(find_options(program, &i));
		find_runtime(dir, &i);
	}
	*out = i;
	i = (struct engine_info){ 0 };
	return NULL;
}

char *podman_cannot(const struct engine_info *info, const struct cell *cell)
{
	if (cell->cache.mode == CACHE_LOCAL || cell->cache.mode == CACHE_INLINE)
		return xstrdup("podman exports a cache to a registry only");
	if (!info->can[cell->cache.mode])
		return xasprintf("podman %s has no --cache-to", info->facts.version);
	if (cell->cache.depth != DEPTH_DEFAULT)
		return xstrdup("podman's registry cache has one depth only: every layer");
	return NULL;
}
