#include "base/term.h"
#include "reports/encode.h"

#define MOST_BYTES 200

void encode_gnuplot_field(struct str *s, const char *bytes)
{
	_cleanup_(str_done) struct str safe = STR_INIT;
	size_t n = strlen(bytes), kept = n > MOST_BYTES ? MOST_BYTES : n;

	/* cut where a character begins: no plot has room for more */
	while (kept < n && kept && (bytes[kept] & 0xC0) == 0x80)
		kept--;
	term_encode(&safe, bytes, kept);
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
