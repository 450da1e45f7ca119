/* The command table, nothing else. */
#include <locale.h>
#include <signal.h>

#include "base/term.h"
#include "cmd/cmd.h"
#include "lab/hidden.h"

const struct command_group command_groups[] = {
	{ "measure", { &command_run, &command_init } },
	{ "read",
		{ &command_list, &command_show, &command_explain, &command_compare,
		&command_report, &command_results, &command_stat } },
	{ "decide", { &command_gate } },
	{ "images", { &command_inspect, &command_diff } },
	{ "lab",
		{ &command_plan, &command_bases, &command_doctor, &command_clean,
		&command_completion } },
	{ NULL, { &command_man } },
	{ NULL },
};

static void usage(FILE *f)
{
	fputs("tare measures what a Dockerfile and a cache strategy really cost, and proves it.\n\n"
	      "usage: tare COMMAND [OPTIONS]\n",
		f);
	for (const struct command_group *g = command_groups; g->title; g++) {
		fprintf(f, "\n%s\n", g->title);
		for (const struct command *const *c = g->commands; *c; c++)
			fprintf(f, "  %-10s %s\n", (*c)->opts->command, (*c)->opts->summary);
	}
	fputs("\nFirst: tare run .   in any directory with a Dockerfile.\n"
	      "Each command says more with --help.\n",
		f);
}

static void print_part(const char *label, const char *text)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	if (!text)
		return;
	term_encode(&s, text, strlen(text));
	fprintf(stderr, "%s%s\n", label, str_get(&s));
}

static int print_error(struct err *e)
{
	int code = e->kind;

	print_part("tare: ", e->what);
	print_part("  at    ", e->at);
	print_part("  next  ", e->next);
	err_free(e);
	return code;
}

static bool is(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

int main(int argc, char **argv)
{
	const struct command *c;
	struct err *e;
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2 || is(argv[1], "--help", "-h") || is(argv[1], "help", "help")) {
		usage(argc < 2 ? stderr : stdout);
		return argc < 2 ? ERR_INPUT : 0;
	}
	if (is(argv[1], "--version", "version")) {
		puts("tare " TARE_VERSION);
		return 0;
	}
	e = command_find(argv[1], &c);
	if (!e)
		e = c->main(argc - 1, argv + 1);
	return e ? print_error(e) : 0;
}
