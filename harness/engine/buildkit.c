/* BuildKit by itself: a private buildkitd, and buildctl as its client.
 *
 * An image that is not pushed stays in buildkitd's own store (`type=image,push=false`), from which
 * no tool can take it. To read it back the same build is asked for once more, outside the timed
 * part, as a docker-archive: every step of it is cached, so that the config and the layers are
 * those that were just made. */
#include <libgen.h>

#include "base/file.h"
#include "base/json.h"
#include "engine/buildkit_ask.h"
#include "engine/buildkitd.h"
#include "engine/inside.h"
#include "engine/match.h"
#include "engine/progress.h"
#include "lab/secret.h"

#define SNAPSHOTTER "org.mobyproject.buildkit.worker.snapshotter"
#define NETWORK	    "org.mobyproject.buildkit.worker.network"

struct buildkit {
	struct buildkitd server;
	char *client;
	struct strv env;
	struct progress progress;
};

static void buildkit_close(void *state)
{
	struct buildkit *k = state;

	if (!k)
		return;
	buildkitd_done(&k->server);
	progress_reset(&k->progress);
	strv_done(&k->env);
	free(k->client);
	free(k);
}
DEFINE_CLEANUP(struct buildkit *, buildkit_close)

/* buildctl, not buildkitd, knows the registry's secret. */
static struct err *make_env(struct buildkit *k, const char *dir)
{
	const struct lab *lab = k->server.daemon.lab;
	_cleanup_(freep) char *home = path_join(k->server.daemon.dir, "user");
	_cleanup_(freep) char *config = path_join(k->server.daemon.dir, "config");
	_cleanup_(freep) char *auth = path_join(config, "config.json");
	_cleanup_(freep) char *registry = xasprintf("127.0.0.1:%d", lab->cache_port);

	TRY(inside_env(dir, home, &k->env));
	TRY(dir_make(config, 0700));
	TRY(secret_authfile(auth, registry, lab->user, lab->password));
	strv_addf(&k->env, "DOCKER_CONFIG=%s", config);
	strv_addf(&k->env, "BUILDKIT_HOST=unix://%s", k->server.daemon.socket);
	return NULL;
}

static struct err *buildkit_open(struct lab *lab, const struct engine_info *info, void **state)
{
	_cleanup_(buildkit_closep) struct buildkit *k = NEW(struct buildkit);

	k->client = xstrdup(facts_get(&info->facts.more, BUILDKIT_CLIENT));
	k->progress.structured = info->structured;
	TRY(buildkitd_init(&k->server, lab, &info->facts, info->dir,
		facts_get(&info->facts.more, BUILDKIT_DAEMON)));
	TRY(make_env(k, info->dir));
	*state = TAKE_PTR(k);
	return NULL;
}

static struct err *buildkit_select(void *state, const char *root, bool fresh)
{
	struct buildkit *k = state;

	return daemon_select(&k->server.daemon, root, fresh);
}

static void start_cmd(const struct buildkit *k, struct cmd *c)
{
	strv_add(&c->argv, k->client);
	strv_addv(&c->env, (const char *const *)k->env.items);
}

/* What `words` of buildctl print, "{{json .}}" of each record a line. */
static struct err *ask(const struct buildkit *k, const char *const *words, struct str *out)
{
	_cleanup_(cmds_done) struct cmds list = { .count = 1 };

	start_cmd(k, &list.items[0]);
	strv_addv(&list.items[0].argv, words);
	return inside_run(k->server.daemon.lab, &list.items[0], out);
}

static struct err *buildkit_learn(void *state, struct engine_info *info)
{
	static const char *const words[] = { "debug", "workers", "--format", "{{json .}}", NULL };
	_cleanup_(str_done) struct str says = STR_INIT;
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	struct json_at labels;
	char *driver, *network;

	TRY(ask(state, words, &says));
	TRY(json_parse("buildctl debug workers", str_get(&says), says.len, &doc));
	labels = json_member(json_element(json_root(doc), 0), "labels");
	TRY(json_str(labels, SNAPSHOTTER, &driver));
	free(info->facts.storage_driver);
	info->facts.storage_driver = driver;
	TRY(json_str(labels, NETWORK, &network));
	free(info->facts.network);
	info->facts.network = network;
	return NULL;
}

static struct err *buildkit_store_count(void *state, int64_t *out)
{
	static const char *const words[] = { "du", "--format", "{{json .}}", NULL };
	_cleanup_(str_done) struct str says = STR_INIT;
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;

	TRY(ask(state, words, &says));
	TRY(json_parse("buildctl du", str_get(&says), says.len, &doc));
	*out = (int64_t)json_count(json_root(doc));
	return NULL;
}

static void add_caches(const struct build *b, struct strv *argv)
{
	static const char *const depths[] = { [DEPTH_MIN] = ",mode=min", [DEPTH_MAX] = ",mode=max" };
	const char *depth = b->cache.depth == DEPTH_DEFAULT ? "" : depths[b->cache.depth];
	const char *c = b->variant->compression;
	bool local = b->cache.mode == CACHE_LOCAL;

	if (b->import_ref) {
		strv_add(argv, "--import-cache");
		strv_addf(argv, "type=%s,%s=%s", local ? "local" : "registry",
			local ? "src" : "ref", b->import_ref);
	}
	if (!b->export_ref)
		return;
	strv_add(argv, "--export-cache");
	if (b->cache.mode == CACHE_INLINE)
		strv_add(argv, "type=inline");
	else
		strv_addf(argv, "type=%s,%s=%s%s%s%s", local ? "local" : "registry",
			local ? "dest" : "ref", b->export_ref, depth, c ? ",compression=" : "",
			c ? c : "");
}

