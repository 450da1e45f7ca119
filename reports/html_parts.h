/* Private to the page: its views, each appended to s, and what they are written with. */
#ifndef REPORTS_HTML_PARTS_H
#define REPORTS_HTML_PARTS_H

#include "reports/figure.h"
#include "reports/report.h"

/* The views, in the page's order. */
void html_overview(struct str *s, const struct report *r);
void html_cache(struct str *s, const struct report *r);
void html_trends(struct str *s, const struct report *r);
void html_builds(struct str *s, const struct report *r);
void html_images(struct str *s, const struct report *r);
void html_runners(struct str *s, const struct report *r);
void html_machine(struct str *s, const struct report *r);

/* The answers of a table, with a chart of their evidence. */
void html_verdict(struct str *s, const struct run_summary *rs, const struct sum_group *g);
/* How a run's variants compare. */
void html_variants(struct str *s, const struct report *r, const struct run_summary *rs);
/* What the smallest of its runners saves; false: it has none. */
bool html_smallest(struct str *s, const struct run_summary *rs);
/* Whether a run's times answer something: else its charts show nothing that was asked. */
bool has_answer(const struct run_summary *rs);
/* What differs between the typical images of two cells: layers, packages, files. */
void html_image_difference(struct str *s, const struct cell_sum *a, const struct cell_sum *b);
/* What was flagged in a run, an item each: findings, failures, void samples; nothing: false. */
bool html_flags(struct str *s, const struct report *r, const struct run_summary *rs);
/* The stand-ins of all runs, in one item; none: false. */
bool html_standins(struct str *s, const struct report *r);

/* <tag class="class">text</tag>, the text encoded; class may be NULL. */
void html_element(struct str *s, const char *tag, const char *class, const char *text);
/* Prose, encoded: figures keep their units beside them. */
void html_prose(struct str *s, const char *text);
/* A paragraph of it. */
void html_sentence(struct str *s, const char *class, const char *text);
/* <tag class="class" with the words that filters know a cell by>: shown where they agree. Without
 * a cell's edit and cache for what holds several: NULL there means any. */
void html_open(struct str *s, const char *tag, const char *class, const struct cell *c, bool whole);
/* A command that measures again what only looks so, folded; NULL: nothing. */
void html_proof(struct str *s, const char *command);
/* What stands behind a chart: <details> with a table in a scrolling region, up to html_table_end.
 * `label` names it; columns are NULL-terminated; those that begin with "#" hold numbers, with
 * "+" text of many lines. */
void html_table(struct str *s, const char *label, const char *const *columns);
void html_row(struct str *s, const char *const *cells, const char *const *columns);
void html_table_end(struct str *s);

#endif
