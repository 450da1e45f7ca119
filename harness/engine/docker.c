/* docker build by BuildKit inside dockerd, from 20.10 to the current release. What it can do is
 * asked: the CLI by its help, the daemon by what it tells about itself. */
#include <errno.h>

#include "base/file.h"
#include "engine/docker_ask.h"
#include "engine/dockerd.h"
#include "engine/inside.h"
#include "engine/match.h"
#include "engine/progress.h"
#include "lab/bases.h"
#include "lab/secret.h"

struct docker {
	struct lab *lab;
	struct daemon daemon;
	char *cli;
	struct strv env;
	char *options;
	struct progress progress;
	bool building; /* the lines are of docker build, not of docker push */
};

static struct err *make_config(struct docker *d, const char *dir)
{
	_cleanup_(freep) char *config = path_join(d->daemon.dir, "config");
	_cleanup_(freep) char *plugins = path_join(config, "cli-plugins");
	_cleanup_(freep) char *link = path_join(plugins, "docker-buildx");
	_cleanup_(freep) char *auth = path_join(config, "config.json");
	_cleanup_(freep) char *registry = xasprintf("127.0.0.1:%d", d->lab->cache_port);
	_cleanup_(freep) char *plugin = NULL;
	const char *home = getenv("HOME"), *users = getenv("DOCKER_CONFIG");

	TRY(dir_make(plugins, 0700));
	TRY(secret_authfile(auth, registry, d->lab->user, d->lab->password));
	if (dir)
		plugin = path_join(dir, "cli-plugins/docker-buildx");
	else if (users)
		plugin = path_join(users, "cli-plugins/docker-buildx");
	else if (home)
		plugin = path_join(home, ".docker/cli-plugins/docker-buildx");
	/* one of the system's is found without */
	if (plugin && access(plugin, X_OK) == 0 && symlink(plugin, link) < 0)
		return err_sys(link, errno);
	strv_addf(&d->env, "DOCKER_CONFIG=%s", config);
	return NULL;
}

static void docker_close(void *state)
{
	struct docker *d = state;

	if (!d)
		return;
	daemon_done(&d->daemon);
	progress_reset(&d->progress);
	strv_done(&d->env);
	free(d->cli);
	free(d->options);
	free(d);
}
DEFINE_CLEANUP(struct docker *, docker_close)

/* Whether this dockerd can do without root is seen when it is started: from 28 on it asks the
 * program that elsewhere makes its user namespace. */
static struct err *try_rootless(struct docker *d, const char *version)
{
	_cleanup_(freep) char *root = path_join(d->daemon.dir, "try");
	_cleanup_(err_freep) struct err *e = daemon_select(&d->daemon, root, true);
	const char *last = e ? strrchr(e->what, '\n') : NULL;

	if (!e)
		return NULL;
	return err_next(err_at(err_new(ERR_TOOL,
				       "the dockerd of docker %s does not start as an "
				       "ordinary user",
				       version),
				"the last line of its log: %s", last ? last + 1 : e->what),
		"run as root, or --engine podman");
}

static struct err *docker_open(struct lab *lab, const struct engine_info *info, void **state)
{
	_cleanup_(docker_closep) struct docker *d = NEW(struct docker);
	_cleanup_(freep) char *home = NULL;

	d->lab = lab;
	d->cli = xstrdup(facts_get(&info->facts.more, DOCKER_CLI));
	d->options = xstrdup(facts_get(&info->facts.more, DOCKER_OPTIONS));
	d->progress.structured = info->structured;
	TRY(dockerd_init(&d->daemon, lab, &info->facts, info->dir,
		facts_get(&info->facts.more, DOCKER_DAEMON)));
	home = path_join(d->daemon.dir, "user");
	TRY(inside_env(info->dir, home, &d->env));
	TRY(make_config(d, info->dir));
	strv_addf(&d->env, "DOCKER_HOST=unix://%s", d->daemon.socket);
	strv_add(&d->env, "DOCKER_BUILDKIT=1");
	if (!lab->root)
		TRY(try_rootless(d, info->facts.version));
	*state = TAKE_PTR(d);
	return NULL;
}

