#include "base/opts.h"
#include "base/roff.h"

static void print_option(FILE *f, char letter, const char *name, const char *value, const char *help)
{
	fputs(".TP\n", f);
	if (letter)
		fprintf(f, "\\fB\\-%c\\fR, ", letter);
	fputs("\\fB\\-\\-", f);
	roff_text(f, name);
	fputs("\\fR", f);
	if (value) {
		fputs(" \\fI", f);
		roff_text(f, value);
		fputs("\\fR", f);
	}
	fputc('\n', f);
	roff_text(f, help);
	fputc('\n', f);
}

static void print_head(const struct opts *o, FILE *f)
{
	opts_man_title(f, o->command);
	fputs(".SH NAME\ntare\\-", f);
	roff_text(f, o->command);
	fputs(" \\- ", f);
	roff_text(f, o->summary);
	fprintf(f, "\n.SH SYNOPSIS\n\\fBtare %s\\fR ", o->command);
	roff_text(f, o->usage);
	fputc('\n', f);
}

void opts_man_title(FILE *f, const char *command)
{
	fputs(".TH TARE", f);
	if (command)
		fputs("\\-", f);
	for (const char *c = command ? command : ""; *c; c++)
		fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, f);
	fputs(" 1 \"" TARE_DATE "\" \"tare " TARE_VERSION "\"\n", f);
}

void opts_man(const struct opts *o, FILE *f)
{
	print_head(o, f);
	if (o->about) {
		fputs(".SH DESCRIPTION\n", f);
		roff_paragraphs(f, o->about);
	}
	fputs(".SH OPTIONS\n", f);
	for (const struct opt *t = o->table; t->kind; t++)
		if (opt_named(t))
			print_option(f, t->letter, t->name, t->value, t->help);
	print_option(f, 'h', "help", NULL, "print a summary of this page");
	for (const struct opts_section *s = o->more; s && s->title; s++) {
		fprintf(f, ".SH %s\n", s->title);
		roff_paragraphs(f, s->text);
	}
	fputs(".SH SEE ALSO\n\\fBtare\\fR(1)\n", f);
}
