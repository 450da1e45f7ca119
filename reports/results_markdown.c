/* RESULTS.md: one line a row, then each claim with its figures, then what was not measured. */
#include "base/clock.h"
#include "reports/encode.h"
#include "reports/report.h"
#include "reports/results.h"

static void cell_of(struct str *s, const char *words)
{
	encode_markdown(s, words);
	str_add(s, " | ");
}

/* The runs that anything was read from: first and last start, and commits. */
static void when(struct str *s, const struct results *r)
{
	int64_t first = INT64_MAX, last = 0;
	_cleanup_(strv_done) struct strv commits = STRV_INIT;

	for (size_t i = 0; i < r->count; i++) {
		const struct run *run = r->items[i].rs ? r->items[i].rs->run : NULL;
		_cleanup_(str_done) struct str commit = STR_INIT;

		if (!run)
			continue;
		first = run->start_unix_ns < first ? run->start_unix_ns : first;
		last = run->start_unix_ns > last ? run->start_unix_ns : last;
		commit_name(&commit, run);
		if (commit.len)
			strv_add_once(&commits, str_get(&commit));
	}
	if (!last) {
		str_add(s, "Nothing was measured yet.\n");
		return;
	}
	str_add(s, "Measured ");
	time_show(s, first);
	if (last != first) {
		str_add(s, " to ");
		time_show(s, last);
	}
	for (size_t i = 0; i < commits.count; i++) {
		str_add(s, i ? ", " : ", commit ");
		encode_markdown(s, commits.items[i]);
	}
	str_add(s, ".\n");
}

static void head(struct str *s, const struct results *r, const char *command)
{
	_cleanup_(strv_done) struct strv places = STRV_INIT;

	str_add(s, "# Results\n\nWhether the claims of the practices hold here, by real builds. "
		   "Written by ");
	encode_markdown(s, command);
	str_add(s, ", tare " TARE_VERSION ", from the database: no word of it is typed.\n\n");
	when(s, r);
	results_places(r, &places);
	str_add(s, places.count ? "\n" : "");
	for (size_t i = 0; i < places.count; i++) {
		str_add(s, "- ");
		encode_markdown(s, places.items[i]);
		str_addc(s, '\n');
	}
	str_add(s, "\nA claim *holds* where the whole interval of the ratio lies beyond the least "
		   "that is claimed, *fails* where all of it lies on the other side, and is "
		   "*inconclusive* between. Sizes and counts are exact: one build each.\n");
}

static void engine_columns(struct str *s, const struct results *r)
{
	for (size_t i = 0; i < r->engines.count; i++)
		cell_of(s, r->engines.items[i]);
	str_add(s, "\n| ---: | --- |");
	for (size_t i = 0; i < r->engines.count; i++)
		str_add(s, " --- |");
	str_addc(s, '\n');
}

/* `elsewhere`: no scenario measures it. */
static void tallies(struct str *s, const struct results *r, int64_t row, const struct scenario *of,
	bool elsewhere)
{
	for (size_t i = 0; i < r->engines.count; i++) {
		struct tally t = results_tally(r, row, of, r->engines.items[i]);

		t.absent += elsewhere;
		tally_show(s, &t);
		str_add(s, " | ");
	}
	str_addc(s, '\n');
}

static bool has_free_claim(const struct scenario *s)
{
	for (size_t i = 0; i < s->claim_count; i++)
		if (!s->claims[i].row)
			return true;
	return false;
}

/* One line a practice, then one a scenario that belongs to none. */
static void lines(struct str *s, const struct results *r)
{
	const struct practices *p = r->ask->practices;

	str_add(s, "\n| row | practice | ");
	engine_columns(s, r);
	for (size_t i = 0; i < p->count; i++) {
		if (!results_wants(r->ask, p->items[i].row))
			continue;
		str_addf(s, "| %lld | ", (long long)p->items[i].row);
		cell_of(s, p->items[i].text);
		tallies(s, r, p->items[i].row, NULL, p->items[i].elsewhere != NULL);
	}
	for (size_t i = 0; results_wants(r->ask, 0) && i < r->ask->scenario_count; i++) {
		const struct scenario *one = r->ask->scenarios[i];

		if (!has_free_claim(one))
			continue;
		str_add(s, "| | ");
		encode_markdown(s, one->name);
		str_add(s, ": ");
		cell_of(s, one->claim ? one->claim : "");
		tallies(s, r, 0, one, false);
	}
}

