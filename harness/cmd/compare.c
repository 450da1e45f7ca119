/* tare compare: two runs, or two sides of one run. */
#include "base/json.h"
#include "cmd/cmd.h"
#include "reports/report.h"
#include "reports/reports.h"
#include "reports/turns.h"

struct compare_opt {
	struct strv args;
	char *db, *run;
	bool json, all;
};

static const struct opt compare_table[] = {
	{ OPT_STR, 0, "run", "RUN", "the run whose sides are compared (default: latest)",
		offsetof(struct compare_opt, run) },
	{ OPT_FLAG, 0, "all", NULL, "every metric; else the exact ones and build.wall",
		offsetof(struct compare_opt, all) },
	{ OPT_STR, 0, "db", "FILE", "the database", offsetof(struct compare_opt, db) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct compare_opt, json) },
	{ OPT_ARGS, 0, NULL, "A B", NULL, offsetof(struct compare_opt, args) },
	{ OPT_END },
};

static const struct opts compare_opts = { "compare", "two runs, variants, engines or cache modes",
	"A B",
	"A and B are two runs, as tare list runs names them; or two sides of one run, each a variant,\n"
	"an engine, a cache mode, a state or an edit, or several joined by commas:\n"
	"  tare compare latest~1 latest\n"
	"  tare compare docker podman\n"
	"  tare compare docker,store podman,registry\n"
	"B is judged against A. Times decide only where both were interleaved: in one run, or in runs\n"
	"that took turns on one machine. A tag names all runs that have it; a scenario without a name of\n"
	"its own is called as its directory, which is then called alike on both sides:\n"
	"  for c in old new new old old new new old; do\n"
	"    (cd ../$c/shop && tare run . --samples 1 --tag $c)\n"
	"  done\n"
	"  tare compare old new",
	compare_table };

static void compare_opt_done(struct compare_opt *o)
{
	opts_done(&compare_opts, o);
}

/* What a word of a side can name. */
enum dimension { SCENARIO, VARIANT, ENGINE, CACHE, STATE, EDIT, DIMENSIONS };

static const char *word_of(const struct cell *c, enum dimension d)
{
	switch (d) {
	case SCENARIO:
		return c->scenario;
	case VARIANT:
		return c->variant;
	case ENGINE:
		return c->engine;
	case CACHE:
		return cache_name(c->cache);
	case STATE:
		return state_names[c->state];
	default:
		return edit_names[c->edit];
	}
}

/* The words of a side, by dimension; NULL: it does not say. */
struct side {
	struct strv words;
	const char *of[DIMENSIONS];
};

static void side_done(struct side *s)
{
	strv_done(&s->words);
}

static struct err *side_word(const struct run_summary *rs, const char *word, struct side *out)
{
	_cleanup_(strv_done) struct strv known = STRV_INIT;
	const char *near;

	for (int d = 0; d < DIMENSIONS; d++) {
		for (size_t i = 0; i < rs->count; i++) {
			const char *name = word_of(rs->cells[i].cell, d);

			if (!strv_has(&known, name))
				strv_add(&known, name);
			if (strcmp(name, word) != 0)
				continue;
			out->of[d] = word;
			return NULL;
		}
	}
	near = known.count ? str_nearest(word, (const char *const *)known.items) : NULL;
	return err_next(
		err_new(ERR_INPUT, "neither a run nor a side of this one: \"%s\"%s%s%s", word,
			near ? "; did you mean " : "", near ? near : "", near ? "?" : ""),
		"tare list runs, or tare show for what the run holds");
}

static struct err *side_parse(const struct run_summary *rs, const char *text, struct side *out)
{
	strv_split(&out->words, text, ',');
	for (size_t i = 0; i < out->words.count; i++)
		TRY(side_word(rs, out->words.items[i], out));
	return NULL;
}

static bool on_side(const struct cell *c, const struct side *s)
{
	for (int d = 0; d < DIMENSIONS; d++)
		if (s->of[d] && strcmp(s->of[d], word_of(c, d)) != 0)
			return false;
	return true;
}

/* Whether two cells differ in nothing but what a side names. */
static bool comparable(
	const struct cell *a, const struct cell *b, const struct side *sa, const struct side *sb)
{
	for (int d = 0; d < DIMENSIONS; d++)
		if (!sa->of[d] && !sb->of[d] && strcmp(word_of(a, d), word_of(b, d)) != 0)
			return false;
	return a->output == b->output && link_equal(&a->link, &b->link) &&
	       str_eq(a->project, b->project);
}

static struct err *has_pairs(const struct compare *c)
{
	if (c->pair_count)
		return NULL;
	return err_next(err_new(ERR_INPUT, "nothing to compare: no cell of A has its like in B"),
		"tare show RUN lists the cells of a run");
}

/* Pairs of cells: all of A's with B's that differ in nothing else. */
static struct err *add_pairs(struct compare *c, const struct run_summary *rs_a,
	const struct side *sa, const struct run_summary *rs_b, const struct side *sb)
{
	for (size_t i = 0; i < rs_a->count; i++) {
		const struct cell_sum *a = &rs_a->cells[i];

		for (size_t k = 0; k < rs_b->count; k++) {
			const struct cell_sum *b = &rs_b->cells[k];

			if ((rs_a == rs_b && a == b) || !a->n || !b->n || !on_side(a->cell, sa) ||
				!on_side(b->cell, sb) || !comparable(a->cell, b->cell, sa, sb))
				continue;
			compare_add(c, &(struct compare_pair){ rs_a, rs_b, a, b });
		}
	}
	return has_pairs(c);
}

