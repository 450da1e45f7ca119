/* tare man: the man pages, for the build. */
#include "base/roff.h"
#include "cmd/cmd.h"

static const struct opt man_table[] = {
	{ OPT_ARGS, 0, NULL, "COMMAND", NULL, 0 },
	{ OPT_END },
};

static const struct opts man_opts = { "man", "a man page, as the build installs it", "[COMMAND]",
	"Without COMMAND that of tare itself. To read one: tare man inspect | man -l -", man_table };

static const struct opts_section sections[] = {
	{ "EXIT STATUS",
		"0  done\n"
		"1  a regression, or a budget exceeded\n"
		"2  bad usage or input\n"
		"3  no usable engine or tool\n"
		"4  a build failed that the answer needs\n"
		"5  interrupted, or the lab is busy: run again\n"
		"6  store or I/O error\n"
		"7  checks failed: no answer" },
	{ "ENVIRONMENT",
		"TARE_LAB         directory of the lab; else tare's in $XDG_CACHE_HOME\n"
		"TARE_SCENARIOS   directory of the scenario library\n"
		"TARE_LAYERS_MAX  bytes that the cache of read layers may take; else 512 MB\n"
		"DOCKER_HOST      where docker-daemon: is asked, unix://PATH\n"
		"DOCKER_CONFIG, REGISTRY_AUTH_FILE   who docker:// logs in as\n"
		"CONTAINERS_REGISTRIES_CONF   mirrors of docker://; else registries.conf\n"
		"NO_COLOR         set to anything but the empty string: no colour\n"
		"COLUMNS          width of tables; else the terminal's, or 80" },
	{ "FILES",
		"$XDG_DATA_HOME/tare/tare.db   the database; ./tare.db without HOME" },
};

static void print_commands(FILE *f)
{
	for (const struct command_group *g = command_groups; g->title; g++) {
		fprintf(f, ".SS %s\n", g->title);
		for (const struct command *const *c = g->commands; *c; c++) {
			fprintf(f, ".TP\n\\fBtare\\-%s\\fR(1)\n", (*c)->opts->command);
			roff_text(f, (*c)->opts->summary);
			fputc('\n', f);
		}
	}
}

static void print_tare(FILE *f)
{
	opts_man_title(f, NULL);
	fputs(".SH NAME\ntare \\- measure what a Dockerfile and a cache strategy really cost\n"
	      ".SH SYNOPSIS\n\\fBtare\\fR COMMAND [OPTIONS]\n"
	      ".SH DESCRIPTION\n"
	      "In any directory with a Dockerfile, \\fBtare run .\\fR finds the engines, builds cold,\n"
	      "warm and warm after a source edit, prints a table, and says the answer in a sentence.\n"
	      ".SH COMMANDS\n",
		f);
	print_commands(f);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		fprintf(f, ".SH %s\n", sections[i].title);
		roff_paragraphs(f, sections[i].text);
	}
}

static struct err *man_main(int argc, char **argv)
{
	_cleanup_(strv_done) struct strv args = STRV_INIT;
	const struct command *c;

	TRY(opts_parse(&man_opts, &args, argc, argv));
	if (args.count > 1)
		return err_next(err_new(ERR_INPUT, "man takes one command, not %zu", args.count),
			"tare man COMMAND");
	if (!args.count) {
		print_tare(stdout);
		return NULL;
	}
	TRY(command_find(args.items[0], &c));
	opts_man(c->opts, stdout);
	return NULL;
}

const struct command command_man = { &man_opts, man_main };
