/* tare completion: what a shell may put after "tare". */
#include <ctype.h>

#include "cmd/cmd.h"

static const struct opt completion_table[] = {
	{ OPT_ARGS, 0, NULL, "SHELL", NULL, 0 },
	{ OPT_END },
};

static const struct opts completion_opts = { "completion", "what a shell completes after tare", "bash",
	"In ~/.bashrc:  source <(tare completion bash)\n"
	"An installed tare has it where bash-completion looks.",
	completion_table };

static const char script_begin[] =
	"# Made by tare completion bash.\n"
	"_tare() {\n"
	"\tlocal word=${COMP_WORDS[COMP_CWORD]} first= options= ";

/* A file is offered by -o default where none of these fits. */
static const char script_end[] =
	"\tesac\n"
	"\tif [[ $word == -* ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$options --help\" -- \"$word\")\n"
	"\telif [[ $COMP_CWORD -eq 1 ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$commands --help --version\" -- \"$word\")\n"
	"\telif [[ $COMP_CWORD -eq 2 ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$first\" -- \"$word\")\n"
	"\tfi\n"
	"}\n"
	"complete -o default -F _tare tare\n";

/* The words that a usage like "[runs|scenarios|engines]" or "bash" allows; names of values are in
 * capitals. */
static void add_first_words(struct strv *out, const char *usage)
{
	_cleanup_(strv_done) struct strv words = STRV_INIT;
	size_t skip = *usage == '[';
	_cleanup_(freep) char *first = xstrndup(usage + skip, strcspn(usage + skip, " ]"));

	strv_split(&words, first, '|');
	for (size_t i = 0; i < words.count; i++)
		if (islower((unsigned char)words.items[i][0]))
			strv_add(out, words.items[i]);
}

static void print_words(const char *name, const struct strv *words)
{
	_cleanup_(str_done) struct str joined = STR_INIT;

	strv_join(&joined, words, " ");
	printf("%s='%s'", name, str_get(&joined));
}

static void print_command(const struct opts *o)
{
	_cleanup_(strv_done) struct strv options = STRV_INIT, first = STRV_INIT;

	for (const struct opt *t = o->table; t->kind; t++)
		if (opt_named(t))
			strv_addf(&options, "--%s", t->name);
	add_first_words(&first, o->usage);
	printf("\t%s) ", o->command);
	print_words("options", &options);
	putchar(' ');
	print_words("first", &first);
	puts(" ;;");
}

static void print_bash(void)
{
	_cleanup_(strv_done) struct strv commands = STRV_INIT;

	for (const struct command_group *g = command_groups; g->title; g++)
		for (const struct command *const *c = g->commands; *c; c++)
			strv_add(&commands, (*c)->opts->command);
	fputs(script_begin, stdout);
	print_words("commands", &commands);
	fputs("\n\n\tcase ${COMP_WORDS[1]} in\n", stdout);
	for (const struct command_group *g = command_groups; g->title; g++)
		for (const struct command *const *c = g->commands; *c; c++)
			print_command((*c)->opts);
	fputs(script_end, stdout);
}

static struct err *completion_main(int argc, char **argv)
{
	_cleanup_(strv_done) struct strv args = STRV_INIT;

	TRY(opts_parse(&completion_opts, &args, argc, argv));
	if (args.count != 1 || strcmp(args.items[0], "bash") != 0)
		return err_next(err_new(ERR_INPUT, "completion takes the name of a shell: bash"),
			"source <(tare completion bash)");
	print_bash();
	return NULL;
}

const struct command command_completion = { &completion_opts, completion_main };
