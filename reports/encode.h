/* Encoders: how foreign text reaches a page and a plot. For the terminal: base/term.h; for JSON:
 * json_bytes of base/json.h. */
#ifndef REPORTS_ENCODE_H
#define REPORTS_ENCODE_H

#include "base/str.h"

/* Text for HTML and SVG, as an element's content or in a double-quoted attribute. Controls, invalid
 * UTF-8 and bidirectional characters are shown escaped, as on a terminal; what is longer than 8 KiB is
 * cut. Appended to s. */
void encode_html(struct str *s, const char *bytes);
/* Text for Markdown, in a table too: what would be markup is written as HTML's entities; controls and
 * the like as above. */
void encode_markdown(struct str *s, const char *bytes);
/* A single-quoted string for a gnuplot script: double-quoted text would run what stands in backquotes.
 * What gnuplot could take for more than text (quotes, backslash, backquote, $, %) is written as ~XX,
 * its hex digits; what is longer than 200 bytes is cut. (@ is a macro outside quotes alone.) */
void encode_gnuplot(struct str *s, const char *bytes);
/* The same without the quotes, as a field of inline data whose fields are separated by tabs. */
void encode_gnuplot_field(struct str *s, const char *bytes);

#endif
