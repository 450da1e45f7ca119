/* tare show: one run's table. */
#include "base/json.h"
#include "cmd/cmd.h"
#include "reports/reports.h"

struct show {
	struct strv args;
	char *db;
	bool json;
};

static const struct opt show_table[] = {
	{ OPT_STR, 0, "db", "FILE", "the database", offsetof(struct show, db) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct show, json) },
	{ OPT_ARGS, 0, NULL, "RUN", NULL, offsetof(struct show, args) },
	{ OPT_END },
};

static const struct opts show_opts = { "show", "the table of a run", "[RUN]",
	"RUN is latest (the default), latest~1, or the beginning of a run's name as tare list runs\n"
	"shows it.",
	show_table };

static void show_done(struct show *s)
{
	opts_done(&show_opts, s);
}

static struct err *show_main(int argc, char **argv)
{
	_cleanup_(show_done) struct show opt = { 0 };
	_cleanup_(store_closep) struct store *st = NULL;
	_cleanup_(run_freep) struct run *run = NULL;
	_cleanup_(freep) char *path = NULL;
	json_t *j;

	TRY(opts_parse(&show_opts, &opt, argc, argv));
	path = store_where(opt.db);
	TRY(store_open(path, STORE_READ, &st));
	TRY(store_find_run(st, opt.args.count ? opt.args.items[0] : "latest", &run));
	if (!opt.json)
		return report_run_table(st, run, stdout, term_of(stdout));
	TRY(report_run_json(st, run, &j));
	return json_print(j, stdout);
}

const struct command command_show = { &show_opts, show_main };