static void add_frontend(const struct build *b, struct strv *argv)
{
	_cleanup_(freep) char *of_dir = xstrdup(b->dockerfile);
	_cleanup_(freep) char *of_file = xstrdup(b->dockerfile);

	strv_addl(argv, "--frontend", "dockerfile.v0", "--local");
	strv_addf(argv, "context=%s", b->context);
	strv_add(argv, "--local");
	strv_addf(argv, "dockerfile=%s", dirname(of_dir));
	strv_add(argv, "--opt");
	strv_addf(argv, "filename=%s", basename(of_file));
}

static void add_opt(struct strv *argv, const char *key, const char *sub, const char *value)
{
	strv_add(argv, "--opt");
	strv_addf(argv, "%s%s=%s", key, sub, value);
}

static void add_contexts(const struct build *b, struct strv *argv)
{
	const struct variant *v = b->variant;

	for (size_t i = 0; i < v->context_count; i++) {
		const struct named_context *n = &v->contexts[i];
		_cleanup_(freep) char *dir =
			*n->dir == '/' ? xstrdup(n->dir) : path_join(b->context, n->dir);
		_cleanup_(freep) char *local = xasprintf("local:%s", n->name);

		strv_add(argv, "--local");
		strv_addf(argv, "%s=%s", n->name, dir);
		add_opt(argv, "context:", n->name, local);
	}
}

static void add_options(const struct build *b, struct strv *argv)
{
	const struct variant *v = b->variant;

	if (v->target)
		add_opt(argv, "target", "", v->target);
	if (v->platform)
		add_opt(argv, "platform", "", v->platform);
	for (size_t i = 0; i < v->arg_count; i++)
		add_opt(argv, "build-arg:", v->args[i].name, v->args[i].value);
	add_contexts(b, argv);
	inside_ids(v, argv);
	if (b->extra)
		strv_addv(argv, b->extra);
}

static void build_cmd(const struct buildkit *k, const struct build *b, struct cmd *c)
{
	const char *compression = b->variant->compression;

	start_cmd(k, c);
	strv_addl(&c->argv, "build", "--progress", k->progress.structured ? "rawjson" : "plain");
	add_frontend(b, &c->argv);
	add_options(b, &c->argv);
	add_caches(b, &c->argv);
	strv_add(&c->argv, "--output");
	strv_addf(&c->argv, "type=image,name=%s,push=%s%s%s", b->tag,
		b->output == OUTPUT_PUSH ? "true" : "false", compression ? ",compression=" : "",
		compression ? compression : "");
}

static struct err *buildkit_build(void *state, const struct build *b, struct cmds *out)
{
	struct buildkit *k = state;

	TRY(buildkitd_mirror(&k->server, b->bases, b->base_count));
	progress_reset(&k->progress);
	build_cmd(k, b, &out->items[0]);
	out->count = 1;
	return NULL;
}

static struct err *buildkit_progress(
	void *state, int fd, const char *line, size_t n, int64_t at_ns, struct steps *steps)
{
	struct buildkit *k = state;

	if (!line || fd == 2)
		progress_line(&k->progress, line, n, at_ns, steps);
	return NULL;
}

static struct err *buildkit_match(
	void *state, const struct step_slot *slots, size_t count, struct steps *steps)
{
	const struct buildkit *k = state;

	match_named(slots, count, vertexes_reads, progress_told(&k->progress), steps);
	return NULL;
}

static struct err *buildkit_image(void *state, const struct build *b, struct image_ref *out)
{
	struct buildkit *k = state;

	memcpy(out->config, progress_told(&k->progress)->config, sizeof(out->config));
	if (b->output == OUTPUT_PUSH)
		return inside_pushed(k->server.daemon.lab, b, out);
	out->where = IMAGE_ARCHIVE_CMD;
	out->ref = xstrdup(b->tag);
	start_cmd(k, &out->save);
	strv_addl(&out->save.argv, "build", "--progress", "plain");
	add_frontend(b, &out->save.argv);
	add_options(b, &out->save.argv);
	strv_add(&out->save.argv, "--output");
	strv_addf(&out->save.argv, "type=docker,name=%s,dest=-", b->tag);
	return NULL;
}

static struct err *buildkit_scope(void *state, struct scope *out)
{
	struct buildkit *k = state;

	out->cgroup = k->server.daemon.cgroup ? xstrdup(k->server.daemon.cgroup) : NULL;
	return NULL;
}

static struct err *buildkit_inputs(void *state, const struct build *b, struct sample *s)
{
	const struct buildkit *k = state;

	progress_inputs(&k->progress, k->server.daemon.lab, b, s);
	return NULL;
}

const struct engine engine_buildkit = {
	.name = "buildkit",
	.daemon = true,
	.summary = "buildctl and a private buildkitd",
	.probe = buildkit_probe,
	.cannot = buildkit_cannot,
	.open = buildkit_open,
	.select = buildkit_select,
	.learn = buildkit_learn,
	.store_count = buildkit_store_count,
	.build = buildkit_build,
	.progress = buildkit_progress,
	.match = buildkit_match,
	.image = buildkit_image,
	.scope = buildkit_scope,
	.inputs = buildkit_inputs,
	.close = buildkit_close,
};
