#include "engine/docker_ask.h"

#include "base/file.h"
#include "engine/inside.h"

static const char *const options[] = { "--cache-to", "--push", "--build-context", "rawjson" };

/* "Docker version 20.10.24+dfsg1, build 5d6db84" */
static char *version_in(const char *says)
{
	const char *p = says ? strstr(says, "version ") : NULL;

	return p ? xstrndup(p + strlen("version "), strcspn(p + strlen("version "), ",")) : NULL;
}

/* The CLI is asked without a daemon: where none can be, whatever the user's DOCKER_HOST says. */
static void ask_env(const char *dir, struct strv *env)
{
	static const char *const kept[] = { "PATH", "HOME", "DOCKER_CONFIG" };

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		if (getenv(kept[i]) && !(dir && str_eq(kept[i], "DOCKER_CONFIG")))
			strv_addf(env, "%s=%s", kept[i], getenv(kept[i]));
	if (dir)
		strv_addf(env, "DOCKER_CONFIG=%s", dir); /* its cli-plugins, not the user's */
	strv_addl(env, "DOCKER_BUILDKIT=1", "DOCKER_HOST=unix:///dev/null/none");
}

static void take_help(struct engine_info *i, const char *help)
{
	_cleanup_(str_done) struct str has = STR_INIT;

	for (size_t o = 0; o < ARRAY_SIZE(options); o++)
		if (strstr(help, options[o]))
			str_addf(&has, "%s%s", has.len ? " " : "", options[o]);
	facts_set(&i->facts.more, DOCKER_OPTIONS, "%s", str_get(&has));
	i->structured = strstr(help, "rawjson");
	i->can[CACHE_NONE] = i->can[CACHE_STORE] = i->can[CACHE_INLINE] = true;
	i->can[CACHE_LOCAL] = i->can[CACHE_REGISTRY] = i->depths = strstr(help, "--cache-to");
	i->can_compress = i->structured;
	/* both are of BuildKit 0.10 and of the Dockerfile language 1.4 */
	i->hub_only = i->no_heredocs = i->no_links = !strstr(help, "--build-context");
}

/* CLI and plugin together: a CLI from 23 on refuses BuildKit without buildx. */
static struct err *ask_cli(const char *cli, const char *dir, struct engine_info *i)
{
	_cleanup_(strv_done) struct strv env = STRV_INIT;
	_cleanup_(str_done) struct str help = STR_INIT;
	const char *version;

	ask_env(dir, &env);
	facts_ask(i, "cli", (const char *const[]){ cli, "--version", NULL }, &env);
	facts_ask(i, "buildx", (const char *const[]){ cli, "buildx", "version", NULL }, &env);
	TRY(program_help((const char *const[]){ cli, "build", "--help", NULL },
		(const char *const *)env.items, &help));
	take_help(i, str_get(&help));
	version = facts_get(&i->facts.more, "cli");
	if (!strstr(str_get(&help), "--progress"))
		engine_unusable(i,
			xasprintf("%s cannot build with BuildKit: it has no buildx plugin",
				version ? version : "the docker CLI"),
			"install docker-buildx-plugin");
	return NULL;
}

static void ask_daemon(const char *dockerd, const char *dir, struct engine_info *i)
{
	_cleanup_(strv_done) struct strv env = STRV_INIT;
	_cleanup_(freep) char *containerd = path_find_program(dir, "containerd");
	_cleanup_(freep) char *runc = path_find_program(dir, "runc");
	_cleanup_(freep) char *says = NULL;

	ask_env(dir, &env);
	says = program_says((const char *const[]){ dockerd, "--version", NULL },
		(const char *const *)env.items);
	i->facts.version = version_in(says);
	if (!i->facts.version)
		engine_unusable(i, xstrdup("dockerd does not say its version"), "install it again");
	else if (!containerd || !runc)
		engine_unusable(i,
			xasprintf("docker %s is here, but no %s", i->facts.version,
				containerd ? "runc" : "containerd"),
			"install the packages containerd and runc");
	if (containerd)
		facts_ask(i, "containerd", (const char *const[]){ containerd, "--version", NULL },
			&env);
	if (runc)
		facts_ask(i, "runtime", (const char *const[]){ runc, "--version", NULL }, &env);
}

static struct err *find_programs(const char *dir, struct engine_info *i)
{
	_cleanup_(freep) char *cli = program_find(dir, "docker");
	_cleanup_(freep) char *dockerd = program_find(dir, "dockerd");

	if (!cli || !dockerd) {
		engine_unusable(i,
			xasprintf("%s: no %s%s%s", i->facts.engine, cli ? "" : "docker",
				cli || dockerd ? "" : ", no ", dockerd ? "" : "dockerd"),
			"install the package docker.io, or name another one by docker@DIR");
		return NULL;
	}
	i->usable = true;
	facts_set(&i->facts.more, DOCKER_CLI, "%s", cli);
	facts_set(&i->facts.more, DOCKER_DAEMON, "%s", dockerd);
	ask_daemon(dockerd, dir, i);
	return ask_cli(cli, dir, i);
}

struct err *docker_probe(const char *dir, struct engine_info *out)
{
	_cleanup_(engine_info_done) struct engine_info i = { 0 };

	i.facts.engine = dir ? xasprintf("docker@%s", dir) : xstrdup("docker");
	i.facts.rootless = geteuid() != 0;
	i.dir = dir ? xstrdup(dir) : NULL;
	TRY(find_programs(dir, &i));
	*out = i;
	i = (struct engine_info){ 0 };
	return NULL;
}

char *docker_cannot(const struct engine_info *info, const struct cell *cell)
{
	if (cell->cache.mode == CACHE_INLINE && cell->output == OUTPUT_IMAGE)
		return xstrdup("an inline cache travels in the pushed image");
	if (!info->can[cell->cache.mode])
		return xasprintf("docker %s exports a cache inside the pushed image only",
			info->facts.version);
	if (cell->cache.mode == CACHE_INLINE && cell->cache.depth == DEPTH_MAX)
		return xstrdup("an inline cache has one depth only: the final stage");
	return NULL;
}
