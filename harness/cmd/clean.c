/* tare clean: remove what a killed run left. */
#include "base/json.h"
#include "cmd/cmd.h"
#include "lab/lab.h"

struct clean {
	bool all, json;
};

static const struct opt clean_table[] = {
	{ OPT_FLAG, 0, "all", NULL, "the lab itself too: the copied bases", offsetof(struct clean, all) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct clean, json) },
	{ OPT_END },
};

static const struct opts clean_opts = { "clean", "remove what a killed run left, and nothing else", "",
	"Processes, mounts, cgroups and files that the lab's ledger names. Runs that were recorded are\n"
	"in the database and stay.",
	clean_table };

static void clean_done(struct clean *c)
{
	opts_done(&clean_opts, c);
}

static struct err *print_removed(const struct strv *says, bool json)
{
	json_t *list = json_array();

	for (size_t i = 0; i < says->count; i++)
		json_array_append_new(list, json_bytes(says->items[i]));
	if (json)
		return json_print(json_pack("{s:o}", "removed", list), stdout);
	json_decref(list);
	for (size_t i = 0; i < says->count; i++)
		printf("%s\n", says->items[i]);
	if (!says->count)
		puts("nothing to remove");
	return NULL;
}

static struct err *clean_main(int argc, char **argv)
{
	_cleanup_(clean_done) struct clean opt = { 0 };
	_cleanup_(strv_done) struct strv says = STRV_INIT;
	_cleanup_(freep) char *dir = NULL;

	TRY(opts_parse(&clean_opts, &opt, argc, argv));
	TRY(lab_where(&dir));
	TRY(lab_clean(dir, opt.all, &says));
	return print_removed(&says, opt.json);
}

const struct command command_clean = { &clean_opts, clean_main };
