#include "base/term.h"
#include "reports/encode.h"

#define MOST_BYTES 200

void encode_gnuplot_field(struct str *s, const char *bytes)
{
	_cleanup_(str_done) struct str safe = STR_INIT;

	/* no plot has room for more */
	term_encode(&safe, bytes, str_cut(bytes, MOST_BYTES));
	for (const char *p = str_get(&safe); *p; p++) {
		if (strchr("\"'\\`$%~", *p))
			str_addf(s, "~%02X", (unsigned char)*p);
		else
			str_addc(s, *p);
	}
}

void encode_gnuplot(struct str *s, const char *bytes)
{
	str_addc(s, '\'');
	encode_gnuplot_field(s, bytes);
	str_addc(s, '\'');
}
