/* tare init: a scenario.json for the user's own directory. */
#include "base/file.h"
#include "base/json.h"
#include "base/term.h"
#include "cmd/cmd.h"
#include "scenario/scenario.h"

struct init {
	struct strv args;
	char *file, *target;
	bool force, json;
};

static const struct opt init_table[] = {
	{ OPT_STR, 'f', "file", "FILE", "the Dockerfile, when it is not the directory's own",
		offsetof(struct init, file) },
	{ OPT_STR, 0, "target", "STAGE", "the stage to build", offsetof(struct init, target) },
	{ OPT_FLAG, 0, "force", NULL, "replace the scenario.json that is there",
		offsetof(struct init, force) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct init, json) },
	{ OPT_ARGS, 0, NULL, "DIR", NULL, offsetof(struct init, args) },
	{ OPT_END },
};

static const struct opts init_opts = { "init", "write a scenario.json for a directory of yours",
	"[DIR] [OPTIONS]",
	"Looks at the Dockerfile and at what its steps read, and proposes the changes that a developer\n"
	"makes: a source file, a dependency more (pip, npm, go, cargo, maven), a line of the\n"
	"Dockerfile, permission bits. tare run DIR builds with them; change the file as you like.\n"
	"A monorepo: tare init -f services/a/Dockerfile .",
	init_table };

static void init_done(struct init *i)
{
	opts_done(&init_opts, i);
}

static struct err *refuse(const struct init *opt, const char *path)
{
	if (opt->force || !path_exists(path))
		return NULL;
	return err_next(err_at(err_new(ERR_INPUT, "there is a scenario.json already"), "%s", path),
		"--force replaces it; tare run uses it as it is");
}

static struct err *look(const struct init *opt, const char *where, struct scenario **out)
{
	struct scenario_opts opts = { .file = opt->file, .target = opt->target, .plain = true };
	_cleanup_(scenario_freep) struct scenario *s = NULL;

	TRY(scenario_load(where, &opts, &s));
	if (*s->variants[0].dockerfile == '/')
		return err_next(err_at(err_new(ERR_INPUT, "the Dockerfile is not in the directory"),
					"%s", s->variants[0].dockerfile),
			"a directory that holds both: tare init -f services/a/Dockerfile .");
	*out = TAKE_PTR(s);
	return NULL;
}

/* Read as tare run would before it stands there: what was there stays where that cannot be done. */
static struct err *write_file(const char *where, const char *path, const struct scenario *s)
{
	_cleanup_(freep) char *text = scenario_text(s);
	_cleanup_(scenario_freep) struct scenario *again = NULL;
	const struct scenario_opts as = { .text = text };

	TRY(err_wrap(scenario_load(where, &as, &again),
		"the scenario.json that was made cannot be read"));
	return file_replace(path, 0644, text, strlen(text));
}

static void edit_line(const struct edit_spec *e)
{
	_cleanup_(str_done) struct str line = STR_INIT;
	const char *file = e->file ? e->file : "the Dockerfile";

	str_addf(&line, "  %-10s  ", edit_names[e->edit]);
	term_encode(&line, file, strlen(file));
	str_add(&line, ": ");
	if (e->says)
		term_encode(&line, e->says, strlen(e->says));
	else
		str_add(&line, e->how == EDIT_CHMOD ? "permission bits" : "a comment at the end");
	puts(str_get(&line));
}

static bool has_edit(const struct scenario *s, enum edit edit)
{
	const char *why;

	return scenario_has_edit(s, &s->variants[0], edit, &why);
}

static void print_found(
	const struct scenario *s, const char *where, const char *path, const char *note)
{
	_cleanup_(str_done) struct str shown = STR_INIT, file = STR_INIT, name = STR_INIT;

	term_encode(&shown, where, strlen(where));
	term_encode(&file, path, strlen(path));
	term_encode(&name, s->variants[0].dockerfile, strlen(s->variants[0].dockerfile));
	printf("%s: %s, built from %s, and the changes to it\n", str_get(&file), s->name,
		str_get(&name));
	for (size_t i = 0; i < s->edit_count; i++)
		edit_line(&s->edits[i]);
	if (!has_edit(s, EDIT_SOURCE))
		puts("  note: no source edit: no step reads source code in a language that tare knows");
	if (note) {
		_cleanup_(str_done) struct str safe = STR_INIT;

		term_encode(&safe, note, strlen(note));
		printf("  note: %s\n", str_get(&safe));
	}
	printf("\nnext  tare run %s\n", str_get(&shown));
	if (has_edit(s, EDIT_DEPS))
		printf("      tare run %s --edit deps --cache all\n", str_get(&shown));
	printf("      tare explain --predict %s\n", str_get(&shown));
}

static json_t *edits_json(const struct scenario *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->edit_count; i++) {
		const struct edit_spec *e = &s->edits[i];

		json_array_append_new(list,
			json_pack("{s:s, s:o, s:o}", "edit", edit_names[e->edit], "file",
				e->file ? json_bytes(e->file) : json_null(), "says",
				e->says ? json_bytes(e->says) : json_null()));
	}
	return list;
}

static struct err *print_json(const struct scenario *s, const char *path, const char *note)
{
	return json_print(json_pack("{s:o, s:s, s:o, s:o, s:o}", "file", json_bytes(path), "name",
				  s->name, "dockerfile", json_bytes(s->variants[0].dockerfile),
				  "edits", edits_json(s), "note",
				  note ? json_bytes(note) : json_null()),
		stdout);
}

static struct err *init_main(int argc, char **argv)
{
	_cleanup_(init_done) struct init opt = { 0 };
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(freep) char *path = NULL, *note = NULL;
	const char *where;

	TRY(opts_parse(&init_opts, &opt, argc, argv));
	if (opt.args.count > 1)
		return err_next(err_new(ERR_INPUT, "one directory at a time"), "tare init DIR");
	where = opt.args.count ? opt.args.items[0] : ".";
	path = path_join(where, "scenario.json");
	TRY(refuse(&opt, path));
	TRY(look(&opt, where, &s));
	TRY(scenario_guess_deps(s, &s->variants[0], &note));
	TRY(write_file(where, path, s));
	if (opt.json)
		return print_json(s, path, note);
	print_found(s, where, path, note);
	return NULL;
}

const struct command command_init = { &init_opts, init_main };
