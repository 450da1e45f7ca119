#include "engine/buildkitd.h"

#include <sys/un.h>

#include "base/clock.h"
#include "base/file.h"
#include "engine/inside.h"
#include "lab/bases.h"
#include "measure/cgroup.h"

#define START_NS  (60 * SECOND_NS)
#define STOP_NS	  (20 * SECOND_NS)
#define CONF_MODE 0600

/* The lab is a user namespace already: what RootlessKit would set elsewhere. */
static struct err *rootless_env(struct buildkitd *d)
{
	_cleanup_(freep) char *runtime_dir = path_join(d->dir, "xdg");

	TRY(dir_make(runtime_dir, 0700));
	strv_addf(&d->env, "XDG_RUNTIME_DIR=%s", runtime_dir);
	return NULL;
}

struct err *buildkitd_init(struct buildkitd *d, struct lab *lab, const struct engine_facts *facts,
	const char *dir, const char *program)
{
	_cleanup_(freep) char *home = NULL;

	d->lab = lab;
	d->program = xstrdup(program);
	strv_add(&d->hosts, "docker.io");
	strv_add(&d->below, "");
	TRY(inside_dir(lab, facts, &d->dir));
	d->socket = path_join(d->dir, "bk.sock");
	if (strlen(d->socket) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return err_next(err_new(ERR_INPUT, "the lab's path is too long for a socket: %s",
					d->socket),
			"set TARE_LAB to a shorter one");
	TRY(inside_cgroup(lab, d->dir, &d->cgroup));
	home = path_join(d->dir, "home");
	TRY(inside_env(dir, home, &d->env));
	/* a step's log is cut otherwise */
	strv_addl(&d->env, "BUILDKIT_STEP_LOG_MAX_SIZE=-1", "BUILDKIT_STEP_LOG_MAX_SPEED=-1");
	return lab->root ? NULL : rootless_env(d);
}

/* A TOML basic string. */
static void add_text(struct str *s, const char *prefix, const char *text)
{
	str_addf(s, "\"%s", prefix);
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			str_addf(s, "\\%c", *text);
		else if ((unsigned char)*text < ' ' || *text == 0x7f)
			str_addf(s, "\\u%04x", (unsigned)*text);
		else
			str_addc(s, *text);
	str_addc(s, '"');
}

static void add_worker(const struct buildkitd *d, struct str *s)
{
	_cleanup_(freep) char *parent = d->cgroup ? cgroup_path(d->cgroup) : NULL;

	str_add(s, "[worker.containerd]\nenabled = false\n"
		   "[worker.oci]\nenabled = true\nnetworkMode = \"host\"\ngc = false\n");
	if (parent) { /* else its steps go to a place of their own, and are not counted */
		str_add(s, "defaultCgroupParent = ");
		add_text(s, "", parent);
		str_addc(s, '\n');
	}
	if (!d->lab->root)
		str_add(s,
			"rootless = true\nnoProcessSandbox = true\nsnapshotter = \"overlayfs\"\n");
}

/* docker.io is mirrored at the root of the lab's registry, the others below their name. */
static void add_registries(const struct buildkitd *d, struct str *s)
{
	for (size_t i = 0; i < d->hosts.count; i++) {
		_cleanup_(freep) char *at =
			xasprintf("127.0.0.1:%d%s", d->lab->base_port, d->below.items[i]);

		str_add(s, "[registry.");
		add_text(s, "", d->hosts.items[i]);
		str_add(s, "]\nmirrors = [");
		add_text(s, "", at);
		str_add(s, "]\n");
	}
	str_addf(s, "[registry.\"127.0.0.1:%d\"]\nhttp = true\n", d->lab->base_port);
	str_addf(s, "[registry.\"127.0.0.1:%d\"]\nhttp = true\n", d->lab->cache_port);
}

static struct err *write_conf(const struct buildkitd *d)
{
	_cleanup_(freep) char *path = path_join(d->dir, "buildkitd.toml");
	_cleanup_(freep) char *otel = path_join(d->dir, "otel.sock");
	_cleanup_(str_done) struct str s = STR_INIT;

	str_add(&s, "root = ");
	add_text(&s, "", d->root);
	str_add(&s, "\n[grpc]\naddress = [");
	add_text(&s, "unix://", d->socket);
	str_add(&s, "]\n[otel]\nsocketPath = "); /* all daemons of a machine share it otherwise */
	add_text(&s, "", otel);
	str_addc(&s, '\n');
	add_worker(d, &s);
	add_registries(d, &s);
	return file_replace(path, CONF_MODE, str_get(&s), s.len);
}

/* Of its log and its cgroup: two of them differ in it. */
static const char *name(const struct buildkitd *d)
{
	return strrchr(d->dir, '/') + 1;
}

static struct err *start(struct buildkitd *d)
{
	_cleanup_(strv_done) struct strv argv = STRV_INIT;

	TRY(write_conf(d));
	strv_add(&argv, d->program);
	strv_addf(&argv, "--config=%s/buildkitd.toml", d->dir);
	if (!d->lab->root)
		strv_add(&argv, "--rootless");
	TRY(lab_daemon_start(d->lab, name(d),
		&(struct spawn){
			.argv = (const char *const *)argv.items,
			.env = (const char *const *)d->env.items,
			.cwd = d->dir,
			.cgroup = d->cgroup,
			.out = -1,
			.err = -1,
		},
		&d->id));
	d->running = true;
	return lab_wait_socket(d->lab, name(d), d->socket, START_NS);
}

static struct err *stop(struct buildkitd *d)
{
	if (!d->running)
		return NULL;
	d->running = false;
	TRY(lab_daemon_stop(d->lab, d->id, STOP_NS));
	unlink(d->socket);
	return NULL;
}

/* A build that was ended at its limit may have taken the daemon with it. */
static bool answers(const struct buildkitd *d)
{
	_cleanup_(err_freep) struct err *e = lab_wait_socket(d->lab, name(d), d->socket, 0);

	return !e;
}

struct err *buildkitd_select(struct buildkitd *d, const char *root, bool fresh)
{
	if (d->running && !fresh && str_eq(d->root, root) && answers(d))
		return NULL;
	TRY(stop(d));
	if (fresh)
		TRY(lab_remove(d->lab, root));
	TRY(dir_make(root, 0700));
	free(d->root);
	d->root = xstrdup(root);
	return start(d);
}

struct err *buildkitd_mirror(struct buildkitd *d, const struct base *bases, size_t count)
{
	size_t known = d->hosts.count;

	for (size_t i = 0; i < count; i++) {
		_cleanup_(base_name_done) struct base_name n = { 0 };

		TRY(base_name_parse(bases[i].ref, &n));
		if (strv_has(&d->hosts, n.host))
			continue;
		strv_add(&d->hosts, n.host);
		strv_addf(&d->below, "/%.*s", (int)(strlen(n.repo) - strlen(n.path) - 1), n.repo);
	}
	if (d->hosts.count == known || !d->running)
		return NULL;
	TRY(stop(d));
	return start(d);
}

void buildkitd_done(struct buildkitd *d)
{
	if (d->dir)
		err_free(stop(d));
	free(d->program);
	free(d->dir);
	free(d->socket);
	free(d->cgroup);
	free(d->root);
	strv_done(&d->env);
	strv_done(&d->hosts);
	strv_done(&d->below);
	*d = (struct buildkitd){ 0 };
}
