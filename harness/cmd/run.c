/* tare run: measure. */
#include <errno.h>
#include <inttypes.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "base/term.h"
#include "cmd/ask.h"
#include "cmd/revision.h"
#include "cmd/signals.h"
#include "cmd/verdict.h"
#include "cmd/watch.h"
#include "measure/machine.h"
#include "reports/reports.h"

static const struct opt run_table[] = {
	ASK_OPTIONS,
	{ OPT_DURATION, 0, "budget", "DURATION", "stop after this long, at the end of a build",
		offsetof(struct ask, budget_ns) },
	{ OPT_DURATION, 0, "timeout", "DURATION", "of each build (default: the scenario's, or 30m)",
		offsetof(struct ask, timeout_ns) },
	{ OPT_INT, 0, "starts", "N",
		"start each image so often (default: 5 where the scenario is a runner's, else 0)",
		offsetof(struct ask, starts) },
	{ OPT_STR, 0, "bases", "FROM", "auto, real or standin (default: auto)",
		offsetof(struct ask, bases) },
	{ OPT_STR, 0, "bases-from", "REGISTRY", "copy bases from here", offsetof(struct ask, bases_from) },
	{ OPT_STR, 0, "packages", "FROM",
		"direct, or lab: what apt fetches over http is kept in the lab (default: direct)",
		offsetof(struct ask, packages) },
	{ OPT_STR, 0, "tag", "TAG", "a name for this run", offsetof(struct ask, tag) },
	{ OPT_FLAG, 0, "verify", NULL, "read every layer of every image, known or not",
		offsetof(struct ask, verify) },
	{ OPT_FLAG, 0, "resume", NULL, "go on with the last run that was interrupted",
		offsetof(struct ask, resume) },
	{ OPT_REST, 0, NULL, "ENGINE OPTIONS", NULL, offsetof(struct ask, rest) },
	{ OPT_END },
};

static const struct opts run_opts = {
	"run", "measure builds: cold, warm, and after an edit",
	"[DIR|SCENARIO...] [OPTIONS] [-- ENGINE OPTIONS]",
	"Builds each cell (variant x engine x cache x state x edit) --samples times, interleaved in\n"
	"random blocks, on stores of its own: your images and caches are not read, filled or pruned.\n"
	"Without options: the engines found, cold, warm, and warm after a source edit.\n\n"
	"Where cells are compared (a scenario of several variants, or several cache modes) and no\n"
	"number of samples is given, builds go on --until decided: to the cells whose comparison is\n"
	"open, until each is slower, faster or the same, at least 4 and at most 30 times, and no\n"
	"longer than --budget. The reference is the variant listed first, else the cold build\n"
	"without a cache; neighbours in the ranking are compared as well.\n\n"
	"A scenario that says how its program is asked whether it is well (health) and is tagged\n"
	"runner, or claims something of its starts, has each image started after all builds, too:\n"
	"on this machine's network, until tare's own probe succeeds; --starts 0 leaves that out.",
	run_table
};

/* Everything that one invocation holds. */
struct session {
	struct ask ask;
	struct scenarios scenarios;
	struct engines engines;
	struct plan *plan;
	struct store *store;
	struct lab *lab;
	struct run *run;
	struct base *bases;
	size_t base_count;
	struct base_lack *lacks;
	size_t lack_count, lack_room;
	struct err *lacking; /* of the first of them; else NULL */
	struct plan_typed typed;
	struct watch *watch;
	const volatile int *stop;
	bool resumed;
	bool proxied; /* packages come through the lab's proxy */
};

static void close_engines(struct session *s)
{
	struct run_job job = { .engines = s->engines.items, .engine_count = s->engines.count };

	run_close_engines(&job);
}

static void session_done(struct session *s)
{
	watch_free(s->watch);
	for (size_t i = 0; i < s->base_count; i++)
		base_done(&s->bases[i]);
	free(s->bases);
	for (size_t i = 0; i < s->lack_count; i++) {
		free(s->lacks[i].ref);
		free(s->lacks[i].why);
	}
	free(s->lacks);
	err_free(s->lacking);
	close_engines(s);
	plan_free(s->plan);
	lab_close(s->lab);
	store_close(s->store);
	run_free(s->run);
	engines_done(&s->engines);
	scenarios_done(&s->scenarios);
	plan_typed_done(&s->typed);
	opts_done(&run_opts, &s->ask);
}

