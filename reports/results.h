/* Every claim of the library on every engine, from the database: what RESULTS.md tells. */
#ifndef REPORTS_RESULTS_H
#define REPORTS_RESULTS_H

#include <jansson.h>

#include "model/practice.h"
#include "reports/claims.h"

/* All borrowed. */
struct results_ask {
	const struct practices *practices;
	struct scenario *const *scenarios;
	size_t scenario_count;
	const struct strv *engines; /* as cells have them; empty: all that were recorded */
	const int64_t *rows;	    /* of the practices; none: all, and claims of no row */
	size_t row_count;
};

struct results {
	const struct results_ask *ask; /* borrowed */
	struct strv engines;
	struct run **runs;
	size_t run_count;
	struct run_summary **summaries; /* of the finished runs, newest first */
	size_t summary_count;
	struct judged *items; /* by row, scenario, claim, engine */
	size_t count, room;
};

/* Read the newest finished runs, at most 200, and judge each claim by them. */
struct err *results_load(struct store *st, const struct results_ask *ask, struct results *out);
/* Zeroes are fine. */
void results_done(struct results *r);

/* What a row, or one scenario's claims of no row, comes to on an engine. */
struct tally {
	size_t holds, fails, inconclusive, absent;
};
struct tally results_tally(
	const struct results *r, int64_t row, const struct scenario *s, const char *engine);
/* "holds", "fails: 1 of 4", "holds: 3 of 4, the others not measured", "not measured"; appended. */
void tally_show(struct str *s, const struct tally *t);
/* Whether rows of that number were asked for. */
bool results_wants(const struct results_ask *ask, int64_t row);
/* What was measured: "2.1 s against 8.4 s, −74 % (95 %: …, n = 5)"; empty where nothing was. */
void judged_figures(struct str *s, const struct judged *j);
/* Which cells: "manifest-first against copy-all; store, source edit". */
void judged_cells(struct str *s, const struct judged *j);
/* The machines, engines and stand-ins of the runs that were judged by, a sentence each, once. */
void results_places(const struct results *r, struct strv *out);

/* RESULTS.md; `command` wrote it. One line a row first, then each claim, then what is missing. */
struct err *report_results_markdown(const struct results *r, const char *command, FILE *f);
/* The same claims as a table, and as JSON. */
struct err *report_results_table(const struct results *r, FILE *f, struct term t);
json_t *report_results_json(const struct results *r);

#endif
