#include "base/roff.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

static const struct {
	char c;
	const char *as;
} escapes[] = {
	{ '\\', "\\e" }, { '-', "\\-" }, { '\'', "\\(aq" }, { '"', "\\(dq" }, { '`', "\\(ga" },
	{ '^', "\\(ha" }, { '~', "\\(ti" },
};

static const char *escape_of(char c)
{
	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++)
		if (escapes[i].c == c)
			return escapes[i].as;
	return NULL;
}

void roff_text(FILE *f, const char *text)
{
	if (*text == '.')
		fputs("\\&", f);
	for (; *text; text++) {
		const char *as = escape_of(*text);

		if (as)
			fputs(as, f);
		else
			fputc(*text, f);
	}
}

static void print_lines(FILE *f, const char *paragraph)
{
	_cleanup_(strv_done) struct strv lines = STRV_INIT;
	bool columns = strstr(paragraph, "  ");

	if (columns)
		fputs(".nf\n", f);
	strv_split(&lines, paragraph, '\n');
	for (size_t i = 0; i < lines.count; i++) {
		roff_text(f, lines.items[i]);
		fputc('\n', f);
	}
	if (columns)
		fputs(".fi\n", f);
}

void roff_paragraphs(FILE *f, const char *text)
{
	const char *end;

	for (; (end = strstr(text, "\n\n")); text = end + 2) {
		_cleanup_(freep) char *paragraph = xstrndup(text, (size_t)(end - text));

		print_lines(f, paragraph);
		fputs(".PP\n", f);
	}
	print_lines(f, text);
}