static struct err *open_store(struct session *s)
{
	_cleanup_(freep) char *path = store_where(s->ask.db);

	return store_open(path, STORE_WRITE, &s->store);
}

/* The last run without an end: its words, as they were typed, and its spec. */
static struct err *recall(struct session *s, struct plan_spec *spec)
{
	TRY(store_unfinished(s->store, &s->run));
	if (!s->run)
		return err_next(err_new(ERR_INPUT, "no run was interrupted, so none can go on"),
			"tare run starts one; tare list runs shows those that ended");
	TRY(plan_json_read(s->run->plan, spec, &s->typed));
	if (chdir(s->typed.cwd) < 0)
		return err_wrap(err_sys(s->typed.cwd, errno), "the directory that the run was started in");
	opts_done(&run_opts, &s->ask);
	s->ask = (struct ask){ .starts = -1 };
	TRY(opts_parse(&run_opts, &s->ask, (int)s->typed.argv.count, s->typed.argv.items));
	s->resumed = true;
	return NULL;
}

static void remember(struct session *s, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--resume") != 0)
			strv_add(&s->typed.argv, argv[i]);
	s->typed.cwd = getcwd(NULL, 0);
	if (!s->typed.cwd)
		s->typed.cwd = xstrdup("/");
}

static struct err *replay(struct session *s)
{
	struct sample *samples = NULL;
	struct cell *cells = NULL;
	size_t sample_count = 0, cell_count = 0;
	struct err *e = store_samples(s->store, s->run->id, &samples, &sample_count);

	if (!e)
		e = store_cells(s->store, s->run->id, &cells, &cell_count);
	for (size_t i = 0; i < sample_count; i++)
		for (size_t k = 0; k < cell_count && samples[i].kind != SAMPLE_START; k++)
			if (cells[k].id == samples[i].cell_id)
				plan_replay(s->plan, &cells[k], &samples[i]);
	samples_free(samples, sample_count);
	cells_free(cells, cell_count);
	return e;
}

/* Direct, or through the lab's proxy. */
static struct err *packages_read(struct session *s)
{
	static const char *const names[] = { "direct", "lab", NULL };
	int k;

	TRY(ask_word("--packages", s->ask.packages, names, &k));
	s->proxied = k > 0;
	return s->proxied ? run_proxy_check(s->scenarios.items, s->scenarios.count) : NULL;
}

/* Scenarios, engines and cells: all that can be wrong before anything is started. */
static struct err *make_plan(struct session *s, struct plan_spec *spec)
{
	TRY(ask_scenarios(&s->ask, &s->scenarios));
	TRY(packages_read(s));
	TRY(engines_choose(s->resumed ? &s->typed.engines : &s->ask.engines, &s->engines));
	TRY(ask_plan(spec, &s->scenarios, &s->engines, &s->plan));
	if (s->resumed)
		return replay(s);
	for (size_t i = 0; i < s->engines.count; i++)
		strv_add(&s->typed.engines, s->engines.items[i].word);
	return NULL;
}

static void copy_engine_facts(struct run *run, const struct engine_facts *from)
{
	struct engine_facts *to = GROW(run->engines, run->engine_count, run->engine_room);

	to->engine = xstrdup(from->engine);
	to->version = from->version ? xstrdup(from->version) : NULL;
	to->storage_driver = from->storage_driver ? xstrdup(from->storage_driver) : NULL;
	to->network = from->network ? xstrdup(from->network) : NULL;
	to->rootless = from->rootless;
	for (size_t i = 0; i < from->more.count; i++)
		facts_set(&to->more, from->more.items[i].key, "%s", from->more.items[i].value);
}

static char *typed_command(const struct strv *argv)
{
	struct str s = STR_INIT;

	str_add(&s, "tare");
	for (size_t i = 0; i < argv->count; i++) {
		str_addc(&s, ' ');
		term_encode(&s, argv->items[i], strlen(argv->items[i]));
	}
	return str_take(&s);
}

