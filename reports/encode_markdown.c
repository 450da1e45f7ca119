#include "base/term.h"
#include "reports/encode.h"

void encode_markdown(struct str *s, const char *bytes)
{
	_cleanup_(str_done) struct str safe = STR_INIT;

	term_encode(&safe, bytes, strlen(bytes));
	for (const char *at = str_get(&safe); *at; at++) {
		if (strchr("\\`*_{}[]<>()#+!|&~$@:", *at))
			str_addf(s, "&#%d;", *at);
		else
			str_addc(s, *at);
	}
}
