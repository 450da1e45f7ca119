/* tare results: whether the claims of the library hold here. */
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/engines.h"
#include "cmd/results_jobs.h"
#include "reports/reports.h"

struct results_opt {
	struct strv args, engines, rows;
	char *db, *command;
	bool json, md, todo;
};

static const struct opt results_table[] = {
	{ OPT_LIST, 0, "row", "LIST", "of these practices alone, by number",
		offsetof(struct results_opt, rows) },
	{ OPT_LIST, 'e', "engine", "LIST", "on these engines (default: all that were measured)",
		offsetof(struct results_opt, engines) },
	{ OPT_FLAG, 0, "md", NULL, "print Markdown: scenarios/RESULTS.md",
		offsetof(struct results_opt, md) },
	{ OPT_STR, 0, "command", "TEXT", "what the Markdown says that it was written by",
		offsetof(struct results_opt, command) },
	{ OPT_FLAG, 0, "todo", NULL, "what is left to be built, a line for each tare run",
		offsetof(struct results_opt, todo) },
	{ OPT_STR, 0, "db", "FILE", "the database", offsetof(struct results_opt, db) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct results_opt, json) },
	{ OPT_ARGS, 0, NULL, "SCENARIO", NULL, offsetof(struct results_opt, args) },
	{ OPT_END },
};

static const struct opts results_opts = { "results", "whether the claims of scenarios hold here",
	"[SCENARIO...] [OPTIONS]",
	"Judges each claim that a scenario.json makes of two of its cells by the newest runs of the\n"
	"database: holds, fails, inconclusive, or not measured, with its reason. Without a SCENARIO:\n"
	"the library's. ci/results builds what --todo lists, and writes what --md prints.",
	results_table };

static void results_opt_done(struct results_opt *o)
{
	opts_done(&results_opts, o);
}

/* What is asked, and what holds it. */
struct asked {
	struct scenarios scenarios;
	struct practices practices;
	struct engines engines;
	struct strv labels;
	int64_t *rows;
	struct results_ask ask;
};

static void asked_done(struct asked *a)
{
	scenarios_done(&a->scenarios);
	practices_done(&a->practices);
	engines_done(&a->engines);
	strv_done(&a->labels);
	free(a->rows);
}

static struct err *read_rows(const struct results_opt *opt, struct asked *a)
{
	a->rows = xcalloc(opt->rows.count + 1, sizeof(*a->rows));
	for (size_t i = 0; i < opt->rows.count; i++)
		if (!str_to_i64(opt->rows.items[i], &a->rows[i]) || a->rows[i] < 0)
			return err_next(err_at(err_new(ERR_INPUT, "\"%s\" is no row",
						       opt->rows.items[i]),
						"--row"),
				"numbers of practices as 1,3; 0 is what belongs to none");
	return NULL;
}

/* As cells have them: an engine that was named is asked who it is. */
static struct err *read_engines(const struct results_opt *opt, struct asked *a)
{
	if (!opt->engines.count && !opt->todo)
		return NULL;
	TRY(engines_choose(&opt->engines, &a->engines));
	for (size_t i = 0; i < a->engines.count; i++)
		strv_add(&a->labels, a->engines.items[i].label);
	return NULL;
}

static struct err *read_asked(const struct results_opt *opt, struct asked *a)
{
	TRY(read_rows(opt, a));
	TRY(library_scenarios(&opt->args, &a->scenarios));
	TRY(practices_load(&a->practices));
	TRY(read_engines(opt, a));
	a->ask = (struct results_ask){ &a->practices, a->scenarios.items, a->scenarios.count,
		&a->labels, a->rows, opt->rows.count };
	return NULL;
}

static struct err *print_todo(struct store *st, const struct asked *a)
{
	struct jobs jobs = { 0 };
	struct err *e;

	jobs_of(&a->ask, &jobs);
	e = jobs_print(&jobs, st, &a->engines, stdout);
	jobs_done(&jobs);
	return e;
}

/* What was not run because an engine that was named cannot do it. */
static void say_cannot(const struct asked *a, struct results *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct judged *j = &r->items[i];

		for (size_t k = 0; !j->rs && k < a->engines.count; k++) {
			const struct run_engine *e = &a->engines.items[k];
			char *why = str_eq(e->label, j->engine)
					    ? claim_cannot(j->scenario, j->claim, e)
					    : NULL;

			if (!why)
				continue;
			free(j->why);
			j->why = why;
		}
	}
}

static struct err *print_results(
	const struct results_opt *opt, struct store *st, const struct asked *a)
{
	_cleanup_(results_done) struct results r = { 0 };

	TRY(results_load(st, &a->ask, &r));
	say_cannot(a, &r);
	if (opt->json)
		return json_print(report_results_json(&r), stdout);
	if (opt->md)
		return report_results_markdown(
			&r, opt->command ? opt->command : "tare results --md", stdout);
	return report_results_table(&r, stdout, term_of(stdout));
}

static struct err *results_main(int argc, char **argv)
{
	_cleanup_(results_opt_done) struct results_opt opt = { 0 };
	_cleanup_(asked_done) struct asked a = { 0 };
	_cleanup_(store_closep) struct store *st = NULL;
	_cleanup_(freep) char *path = NULL;

	TRY(opts_parse(&results_opts, &opt, argc, argv));
	TRY(read_asked(&opt, &a));
	path = store_where(opt.db);
	/* before the first run there is no database, and all is to be done */
	TRY(store_open(path, opt.todo ? STORE_WRITE : STORE_READ, &st));
	TRY(opt.todo ? print_todo(st, &a) : print_results(&opt, st, &a));
	return TAKE_PTR(a.engines.unusable);
}

const struct command command_results = { &results_opts, results_main };
