/* Man pages: the one encoder for text that roff sets. */
#ifndef BASE_ROFF_H
#define BASE_ROFF_H

#include <stdio.h>

/* Text within a line, as it stands: no character of it is taken for a request, and a dash stays one
 * that can be copied to a shell. */
void roff_text(FILE *f, const char *text);
/* Paragraphs, with an empty line between them. One with columns (two spaces in a row) keeps its
 * lines, the others are filled. */
void roff_paragraphs(FILE *f, const char *text);

#endif
