#include "lab/lab.h"

#include <errno.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/term.h"
#include "lab/place.h"
#include "lab/private.h"
#include "lab/recover.h"
#include "lab/tree.h"
#include "measure/cgroup.h"

#define GRACE_NS  (5 * SECOND_NS)
#define REMOVE_NS (30 * MINUTE_NS)

static struct lab *lab_new(const char *run)
{
	struct lab *lab = NEW(struct lab);
	const char *why;

	lab->private = NEW(struct lab_private);
	lab->private->lock = -1;
	lab->private->supervisor.sock = -1;
	lab->sock = -1;
	lab->run = xstrdup(run);
	lab->root = geteuid() == 0;
	lab->cgroup = cgroup_probe(&why) != CGROUP_NONE;
	return lab;
}

static void lab_free(struct lab *lab)
{
	struct lab_private *p = lab->private;

	for (size_t i = 0; i < p->daemon_count; i++)
		free(p->daemons[i].name);
	free(p->daemons);
	ledger_close(p->ledger);
	closep(&p->lock);
	free(p);
	free(lab->dir);
	free(lab->run);
	free(lab->user);
	free(lab->password);
	free(lab);
}

/* The directory, locked, with its ledger open; *found_out is false where there is none. */
static struct err *take_place(struct lab *lab, const char *dir, bool make, bool *found_out)
{
	TRY(place_open(dir, make, &lab->dir, found_out));
	if (!*found_out)
		return NULL;
	TRY(place_lock(lab->dir, &lab->private->lock));
	return ledger_open(lab->dir, &lab->private->ledger);
}

static struct err *start_supervisor(struct lab *lab)
{
	struct lab_private *p = lab->private;

	TRY(supervisor_start(lab->dir, lab->root, p->ledger, &p->supervisor));
	lab->sock = p->supervisor.sock;
	return NULL;
}

static struct err *bring_up(struct lab *lab, const char *dir, struct link link)
{
	bool found;

	TRY(take_place(lab, dir, true, &found));
	TRY(recover(lab->dir, lab->private->ledger, NULL));
	TRY(start_supervisor(lab));
	TRY(recover_files(lab, true, NULL));
	TRY(registry_start(lab));
	return relay_start(lab, link);
}

struct err *lab_open(const char *dir, const char *run, struct link link, struct lab **out)
{
	_cleanup_(lab_closep) struct lab *lab = lab_new(run);

	TRY(bring_up(lab, dir, link));
	*out = TAKE_PTR(lab);
	return NULL;
}

/* In the order against that of starting; an error is no reason to leave the rest running. */
static void stop_daemons(struct lab *lab)
{
	relay_stop(lab);
	registry_stop(lab);
	for (size_t i = lab->private->daemon_count; i-- > 0;)
		err_free(lab_daemon_stop(lab, lab->private->daemons[i].id, GRACE_NS));
}

/* What fails here is not lost: it stays in ledger and directory, and the next run finds it. */
static void take_down(struct lab *lab)
{
	struct lab_private *p = lab->private;
	struct err *e;

	stop_daemons(lab);
	err_free(recover_files(lab, false, NULL));
	lab->sock = -1;
	supervisor_stop(&p->supervisor);
	e = p->has_cgroup ? cgroup_remove(lab->run) : NULL;
	if (!e)
		e = ledger_clear(p->ledger);
	err_free(e);
}

void lab_close(struct lab *lab)
{
	if (!lab)
		return;
	if (lab->sock >= 0)
		take_down(lab);
	lab_free(lab);
}

struct err *lab_cgroup(struct lab *lab, const char *name, char **out)
{
	_cleanup_(freep) char *whole = xasprintf("%s/%s", lab->run, name);
	struct lab_private *p = lab->private;

	*out = NULL;
	if (!lab->cgroup)
		return NULL;
	if (!p->has_cgroup) {
		TRY(ledger_add(p->ledger, ACT_CGROUP, lab->run, 0, 0));
		p->has_cgroup = true;
		TRY(cgroup_make(lab->run));
		TRY(ledger_add(p->ledger, ACT_CGROUP, lab->run, cgroup_inode(lab->run), 0));
	}
	TRY(cgroup_make(whole));
	*out = TAKE_PTR(whole);
	return NULL;
}

static struct err *err_remove(const char *path, const struct timed *t)
{
	_cleanup_(str_done) struct str why = STR_INIT;
	size_t n = t->tail.len;

	while (n && t->tail.buf[n - 1] == '\n')
		n--;
	term_encode(&why, str_get(&t->tail), n);
	return err_at(err_new(ERR_IO, "cannot remove a part of the lab%s%s", why.len ? ": " : "",
			      str_get(&why)),
		"%s", path);
}

struct err *lab_remove(struct lab *lab, const char *path)
{
	const char *const argv[] = { LAB_SELF, "remove-tree", lab->dir, path, NULL };
	const char *const env[] = { NULL };
	struct spawn s = { .argv = argv, .env = env, .out = -1, .err = -1 };
	_cleanup_(timed_done) struct timed t = { 0 };

	TRY(spawn_timed(lab->sock, &s, REMOVE_NS, NULL, NULL, &t));
	return t.end.status ? err_remove(path, &t) : NULL;
}

/* The files that make the directory a lab go last, and the tag after all of them: a lab half
 * removed is a lab still. */
static struct err *remove_lab(const char *dir, struct strv *says)
{
	static const char *const last[] = { "ledger", "lock", "CACHEDIR.TAG" };
	_cleanup_(strv_done) struct strv names = STRV_INIT;

	TRY(tree_names(dir, &names));
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_(freep) char *path = path_join(dir, names.items[i]);
		bool later = false;

		for (size_t k = 0; k < ARRAY_SIZE(last); k++)
			later = later || str_eq(names.items[i], last[k]);
		if (!later)
			TRY(tree_remove(path));
	}
	for (size_t k = 0; k < ARRAY_SIZE(last); k++) {
		_cleanup_(freep) char *path = path_join(dir, last[k]);

		TRY(tree_remove(path));
	}
	if (rmdir(dir) < 0 && errno != EBUSY) /* busy: it is a mount of the user's */
		return err_sys(dir, errno);
	strv_addf(says, "removed the lab %s", dir);
	return NULL;
}

static struct err *clean(struct lab *lab, bool all, struct strv *says)
{
	struct lab_private *p = lab->private;

	TRY(recover(lab->dir, p->ledger, says));
	/* an ordinary user may remove what its builds' other ids own only in the namespace */
	if (!lab->root)
		TRY(start_supervisor(lab));
	TRY(recover_files(lab, true, says));
	lab->sock = -1;
	supervisor_stop(&p->supervisor);
	TRY(ledger_clear(p->ledger));
	return all ? remove_lab(lab->dir, says) : NULL;
}

static void lab_give_up(struct lab *lab)
{
	supervisor_stop(&lab->private->supervisor);
	lab_free(lab);
}
DEFINE_CLEANUP(struct lab *, lab_give_up)

struct err *lab_clean(const char *dir, bool all, struct strv *says)
{
	_cleanup_(lab_give_upp) struct lab *lab = lab_new("");
	bool found;

	TRY(take_place(lab, dir, false, &found));
	return found ? clean(lab, all, says) : NULL;
}