static struct err *docker_select(void *state, const char *root, bool fresh)
{
	struct docker *d = state;

	return daemon_select(&d->daemon, root, fresh);
}

/* Whether images are kept by containerd: buildx asks the same before it lets a cache be exported
 * through dockerd. */
static bool by_containerd(struct json_at info)
{
	struct json_at status = json_member(info, "DriverStatus");

	for (size_t i = 0; i < json_count(status); i++) {
		struct json_at pair = json_element(status, i);
		const char *key = NULL, *value = NULL;

		err_free(json_text(json_element(pair, 0), &key));
		err_free(json_text(json_element(pair, 1), &value));
		if (str_eq(key, "driver-type") && str_eq(value, "io.containerd.snapshotter.v1"))
			return true;
	}
	return false;
}

static struct err *docker_learn(void *state, struct engine_info *info)
{
	struct docker *d = state;
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	char *driver;

	TRY(dockerd_get(&d->daemon, "/info", &doc));
	TRY(json_str(json_root(doc), "Driver", &driver));
	free(info->facts.storage_driver);
	free(info->facts.network);
	info->facts.storage_driver = driver;
	info->facts.network = xstrdup("host"); /* its own bridge would change the machine's */
	if (by_containerd(json_root(doc)))
		return NULL;
	info->can[CACHE_LOCAL] = info->can[CACHE_REGISTRY] = info->depths = false;
	info->can_compress = false;
	return NULL;
}

static struct err *docker_store_count(void *state, int64_t *out)
{
	struct docker *d = state;

	return dockerd_count(&d->daemon, out);
}

static bool has(const struct docker *d, const char *option)
{
	return strstr(d->options, option);
}

/* dockerd mirrors docker.io only; the others get another name to be found by. */
static struct err *add_bases(const struct docker *d, const struct build *b, struct strv *argv)
{
	for (size_t i = 0; i < b->base_count; i++) {
		const struct base *base = &b->bases[i];
		_cleanup_(base_name_done) struct base_name n = { 0 };
		size_t len = strlen(base->ref);

		TRY(base_name_parse(base->ref, &n));
		/* without named contexts no variant on such a base is built: engine_info.hub_only */
		if (str_eq(n.host, "docker.io") || !has(d, "--build-context"))
			continue;
		if (str_ends(base->ref, ":latest"))
			len -= strlen(":latest");
		strv_add(argv, "--build-context");
		/* by its digest: of a name alone BuildKit does not tell what it resolved to */
		strv_addf(argv, "%.*s=docker-image://127.0.0.1:%d/%s@%s", (int)len, base->ref,
			d->lab->base_port, base->repo, base->digest);
	}
	return NULL;
}

static void add_import(const struct docker *d, const struct build *b, struct strv *argv)
{
	if (!b->import_ref)
		return;
	strv_add(argv, "--cache-from");
	if (b->cache.mode == CACHE_LOCAL)
		strv_addf(argv, "type=local,src=%s", b->import_ref);
	else if (has(d, "--cache-to"))
		strv_addf(argv, "type=registry,ref=%s", b->import_ref);
	else
		strv_add(argv, b->import_ref);
}

static void add_export(const struct build *b, struct strv *argv)
{
	const char *depth = b->cache.depth == DEPTH_MIN	  ? ",mode=min"
			    : b->cache.depth == DEPTH_MAX ? ",mode=max"
							  : "";
	const char *c = b->variant->compression;

	if (!b->export_ref)
		return;
	if (b->cache.mode == CACHE_INLINE) {
		/* what both the old CLI and buildx understand */
		strv_addl(argv, "--build-arg", "BUILDKIT_INLINE_CACHE=1");
		return;
	}
	strv_add(argv, "--cache-to");
	strv_addf(argv, "type=%s,%s=%s%s%s%s", cache_mode_names[b->cache.mode],
		b->cache.mode == CACHE_LOCAL ? "dest" : "ref", b->export_ref, depth,
		c ? ",compression=" : "", c ? c : "");
}

