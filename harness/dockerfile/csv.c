/* One line of CSV (RFC 4180), as --mount and --device are written. */
#include "dockerfile/mount.h"

static struct err *bad_quote(void)
{
	return err_next(err_new(ERR_INPUT, "a stray double quote"),
		"double a quote inside a quoted field, and quote the whole field");
}

/* A quoted field, behind its first quote; "" is a quote in it. */
static struct err *quoted(struct span *rest, struct strv *out)
{
	_cleanup_(str_done) struct str field = STR_INIT;

	for (;;) {
		const char *end = memchr(rest->p, '"', rest->n);

		if (!end)
			return bad_quote();
		str_addn(&field, rest->p, (size_t)(end - rest->p));
		*rest = span_from(*rest, (size_t)(end - rest->p) + 1);
		if (!span_starts(*rest, "\""))
			break;
		str_addc(&field, '"');
		*rest = span_from(*rest, 1);
	}
	if (rest->n > 0 && *rest->p != ',')
		return bad_quote();
	strv_own(out, str_take(&field));
	return NULL;
}

struct err *csv_fields(struct span line, struct strv *out)
{
	if (line.n == 0)
		return err_next(err_new(ERR_INPUT, "an empty value"),
			"write KEY=VALUE, separated by commas");
	for (;; line = span_from(line, 1)) {
		const char *comma = memchr(line.p, ',', line.n);
		size_t n = comma ? (size_t)(comma - line.p) : line.n;

		if (span_starts(line, "\"")) {
			line = span_from(line, 1);
			TRY(quoted(&line, out));
		} else if (memchr(line.p, '"', n)) {
			return bad_quote();
		} else {
			strv_own(out, xstrndup(line.p, n));
			line = span_from(line, n);
		}
		if (line.n == 0)
			return NULL;
	}
}
