#include "base/opts.h"

#include <stdint.h>

#include "base/clock.h"

static void *member(const struct opt *o, void *into)
{
	return (char *)into + o->offset;
}

static bool takes_value(const struct opt *o)
{
	return o->kind != OPT_FLAG;
}

bool opt_named(const struct opt *o)
{
	return o->kind != OPT_ARGS && o->kind != OPT_REST;
}

static const struct opt *of_kind(const struct opts *o, enum opt_kind kind)
{
	for (const struct opt *t = o->table; t->kind; t++)
		if (t->kind == kind)
			return t;
	return NULL;
}

static struct err *unknown_option(const struct opts *o, const char *word)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	const char *near = NULL;

	for (const struct opt *t = o->table; t->kind; t++)
		if (opt_named(t))
			strv_addf(&names, "--%s", t->name);
	if (names.count)
		near = str_nearest(word, (const char *const *)names.items);
	return err_next(err_new(ERR_INPUT, "unknown option \"%s\"%s%s%s", word,
				STR_MEANT(near)),
		"tare %s --help lists them", o->command);
}

static struct err *store_int(const struct opt *o, void *into, const char *value)
{
	if (!str_to_i64(value, member(o, into)) || *(int64_t *)member(o, into) < 0)
		return err_at(err_new(ERR_INPUT, "\"%s\" is no whole number", value), "--%s", o->name);
	return NULL;
}

static void add_list(struct strv *to, const char *value)
{
	_cleanup_(strv_done) struct strv parts = STRV_INIT;

	strv_split(&parts, value, ',');
	for (size_t i = 0; i < parts.count; i++)
		if (*parts.items[i])
			strv_add(to, parts.items[i]);
}

static struct err *store_value(const struct opt *o, void *into, const char *value)
{
	void *to = member(o, into);

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)to = true;
		return NULL;
	case OPT_STR:
		free(*(char **)to);
		*(char **)to = xstrdup(value);
		return NULL;
	case OPT_LIST:
		add_list(to, value);
		return NULL;
	case OPT_INT:
		return store_int(o, into, value);
	case OPT_DURATION:
		return err_at(duration_parse(value, to), "--%s", o->name);
	default:
		strv_add(to, value);
		return NULL;
	}
}

static const struct opt *find_long(const struct opts *o, const char *word, const char **value)
{
	size_t n = strcspn(word, "=");

	*value = word[n] ? word + n + 1 : NULL;
	for (const struct opt *t = o->table; t->kind; t++)
		if (opt_named(t) && strlen(t->name) == n && strncmp(t->name, word, n) == 0)
			return t;
	return NULL;
}

static const struct opt *find_short(const struct opts *o, const char *word, const char **value)
{
	*value = word[1] ? word + 1 : NULL;
	for (const struct opt *t = o->table; t->kind; t++)
		if (t->letter && t->letter == *word)
			return t;
	return NULL;
}

/* The option at argv[*i], with its value; moves *i on to the last word used. */
static struct err *take_option(const struct opts *o, void *into, int argc, char **argv, int *i)
{
	const char *word = argv[*i], *value;
	const struct opt *t = word[1] == '-' ? find_long(o, word + 2, &value) :
					       find_short(o, word + 1, &value);

	if (!t)
		return unknown_option(o, word);
	if (!takes_value(t) && value)
		return err_new(ERR_INPUT, "--%s takes no value", t->name);
	if (takes_value(t) && !value) {
		if (*i + 1 >= argc)
			return err_next(err_new(ERR_INPUT, "--%s needs a value: %s", t->name, t->value),
				"tare %s --help", o->command);
		value = argv[++*i];
	}
	return store_value(t, into, value);
}

static struct err *take_argument(const struct opts *o, void *into, const char *word)
{
	const struct opt *t = of_kind(o, OPT_ARGS);

	if (!t)
		return err_next(err_new(ERR_INPUT, "tare %s takes no argument \"%s\"", o->command, word),
			"tare %s --help", o->command);
	strv_add(member(t, into), word);
	return NULL;
}

static struct err *take_rest(const struct opts *o, void *into, char **words)
{
	const struct opt *t = of_kind(o, OPT_REST);

	for (; *words; words++)
		if (t)
			strv_add(member(t, into), *words);
		else
			TRY(take_argument(o, into, *words));
	return NULL;
}

struct err *opts_parse(const struct opts *o, void *into, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			return take_rest(o, into, argv + i + 1);
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			opts_help(o, stdout);
			exit(0);
		}
		if (argv[i][0] == '-' && argv[i][1])
			TRY(take_option(o, into, argc, argv, &i));
		else
			TRY(take_argument(o, into, argv[i]));
	}
	return NULL;
}

void opts_done(const struct opts *o, void *into)
{
	for (const struct opt *t = o->table; t->kind; t++) {
		if (t->kind == OPT_STR)
			free(*(char **)member(t, into));
		else if (t->kind == OPT_STRS || t->kind == OPT_LIST || !opt_named(t))
			strv_done(member(t, into));
	}
}