static const char *title_of(const struct results *r, int64_t row)
{
	const struct practices *p = r->ask->practices;

	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].row == row)
			return p->items[i].text;
	return "";
}

static void section(struct str *s, const struct results *r, int64_t row)
{
	if (row) {
		str_addf(s, "\n## Row %lld: ", (long long)row);
		encode_markdown(s, title_of(r, row));
	} else {
		str_add(s, "\n## Beyond the rows");
	}
	str_add(s, "\n\n| scenario | claim | cells | engine | here | measured | run |\n"
		   "| --- | --- | --- | --- | --- | --- | --- |\n");
}

static void claim_name(struct str *s, const struct judged *j)
{
	if (j->claim->says) {
		encode_markdown(s, j->claim->says);
		str_add(s, ": ");
	}
	str_addf(s, "%s %s", metric_table[j->claim->metric].name,
		claim_way_names[j->claim->way]);
	if (j->claim->minimum > 1)
		str_addf(s, " by %.4g ×", j->claim->minimum);
}

static void measured_row(struct str *s, const struct judged *j)
{
	_cleanup_(str_done) struct str figures = STR_INIT, cells = STR_INIT;
	char name[7];

	str_add(s, "| ");
	cell_of(s, j->scenario->name);
	claim_name(s, j);
	str_add(s, " | ");
	judged_cells(&cells, j);
	cell_of(s, str_get(&cells));
	cell_of(s, j->engine);
	str_addf(s, "%s | ", j->word);
	judged_figures(&figures, j);
	if (j->why)
		str_addf(&figures, "; %s", j->why);
	cell_of(s, str_get(&figures));
	str_addf(s, "%s |\n", run_short(j->rs->run, name));
}

static void sections(struct str *s, const struct results *r)
{
	int64_t at = -1;

	for (size_t i = 0; i < r->count; i++) {
		const struct judged *j = &r->items[i];

		if (j->word == claim_not_measured)
			continue;
		if (j->claim->row != at)
			section(s, r, j->claim->row);
		at = j->claim->row;
		measured_row(s, j);
	}
}

static void absent_row(struct str *s, int64_t row, const char *scenario)
{
	if (row)
		str_addf(s, "| %lld | ", (long long)row);
	else
		str_add(s, "| | ");
	cell_of(s, scenario);
}

/* Rows that no scenario measures. */
static void absent_practices(struct str *s, const struct results *r)
{
	const struct practices *p = r->ask->practices;

	for (size_t i = 0; i < p->count; i++) {
		if (!p->items[i].elsewhere || !results_wants(r->ask, p->items[i].row))
			continue;
		absent_row(s, p->items[i].row, "");
		cell_of(s, p->items[i].text);
		cell_of(s, "any");
		cell_of(s, p->items[i].elsewhere);
		str_addc(s, '\n');
	}
}

static void absent_claims(struct str *s, const struct results *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct judged *j = &r->items[i];

		if (j->word != claim_not_measured)
			continue;
		absent_row(s, j->claim->row, j->scenario->name);
		claim_name(s, j);
		str_add(s, " | ");
		cell_of(s, j->engine);
		cell_of(s, j->why);
		str_addc(s, '\n');
	}
}

static void absent(struct str *s, const struct results *r)
{
	_cleanup_(str_done) struct str rows = STR_INIT;

	absent_practices(&rows, r);
	absent_claims(&rows, r);
	str_add(s, "\n## Not measured\n\n");
	if (rows.len)
		str_add(s, "| row | scenario | claim | engine | why |\n"
			   "| ---: | --- | --- | --- | --- |\n");
	str_add(s, rows.len ? str_get(&rows) : "Nothing is missing.\n");
}

struct err *report_results_markdown(const struct results *r, const char *command, FILE *f)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	head(&s, r, command);
	lines(&s, r);
	sections(&s, r);
	absent(&s, r);
	if (fputs(str_get(&s), f) < 0)
		return err_new(ERR_IO, "cannot write the Markdown");
	return NULL;
}
