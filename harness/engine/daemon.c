#include "engine/daemon.h"

#include <sys/un.h>

#include "base/clock.h"
#include "base/file.h"
#include "engine/inside.h"

#define START_NS (60 * SECOND_NS)
#define STOP_NS	 (20 * SECOND_NS)
#define POLL_NS	 (20 * INT64_C(1000000))

struct err *daemon_init(struct daemon *d, const struct daemon_kind *kind, struct lab *lab,
	const struct engine_facts *facts, const char *dir, const char *program)
{
	_cleanup_(freep) char *home = NULL;

	d->kind = kind;
	d->lab = lab;
	d->program = xstrdup(program);
	TRY(inside_dir(lab, facts, &d->dir));
	d->socket = path_join(d->dir, kind->socket);
	if (strlen(d->socket) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return err_next(err_new(ERR_INPUT, "the lab's path is too long for a socket: %s",
					d->socket),
			"set TARE_LAB to a shorter one");
	TRY(inside_cgroup(lab, d->dir, &d->cgroup));
	home = path_join(d->dir, "home");
	return inside_env(dir, home, &d->env);
}

struct err *daemon_runtime_dir(struct daemon *d, char **out)
{
	_cleanup_(freep) char *dir = path_join(d->dir, "xdg");

	TRY(dir_make(dir, 0700));
	strv_addf(&d->env, "XDG_RUNTIME_DIR=%s", dir);
	if (out)
		*out = TAKE_PTR(dir);
	return NULL;
}

/* Of its log and its cgroup: two of a kind differ in it. */
static const char *name(const struct daemon *d)
{
	return strrchr(d->dir, '/') + 1;
}

static bool answers(const struct daemon *d)
{
	_cleanup_(err_freep) struct err *e = lab_wait_socket(d->lab, name(d), d->socket, 0);

	return !e && (!d->kind->answers || d->kind->answers(d));
}

static struct err *err_mute(const struct daemon *d)
{
	_cleanup_(str_done) struct str log = STR_INIT;

	lab_daemon_log(d->lab, name(d), &log);
	return err_at(err_new(ERR_TOOL, "%s does not answer", strrchr(d->program, '/') + 1),
		"its log: %s", str_get(&log));
}

/* Its socket may be there before it answers. */
static struct err *wait_for(const struct daemon *d)
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

static struct err *start(struct daemon *d)
{
	_cleanup_(strv_done) struct strv argv = STRV_INIT;

	TRY(d->kind->command(d, &argv));
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

static struct err *stop(struct daemon *d)
{
	if (!d->running)
		return NULL;
	d->running = false;
	TRY(lab_daemon_stop(d->lab, d->id, STOP_NS));
	unlink(d->socket);
	return d->kind->tidy ? d->kind->tidy(d) : NULL;
}

struct err *daemon_select(struct daemon *d, const char *root, bool fresh)
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

struct err *daemon_restart(struct daemon *d)
{
	if (!d->running)
		return NULL;
	TRY(stop(d));
	return start(d);
}

void daemon_done(struct daemon *d)
{
	if (d->dir)
		err_free(stop(d));
	free(d->program);
	free(d->dir);
	free(d->socket);
	free(d->cgroup);
	free(d->root);
	strv_done(&d->env);
	*d = (struct daemon){ 0 };
}