static void add_output(const struct docker *d, const struct build *b, struct strv *argv)
{
	bool push = b->output == OUTPUT_PUSH && has(d, "--push");

	if (!b->variant->compression) {
		strv_addl(argv, "-t", b->tag);
		if (push)
			strv_add(argv, "--push");
		return;
	}
	strv_add(argv, "--output");
	strv_addf(argv, "type=image,name=%s,compression=%s%s", b->tag, b->variant->compression,
		push ? ",push=true" : "");
}

static void start_cmd(const struct docker *d, struct cmd *c)
{
	strv_add(&c->argv, d->cli);
	strv_addv(&c->env, (const char *const *)d->env.items);
}

static struct err *build_cmd(const struct docker *d, const struct build *b, struct cmd *c)
{
	start_cmd(d, c);
	strv_addl(&c->argv, "build", "--progress", d->progress.structured ? "rawjson" : "plain",
		"--network", "host", "-f", b->dockerfile);
	TRY(add_bases(d, b, &c->argv));
	add_import(d, b, &c->argv);
	add_export(b, &c->argv);
	add_output(d, b, &c->argv);
	inside_options(b, &c->argv);
	strv_add(&c->argv, b->context);
	return NULL;
}

static struct err *docker_build(void *state, const struct build *b, struct cmds *out)
{
	struct docker *d = state;

	progress_reset(&d->progress);
	d->building = true;
	out->count = 1;
	TRY(build_cmd(d, b, &out->items[0]));
	if (b->output != OUTPUT_PUSH || has(d, "--push"))
		return NULL;
	start_cmd(d, &out->items[1]);
	strv_addl(&out->items[1].argv, "push", b->tag);
	out->items[1].is_push = true;
	out->count = 2;
	return NULL;
}

/* Both forms of progress come on stderr. */
static struct err *docker_progress(
	void *state, int fd, const char *line, size_t n, int64_t at_ns, struct steps *steps)
{
	struct docker *d = state;

	if (!d->building || (line && fd != 2))
		return NULL;
	progress_line(&d->progress, line, n, at_ns, steps);
	d->building = line;
	return NULL;
}

static struct err *docker_match(
	void *state, const struct step_slot *slots, size_t count, struct steps *steps)
{
	const struct docker *d = state;

	match_named(slots, count, vertexes_reads, progress_told(&d->progress), steps);
	return NULL;
}

static struct err *docker_image(void *state, const struct build *b, struct image_ref *out)
{
	struct docker *d = state;

	memcpy(out->config, progress_told(&d->progress)->config, sizeof(out->config));
	if (b->output == OUTPUT_PUSH)
		return inside_pushed(d->lab, b, out);
	out->where = IMAGE_DOCKER_SOCKET;
	out->ref = xstrdup(b->tag);
	out->socket = xstrdup(d->daemon.socket);
	return NULL;
}

static struct err *docker_scope(void *state, struct scope *out)
{
	struct docker *d = state;

	out->cgroup = d->daemon.cgroup ? xstrdup(d->daemon.cgroup) : NULL;
	return NULL;
}

static struct err *docker_inputs(void *state, const struct build *b, struct sample *s)
{
	const struct docker *d = state;

	progress_inputs(&d->progress, d->lab, b, s);
	return NULL;
}

static void docker_client(void *state, struct cmd *out)
{
	start_cmd(state, out);
}

const struct engine engine_docker = {
	.name = "docker",
	.daemon = true,
	.summary = "docker build with BuildKit: a private dockerd, from 20.10 on",
	.probe = docker_probe,
	.cannot = docker_cannot,
	.open = docker_open,
	.select = docker_select,
	.learn = docker_learn,
	.store_count = docker_store_count,
	.build = docker_build,
	.progress = docker_progress,
	.match = docker_match,
	.image = docker_image,
	.scope = docker_scope,
	.inputs = docker_inputs,
	.client = docker_client,
	.close = docker_close,
};
