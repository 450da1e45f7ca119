/* podman build: no daemon. Its store is --root and --runroot; what it writes elsewhere, the lab's
 * namespace holds. */
#include <errno.h>

#include "base/file.h"
#include "engine/buildah.h"
#include "engine/inside.h"
#include "engine/match.h"
#include "engine/podman_ask.h"
#include "engine/podman_store.h"
#include "lab/bases.h"
#include "lab/secret.h"
#include "measure/cgroup.h"

#define CONF_MODE   0600
#define ROOTS_BLOBS "/var/lib/containers/cache"

struct podman {
	struct lab *lab;
	char *program, *runtime; /* absolute; runtime NULL: podman's default */
	char *dir;		 /* ours, below lab->dir */
	char *graph, *run;	 /* of the selected store; NULL before */
	char *tmp;		 /* of the selected store: cache mounts lie there */
	char *cgroup;		 /* NULL: none can be had */
	struct strv env;
	struct buildah log;
	bool building; /* the lines are of podman build, not of podman push */
};

static void add_registry(struct str *s, const char *location, int port, const char *below)
{
	str_addf(s, "[[registry]]\nlocation = \"%s\"\n", location);
	if (port)
		str_addf(s,
			"[[registry.mirror]]\nlocation = \"127.0.0.1:%d%s%s\"\ninsecure = true\n",
			port, below ? "/" : "", below ? below : "");
	else
		str_add(s, "insecure = true\n");
}

/* Every registry that a base comes from is mirrored by the lab's: docker.io at its root, the
 * others below their name. */
static struct err *write_registries(const struct podman *p, const struct build *b)
{
	_cleanup_(freep) char *path = path_join(p->dir, "registries.conf");
	_cleanup_(strv_done) struct strv hosts = STRV_INIT;
	_cleanup_(str_done) struct str s = STR_INIT;

	str_add(&s, "unqualified-search-registries = [\"docker.io\"]\n");
	add_registry(&s, "docker.io", p->lab->base_port, NULL);
	for (size_t i = 0; b && i < b->base_count; i++) {
		_cleanup_(base_name_done) struct base_name n = { 0 };

		TRY(base_name_parse(b->bases[i].ref, &n));
		if (str_eq(n.host, "docker.io") || strv_has(&hosts, n.host))
			continue;
		strv_add(&hosts, n.host);
		add_registry(&s, n.host, p->lab->base_port, n.host);
	}
	str_addf(&s, "[[registry]]\nlocation = \"127.0.0.1:%d\"\ninsecure = true\n",
		p->lab->base_port);
	str_addf(&s, "[[registry]]\nlocation = \"127.0.0.1:%d\"\ninsecure = true\n",
		p->lab->cache_port);
	return file_replace(path, CONF_MODE, str_get(&s), s.len);
}

static struct err *write_conf(const struct podman *p)
{
	static const char containers[] = "[engine]\ncgroup_manager = \"cgroupfs\"\n"
					 "events_logger = \"file\"\n";
	_cleanup_(freep) char *storage_path = path_join(p->dir, "storage.conf");
	_cleanup_(freep) char *containers_path = path_join(p->dir, "containers.conf");
	_cleanup_(freep) char *auth_path = path_join(p->dir, "auth.json");
	_cleanup_(freep) char *registry = xasprintf("127.0.0.1:%d", p->lab->cache_port);
	/* the roots are given to each command; without these the file is refused */
	_cleanup_(freep) char *storage = xasprintf(
		"[storage]\ndriver = \"overlay\"\n"
		"graphroot = \"%s/unused/graph\"\nrunroot = \"%s/unused/run\"\n",
		p->dir, p->dir);

	TRY(file_replace(storage_path, CONF_MODE, storage, strlen(storage)));
	TRY(file_replace(containers_path, CONF_MODE, containers, sizeof(containers) - 1));
	TRY(secret_authfile(auth_path, registry, p->lab->user, p->lab->password));
	return write_registries(p, NULL);
}

