/* Beyond reports.h: tables whose lines other text is put between. */
#ifndef REPORTS_TABLE_H
#define REPORTS_TABLE_H

#include "reports/reports.h"

enum tint { TINT_NONE, TINT_GAIN, TINT_FINDING, TINT_LOSS, TINT_DIM };

/* Text that is safe to show, with what this terminal cannot show put into ASCII: "–" is "-", a
 * superscript is "[1]", any other character \uXXXX. Appended to s. */
void plain_text(struct str *s, struct term t, const char *utf8);
/* A superscript number, "¹". */
void superscript(struct str *s, size_t number);

/* Colour the cell that was added last in this column, where the terminal has colours. */
void table_tint(struct table *tb, size_t column, enum tint tint);
/* The lines of the table, its header first; frees tb. */
struct err *table_lines(struct table *tb, struct strv *lines);

/* Whether a line may end at the space text[i]: a figure keeps its unit, "n = 3" holds together. */
bool may_break(const char *text, size_t i);
/* Print text as a paragraph of at most `width` columns, broken at spaces: `first` before its first
 * line, `rest` before the others. */
void paragraph(FILE *f, const char *first, const char *rest, const char *text, int width);

#endif
