#include "engine/buildkitd.h"

#include "base/file.h"
#include "lab/bases.h"
#include "measure/cgroup.h"

#define CONF_MODE 0600

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

static void add_worker(const struct daemon *d, struct str *s)
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
static void add_registries(const struct buildkitd *b, struct str *s)
{
	for (size_t i = 0; i < b->hosts.count; i++) {
		_cleanup_(freep) char *at =
			xasprintf("127.0.0.1:%d%s", b->daemon.lab->base_port, b->below.items[i]);

		str_add(s, "[registry.");
		add_text(s, "", b->hosts.items[i]);
		str_add(s, "]\nmirrors = [");
		add_text(s, "", at);
		str_add(s, "]\n");
	}
	str_addf(s, "[registry.\"127.0.0.1:%d\"]\nhttp = true\n", b->daemon.lab->base_port);
	str_addf(s, "[registry.\"127.0.0.1:%d\"]\nhttp = true\n", b->daemon.lab->cache_port);
}

static struct err *write_conf(const struct buildkitd *b)
{
	const struct daemon *d = &b->daemon;
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
	add_registries(b, &s);
	return file_replace(path, CONF_MODE, str_get(&s), s.len);
}

static struct err *command(const struct daemon *d, struct strv *argv)
{
	TRY(write_conf((const struct buildkitd *)d));
	strv_add(argv, d->program);
	strv_addf(argv, "--config=%s/buildkitd.toml", d->dir);
	if (!d->lab->root)
		strv_add(argv, "--rootless");
	return NULL;
}

struct err *buildkitd_init(struct buildkitd *b, struct lab *lab, const struct engine_facts *facts,
	const char *dir, const char *program)
{
	static const struct daemon_kind kind = { .socket = "bk.sock", .command = command };

	strv_add(&b->hosts, "docker.io");
	strv_add(&b->below, "");
	TRY(daemon_init(&b->daemon, &kind, lab, facts, dir, program));
	/* a step's log is cut otherwise */
	strv_addl(&b->daemon.env, "BUILDKIT_STEP_LOG_MAX_SIZE=-1", "BUILDKIT_STEP_LOG_MAX_SPEED=-1");
	/* the lab is a user namespace already: what RootlessKit would set elsewhere */
	return lab->root ? NULL : daemon_runtime_dir(&b->daemon, NULL);
}

struct err *buildkitd_mirror(struct buildkitd *b, const struct base *bases, size_t count)
{
	size_t known = b->hosts.count;

	for (size_t i = 0; i < count; i++) {
		_cleanup_(base_name_done) struct base_name n = { 0 };

		TRY(base_name_parse(bases[i].ref, &n));
		if (strv_has(&b->hosts, n.host))
			continue;
		strv_add(&b->hosts, n.host);
		strv_addf(&b->below, "/%.*s", (int)(strlen(n.repo) - strlen(n.path) - 1), n.repo);
	}
	return b->hosts.count == known ? NULL : daemon_restart(&b->daemon);
}

void buildkitd_done(struct buildkitd *b)
{
	daemon_done(&b->daemon);
	strv_done(&b->hosts);
	strv_done(&b->below);
}
