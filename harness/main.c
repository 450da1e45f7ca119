/* The command table, nothing else. */
#include <locale.h>
#include <signal.h>

#include "base/term.h"
#include "cmd/cmd.h"
#include "lab/hidden.h"

static const struct {
	const char *title;
	const struct command *commands[8];
} groups[] = {
	{ "measure", { &command_run, &command_init } },
	{ "read",
		{ &command_list, &command_show, &command_explain, &command_compare,
		&command_report, &command_results, &command_stat } },
	{ "decide", { &command_gate } },
	{ "images", { &command_inspect, &command_diff } },
	{ "lab", { &command_plan, &command_bases, &command_doctor, &command_clean } },
};

static void usage(FILE *f)
{
	fputs("tare measures what a Dockerfile and a cache strategy really cost, and proves it.\n\n"
	      "usage: tare COMMAND [OPTIONS]\n",
		f);
	for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
		fprintf(f, "\n%s\n", groups[g].title);
		for (const struct command *const *c = groups[g].commands; *c; c++)
			fprintf(f, "  %-9s %s\n", (*c)->opts->command, (*c)->opts->summary);
	}
	fputs("\nFirst: tare run .   in any directory with a Dockerfile.\n"
	      "Each command says more with --help.\n",
		f);
}

static const struct command *find(const char *name)
{
	for (size_t g = 0; g < ARRAY_SIZE(groups); g++)
		for (const struct command *const *c = groups[g].commands; *c; c++)
			if (strcmp((*c)->opts->command, name) == 0)
				return *c;
	return NULL;
}

static struct err *unknown(const char *name)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	const char *near;

	for (size_t g = 0; g < ARRAY_SIZE(groups); g++)
		for (const struct command *const *c = groups[g].commands; *c; c++)
			strv_add(&names, (*c)->opts->command);
	near = str_nearest(name, (const char *const *)names.items);
	return err_next(err_new(ERR_INPUT, "unknown command \"%s\"%s%s%s", name,
				STR_MEANT(near)),
		"tare --help lists them");
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
	c = find(argv[1]);
	e = c ? c->main(argc - 1, argv + 1) : unknown(argv[1]);
	return e ? print_error(e) : 0;
}
