/* The page's template, style sheet and script, embedded by embed.py. */
#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

extern const char page_html[]; /* with {{csp-style}}, {{csp-script}}, {{css}}, {{js}}, {{title}},
				* {{nav}}, {{head}} and {{main}} */
extern const char page_css[], page_js[];
/* "sha256-…", as a Content-Security-Policy names them. */
extern const char page_css_hash[], page_js_hash[];

#endif