static void fill_run(struct session *s)
{
	struct run *r = s->run = NEW(struct run);

	uuid_v7(r->uuid);
	r->start_unix_ns = clock_unix_ns();
	r->project = xstrdup(s->scenarios.items[0]->project);
	r->tag = s->ask.tag ? xstrdup(s->ask.tag) : NULL;
	r->version = xstrdup(TARE_VERSION);
	r->command = typed_command(&s->typed.argv);
	r->seed = s->plan->spec.seed;
	r->plan = plan_json(s->plan, &s->typed);
	revision_fill(r, s->scenarios.items[0]->dir);
	machine_facts(&r->env);
}

static void say_base(const char *line)
{
	fprintf(stderr, "%s\n", line);
}

static bool pulls_frontends(const struct session *s)
{
	for (size_t i = 0; i < s->engines.count; i++)
		if (!s->engines.items[i].engine->buildah)
			return true;
	return false;
}

/* Put one base in place. What cannot be had costs the cells that are built on it, not the run. */
static struct err *ready_base(struct session *s, char *ref, enum bases_from from)
{
	char *one[] = { ref, NULL };
	struct strv refs = { .items = one, .count = 1 };
	struct err *e = lab_bases(s->lab, &refs, from, s->ask.bases_from,
		s->ask.quiet ? NULL : say_base, &s->bases[s->base_count]);

	if (!e)
		s->base_count++;
	if (!e || e->kind != ERR_TOOL)
		return e;
	*GROW(s->lacks, s->lack_count, s->lack_room) =
		(struct base_lack){ xstrdup(ref), xstrdup(e->what) };
	if (s->lacking)
		err_free(e);
	else
		s->lacking = e;
	return NULL;
}

static struct err *ready_bases(struct session *s)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;
	enum bases_from from;

	TRY(bases_mode(s->ask.bases, &from));
	TRY(run_base_refs(s->scenarios.items, s->scenarios.count, pulls_frontends(s), &refs));
	s->bases = xcalloc(refs.count + 1, sizeof(*s->bases));
	for (size_t i = 0; i < refs.count; i++)
		TRY(ready_base(s, refs.items[i], from));
	return NULL;
}

static struct err *ready_packages(struct session *s)
{
	_cleanup_(freep) char *proxy = NULL;
	int port;

	if (!s->proxied)
		return NULL;
	TRY(lab_packages(s->lab, &port, &proxy));
	run_use_proxy(s->scenarios.items, s->scenarios.count, port);
	facts_set(&s->run->env, "packages",
		"what apt fetches over http comes through the lab's %s, which keeps it; others are asked "
		"directly", proxy);
	return NULL;
}

static struct err *ready_lab(struct session *s)
{
	_cleanup_(freep) char *dir = NULL;

	TRY(lab_where(&dir));
	TRY(lab_open(dir, s->run->uuid + UUID_SIZE - 13, s->plan->spec.link, &s->lab));
	s->lab->stop = s->stop;
	return NULL;
}

/* "6 cells, 3 samples each: 22 builds", or what is to be decided. */
static void add_amount(struct str *s, const struct plan *p, size_t cells)
{
	if (p->spec.until_decided)
		str_addf(s, "%zu cells, until %zu comparison%s decided: %d to %d samples each",
			cells, p->comparison_count, p->comparison_count == 1 ? " is" : "s are",
			PAIRS_LEAST, MAX_PAIRS);
	else
		str_addf(s, "%zu cells, %d samples each: %zu builds", cells, p->spec.samples,
			plan_left(p));
}

/* How often images are started at most: scenarios may differ. */
static int64_t most_starts(const struct session *s)
{
	int64_t most = s->ask.starts;

	for (size_t i = 0; s->ask.starts < 0 && i < s->scenarios.count; i++) {
		int64_t here = run_starts(s->scenarios.items[i]);

		most = here > most ? here : most;
	}
	return most;
}

