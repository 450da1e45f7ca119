/* tare bases: copy what scenarios are built on into the lab, once, and pin it. */
#include "base/json.h"
#include "base/random.h"
#include "cmd/ask.h"
#include "cmd/signals.h"
#include "reports/reports.h"

struct bases {
	struct strv where;
	char *bases, *from;
	bool json, quiet;
};

static const struct opt bases_table[] = {
	{ OPT_STR, 0, "bases", "FROM", "auto, real or standin (default: auto)",
		offsetof(struct bases, bases) },
	{ OPT_STR, 0, "bases-from", "REGISTRY", "copy from here instead of each image's own registry",
		offsetof(struct bases, from) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct bases, json) },
	{ OPT_FLAG, 'q', "quiet", NULL, "no progress", offsetof(struct bases, quiet) },
	{ OPT_ARGS, 0, NULL, "DIR|SCENARIO", NULL, offsetof(struct bases, where) },
	{ OPT_END },
};

static const struct opts bases_opts = { "bases", "copy the images that scenarios are built on, and pin them",
	"[DIR|SCENARIO...] [OPTIONS]",
	"Where upstream cannot be reached a stand-in with the same role is assembled from packages;\n"
	"it is labelled as such everywhere and never compared with the real image.",
	bases_table };

struct basing {
	struct bases opt;
	struct scenarios scenarios;
	struct lab *lab;
	struct base *bases;
	size_t count;
};

static void basing_done(struct basing *b)
{
	for (size_t i = 0; i < b->count; i++)
		base_done(&b->bases[i]);
	free(b->bases);
	lab_close(b->lab);
	scenarios_done(&b->scenarios);
	opts_done(&bases_opts, &b->opt);
}

static void say(const char *line)
{
	fprintf(stderr, "%s\n", line);
}

static struct err *fetch(struct basing *b)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;
	_cleanup_(freep) char *dir = NULL;
	char label[13];
	enum bases_from from;

	TRY(bases_mode(b->opt.bases, &from));
	TRY(run_base_refs(b->scenarios.items, b->scenarios.count, true, &refs));
	TRY(lab_where(&dir));
	random_hex(label, 12);
	TRY(lab_open(dir, label, (struct link){ 0 }, &b->lab));
	b->lab->stop = signals_catch();
	b->bases = xcalloc(refs.count + 1, sizeof(*b->bases));
	b->count = refs.count;
	return lab_bases(b->lab, &refs, from, b->opt.from, b->opt.quiet ? NULL : say, b->bases);
}

static struct err *print_table(const struct basing *b)
{
	struct table *tb = table_new(term_of(stdout));

	table_column(tb, "base", false, false);
	table_column(tb, "what it is", false, true);
	table_column(tb, "digest", false, false);
	for (size_t i = 0; i < b->count; i++) {
		_cleanup_(freep) char *what = b->bases[i].standin ?
			xasprintf("stand-in: %s", b->bases[i].why ? b->bases[i].why : "asked for") :
			xstrdup("upstream's");
		_cleanup_(freep) char *digest = xstrndup(b->bases[i].digest, 19);

		table_row(tb, (const char *const[]){ b->bases[i].ref, what, digest });
	}
	return table_print(tb, stdout);
}

static struct err *print_json(const struct basing *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->count; i++)
		json_array_append_new(list, json_pack("{s:o, s:s, s:b, s:o}", "ref",
						    json_bytes(b->bases[i].ref), "digest",
						    b->bases[i].digest, "standin", b->bases[i].standin,
						    "why", b->bases[i].why ? json_bytes(b->bases[i].why) :
									     json_null()));
	return json_print(json_pack("{s:o}", "bases", list), stdout);
}

static struct err *bases_main(int argc, char **argv)
{
	_cleanup_(basing_done) struct basing b = { 0 };
	_cleanup_(strv_done) struct strv library = STRV_INIT;
	struct ask ask = { 0 };

	TRY(opts_parse(&bases_opts, &b.opt, argc, argv));
	if (!b.opt.where.count)
		TRY(scenario_list(&library));
	ask.where = b.opt.where.count ? b.opt.where : library;
	TRY(ask_scenarios(&ask, &b.scenarios));
	TRY(fetch(&b));
	return b.opt.json ? print_json(&b) : print_table(&b);
}

const struct command command_bases = { &bases_opts, bases_main };
