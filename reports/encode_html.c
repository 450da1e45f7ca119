#include "base/term.h"
#include "reports/encode.h"

void encode_html(struct str *s, const char *bytes)
{
	_cleanup_(str_done) struct str safe = STR_INIT;

	term_encode(&safe, bytes, strlen(bytes));
	for (const char *p = str_get(&safe); *p; p++) {
		switch (*p) {
		case '&':
			str_add(s, "&amp;");
			break;
		case '<':
			str_add(s, "&lt;");
			break;
		case '>':
			str_add(s, "&gt;");
			break;
		case '"':
			str_add(s, "&quot;");
			break;
		case '\'':
			str_add(s, "&#39;");
			break;
		default:
			str_addc(s, *p);
		}
	}
}