static struct err *make_env(struct podman *p, const char *dir)
{
	_cleanup_(freep) char *home = path_join(p->dir, "home");
	_cleanup_(freep) char *runtime_dir = path_join(p->dir, "xdg");

	TRY(inside_env(dir, home, &p->env));
	strv_addf(&p->env, "CONTAINERS_REGISTRIES_CONF=%s/registries.conf", p->dir);
	strv_addf(&p->env, "CONTAINERS_STORAGE_CONF=%s/storage.conf", p->dir);
	strv_addf(&p->env, "CONTAINERS_CONF=%s/containers.conf", p->dir);
	strv_addf(&p->env, "REGISTRY_AUTH_FILE=%s/auth.json", p->dir);
	if (p->lab->root)
		return NULL;
	/* the lab is a user namespace already: without these podman would make another one */
	TRY(dir_make(runtime_dir, 0700));
	strv_addf(&p->env, "XDG_RUNTIME_DIR=%s", runtime_dir);
	strv_addf(&p->env, "_CONTAINERS_ROOTLESS_UID=%d", (int)geteuid());
	strv_addf(&p->env, "_CONTAINERS_ROOTLESS_GID=%d", (int)getegid());
	strv_add(&p->env, "_CONTAINERS_USERNS_CONFIGURED=done");
	return NULL;
}

static void podman_close(void *state)
{
	struct podman *p = state;

	if (!p)
		return;
	buildah_done(&p->log);
	strv_done(&p->env);
	free(p->program);
	free(p->runtime);
	free(p->dir);
	free(p->graph);
	free(p->run);
	free(p->tmp);
	free(p->cgroup);
	free(p);
}
DEFINE_CLEANUP(struct podman *, podman_close)

static struct err *podman_open(struct lab *lab, const struct engine_info *info, void **state)
{
	_cleanup_(podman_closep) struct podman *p = NEW(struct podman);
	const char *runtime = facts_get(&info->facts.more, PODMAN_RUNTIME);

	p->lab = lab;
	buildah_init(&p->log);
	p->program = xstrdup(facts_get(&info->facts.more, PODMAN_PROGRAM));
	p->runtime = runtime ? xstrdup(runtime) : NULL;
	TRY(inside_dir(lab, &info->facts, &p->dir));
	TRY(make_env(p, info->dir));
	TRY(write_conf(p));
	TRY(inside_cgroup(lab, p->dir, &p->cgroup));
	*state = TAKE_PTR(p);
	return NULL;
}

static void start_cmd(const struct podman *p, struct cmd *c)
{
	strv_addl(&c->argv, p->program, "--root", p->graph, "--runroot", p->run, "--storage-driver",
		"overlay");
	if (p->runtime)
		strv_addl(&c->argv, "--runtime", p->runtime);
	strv_addv(&c->env, (const char *const *)p->env.items);
}

/* A program that is not podman, in the lab. */
static struct err *run_tool(const struct podman *p, const char *const *argv)
{
	_cleanup_(cmds_done) struct cmds list = { .count = 1 };
	_cleanup_(str_done) struct str out = STR_INIT;

	strv_addv(&list.items[0].argv, argv);
	strv_addv(&list.items[0].env, (const char *const *)p->env.items);
	return inside_run(p->lab, &list.items[0], &out);
}

/* Where podman remembers which registry has which layer, so that a push may be spared: it goes with
 * the store, so that an empty one knows nothing, and a kept one what its own builds pushed. Its place
 * is fixed for root, in the lab's namespace. */
static struct err *link_blobs(const struct podman *p, const char *blobs)
{
	TRY(run_tool(p, (const char *const[]){ "/bin/rm", "-rf", ROOTS_BLOBS, NULL }));
	return run_tool(p, (const char *const[]){ "/bin/ln", "-s", blobs, ROOTS_BLOBS, NULL });
}

static struct err *set_blobs(const struct podman *p, const char *root)
{
	_cleanup_(freep) char *blobs = path_join(root, "blobs");
	_cleanup_(freep) char *share = path_join(p->dir, "home/.local/share/containers");
	_cleanup_(freep) char *own = path_join(share, "cache");

