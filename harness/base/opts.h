/* The options of a subcommand: one table gives the parser, --help, the man page and completion. */
#ifndef BASE_OPTS_H
#define BASE_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/str.h"

enum opt_kind {
	OPT_END,
	OPT_FLAG,     /* bool */
	OPT_STR,      /* char *, the last one given */
	OPT_STRS,     /* struct strv, each one given */
	OPT_LIST,     /* struct strv, split at commas */
	OPT_INT,      /* int64_t, >= 0 */
	OPT_DURATION, /* int64_t, ns */
	OPT_ARGS,     /* struct strv: the arguments that are no options; `value` names them */
	OPT_REST,     /* struct strv: what follows -- */
};

struct opt {
	enum opt_kind kind;
	char letter;       /* 0: none */
	const char *name;  /* without dashes */
	const char *value; /* its placeholder in the help, "LIST" */
	const char *help;  /* one line, lower case, no full stop */
	size_t offset;     /* of the member in the subcommand's struct */
};

struct opts_section {
	const char *title; /* "FIGURES" */
	const char *text;  /* paragraphs */
};

struct opts {
	const char *command; /* "run" */
	const char *summary; /* one line */
	const char *usage;   /* what follows "tare run", e.g. "[DIR|SCENARIO...]" */
	const char *about;   /* paragraphs for --help; may be NULL */
	const struct opt *table; /* ends with OPT_END */
	const struct opts_section *more; /* of the man page alone; ends with no title; may be NULL */
};

/* Fill `into`. ERR_INPUT with a suggestion for an unknown option. --help prints the help and
 * exits 0: the only exit outside main. */
struct err *opts_parse(const struct opts *o, void *into, int argc, char **argv);
void opts_help(const struct opts *o, FILE *f);
/* The page tare-COMMAND(1), in man(7). */
void opts_man(const struct opts *o, FILE *f);
/* The first line of such a page; command NULL: of tare(1). */
void opts_man_title(FILE *f, const char *command);
/* Whether it is written with dashes. */
bool opt_named(const struct opt *o);
/* Free every string and list that opts_parse put into `into`. */
void opts_done(const struct opts *o, void *into);

#endif
