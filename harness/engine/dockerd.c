#include "engine/dockerd.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/http.h"
#include "measure/cgroup.h"

#define CONF_MODE    0600
#define JSON_CEILING (16u << 20)

/* The daemon's containers go to the cgroup that it is in itself: together they are the engine. */
static void make_argv(const struct daemon *d, struct strv *argv)
{
	_cleanup_(freep) char *parent = d->cgroup ? cgroup_path(d->cgroup) : NULL;
	const struct lab *lab = d->lab;

	strv_addl(argv, d->program, "--iptables=false", "--ip6tables=false", "--bridge=none");
	strv_addf(argv, "--config-file=%s/daemon.json", d->dir);
	strv_addf(argv, "--data-root=%s", d->root);
	strv_addf(argv, "--exec-root=%s/x", d->dir);
	strv_addf(argv, "--pidfile=%s/pid", d->dir);
	strv_addf(argv, "--host=unix://%s", d->socket);
	strv_addf(argv, "--registry-mirror=http://127.0.0.1:%d", lab->base_port);
	strv_addf(argv, "--insecure-registry=127.0.0.1:%d", lab->base_port);
	strv_addf(argv, "--insecure-registry=127.0.0.1:%d", lab->cache_port);
	if (parent)
		strv_addf(argv, "--cgroup-parent=%s", parent);
	if (!lab->root)
		strv_add(argv, "--rootless");
}

static struct err *command(const struct daemon *d, struct strv *argv)
{
	_cleanup_(freep) char *conf = path_join(d->dir, "daemon.json");

	TRY(file_replace(conf, CONF_MODE, "{}", 2));
	make_argv(d, argv);
	return NULL;
}

static struct err *ask(const struct daemon *d, const char *path, struct http_answer *a)
{
	_cleanup_(freep) char *url = xasprintf("http://docker%s", path);

	return http_do(&(struct http){ .url = url,
			       .socket = d->socket,
			       .ceiling = JSON_CEILING,
			       .timeout_ns = MINUTE_NS },
		a);
}

static bool answers(const struct daemon *d)
{
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	_cleanup_(err_freep) struct err *e = ask(d, "/_ping", &a);

	return !e && a.status == 200;
}

/* In its exec root it leaves a network namespace that is mounted. */
static struct err *tidy(const struct daemon *d)
{
	_cleanup_(freep) char *exec_root = path_join(d->dir, "x");
	_cleanup_(freep) char *pidfile = path_join(d->dir, "pid");

	TRY(lab_remove(d->lab, exec_root));
	unlink(pidfile);
	return NULL;
}

/* The lab is a user namespace already. dockerd believes that from the variables of the program that
 * makes one for it elsewhere. */
static struct err *rootless_env(struct daemon *d)
{
	_cleanup_(freep) char *runtime_dir = NULL;

	TRY(daemon_runtime_dir(d, &runtime_dir));
	strv_addf(&d->env, "ROOTLESSKIT_STATE_DIR=%s", runtime_dir);
	strv_addf(&d->env, "ROOTLESSKIT_PARENT_EUID=%d", (int)geteuid());
	strv_addf(&d->env, "ROOTLESSKIT_PARENT_EGID=%d", (int)getegid());
	return NULL;
}

struct err *dockerd_init(struct daemon *d, struct lab *lab, const struct engine_facts *facts,
	const char *dir, const char *program)
{
	static const struct daemon_kind kind = {
		.socket = "docker.sock",
		.command = command,
		.answers = answers,
		.tidy = tidy,
	};

	TRY(daemon_init(d, &kind, lab, facts, dir, program));
	/* a step's log is cut otherwise; not -1: 20.10 takes it for a limit and clips every line */
	strv_addl(&d->env, "BUILDKIT_STEP_LOG_MAX_SIZE=1073741824",
		"BUILDKIT_STEP_LOG_MAX_SPEED=1073741824");
	return lab->root ? NULL : rootless_env(d);
}

struct err *dockerd_get(const struct daemon *d, const char *path, struct json_doc **out)
{
	_cleanup_(http_answer_done) struct http_answer a = { 0 };

	TRY(ask(d, path, &a));
	if (a.status != 200)
		return err_at(err_new(ERR_TOOL, "dockerd answers %ld: %.*s", a.status,
				      (int)strcspn(str_get(&a.body), "\n"), str_get(&a.body)),
			"GET %s", path);
	return json_parse(path, str_get(&a.body), a.body.len, out);
}

/* Until API 1.51 a list of records, from 1.52 a summary. */
static int64_t cache_records(struct json_at df)
{
	struct json_at usage = json_member(df, "BuildCacheUsage");
	int64_t total = 0;

	if (usage.value)
		err_free(json_int_or(usage, "TotalCount", 0, &total));
	return total + (int64_t)json_count(json_member(df, "BuildCache"));
}

struct err *dockerd_count(const struct daemon *d, int64_t *out)
{
	_cleanup_(json_doc_freep) struct json_doc *images = NULL, *df = NULL;

	TRY(dockerd_get(d, "/images/json?all=1", &images));
	TRY(dockerd_get(d, "/system/df", &df));
	*out = (int64_t)json_count(json_root(images)) + cache_records(json_root(df));
	return NULL;
}
