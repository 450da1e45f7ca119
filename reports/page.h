/* The page's template and style sheet, embedded by embed.py. */
#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

extern const char page_html[]; /* with {{csp}}, {{css}}, {{title}}, {{nav}} and {{main}} */
extern const char page_css[];
extern const char page_css_hash[]; /* "sha256-…", as a Content-Security-Policy names it */

#endif
