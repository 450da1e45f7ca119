#include "dockerfile/instruction.h"

#include <strings.h>

#include "dockerfile/heredoc.h"
#include "dockerfile/json_list.h"
#include "dockerfile/words.h"

/* How the arguments of an instruction are cut into words. */
enum form {
	FORM_NONE,	 /* not at all: an unknown instruction */
	FORM_STRING,	 /* one word */
	FORM_SPLIT,	 /* at white space */
	FORM_JSON,	 /* JSON, or one word */
	FORM_JSON_SPLIT, /* JSON, or at white space */
	FORM_WORDS,	 /* at white space that is not quoted */
	FORM_PAIRS,	 /* NAME=VALUE..., or NAME VALUE */
	FORM_HEALTH,	 /* a word and then JSON or one word */
	FORM_ONBUILD,
};

static const struct {
	const char *name;
	enum form form;
} forms[] = {
	{ "ADD", FORM_JSON_SPLIT },
	{ "ARG", FORM_WORDS },
	{ "CMD", FORM_JSON },
	{ "COPY", FORM_JSON_SPLIT },
	{ "ENTRYPOINT", FORM_JSON },
	{ "ENV", FORM_PAIRS },
	{ "EXPOSE", FORM_SPLIT },
	{ "FROM", FORM_SPLIT },
	{ "HEALTHCHECK", FORM_HEALTH },
	{ "LABEL", FORM_PAIRS },
	{ "MAINTAINER", FORM_STRING },
	{ "ONBUILD", FORM_ONBUILD },
	{ "RUN", FORM_JSON },
	{ "SHELL", FORM_JSON },
	{ "STOPSIGNAL", FORM_STRING },
	{ "USER", FORM_STRING },
	{ "VOLUME", FORM_JSON_SPLIT },
	{ "WORKDIR", FORM_STRING },
};

static bool is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* The known name that a command is written for, in any case; else NULL. */
static const char *known_name(struct span command, enum form *form_out)
{
	_cleanup_(freep) char *lower = is_ascii(command) ? NULL : text_lower(command);

	if (lower)
		command = span_of(lower);
	*form_out = FORM_NONE;
	for (size_t i = 0; command.n > 0 && i < ARRAY_SIZE(forms); i++)
		if ((*command.p & ~0x20) == *forms[i].name &&
			strncasecmp(command.p, forms[i].name, command.n) == 0 &&
			forms[i].name[command.n] == '\0') {
			*form_out = forms[i].form;
			return forms[i].name;
		}
	return NULL;
}

static void parse_string(struct span args, struct df_instruction *out)
{
	if (args.n > 0)
		strv_own(&out->words, span_dup(args));
}

/* JSON when it is an array of strings; *is_json_out tells. */
static struct err *parse_json(struct span args, struct df_instruction *out)
{
	bool nul;

	switch (json_list_parse(args, &out->words, &nul)) {
	case JSON_LIST_MIXED:
		return err_next(err_new(ERR_INPUT, "the JSON form takes strings only"),
			"quote each element: [\"a\", \"b\"]");
	case JSON_LIST_STRINGS:
		out->json = true;
		return nul ? err_next(err_new(ERR_INPUT, "\\u0000 in an argument"),
				     "leave it out: no program could be given it")
			   : NULL;
	default:
		return NULL;
	}
}

static struct err *parse_json_or_string(struct span args, struct df_instruction *out)
{
	TRY(parse_json(args, out));
	if (!out->json)
		parse_string(args, out);
	return NULL;
}

static struct err *parse_json_or_split(struct span args, struct df_instruction *out)
{
	TRY(parse_json(args, out));
	if (!out->json)
		words_split_plain(args, 0, &out->words);
	return NULL;
}

/* NAME=VALUE words become two words each. */
static struct err *parse_pairs(struct span args, char escape, struct df_instruction *out)
{
	_cleanup_(strv_done) struct strv words = STRV_INIT;

	words_split(args, escape, &words);
	if (words.count > 0 && !strchr(words.items[0], '=')) {
		out->legacy = true;
		words_split_plain(args, 2, &out->words);
		return out->words.count == 2
			       ? NULL
			       : err_next(err_new(ERR_INPUT, "%s needs a name and a value",
						  out->name),
					 "write it as %s NAME=VALUE", out->name);
	}
	for (size_t i = 0; i < words.count; i++) {
		const char *equals = strchr(words.items[i], '=');

		if (!equals)
			return err_next(err_new(ERR_INPUT, "\"%.80s\" has no =", words.items[i]),
				"write NAME=VALUE, and quote a value that has spaces");
		strv_own(&out->words, xstrndup(words.items[i], (size_t)(equals - words.items[i])));
		strv_add(&out->words, equals + 1);
	}
	return NULL;
}

