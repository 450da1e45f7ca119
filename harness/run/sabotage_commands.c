/* Mistakes in the commands that a sample times, by name; and which mistake was asked for. */
#include "run/sabotage.h"

static bool is_timed(const struct trial *t)
{
	return t->slot->kind == SAMPLE_TIMED;
}

static bool is_prime(const struct trial *t)
{
	return t->slot->kind == SAMPLE_PRIME;
}

/* Take the option and its value out. */
static void drop_option(struct strv *argv, const char *option)
{
	struct strv kept = STRV_INIT;

	for (size_t i = 0; i < argv->count; i++) {
		if (strcmp(argv->items[i], option) == 0)
			i++;
		else
			strv_add(&kept, argv->items[i]);
	}
	strv_done(argv);
	*argv = kept;
}

static void replace_in(struct strv *argv, const char *find, const char *put)
{
	for (size_t i = 0; i < argv->count; i++) {
		char *at = strstr(argv->items[i], find);
		char *was = argv->items[i];

		if (!at)
			continue;
		argv->items[i] = xasprintf("%.*s%s%s", (int)(at - was), was, put,
			at + strlen(find));
		free(was);
	}
}

static void drop_layers(struct trial *t, struct strv *argv)
{
	struct strv more = STRV_INIT;

	for (size_t i = 0; i < argv->count; i++) {
		strv_add(&more, argv->items[i]);
		if (strcmp(argv->items[i], "build") == 0)
			strv_add(&more, "--no-cache");
	}
	strv_done(argv);
	*argv = more;
}

static void drop_export(struct trial *t, struct strv *argv)
{
	drop_option(argv, "--cache-to");
	drop_option(argv, "--export-cache");
}

/* The registry refuses the export (F4): nothing answers at that port. */
static void refuse_export(struct trial *t, struct strv *argv)
{
	if (t->export_ref)
		replace_in(argv, t->export_ref, "127.0.0.1:1/tare/refused");
}

static void compress_less(struct trial *t, struct strv *argv)
{
	replace_in(argv, "zstd", "gzip");
}

static const struct {
	const char *name;
	bool (*on)(const struct trial *t);
	void (*make)(struct trial *t, struct strv *argv);
} slips[] = {
	{ "layers-off", trial_is_warm, drop_layers },
	{ "no-export", is_timed, drop_export },
	{ "prime-fails", is_prime, refuse_export },
	{ "gzip-for-zstd", is_timed, compress_less },
	{ "relay-bypassed", is_timed, sabotage_take_way },
};

struct err *sabotage_commands(struct trial *t, struct cmds *cmds)
{
	for (size_t i = 0; i < ARRAY_SIZE(slips); i++)
		for (size_t c = 0; c < cmds->count; c++)
			if (sabotage_is(slips[i].name) && slips[i].on(t))
				slips[i].make(t, &cmds->items[c].argv);
	return NULL;
}

bool sabotage_is(const char *name)
{
	return str_eq(getenv("TARE_SABOTAGE"), name);
}

bool sabotage_skips(enum check k)
{
	return str_eq(getenv("TARE_SKIP_CHECK"), check_table[k].name);
}
