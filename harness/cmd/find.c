#include "cmd/cmd.h"

struct err *command_find(const char *name, const struct command **out)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	const char *near;

	for (const struct command_group *g = command_groups; *g->commands; g++)
		for (const struct command *const *c = g->commands; *c; c++) {
			if (strcmp((*c)->opts->command, name) == 0) {
				*out = *c;
				return NULL;
			}
			if (g->title)
				strv_add(&names, (*c)->opts->command);
		}
	near = str_nearest(name, (const char *const *)names.items);
	return err_next(err_new(ERR_INPUT, "unknown command \"%s\"%s%s%s", name, STR_MEANT(near)),
		"tare --help lists them");
}