static struct err *parse_health(struct span args, struct df_instruction *out)
{
	size_t end = 0;

	while (end < args.n && !rune_is_space((unsigned char)args.p[end]))
		end++;
	if (end == 0)
		return NULL;
	strv_own(&out->words, xstrndup(args.p, end));
	while (end < args.n && rune_is_space((unsigned char)args.p[end]))
		end++;
	return parse_json_or_string(span_from(args, end), out);
}

static struct err *parse_onbuild(struct span args, char escape, struct df_instruction *out)
{
	_cleanup_(freep) char *upper = NULL;
	struct command_line inner;
	enum form form;

	if (args.n == 0)
		return NULL;
	command_split(args, escape, &inner);
	command_line_done(&inner);
	upper = text_upper(inner.command);
	known_name(inner.command, &form);
	if (form == FORM_ONBUILD || str_eq(upper, "FROM") || str_eq(upper, "MAINTAINER"))
		return err_next(err_new(ERR_INPUT, "ONBUILD cannot hold %s", upper),
			"any instruction but FROM, MAINTAINER and ONBUILD");
	out->onbuild = NEW(struct df_instruction);
	TRY(instruction_parse(args, escape, out->onbuild));
	strv_add(&out->words, out->onbuild->name);
	for (size_t i = 0; i < out->onbuild->words.count; i++)
		strv_add(&out->words, out->onbuild->words.items[i]);
	return NULL;
}

static struct err *parse_args(
	struct span args, enum form form, char escape, struct df_instruction *out)
{
	switch (form) {
	case FORM_NONE:
		return NULL;
	case FORM_STRING:
		parse_string(args, out);
		return NULL;
	case FORM_SPLIT:
		words_split_plain(args, 0, &out->words);
		return NULL;
	case FORM_JSON:
		return parse_json_or_string(args, out);
	case FORM_JSON_SPLIT:
		return parse_json_or_split(args, out);
	case FORM_WORDS:
		words_split(args, escape, &out->words);
		return NULL;
	case FORM_PAIRS:
		return parse_pairs(args, escape, out);
	case FORM_HEALTH:
		return parse_health(args, out);
	case FORM_ONBUILD:
		return parse_onbuild(args, escape, out);
	}
	return NULL;
}

/* The texts become the instruction's, each as the value of its flag. */
static void take_flags(struct strv *flags, struct df_instruction *out)
{
	for (size_t i = 0; i < flags->count; i++) {
		struct df_flag *flag = GROW(out->flags, out->flag_count, out->flag_room);
		char *text = flags->items[i];
		size_t dashes = strlen("--"), n = strcspn(text + dashes, "=");

		flag->name = xstrndup(text + dashes, n);
		if (text[dashes + n] == '=') {
			memmove(text, text + dashes + n + 1, strlen(text + dashes + n));
			flag->value = text;
		} else {
			free(text);
		}
	}
	flags->count = 0;
}

struct err *instruction_parse(struct span line, char escape, struct df_instruction *out)
{
	struct command_line cut;
	struct err *e;
	enum form form;
	const char *name;

	command_split(line, escape, &cut);
	name = known_name(cut.command, &form);
	out->own_name = name ? NULL : span_dup(cut.command);
	out->name = name ? name : out->own_name;
	out->original = span_dup(span_trim(line));
	take_flags(&cut.flags, out);
	e = parse_args(cut.args, form, escape, out);
	command_line_done(&cut);
	return e;
}

bool instruction_is_linked(const struct df_instruction *in)
{
	for (size_t i = 0; i < in->flag_count; i++)
		if (str_eq(in->flags[i].name, "link"))
			return !str_eq(in->flags[i].value, "false");
	return false;
}

bool instruction_takes_heredocs(const struct df_instruction *in)
{
	static const char *const takers[] = { "ADD", "COPY", "RUN" };

	if (in->onbuild)
		in = in->onbuild;
	for (size_t i = 0; i < ARRAY_SIZE(takers); i++)
		if (same_word(in->name, takers[i]))
			return !in->json;
	return false;
}

const char *instruction_flag(const struct df_instruction *in, const char *name)
{
	for (size_t i = 0; i < in->flag_count; i++)
		if (same_word(in->flags[i].name, name))
			return in->flags[i].value ? in->flags[i].value : "";
	return NULL;
}

void instruction_done(struct df_instruction *in)
{
	for (size_t i = 0; i < in->flag_count; i++) {
		free(in->flags[i].name);
		free(in->flags[i].value);
	}
	for (size_t i = 0; i < in->heredoc_count; i++)
		heredoc_done(&in->heredocs[i]);
	if (in->onbuild)
		instruction_done(in->onbuild);
	free(in->onbuild);
	free(in->heredocs);
	free(in->flags);
	free(in->own_name);
	free(in->original);
	strv_done(&in->words);
}
