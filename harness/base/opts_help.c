#include "base/opts.h"

#define HELP_COLUMN 26

static bool shown(const struct opt *o)
{
	return o->kind != OPT_ARGS && o->kind != OPT_REST;
}

/* "  -f, --file FILE"; appended. */
static void option_head(struct str *s, const struct opt *o)
{
	if (o->letter)
		str_addf(s, "  -%c, --%s", o->letter, o->name);
	else
		str_addf(s, "      --%s", o->name);
	if (o->value)
		str_addf(s, " %s", o->value);
}

void opts_help(const struct opts *o, FILE *f)
{
	fprintf(f, "tare %s: %s\n\nusage: tare %s%s%s\n", o->command, o->summary, o->command,
		*o->usage ? " " : "", o->usage);
	if (o->about)
		fprintf(f, "\n%s\n", o->about);
	fputc('\n', f);
	for (const struct opt *t = o->table; t->kind; t++) {
		_cleanup_(str_done) struct str head = STR_INIT;

		if (!shown(t))
			continue;
		option_head(&head, t);
		if (head.len >= HELP_COLUMN)
			fprintf(f, "%s\n%*s%s\n", str_get(&head), HELP_COLUMN, "", t->help);
		else
			fprintf(f, "%-*s%s\n", HELP_COLUMN, str_get(&head), t->help);
	}
	fprintf(f, "%-*s%s\n", HELP_COLUMN, "  -h, --help", "this text");
}

/* Text for roff: a leading dot or quote and every backslash and dash are escaped. */
static void roff(FILE *f, const char *text)
{
	bool at_start = true;

	for (; *text; text++) {
		if (at_start && (*text == '.' || *text == '\''))
			fputs("\\&", f);
		if (*text == '\\')
			fputs("\\e", f);
		else if (*text == '-')
			fputs("\\-", f);
		else
			fputc(*text, f);
		at_start = *text == '\n';
	}
}

static void man_option(const struct opt *o, FILE *f)
{
	fputs(".TP\n", f);
	if (o->letter)
		fprintf(f, "\\fB\\-%c\\fR, ", o->letter);
	fputs("\\fB\\-\\-", f);
	roff(f, o->name);
	fputs("\\fR", f);
	if (o->value)
		fprintf(f, " \\fI%s\\fR", o->value);
	fputc('\n', f);
	roff(f, o->help);
	fputc('\n', f);
}

void opts_man(const struct opts *o, FILE *f)
{
	fprintf(f, ".TH TARE\\-%s 1\n.SH NAME\ntare\\-%s \\- ", o->command, o->command);
	roff(f, o->summary);
	fprintf(f, "\n.SH SYNOPSIS\n.B tare %s\n", o->command);
	roff(f, o->usage);
	if (o->about) {
		fputs("\n.SH DESCRIPTION\n", f);
		roff(f, o->about);
	}
	fputs("\n.SH OPTIONS\n", f);
	for (const struct opt *t = o->table; t->kind; t++)
		if (shown(t))
			man_option(t, f);
}