/* rs_b: the run whose course is shown above the table; NULL: none. */
static struct err *print(const struct compare_opt *opt, struct store *st,
	struct run_summary *rs_b, struct compare *c)
{
	_cleanup_(history_done) struct history past = { 0 };
	struct run_summary *const leads[] = { rs_b };

	compare_decide(c);
	if (!opt->json && rs_b) {
		TRY(history_load(st, leads, 1, rs_b->run->branch, SERIES_RUNS, &past));
		compare_courses(c, &past);
	}
	if (opt->json)
		return json_print(report_compare_json(c), stdout);
	return report_compare_table(c, stdout, term_of(stdout));
}

static struct err *compare_runs(
	const struct compare_opt *opt, struct store *st, const struct run *a, const struct run *b)
{
	_cleanup_(summary_freep) struct run_summary *rs_a = NULL, *rs_b = NULL;
	_cleanup_(compare_done) struct compare c = { .all = opt->all };
	struct side any = { 0 };

	TRY(summary_load(st, a, &rs_a));
	TRY(summary_load(st, b, &rs_b));
	TRY(add_pairs(&c, rs_a, &any, rs_b, &any));
	return print(opt, st, rs_b, &c);
}

/* b_first: A names a run or a tag, so that it is B which names nothing if it is no side. */
static struct err *compare_sides(const struct compare_opt *opt, struct store *st, bool b_first)
{
	_cleanup_(summary_freep) struct run_summary *rs = NULL;
	_cleanup_(compare_done) struct compare c = { .all = opt->all };
	_cleanup_(side_done) struct side a = { 0 }, b = { 0 };
	_cleanup_(run_freep) struct run *run = NULL;

	TRY(store_find_run(st, opt->run ? opt->run : "latest", &run));
	TRY(summary_load(st, run, &rs));
	if (b_first)
		TRY(side_parse(rs, opt->args.items[1], &b));
	TRY(side_parse(rs, opt->args.items[0], &a));
	if (!b_first)
		TRY(side_parse(rs, opt->args.items[1], &b));
	TRY(add_pairs(&c, rs, &a, rs, &b));
	return print(opt, st, rs, &c);
}

static char *tag_words(const char *tag, size_t runs)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	term_encode(&s, tag, strlen(tag));
	str_addf(&s, ", %zu run%s", runs, runs == 1 ? "" : "s");
	return str_take(&s);
}

/* A run that stands on both sides would be paired with itself. */
static struct err *are_apart(const struct turns_side *a, const struct turns_side *b)
{
	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < b->count; k++)
			if (a->runs[i]->id == b->runs[k]->id)
				return err_next(err_new(ERR_INPUT, "a run is on both sides: %s",
							a->runs[i]->uuid),
					"two tags, or runs that have neither; tare list runs");
	return NULL;
}

/* Runs that took turns. */
static struct err *compare_turns(const struct compare_opt *opt, struct store *st,
	const struct turns_side *a, const struct turns_side *b)
{
	_cleanup_(summary_freep) struct run_summary *rs = NULL;
	_cleanup_(compare_done) struct compare c = { .all = opt->all };
	_cleanup_(freep) char *of_a = tag_words(opt->args.items[0], a->count);
	_cleanup_(freep) char *of_b = tag_words(opt->args.items[1], b->count);
	struct side any = { 0 };

	TRY(are_apart(a, b));
	TRY(turns_load(st, a, b, &rs));
	for (size_t i = 0; i < rs->count; i++)
		for (size_t k = 0; k < rs->count; k++) {
			const struct cell_sum *ca = &rs->cells[i], *cb = &rs->cells[k];

			if (!turns_of_b(ca->cell) && turns_of_b(cb->cell) && ca->n && cb->n &&
				comparable(ca->cell, cb->cell, &any, &any))
				compare_add(&c, &(struct compare_pair){ rs, rs, ca, cb, of_a, of_b });
		}
	TRY(has_pairs(&c));
	return print(opt, st, NULL, &c);
}

/* What a word names: those with this tag, or a run; else none. Of a tag "a" the whole is meant, where
 * for a run's name it would be but the beginning. */
static struct err *runs_named(struct store *st, const char *word, struct turns_side *out)
{
	_cleanup_(err_freep) struct err *no = NULL;
	struct run *run;

	if (!str_eq(word, "latest") && !str_starts(word, "latest~"))
		TRY(store_tagged(st, word, &out->runs, &out->count));
	if (out->count)
		return NULL;
	no = store_find_run(st, word, &run);
	if (no)
		return NULL;
	out->runs = xcalloc(1, sizeof(struct run *));
	out->runs[out->count++] = run;
	return NULL;
}

static struct err *compare_main(int argc, char **argv)
{
	_cleanup_(compare_opt_done) struct compare_opt opt = { 0 };
	_cleanup_(store_closep) struct store *st = NULL;
	_cleanup_(turns_side_done) struct turns_side a = { 0 }, b = { 0 };
	_cleanup_(freep) char *path = NULL;

	TRY(opts_parse(&compare_opts, &opt, argc, argv));
	if (opt.args.count != 2)
		return err_next(err_new(ERR_INPUT, "two sides are compared: A and B"),
			"tare compare --help");
	path = store_where(opt.db);
	TRY(store_open(path, STORE_READ, &st));
	TRY(runs_named(st, opt.args.items[0], &a));
	TRY(runs_named(st, opt.args.items[1], &b));
	if (!a.count || !b.count)
		return compare_sides(&opt, st, a.count > 0);
	if (a.count == 1 && b.count == 1)
		return compare_runs(&opt, st, a.runs[0], b.runs[0]);
	return compare_turns(&opt, st, &a, &b);
}

const struct command command_compare = { &compare_opts, compare_main };
