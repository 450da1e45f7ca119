/* Subcommands: options in, modules called, exit code out. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/opts.h"

struct command {
	const struct opts *opts;
	/* argv[0] is the subcommand's name. */
	struct err *(*main)(int argc, char **argv);
};

struct command_group {
	const char *title; /* NULL: not shown to users */
	const struct command *commands[12]; /* ends with NULL */
};

/* All of them, main.c's; ends with a group that has none. */
extern const struct command_group command_groups[];

/* The command of that name; ERR_INPUT with a suggestion where there is none. */
struct err *command_find(const char *name, const struct command **out);

/* One a file. */
extern const struct command command_run, command_plan, command_list, command_show, command_report,
	command_bases, command_doctor, command_clean, command_explain,
	command_stat, command_compare, command_inspect, command_diff, command_gate,
	command_results, command_init, command_completion, command_man;

#endif
