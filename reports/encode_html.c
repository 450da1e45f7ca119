#include "base/term.h"
#include "reports/encode.h"

/* Nobody reads a longer text on a page; a name of a megabyte would make it as large as it is often.
 */
#define MOST_BYTES 8192

void encode_html(struct str *s, const char *bytes)
{
	_cleanup_(str_done) struct str safe = STR_INIT;
	size_t kept = str_cut(bytes, MOST_BYTES);

	term_encode(&safe, bytes, kept);
	if (bytes[kept])
		str_addf(&safe, "… (%zu bytes)", strlen(bytes));
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
