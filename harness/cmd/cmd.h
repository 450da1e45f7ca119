/* Subcommands: options in, modules called, exit code out. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/opts.h"

struct command {
	const struct opts *opts;
	/* argv[0] is the subcommand's name. */
	struct err *(*main)(int argc, char **argv);
};

/* One a file. */
extern const struct command command_run, command_plan, command_list, command_show, command_report,
	command_bases, command_doctor, command_clean, command_explain,
	command_stat, command_compare, command_inspect, command_diff, command_gate,
	command_results, command_init;

#endif
