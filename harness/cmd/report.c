/* tare report: a database, a run or a comparison as a page, Markdown, plots, JSON or a table. */
#include "cmd/cmd.h"
#include "base/json.h"
#include "reports/report.h"
#include "reports/reports.h"

struct report_opt {
	struct strv args;
	char *db, *html, *plots, *branch;
	int64_t last;
	bool json, md;
};

static const struct opt report_options[] = {
	{ OPT_STR, 0, "html", "FILE", "write the page: one file, opened without a server",
		offsetof(struct report_opt, html) },
	{ OPT_STR, 0, "plots", "DIR", "write plots as PNG and SVG (needs gnuplot)",
		offsetof(struct report_opt, plots) },
	{ OPT_FLAG, 0, "md", NULL, "print Markdown, for a job's summary or a comment",
		offsetof(struct report_opt, md) },
	{ OPT_STR, 0, "branch", "NAME", "whose history it is (default: the latest run's)",
		offsetof(struct report_opt, branch) },
	{ OPT_INT, 0, "last", "N", "at most so many runs a series (default: all)",
		offsetof(struct report_opt, last) },
	{ OPT_STR, 0, "db", "FILE", "the database", offsetof(struct report_opt, db) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct report_opt, json) },
	{ OPT_ARGS, 0, NULL, "RUN", NULL, offsetof(struct report_opt, args) },
	{ OPT_END },
};

static const struct opts report_opts = { "report",
	"a database, a run or a comparison as page, Markdown or plots", "[RUN | A B] [OPTIONS]",
	"Without a run: the latest run of each scenario on a branch, against its history. With one: the\n"
	"strategies within it. With two: B against A. Without --html, --plots, --md or --json: a table.",
	report_options };

static void report_opt_done(struct report_opt *r)
{
	opts_done(&report_opts, r);
}

static struct err *write_files(const struct report_opt *opt, const struct report *r)
{
	if (opt->html) {
		TRY(report_html(r, opt->html));
		fprintf(stderr, "page   %s\n", opt->html);
	}
	if (opt->plots) {
		TRY(report_plots(r, opt->plots));
		fprintf(stderr, "plots  %s\n", opt->plots);
	}
	return NULL;
}

static bool has_past(const struct report *r)
{
	for (size_t i = 0; i < r->lead_count; i++)
		if (r->befores[i])
			return true;
	return false;
}

/* The run's own table where there is no history to tell of. */
static struct err *print_table(struct store *st, const struct report *r)
{
	struct term t = term_of(stdout);

	if (r->of == REPORT_COMPARISON)
		return report_compare_table(&r->compare, stdout, t);
	if (r->of == REPORT_DATABASE && has_past(r))
		return report_table(r, stdout, t);
	for (size_t i = 0; i < r->lead_count; i++)
		TRY(report_run_table(st, r->runs[i], stdout, t));
	return NULL;
}

static struct err *print_json(struct store *st, const struct report *r)
{
	json_t *j = NULL;

	if (r->lead_count)
		TRY(report_run_json(st, r->runs[0], &j));
	else
		j = report_no_run_json();
	report_json(r, j);
	if (r->of == REPORT_COMPARISON)
		json_object_set_new(j, "comparison", report_compare_json(&r->compare));
	return json_print(j, stdout);
}

static struct err *print(const struct report_opt *opt, struct store *st, const struct report *r)
{
	if (opt->json)
		return print_json(st, r);
	if (opt->md)
		return report_markdown(r, stdout);
	return opt->html || opt->plots ? NULL : print_table(st, r);
}

static struct err *find_runs(
	const struct report_opt *opt, struct store *st, struct run **a, struct run **b)
{
	if (opt->args.count > 2)
		return err_next(err_new(ERR_INPUT, "a report is of one run, or of two"),
			"tare report --help");
	if (opt->args.count > 0)
		TRY(store_find_run(st, opt->args.items[0], a));
	if (opt->args.count > 1)
		TRY(store_find_run(st, opt->args.items[1], b));
	return NULL;
}

static struct err *report_main(int argc, char **argv)
{
	_cleanup_(report_opt_done) struct report_opt opt = { 0 };
	_cleanup_(store_closep) struct store *st = NULL;
	_cleanup_(run_freep) struct run *a = NULL, *b = NULL;
	_cleanup_(report_done) struct report r = { 0 };
	_cleanup_(freep) char *path = NULL;

	TRY(opts_parse(&report_opts, &opt, argc, argv));
	path = store_where(opt.db);
	TRY(store_open(path, STORE_READ, &st));
	TRY(find_runs(&opt, st, &a, &b));
	TRY(report_load(st, &(struct report_ask){ a, b, opt.branch, (size_t)opt.last }, &r));
	TRY(write_files(&opt, &r));
	return print(&opt, st, &r);
}

const struct command command_report = { &report_opts, report_main };
