/* tare explain --predict: what a change of each file of the context would bust. */
#include "base/json.h"
#include "cmd/ask.h"
#include "cmd/predict.h"

struct explain {
	struct ask ask;
	bool predict;
};

static const struct opt explain_table[] = {
	{ OPT_FLAG, 0, "predict", NULL, "say what a change of each file would bust; builds nothing",
		offsetof(struct explain, predict) },
	{ OPT_LIST, 0, "variant", "LIST", "variants of the scenario (default: all)",
		offsetof(struct explain, ask.variants) },
	{ OPT_STR, 'f', "file", "FILE", "the Dockerfile, when it is not the scenario's own",
		offsetof(struct explain, ask.file) },
	{ OPT_STR, 0, "target", "STAGE", "the stage to build",
		offsetof(struct explain, ask.target) },
	{ OPT_STRS, 0, "build-arg", "K=V", "a build argument",
		offsetof(struct explain, ask.build_args) },
	{ OPT_STR, 0, "platform", "P", "the platform to build for",
		offsetof(struct explain, ask.platform) },
	{ OPT_FLAG, 'v', "verbose", NULL, "a line for each file, none summed up",
		offsetof(struct explain, ask.verbose) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct explain, ask.json) },
	{ OPT_ARGS, 0, NULL, "DIR", NULL, offsetof(struct explain, ask.where) },
	{ OPT_END },
};

static const struct opts explain_opts = { "explain",
	"which steps a change of a file busts, and why", "--predict [DIR|SCENARIO...] [OPTIONS]",
	"For each file that the build can see, tracked or not: the first step that must run again\n"
	"after a change of its content or mode, how many steps then run again, and the files that\n"
	"no step reads. Directories whose files all have one answer are one line. .dockerignore is\n"
	"read as BuildKit reads it. Why the steps of a run that was measured ran: not yet.",
	explain_table };

/* All that one invocation holds. */
struct explaining {
	struct explain opt;
	struct scenarios scenarios;
};

static void explaining_done(struct explaining *x)
{
	scenarios_done(&x->scenarios);
	opts_done(&explain_opts, &x->opt);
}

static struct err *print_tables(const struct explaining *x)
{
	for (size_t i = 0; i < x->scenarios.count; i++) {
		const struct scenario *s = x->scenarios.items[i];

		for (size_t k = 0; k < s->variant_count; k++) {
			if (i + k > 0)
				putchar('\n');
			TRY(predict_table(s, &s->variants[k], x->opt.ask.verbose, stdout));
		}
	}
	return NULL;
}

static struct err *print_json(const struct explaining *x)
{
	json_t *list = json_array();
	struct err *e = NULL;

	for (size_t i = 0; i < x->scenarios.count && !e; i++) {
		const struct scenario *s = x->scenarios.items[i];

		for (size_t k = 0; k < s->variant_count && !e; k++)
			e = predict_json(s, &s->variants[k], list);
	}
	if (!e)
		return json_print(list, stdout);
	json_decref(list);
	return e;
}

static struct err *explain_main(int argc, char **argv)
{
	_cleanup_(explaining_done) struct explaining x = { 0 };

	TRY(opts_parse(&explain_opts, &x.opt, argc, argv));
	if (!x.opt.predict)
		return err_next(err_new(ERR_INPUT, "tare explain cannot explain a run yet"),
			"tare explain --predict DIR says what a change of each file would bust");
	TRY(ask_scenarios(&x.opt.ask, &x.scenarios));
	return x.opt.ask.json ? print_json(&x) : print_tables(&x);
}

const struct command command_explain = { &explain_opts, explain_main };