	TRY(dir_make(blobs, 0700));
	if (p->lab->root)
		return link_blobs(p, blobs);
	TRY(dir_make(share, 0700));
	TRY(lab_remove(p->lab, own));
	return symlink(blobs, own) == 0 ? NULL : err_sys(own, errno);
}

/* What podman keeps of cache mounts lies in TMPDIR: each store has one of its own, or a build on an
 * empty store would find what builds on others left. */
static struct err *set_tmp(struct podman *p, const char *root)
{
	free(p->tmp);
	p->tmp = path_join(root, "tmp");
	TRY(dir_make(p->tmp, 0700));
	for (size_t i = 0; i < p->env.count; i++)
		if (str_starts(p->env.items[i], "TMPDIR=")) {
			free(p->env.items[i]);
			p->env.items[i] = xasprintf("TMPDIR=%s", p->tmp);
		}
	return NULL;
}

/* podman refuses a runroot of more than 50 characters, and a home may be deep: it lies in the lab's
 * own /dev/shm, under a name that stays with the store. */
static char *runroot_of(const char *root)
{
	char digest[DIGEST_SIZE];

	sha256_bytes(root, strlen(root), digest);
	return xasprintf("/dev/shm/tare-%.12s", digest + strlen("sha256:"));
}

static struct err *podman_select(void *state, const char *root, bool fresh)
{
	struct podman *p = state;

	free(p->graph);
	free(p->run);
	p->graph = path_join(root, "graph");
	p->run = runroot_of(root);
	if (fresh) {
		TRY(lab_remove(p->lab, root));
		TRY(run_tool(p, (const char *const[]){ "/bin/rm", "-rf", p->run, NULL }));
	}
	TRY(dir_make(root, 0700));
	TRY(set_blobs(p, root));
	return set_tmp(p, root);
}

/* How it ends a build of that COPY, whose file is not there: nothing stays in the store, and what
 * it complains of tells whether it knows the instruction. */
static struct err *try_copy(struct podman *p, const char *instruction, char **complaint)
{
	_cleanup_(cmds_done) struct cmds list = { .count = 1 };
	_cleanup_(str_done) struct str text = STR_INIT, out = STR_INIT;
	_cleanup_(freep) char *dir = path_join(p->dir, "language");
	_cleanup_(freep) char *file = path_join(dir, "Dockerfile");
	_cleanup_(err_freep) struct err *e = NULL;

	str_addf(&text, "FROM scratch\n%s\n", instruction);
	TRY(dir_make(dir, 0700));
	TRY(file_replace(file, 0600, str_get(&text), text.len));
	start_cmd(p, &list.items[0]);
	strv_addl(&list.items[0].argv, "build", "-f", file, dir);
	e = inside_run(p->lab, &list.items[0], &out);
	*complaint = xstrdup(e ? e->what : "");
	return NULL;
}

static struct err *podman_learn_language(void *state, struct engine_info *info)
{
	struct podman *p = state;
	_cleanup_(freep) char *heredoc = NULL;
	_cleanup_(freep) char *link = NULL;

	TRY(try_copy(p, "COPY <<END missing /\nEND", &heredoc));
	TRY(try_copy(p, "COPY --link missing /", &link));
	info->no_heredocs = strstr(heredoc, "\"/<<END\""); /* taken for the name of a file */
	info->no_links = !strstr(link, "\"/missing\"");
	return NULL;
}

static struct err *podman_learn(void *state, struct engine_info *info)
{
	free(info->facts.storage_driver);
	free(info->facts.network);
	info->facts.storage_driver = xstrdup("overlay");
	info->facts.network = xstrdup("host"); /* its own bridge would change the machine's */
	return NULL;
}

static struct err *podman_store_count(void *state, int64_t *out)
{
	struct podman *p = state;
	_cleanup_(freep) char *mounts = path_join(p->tmp, "buildah-cache");

	TRY(podman_store_things(p->graph, out));
	*out += path_exists(mounts);
	return NULL;
}

