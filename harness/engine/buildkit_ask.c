#include "engine/buildkit_ask.h"

#include "base/file.h"
#include "engine/inside.h"

/* "buildkitd github.com/moby/buildkit v0.34.2 5f2a…" */
static char *version_in(const char *says)
{
	const char *p = says ? strstr(says, "moby/buildkit ") : NULL;

	if (!p)
		return NULL;
	p += strlen("moby/buildkit ");
	p += *p == 'v';
	return xstrndup(p, strcspn(p, " "));
}

/* Its help lists the kinds of progress that it has, not the kinds of cache: one that takes a cache
 * at all takes the four. */
static struct err *ask_client(const char *client, struct engine_info *i)
{
	_cleanup_(str_done) struct str help = STR_INIT;

	facts_ask(i, "client", (const char *const[]){ client, "--version", NULL }, NULL);
	TRY(program_help(
		(const char *const[]){ client, "build", "--help", NULL }, NULL, &help));
	i->structured = strstr(str_get(&help), "rawjson");
	i->can[CACHE_NONE] = i->can[CACHE_STORE] = true;
	i->can[CACHE_LOCAL] = i->can[CACHE_REGISTRY] = i->can[CACHE_INLINE] = i->depths =
		strstr(str_get(&help), "--export-cache");
	i->can_compress = i->structured;
	return NULL;
}

static void ask_daemon(const char *daemon, const char *dir, struct engine_info *i)
{
	_cleanup_(freep) char *says =
		program_says((const char *const[]){ daemon, "--version", NULL }, NULL);
	_cleanup_(freep) char *runtime = path_find_program(dir, "buildkit-runc");

	if (!runtime)
		runtime = path_find_program(dir, "runc");
	i->facts.version = version_in(says);
	if (!i->facts.version)
		engine_unusable(i, xstrdup("buildkitd does not say its version"), "install it again");
	else if (!runtime)
		engine_unusable(i, xasprintf("buildkit %s is here, but no runc", i->facts.version),
			"install the package runc");
	if (runtime)
		facts_ask(i, "runtime", (const char *const[]){ runtime, "--version", NULL }, NULL);
}

static struct err *find_programs(const char *dir, struct engine_info *i)
{
	_cleanup_(freep) char *client = program_find(dir, "buildctl");
	_cleanup_(freep) char *daemon = program_find(dir, "buildkitd");

	if (!client || !daemon) {
		engine_unusable(i,
			xasprintf("%s: no %s%s%s", i->facts.engine, client ? "" : "buildctl",
				client || daemon ? "" : ", no ", daemon ? "" : "buildkitd"),
			"install BuildKit, or name its directory by buildkit@DIR");
		return NULL;
	}
	i->usable = true;
	facts_set(&i->facts.more, BUILDKIT_CLIENT, "%s", client);
	facts_set(&i->facts.more, BUILDKIT_DAEMON, "%s", daemon);
	ask_daemon(daemon, dir, i);
	return ask_client(client, i);
}

struct err *buildkit_probe(const char *dir, struct engine_info *out)
{
	_cleanup_(engine_info_done) struct engine_info i = { 0 };

	i.facts.engine = dir ? xasprintf("buildkit@%s", dir) : xstrdup("buildkit");
	i.facts.rootless = geteuid() != 0;
	i.dir = dir ? xstrdup(dir) : NULL;
	TRY(find_programs(dir, &i));
	*out = i;
	i = (struct engine_info){ 0 };
	return NULL;
}

char *buildkit_cannot(const struct engine_info *info, const struct cell *cell)
{
	if (cell->cache.mode == CACHE_INLINE && cell->output == OUTPUT_IMAGE)
		return xstrdup("an inline cache travels in the pushed image");
	if (!info->can[cell->cache.mode])
		return xasprintf("buildkit %s exports no cache", info->facts.version);
	if (cell->cache.mode == CACHE_INLINE && cell->cache.depth == DEPTH_MAX)
		return xstrdup("an inline cache has one depth only: the final stage");
	return NULL;
}
