/* tare list runs. */
#include "base/clock.h"
#include "base/json.h"
#include "reports/summary.h"
#include "reports/table.h"

static void runs_row(struct table *tb, const struct run *r)
{
	_cleanup_(str_done) struct str when = STR_INIT, commit = STR_INIT;
	char name[7];

	time_show(&when, r->start_unix_ns);
	if (r->commit)
		str_addf(&commit, "%.7s%s", r->commit, r->dirty ? "+" : "");
	table_row(tb, (const char *const[]){ run_short(r, name), str_get(&when),
			      r->branch ? r->branch : "", str_get(&commit), r->tag ? r->tag : "",
			      r->end_unix_ns ? "" : "unfinished", r->command ? r->command : "" });
}

struct err *report_runs_table(struct store *st, size_t limit, FILE *f, struct term t)
{
	struct table *tb = table_new(t);
	struct run **runs;
	size_t count;

	table_column(tb, "run", false, false);
	table_column(tb, "started", false, false);
	table_column(tb, "branch", false, true);
	table_column(tb, "commit", false, false);
	table_column(tb, "tag", false, true);
	table_column(tb, "state", false, false);
	table_column(tb, "command", false, true);
	TRY(store_runs(st, limit, &runs, &count));
	for (size_t i = 0; i < count; i++)
		runs_row(tb, runs[i]);
	runs_free(runs, count);
	return table_print(tb, f);
}