static void push_cmd(const struct podman *p, const struct build *b, struct cmd *c)
{
	start_cmd(p, c);
	strv_add(&c->argv, "push");
	if (b->variant->compression)
		strv_addl(&c->argv, "--compression-format", b->variant->compression);
	strv_add(&c->argv, b->tag);
	c->is_push = true;
}

static void build_cmd(const struct podman *p, const struct build *b, struct cmd *c)
{
	start_cmd(p, c);
	strv_addl(&c->argv, "build", "--network", "host", "-f", b->dockerfile, "-t", b->tag);
	if (b->import_ref)
		strv_addl(&c->argv, "--cache-from", b->import_ref);
	if (b->export_ref)
		strv_addl(&c->argv, "--cache-to", b->export_ref);
	inside_options(b, &c->argv);
	strv_add(&c->argv, b->context);
}

static struct err *podman_build(void *state, const struct build *b, struct cmds *out)
{
	struct podman *p = state;

	TRY(write_registries(p, b));
	buildah_done(&p->log);
	p->building = true;
	build_cmd(p, b, &out->items[0]);
	out->count = 1;
	if (b->output == OUTPUT_PUSH)
		push_cmd(p, b, &out->items[out->count++]);
	return NULL;
}

static struct err *podman_progress(
	void *state, int fd, const char *line, size_t n, int64_t at_ns, struct steps *steps)
{
	struct podman *p = state;

	if (line && p->building)
		buildah_line(&p->log, fd, line, n, at_ns, steps);
	if (line || !p->building)
		return NULL;
	buildah_end(&p->log, at_ns, steps);
	p->building = false;
	return NULL;
}

static struct err *podman_match(
	void *state, const struct step_slot *slots, size_t count, struct steps *steps)
{
	match_numbered(slots, count, steps);
	return NULL;
}

static struct err *podman_image(void *state, const struct build *b, struct image_ref *out)
{
	struct podman *p = state;

	memcpy(out->config, p->log.image, sizeof(out->config));
	if (b->output == OUTPUT_PUSH)
		return inside_pushed(p->lab, b, out);
	out->where = IMAGE_ARCHIVE_CMD;
	out->ref = xstrdup(b->tag);
	start_cmd(p, &out->save);
	strv_addl(&out->save.argv, "save", "--format", "docker-archive", b->tag);
	return NULL;
}

static struct err *podman_scope(void *state, struct scope *out)
{
	struct podman *p = state;

	out->cgroup = p->cgroup ? xstrdup(p->cgroup) : NULL;
	return NULL;
}

/* A base that no built stage needs was not pulled, and is none. */
static struct err *podman_inputs(void *state, const struct build *b, struct sample *s)
{
	const struct podman *p = state;

	for (size_t i = 0; i < b->base_count; i++)
		TRY(podman_store_inputs(p->graph, b->bases[i].ref, s));
	return NULL;
}

static void podman_client(void *state, struct cmd *out)
{
	start_cmd(state, out);
}

/* It asks for higher limits than the lab may have to give; and its own cgroups outlive it, at the
 * root of each hierarchy. */
static void podman_run_options(void *state, struct strv *argv)
{
	const struct podman *p = state;
	_cleanup_(freep) char *parent = p->cgroup ? cgroup_path(p->cgroup) : NULL;

	strv_addl(argv, "--ulimit", "host", "--cgroups", "no-conmon");
	if (parent)
		strv_addl(argv, "--cgroup-parent", parent);
}

const struct engine engine_podman = {
	.name = "podman",
	.summary = "podman build: no daemon; --root and --runroot of its own",
	.buildah = true,
	.probe = podman_probe,
	.cannot = podman_cannot,
	.open = podman_open,
	.select = podman_select,
	.learn = podman_learn,
	.learn_language = podman_learn_language,
	.store_count = podman_store_count,
	.build = podman_build,
	.progress = podman_progress,
	.match = podman_match,
	.image = podman_image,
	.scope = podman_scope,
	.inputs = podman_inputs,
	.client = podman_client,
	.run_options = podman_run_options,
	.close = podman_close,
};
