/* Private to the page: its sections, each appended to s. */
#ifndef REPORTS_HTML_PARTS_H
#define REPORTS_HTML_PARTS_H

#include "reports/trend.h"

/* The sentences of a table, first on the page, with a chart of their evidence. */
void html_verdict(struct str *s, const struct run_summary *rs, const struct sum_group *g);
/* How variants compare, above all tables. */
void html_variants(struct str *s, const struct run_summary *rs);
/* What was flagged: findings, failures, void samples, stand-ins. */
void html_flags(struct str *s, const struct run_summary *rs);
/* A group's table with its footnotes. */
void html_matrix(struct str *s, const struct run_summary *rs, const struct sum_group *g);
void html_trends(
	struct str *s, const struct run_summary *rs, const struct cell_trend *t, size_t count);
/* The run, its engines and its machine. */
void html_machine(struct str *s, const struct run *run);

/* <tag class="class">text</tag>, the text encoded; class may be NULL. */
void html_element(struct str *s, const char *tag, const char *class, const char *text);

/* A paragraph of prose: figures keep their units beside them. */
void html_sentence(struct str *s, const char *class, const char *text);

#endif
