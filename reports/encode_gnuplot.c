#include "base/term.h"
#include "reports/encode.h"

void encode_gnuplot(struct str *s, const char *bytes)
{
	_cleanup_(str_done) struct str safe = STR_INIT;

	term_encode(&safe, bytes, strlen(bytes));
	str_addc(s, '"');
	for (const char *p = str_get(&safe); *p; p++) {
		if (strchr("\"'\\`$%~", *p))
			str_addf(s, "~%02X", (unsigned char)*p);
		else
			str_addc(s, *p);
	}
	str_addc(s, '"');
}
