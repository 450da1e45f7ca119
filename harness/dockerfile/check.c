/* What BuildKit refuses in an instruction once its words are known. */
#include <strings.h>

#include "dockerfile/heredoc.h"
#include "dockerfile/instruction.h"

static struct err *need_some(const struct df_instruction *in)
{
	return in->words.count > 0 ? NULL
				   : err_next(err_new(ERR_INPUT, "%s needs an argument", in->name),
					     "write what it is about behind it");
}

static struct err *check_one(const struct df_instruction *in)
{
	if (in->words.count != 1)
		return err_next(err_new(ERR_INPUT, "%s takes exactly one argument", in->name),
			"write %s ARGUMENT", in->name);
	return check_flags(in);
}

static struct err *check_some(const struct df_instruction *in)
{
	TRY(need_some(in));
	return check_flags(in);
}

static struct err *check_pairs(const struct df_instruction *in)
{
	TRY(check_some(in));
	for (size_t i = 0; i < in->words.count; i += 2)
		if (in->words.items[i][0] == '\0')
			return err_next(err_new(ERR_INPUT, "%s has a blank name", in->name),
				"write it as %s NAME=VALUE", in->name);
	return NULL;
}

/* ARG takes its flags for nothing, as BuildKit does. */
static struct err *check_arg(const struct df_instruction *in)
{
	TRY(need_some(in));
	for (size_t i = 0; i < in->words.count; i++)
		if (in->words.items[i][0] == '=')
			return err_next(err_new(ERR_INPUT, "ARG has a blank name"),
				"write it as ARG NAME or ARG NAME=DEFAULT");
	return NULL;
}

static struct err *check_signal(const struct df_instruction *in)
{
	return in->words.count == 1
		       ? NULL
		       : err_next(err_new(ERR_INPUT, "STOPSIGNAL takes exactly one argument"),
				 "name one signal, as SIGTERM");
}

static struct err *check_copy(const struct df_instruction *in)
{
	struct df_heredoc h = { 0 };
	bool found;

	if (in->words.count < 2)
		return err_next(err_new(ERR_INPUT, "%s needs a source and a destination", in->name),
			"name the destination last: %s SOURCE... DESTINATION", in->name);
	TRY(check_flags(in));
	err_free(heredoc_word(span_of(in->words.items[in->words.count - 1]), &h, &found));
	heredoc_done(&h);
	return found ? err_next(err_new(ERR_INPUT, "%s cannot copy to a here-document", in->name),
			       "name the destination last")
		     : NULL;
}

static bool is_stage_name(const char *s)
{
	return *s >= 'a' && *s <= 'z' &&
	       s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

/* "as" in any case, the long s included, as Go folds it. */
static bool is_as(const char *s)
{
	_cleanup_(freep) char *upper = NULL;

	if (strcasecmp(s, "as") == 0)
		return true;
	upper = text_upper(span_of(s));
	return strcmp(upper, "AS") == 0;
}

static struct err *check_from(const struct df_instruction *in)
{
	_cleanup_(freep) char *name = NULL;

	if (in->words.count != 1 && (in->words.count != 3 || !is_as(in->words.items[1])))
		return err_next(err_new(ERR_INPUT, "FROM takes an image, and AS and a name"),
			"write FROM IMAGE or FROM IMAGE AS NAME");
	if (in->words.count == 3)
		name = text_lower(span_of(in->words.items[2]));
	if (name && !is_stage_name(name))
		return err_next(
			err_new(ERR_INPUT, "\"%.80s\" cannot name a stage", in->words.items[2]),
			"start it with a letter, and use letters, digits, - _ and . only");
	return check_flags(in);
}

static struct err *check_healthcheck(const struct df_instruction *in)
{
	_cleanup_(freep) char *type = NULL;

	TRY(need_some(in));
	type = text_upper(span_of(in->words.items[0]));
	if (strcmp(type, "NONE") == 0)
		return in->words.count == 1
			       ? NULL
			       : err_next(err_new(ERR_INPUT, "HEALTHCHECK NONE takes no arguments"),
					 "leave out what follows NONE");
	TRY(check_flags(in));
	if (strcmp(type, "CMD") != 0)
		return err_next(
			err_new(ERR_INPUT, "HEALTHCHECK is NONE or CMD, not \"%.80s\"", type),
			"write HEALTHCHECK CMD COMMAND");
	if (in->words.count < 2)
		return err_next(err_new(ERR_INPUT, "HEALTHCHECK CMD has no command"),
			"write HEALTHCHECK CMD COMMAND");
	return check_health(in);
}

static struct err *check_run(const struct df_instruction *in)
{
	const char *network = instruction_flag(in, "network");
	const char *security = instruction_flag(in, "security");

	TRY(check_flags(in));
	TRY(check_mounts(in));
	if (network && strcmp(network, "default") != 0 && strcmp(network, "none") != 0 &&
		strcmp(network, "host") != 0)
		return err_next(err_new(ERR_INPUT, "there is no --network=%.80s", network),
			"one of default, none, host");
	if (security && strcmp(security, "insecure") != 0 && strcmp(security, "sandbox") != 0)
		return err_next(err_new(ERR_INPUT, "there is no --security=%.80s", security),
			"one of insecure, sandbox");
	return NULL;
}

static struct err *check_shell(const struct df_instruction *in)
{
	TRY(check_some(in));
	return in->json ? NULL
			: err_next(err_new(ERR_INPUT, "SHELL takes the JSON form only"),
				  "write it like SHELL [\"/bin/sh\", \"-c\"]");
}

static struct err *check_volume(const struct df_instruction *in)
{
	TRY(check_some(in));
	for (size_t i = 0; i < in->words.count; i++)
		if (span_trim(span_of(in->words.items[i])).n == 0)
			return err_next(err_new(ERR_INPUT, "VOLUME has a blank path"),
				"name a directory, as VOLUME /data");
	return NULL;
}

static const struct {
	const char *name;
	struct err *(*check)(const struct df_instruction *in);
} checks[] = {
	{ "ADD", check_copy },
	{ "ARG", check_arg },
	{ "CMD", check_flags },
	{ "COPY", check_copy },
	{ "ENTRYPOINT", check_flags },
	{ "ENV", check_pairs },
	{ "EXPOSE", check_some },
	{ "FROM", check_from },
	{ "HEALTHCHECK", check_healthcheck },
	{ "LABEL", check_pairs },
	{ "MAINTAINER", check_one },
	{ "ONBUILD", check_some },
	{ "RUN", check_run },
	{ "SHELL", check_shell },
	{ "STOPSIGNAL", check_signal },
	{ "USER", check_one },
	{ "VOLUME", check_volume },
	{ "WORKDIR", check_one },
};

static struct err *unknown(const char *name)
{
	const char *names[ARRAY_SIZE(checks) + 1] = { NULL };
	_cleanup_(freep) char *upper = text_upper(span_of(name));
	struct err *e = err_new(ERR_INPUT, "unknown instruction \"%.80s\"", name);
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		names[i] = checks[i].name;
	near = str_nearest(upper, names);
	return near ? err_next(e, "did you mean %s?", near)
		    : err_next(e,
			      "an instruction comes first, as FROM, RUN or COPY; if it should go "
			      "on with the line above, end that with a backslash");
}

struct err *instruction_check(const struct df_instruction *in)
{
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if (same_word(checks[i].name, in->name))
			return checks[i].check(in);
	return unknown(in->name);
}
