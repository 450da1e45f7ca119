/* The flags that each instruction knows. */
#include "dockerfile/instruction.h"

enum flag_kind { FLAG_STRING, FLAG_STRINGS, FLAG_BOOL };

static const struct known_flag {
	const char *instruction, *name;
	enum flag_kind kind;
} known_flags[] = {
	{ "ADD", "chown", FLAG_STRING },
	{ "ADD", "chmod", FLAG_STRING },
	{ "ADD", "link", FLAG_BOOL },
	{ "ADD", "keep-git-dir", FLAG_BOOL },
	{ "ADD", "checksum", FLAG_STRING },
	{ "ADD", "unpack", FLAG_BOOL },
	{ "ADD", "exclude", FLAG_STRINGS },
	{ "COPY", "chown", FLAG_STRING },
	{ "COPY", "from", FLAG_STRING },
	{ "COPY", "chmod", FLAG_STRING },
	{ "COPY", "link", FLAG_BOOL },
	{ "COPY", "exclude", FLAG_STRINGS },
	{ "COPY", "parents", FLAG_BOOL },
	{ "FROM", "platform", FLAG_STRING },
	{ "HEALTHCHECK", "interval", FLAG_STRING },
	{ "HEALTHCHECK", "timeout", FLAG_STRING },
	{ "HEALTHCHECK", "start-period", FLAG_STRING },
	{ "HEALTHCHECK", "start-interval", FLAG_STRING },
	{ "HEALTHCHECK", "retries", FLAG_STRING },
	{ "RUN", "mount", FLAG_STRINGS },
	{ "RUN", "device", FLAG_STRINGS },
	{ "RUN", "network", FLAG_STRING },
	{ "RUN", "security", FLAG_STRING },
};

static const struct known_flag *find(const char *instruction, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_flags); i++)
		if (same_word(known_flags[i].name, name) &&
			same_word(known_flags[i].instruction, instruction))
			return &known_flags[i];
	return NULL;
}

static struct err *unknown(const char *instruction, const char *name)
{
	struct err *e = err_new(ERR_INPUT, "%s does not know the flag --%.80s", instruction, name);
	const char *names[ARRAY_SIZE(known_flags) + 1] = { NULL };
	const char *near;
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(known_flags); i++)
		if (strcmp(known_flags[i].instruction, instruction) == 0)
			names[count++] = known_flags[i].name;
	near = str_nearest(name, names);
	return near ? err_next(e, "did you mean --%s?", near) : err_next(e, "leave it out");
}

static struct err *check_bool(const struct df_flag *flag)
{
	_cleanup_(freep) char *lower = flag->value ? text_lower(span_of(flag->value)) : NULL;

	if (!lower || strcmp(lower, "true") == 0 || strcmp(lower, "false") == 0)
		return NULL;
	return err_next(
		err_new(ERR_INPUT, "\"%.80s\" is no value of --%s", flag->value, flag->name),
		"one of true, false");
}

struct err *check_flags(const struct df_instruction *in)
{
	bool used[ARRAY_SIZE(known_flags)] = { false };

	for (size_t i = 0; i < in->flag_count; i++) {
		const struct df_flag *flag = &in->flags[i];
		const struct known_flag *known = find(in->name, flag->name);

		if (!known)
			return unknown(in->name, flag->name);
		if (used[known - known_flags] && known->kind != FLAG_STRINGS)
			return err_next(err_new(ERR_INPUT, "--%s is given twice", flag->name),
				"keep one of them");
		used[known - known_flags] = true;
		if (known->kind == FLAG_BOOL)
			TRY(check_bool(flag));
		else if (!flag->value)
			return err_next(err_new(ERR_INPUT, "--%s has no value", flag->name),
				"write --%s=VALUE", flag->name);
	}
	return NULL;
}
