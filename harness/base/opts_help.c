#include "base/opts.h"

#define HELP_COLUMN 26

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

		if (!opt_named(t))
			continue;
		option_head(&head, t);
		if (head.len >= HELP_COLUMN)
			fprintf(f, "%s\n%*s%s\n", str_get(&head), HELP_COLUMN, "", t->help);
		else
			fprintf(f, "%-*s%s\n", HELP_COLUMN, str_get(&head), t->help);
	}
	fprintf(f, "%-*s%s\n", HELP_COLUMN, "  -h, --help", "this text");
}
