/* The timed part: the engine's own commands, from spawn to exit. */
#include <errno.h>
#include <fcntl.h>
#include <sys/time.h>

#include "base/clock.h"
#include "base/term.h"
#include "measure/net.h"
#include "run/sabotage.h"

struct reader {
	struct trial *trial;
	int64_t offset_ns; /* of this command's spawn after the first one's */
	size_t told;       /* steps that the watcher has seen */
};

static void tell(struct reader *r)
{
	struct trial *t = r->trial;
	struct run_watch *w = &t->loop->job->watch;

	if (w->step && t->sample.steps.count > r->told)
		w->step(w->ctx, &t->sample.steps.items[t->sample.steps.count - 1]);
	r->told = t->sample.steps.count;
}

static struct err *on_line(void *ctx, int fd, const char *line, size_t n, int64_t at_ns)
{
	struct reader *r = ctx;
	struct trial *t = r->trial;

	TRY(t->engine->engine->progress(t->engine->state, fd, line, n, r->offset_ns + at_ns,
		&t->sample.steps));
	tell(r);
	return NULL;
}

static void add_usage(struct rusage *to, const struct rusage *from)
{
	timeradd(&to->ru_utime, &from->ru_utime, &to->ru_utime);
	timeradd(&to->ru_stime, &from->ru_stime, &to->ru_stime);
	if (from->ru_maxrss > to->ru_maxrss)
		to->ru_maxrss = from->ru_maxrss;
	to->ru_oublock += from->ru_oublock;
}

/* The environment of an engine may hold secrets: not shown. */
void command_note(struct str *to, const struct cmd *c)
{
	if (to->len)
		str_add(to, " && ");
	for (size_t i = 0; i < c->argv.count; i++) {
		if (i)
			str_addc(to, ' ');
		term_encode(to, c->argv.items[i], strlen(c->argv.items[i]));
	}
}

static void note_end(struct trial *t, const struct cmd *c, const struct timed *ran)
{
	struct sample *s = &t->sample;

	if (ran->interrupted) {
		s->status = STATUS_INTERRUPTED;
	} else if (ran->timed_out) {
		s->status = STATUS_TIMEOUT;
		s->failure = xstrdup("the build was ended at its time limit");
	} else if (ran->end.status) {
		s->status = STATUS_FAILED;
		s->exit_code = ran->end.status;
		s->failure = xasprintf("%s ended with exit code %d", c->is_push ? "the push" : "the build",
			ran->end.status);
	}
}

static struct err *run_cmd(struct trial *t, const struct cmd *c, struct reader *r, int64_t limit_ns,
	struct str *tail)
{
	_cleanup_(timed_done) struct timed ran = { 0 };
	struct lab *lab = t->loop->job->lab;
	struct line_sink sink = { on_line, r };
	struct spawn s = {
		.argv = (const char *const *)c->argv.items,
		.env = (const char *const *)c->env.items,
		.cwd = c->cwd,
		.cgroup = t->scope.cgroup,
		.out = -1,
		.err = -1,
	};
	int64_t wall_ns;

	TRY(spawn_timed(lab->sock, &s, limit_ns, t->loop->job->stop, &sink, &ran));
	TRY(t->engine->engine->progress(t->engine->state, 1, NULL, 0,
		r->offset_ns + ran.end.end_ns - ran.end.start_ns, &t->sample.steps));
	wall_ns = ran.end.end_ns - ran.end.start_ns;
	t->wall_ns += wall_ns;
	if (c->is_push)
		t->push_ns += wall_ns;
	r->offset_ns += wall_ns;
	t->log_bytes += ran.log_bytes;
	add_usage(&t->usage, &ran.end.usage);
	str_add_tail(tail, str_get(&ran.tail), ran.tail.len, LOG_KEPT_BYTES);
	note_end(t, c, &ran);
	return NULL;
}

static int64_t limit_of(const struct trial *t)
{
	const struct run_job *job = t->loop->job;

	return job->timeout_ns ? job->timeout_ns : t->scenario->timeout_ns;
}

static struct err *run_cmds(struct trial *t, const struct cmds *cmds)
{
	_cleanup_(str_done) struct str tail = STR_INIT;
	_cleanup_(str_done) struct str command = STR_INIT;
	struct reader r = { .trial = t };
	struct err *e = NULL;

	for (size_t i = 0; !e && i < cmds->count && t->sample.status == STATUS_OK; i++) {
		command_note(&command, &cmds->items[i]);
		e = run_cmd(t, &cmds->items[i], &r, limit_of(t) - r.offset_ns, &tail);
	}
	t->log_cut = (size_t)t->log_bytes > tail.len;
	t->sample.command = str_take(&command);
	trial_told_log(t, &tail);
	return e;
}

struct err *trial_time(struct trial *t)
{
	_cleanup_(cmds_done) struct cmds cmds = { 0 };
	struct cgroup_meter *meter = NULL;
	struct err *e;

	TRY(t->engine->engine->build(t->engine->state, &t->build, &cmds));
	TRY(sabotage_commands(t, &cmds));
	t->relay_before = lab_relay_bytes(t->loop->job->lab);
	t->net_before = net_received_bytes();
	t->clock_before = clock_mark();
	t->sample.start_unix_ns = clock_unix_ns();
	if (t->scope.cgroup)
		TRY(cgroup_meter_start(t->scope.cgroup, &meter));
	e = run_cmds(t, &cmds);
	t->clock_after = clock_mark();
	t->relay_after = lab_relay_bytes(t->loop->job->lab);
	t->net_after = net_received_bytes();
	if (meter) {
		struct err *stop = cgroup_meter_stop(meter, &t->cost);

		if (e)
			err_free(stop);
		else
			e = stop;
	}
	return e;
}
