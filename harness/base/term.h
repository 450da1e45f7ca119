/* The terminal: what it can do, and the one encoder for foreign text that reaches it. */
#ifndef BASE_TERM_H
#define BASE_TERM_H

#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"

struct term {
	bool tty;    /* f is a terminal */
	bool colour; /* tty, no NO_COLOR, TERM is not dumb */
	bool utf8;   /* the locale's character set can show box drawing */
	int width;   /* columns; COLUMNS, else of the terminal, else 80 */
};

struct term term_of(FILE *f);
/* Append foreign text as it may be shown: control characters, invalid UTF-8, bidirectional and
 * zero-width characters are escaped (\n, \x1b, \u202e), and so is what a CI system would take for a
 * command ("::error::" and "##[error]"). */
void term_encode(struct str *s, const char *bytes, size_t n);
/* Columns that UTF-8 text takes; escape sequences must not be in it. */
int term_columns(const char *text);

#endif