/* "22 builds", what they are, how long, and how to ask for less or more. */
static void announce(struct session *s)
{
	_cleanup_(str_done) struct str line = STR_INIT;
	double seconds = plan_expected_s(s->store, s->plan);
	size_t cells = 0;

	for (size_t i = 0; i < s->plan->cell_count; i++)
		cells += !s->plan->cells[i].cell.unsupported;
	for (size_t i = 0; i < s->scenarios.count; i++)
		str_addf(&line, "%s%s", i ? ", " : "", s->scenarios.items[i]->name);
	str_add(&line, "  ");
	engines_show(&line, &s->engines);
	fprintf(stderr, "%s\n", str_get(&line));
	str_clear(&line);
	add_amount(&line, s->plan, cells);
	if (seconds > 0) {
		str_add(&line, s->plan->spec.until_decided ? ", each block about " : ", about ");
		duration_show(&line, (int64_t)(seconds * 1e9));
	}
	if (most_starts(s) > 0)
		str_addf(&line, ", then %" PRId64 " starts of each image", most_starts(s));
	fprintf(stderr, "%s.  Quicker: --samples 1.  All modes: --cache all\n", str_get(&line));
	for (size_t i = 0; i < s->engines.notes.count; i++)
		fprintf(stderr, "note: %s\n", s->engines.notes.items[i]);
}

static struct run_job job_of(struct session *s)
{
	return (struct run_job){
		.store = s->store, .lab = s->lab, .run = s->run, .plan = s->plan,
		.scenarios = s->scenarios.items, .scenario_count = s->scenarios.count,
		.engines = s->engines.items, .engine_count = s->engines.count,
		.bases = s->bases, .base_count = s->base_count,
		.lacks = s->lacks, .lack_count = s->lack_count, .proxied = s->proxied,
		.extra = (const char *const *)s->ask.rest.items,
		.timeout_ns = s->ask.timeout_ns, .verify = s->ask.verify,
		.starts = s->ask.starts, .stop = s->stop,
	};
}

/* Start the engines. One that does not start ends the run only where no other is left. */
static struct err *ready_engines(struct session *s)
{
	struct run_job job = job_of(s);
	struct err *e = run_open_engines(&job);

	if (e && !plan_next(s->plan))
		return e;
	if (s->engines.unusable)
		err_free(e);
	else
		s->engines.unusable = e;
	for (size_t i = 0; i < s->engines.count && !s->resumed; i++)
		copy_engine_facts(s->run, &s->engines.items[i].info.facts);
	return NULL;
}

static struct err *measure(struct session *s)
{
	_cleanup_(freep) char *lab = NULL;
	const char *skip[3] = { store_path(s->store), NULL, NULL };
	struct run_job job = job_of(s);
	struct err *e;

	TRY(lab_where(&lab));
	skip[1] = lab;
	job.skip = skip;
	s->watch = watch_new(stderr, s->ask.quiet, s->ask.verbose);
	job.watch = watch_hooks(s->watch);
	e = run_all(&job);
	watch_free(TAKE_PTR(s->watch));
	return e;
}

static struct err *print_report(struct session *s)
{
	json_t *j;

	if (!s->ask.json)
		return report_run_table(s->store, s->run, stdout, term_of(stdout));
	TRY(report_run_json(s->store, s->run, &j));
	return json_print(j, stdout);
}

static struct err *start(struct session *s, int argc, char **argv)
{
	struct plan_spec spec;

	s->ask.starts = -1;
	TRY(opts_parse(&run_opts, &s->ask, argc, argv));
	TRY(open_store(s));
	if (s->ask.resume) {
		TRY(recall(s, &spec));
	} else {
		remember(s, argc, argv);
		TRY(ask_spec(&s->ask, &spec));
	}
	return make_plan(s, &spec);
}

static struct err *run_main(int argc, char **argv)
{
	_cleanup_(session_done) struct session s = { 0 };

	TRY(start(&s, argc, argv));
	s.stop = signals_catch();
	if (!s.resumed)
		fill_run(&s);
	if (!s.ask.quiet)
		announce(&s);
	TRY(ready_lab(&s));
	TRY(ready_packages(&s));
	TRY(ready_bases(&s));
	TRY(ready_engines(&s));
	if (!s.resumed)
		TRY(store_add_run(s.store, s.run));
	TRY(measure(&s));
	TRY(store_end_run(s.store, s.run, clock_unix_ns()));
	TRY(print_report(&s));
	if (s.engines.unusable || s.lacking)
		return TAKE_PTR(*(s.engines.unusable ? &s.engines.unusable : &s.lacking));
	return run_verdict(s.store, s.run);
}

const struct command command_run = { &run_opts, run_main };
