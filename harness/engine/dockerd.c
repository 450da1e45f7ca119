#include "engine/dockerd.h"

#include <sys/un.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/http.h"
#include "engine/inside.h"
#include "measure/cgroup.h"

#define START_NS     (60 * SECOND_NS)
#define STOP_NS	     (20 * SECOND_NS)
#define POLL_NS	     (20 * INT64_C(1000000))
#define JSON_CEILING (16u << 20)

/* The lab is a user namespace already. dockerd believes that from the variables of the program that
 * makes one for it elsewhere. */
static struct err *rootless_env(struct dockerd *d)
{
	_cleanup_(freep) char *runtime_dir = path_join(d->dir, "xdg");

	TRY(dir_make(runtime_dir, 0700));
	strv_addf(&d->env, "XDG_RUNTIME_DIR=%s", runtime_dir);
	strv_addf(&d->env, "ROOTLESSKIT_STATE_DIR=%s", runtime_dir);
	strv_addf(&d->env, "ROOTLESSKIT_PARENT_EUID=%d", (int)geteuid());
	strv_addf(&d->env, "ROOTLESSKIT_PARENT_EGID=%d", (int)getegid());
	return NULL;
}

struct err *dockerd_init(struct dockerd *d, struct lab *lab, const struct engine_facts *facts,
	const char *dir, const char *program)
{
	_cleanup_(freep) char *home = NULL, *conf = NULL;

	d->lab = lab;
	d->program = xstrdup(program);
	TRY(inside_dir(lab, facts, &d->dir));
	d->socket = path_join(d->dir, "docker.sock");
	if (strlen(d->socket) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return err_next(err_new(ERR_INPUT, "the lab's path is too long for a socket: %s",
					d->socket),
			"set TARE_LAB to a shorter one");
	TRY(inside_cgroup(lab, d->dir, &d->cgroup));
	home = path_join(d->dir, "home");
	TRY(inside_env(dir, home, &d->env));
	/* a step's log is cut otherwise */
	/* not -1: 20.10 takes it for a limit and clips every line */
	strv_addl(&d->env, "BUILDKIT_STEP_LOG_MAX_SIZE=1073741824",
		"BUILDKIT_STEP_LOG_MAX_SPEED=1073741824");
	if (!lab->root)
		TRY(rootless_env(d));
	conf = path_join(d->dir, "daemon.json");
	return file_replace(conf, 0600, "{}", 2);
}

/* The daemon's containers go to the cgroup that it is in itself: together they are the engine. */
static void make_argv(const struct dockerd *d, struct strv *argv)
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

/* Of its log and its cgroup: two dockers differ in it. */
static const char *name(const struct dockerd *d)
{
	return strrchr(d->dir, '/') + 1;
}

static struct err *ask(const struct dockerd *d, const char *path, struct http_answer *a)
{
	_cleanup_(freep) char *url = xasprintf("http://docker%s", path);

	return http_do(&(struct http){ .url = url,
			       .socket = d->socket,
			       .ceiling = JSON_CEILING,
			       .timeout_ns = MINUTE_NS },
		a);
}

/* Its socket is there before it answers. */
static bool answers(const struct dockerd *d)
{
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	_cleanup_(err_freep) struct err *e = ask(d, "/_ping", &a);

	return !e && a.status == 200;
}

static struct err *err_mute(const struct dockerd *d)
{
	_cleanup_(str_done) struct str log = STR_INIT;

	lab_daemon_log(d->lab, name(d), &log);
	return err_at(err_new(ERR_TOOL, "dockerd does not answer"), "its log: %s", str_get(&log));
}

static struct err *wait_for(struct dockerd *d)
{
	const struct timespec pause = { 0, POLL_NS };
	int64_t limit = clock_mono_ns() + START_NS;

	for (;;) {
		/* also sees that it ended */
		TRY(lab_wait_socket(d->lab, name(d), d->socket, START_NS));
		if (answers(d))
			return NULL;
		if (clock_mono_ns() > limit)
			return err_mute(d);
		nanosleep(&pause, NULL);
	}
}

static struct err *start(struct dockerd *d)
{
	_cleanup_(strv_done) struct strv argv = STRV_INIT;

	make_argv(d, &argv);
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
	return wait_for(d);
}

/* What a daemon leaves in its exec root: a network namespace that is mounted. */
static struct err *stop(struct dockerd *d)
{
	_cleanup_(freep) char *exec_root = path_join(d->dir, "x");
	_cleanup_(freep) char *pidfile = path_join(d->dir, "pid");

	if (!d->running)
		return NULL;
	d->running = false;
	TRY(lab_daemon_stop(d->lab, d->id, STOP_NS));
	TRY(lab_remove(d->lab, exec_root));
	unlink(d->socket);
	unlink(pidfile);
	return NULL;
}

struct err *dockerd_select(struct dockerd *d, const char *root, bool fresh)
{
	/* a build that was ended at its limit may have taken the daemon with it */
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

struct err *dockerd_get(const struct dockerd *d, const char *path, struct json_doc **out)
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

struct err *dockerd_count(const struct dockerd *d, int64_t *out)
{
	_cleanup_(json_doc_freep) struct json_doc *images = NULL, *df = NULL;

	TRY(dockerd_get(d, "/images/json?all=1", &images));
	TRY(dockerd_get(d, "/system/df", &df));
	*out = (int64_t)json_count(json_root(images)) + cache_records(json_root(df));
	return NULL;
}

void dockerd_done(struct dockerd *d)
{
	if (d->dir)
		err_free(stop(d));
	free(d->program);
	free(d->dir);
	free(d->socket);
	free(d->cgroup);
	free(d->root);
	strv_done(&d->env);
	*d = (struct dockerd){ 0 };
}
