/* Renderers: what a user sees of what was recorded. Terminal first. */
#ifndef REPORTS_REPORTS_H
#define REPORTS_REPORTS_H

#include <jansson.h>
#include <stdio.h>

#include "base/term.h"
#include "store/store.h"

/* A run's table, footnotes, and the sentence with the answer (shared/look.md); as wide as t. */
struct err *report_run_table(struct store *st, const struct run *run, FILE *f, struct term t);
/* The same as JSON: run, environment, engines, cells with samples and estimates, answer. */
struct err *report_run_json(struct store *st, const struct run *run, json_t **out);
/* The same where there is no run: all of it empty. */
json_t *report_no_run_json(void);
/* tare list runs. */
struct err *report_runs_table(struct store *st, size_t limit, FILE *f, struct term t);
struct err *report_runs_json(struct store *st, size_t limit, json_t **out);
/* What is collected from the store once, report.h; what follows only tells it. */
struct report;
/* One self-contained page: overview, cache, trends, builds, images, runners, machine. */
struct err *report_html(const struct report *r, const char *path);
/* For a job's summary, a comment and mail: verdict first, under 64 KB whatever the report. */
struct err *report_markdown(const struct report *r, FILE *f);
/* The series of the report with a sparkline each, and what is new in them last. */
struct err *report_table(const struct report *r, FILE *f, struct term t);
/* News and series as JSON, added to the JSON of the run that leads. */
void report_json(const struct report *r, json_t *into);
/* Values as a row of bars, the least lowest; UTF-8. Appended. */
void sparkline(struct str *s, const double *x, size_t n);
/* PNG and SVG by gnuplot (one process), into dir. ERR_TOOL without gnuplot. */
struct err *report_plots(const struct report *r, const char *dir);

/* A plain table for other commands (doctor, plan, list scenarios): libsmartcols, as run tables. */
struct table;
struct table *table_new(struct term t);
/* A column; `right` aligned; `shrink` may be truncated or wrapped when it is too narrow. */
void table_column(struct table *tb, const char *title, bool right, bool shrink);
/* A row: as many cells as columns; foreign text is encoded here. */
void table_row(struct table *tb, const char *const *cells);
struct err *table_print(struct table *tb, FILE *f); /* frees tb */

#endif
