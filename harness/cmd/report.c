/* tare report: the page and the plots. */
#include "cmd/cmd.h"
#include "base/json.h"
#include "reports/reports.h"

struct report {
	struct strv args;
	char *db, *html, *plots;
	bool json;
};

static const struct opt report_table[] = {
	{ OPT_STR, 0, "html", "FILE", "write the page: one file, opened without a server",
		offsetof(struct report, html) },
	{ OPT_STR, 0, "plots", "DIR", "write plots as PNG and SVG (needs gnuplot)",
		offsetof(struct report, plots) },
	{ OPT_STR, 0, "db", "FILE", "the database", offsetof(struct report, db) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct report, json) },
	{ OPT_ARGS, 0, NULL, "RUN", NULL, offsetof(struct report, args) },
	{ OPT_END },
};

static const struct opts report_opts = { "report", "the page and the plots of a run", "[RUN] [OPTIONS]",
	"Without --html or --plots: the table, as tare show.", report_table };

static void report_done(struct report *r)
{
	opts_done(&report_opts, r);
}

static struct err *write_files(const struct report *opt, struct store *st, const struct run *run)
{
	if (opt->html) {
		TRY(report_html(st, run, opt->html));
		fprintf(stderr, "page   %s\n", opt->html);
	}
	if (opt->plots) {
		TRY(report_plots(st, run, opt->plots));
		fprintf(stderr, "plots  %s\n", opt->plots);
	}
	return NULL;
}

static struct err *print_run(const struct report *opt, struct store *st, const struct run *run)
{
	json_t *j;

	if (!opt->json)
		return report_run_table(st, run, stdout, term_of(stdout));
	TRY(report_run_json(st, run, &j));
	return json_print(j, stdout);
}

static struct err *report_main(int argc, char **argv)
{
	_cleanup_(report_done) struct report opt = { 0 };
	_cleanup_(store_closep) struct store *st = NULL;
	_cleanup_(run_freep) struct run *run = NULL;
	_cleanup_(freep) char *path = NULL;

	TRY(opts_parse(&report_opts, &opt, argc, argv));
	path = store_where(opt.db);
	TRY(store_open(path, STORE_READ, &st));
	TRY(store_find_run(st, opt.args.count ? opt.args.items[0] : "latest", &run));
	TRY(write_files(&opt, st, run));
	return opt.json || (!opt.html && !opt.plots) ? print_run(&opt, st, run) : NULL;
}

const struct command command_report = { &report_opts, report_main };
