/* The latest run of each cell against its level: what screening flags, and what changed lately. */
#include "reports/news_parts.h"

#include <math.h>

#include "base/clock.h"
#include "reports/history_parts.h"

/* A change is news while so few points have come since. */
#define LATELY	    20
#define DAY_CHARS   10 /* of a time: "2026-11-25" */
#define PROOF_PAIRS 6  /* of builds: what an effect of a tenth takes on a quiet machine, and to spare */

static double value(const struct track *t, const struct line *l, size_t i)
{
	return t->runs[l->at[i]].v[l->headline].at;
}

/* The logs of a line's points [from, to); false where one has none. */
static bool logs_of(const struct track *t, const struct line *l, size_t from, size_t to, double *x)
{
	for (size_t i = from; i < to; i++) {
		if (!(value(t, l, i) > 0))
			return false;
		x[i - from] = log(value(t, l, i));
	}
	return true;
}

static void name_series(struct news *n, const struct track *t, enum headline h)
{
	_cleanup_(str_done) struct str where = STR_INIT;

	cell_name(&where, t->cell->cell);
	n->where = str_take(&where);
	n->track = t;
	n->headline = h;
}

static void step_share(struct str *s, const char *step, double seconds)
{
	if (!step)
		return;
	str_addf(s, "; %s ", step);
	figure_difference(s, "s", seconds);
	str_add(s, " of it");
}

static struct err *add_flag(struct store *st, struct report *r, const struct track *t,
	const struct line *l, double level, size_t points)
{
	const struct track_run *latest = track_latest(t);
	const struct track_run *before = &t->runs[l->at[l->count - 2]];
	const struct headline_info *h = &headline_table[l->headline];
	_cleanup_(str_done) struct str s = STR_INIT;
	_cleanup_(freep) char *step = NULL;
	double at = latest->v[l->headline].at, seconds = 0;
	struct estimate usual = { .at = exp(level), .n = 1, .known = true };
	struct news *n = news_add(r, NEWS_LOSS, "flag", log(at) - level);

	if (l->headline == HEAD_WALL)
		TRY(step_of_change(st, before->sample, latest->sample, 1, &step, &seconds));
	str_addf(&s, "%s ", h->name);
	figure_with_interval(&s, h->unit, &latest->v[l->headline]);
	str_add(&s, ", ");
	figure_ratio(&s, log(at) - level);
	str_addf(&s, " on the median of the %zu runs before, ", points);
	figure_estimate(&s, h->unit, &usual);
	step_share(&s, step, seconds);
	name_series(n, t, l->headline);
	n->text = str_take(&s);
	n->proof = proof_command(t, before->of->run, latest->of->run);
	return NULL;
}

static struct err *screen(
	struct store *st, struct report *r, const struct track *t, const struct line *l)
{
	_cleanup_(freep) double *x = xcalloc(l->count + 1, sizeof(*x));
	const struct rules rules = RULES_DEFAULT;
	size_t from = line_level(l), n = l->count - from - 1;
	double limit, level;

	if (l->count < 2 || !logs_of(t, l, from, l->count, x) ||
		!stats_screen(x, n, &rules, &limit) || x[n] <= limit)
		return NULL;
	level = stats_median(x, NULL, n).at;
	/* less than the threshold is called no change, whatever an A/B finds */
	return x[n] - level < log1p(rules.threshold) ? NULL : add_flag(st, r, t, l, level, n);
}

/* "6f1ed00..9ab3c21", or the runs' days where no commit is known. */
static void range_words(struct str *s, const struct run *a, const struct run *b)
{
	_cleanup_(str_done) struct str from = STR_INIT, to = STR_INIT;

	commit_name(&from, a);
	commit_name(&to, b);
	if (from.len && to.len) {
		str_addf(s, "%s..%s, ", str_get(&from), str_get(&to));
	}
	str_clear(&to);
	time_show(&to, b->start_unix_ns);
	str_addn(s, str_get(&to), DAY_CHARS);
}

void level_change_words(
	struct str *s, const struct track *t, const struct line *l, const struct change *c)
{
	const struct headline_info *h = &headline_table[l->headline];

	str_addf(s, "%s ", h->name);
	figure_ratio(s, c->effect.at);
	if (c->effect.known) {
		str_add(s, " (95 %: ");
		figure_ratio(s, c->effect.low);
		str_add(s, " to ");
		figure_ratio(s, c->effect.high);
		str_addc(s, ')');
	}
	str_add(s, ", ");
	figure_difference(s, h->unit, c->total);
	str_add(s, ", at ");
	range_words(s, t->runs[c->before].of->run, t->runs[c->at].of->run);
	step_share(s, c->step, c->step_s);
	if (c->suspect)
		str_addf(s, "; first suspect: %s", c->suspect);
}

static void add_change(struct report *r, const struct track *t, const struct line *l)
{
	const struct change *c = &l->changes[l->change_count - 1];
	_cleanup_(str_done) struct str s = STR_INIT;
	struct news *n = news_add(
		r, c->effect.at > 0 ? NEWS_LOSS : NEWS_GAIN, "changed", c->effect.at);

	level_change_words(&s, t, l, c);
	str_addf(&s, "; %zu run%s since", l->count - line_level(l),
		l->count - line_level(l) == 1 ? "" : "s");
	name_series(n, t, l->headline);
	n->text = str_take(&s);
	n->proof = proof_command(t, t->runs[c->before].of->run, t->runs[c->at].of->run);
}

struct err *news_of_history(struct store *st, struct report *r)
{
	static const enum headline estimates[] = { HEAD_WALL, HEAD_REGISTRY };

	for (size_t i = 0; i < r->history.count; i++) {
		const struct track *t = &r->history.tracks[i];

		for (size_t k = 0; k < ARRAY_SIZE(estimates); k++) {
			const struct line *l = track_line(t, estimates[k]);

			if (!l || l->count < 2)
				continue; /* a first run is no news */
			r->watched++;
			TRY(screen(st, r, t, l));
			if (l->change_count && l->count - line_level(l) <= LATELY)
				add_change(r, t, l);
		}
	}
	return NULL;
}

/* The engine as it was typed: a directory that it was taken from is not in its name. */
static void engine_word(struct str *s, const struct run *run, const char *engine)
{
	_cleanup_(strv_done) struct strv words = STRV_INIT, list = STRV_INIT;
	size_t place = 0;

	while (place < run->engine_count && !str_eq(run->engines[place].engine, engine))
		place++;
	strv_split(&words, run->command ? run->command : "", ' ');
	for (size_t i = 0; i + 1 < words.count && !list.count; i++)
		if (str_eq(words.items[i], "--engine") || str_eq(words.items[i], "-e"))
			strv_split(&list, words.items[i + 1], ',');
	str_add(s,
		list.count == run->engine_count && place < list.count ? list.items[place] : engine);
}

/* Only what a shell takes as it stands is put into a command. */
static bool is_plain(const char *word)
{
	return *word && *word != '-' &&
	       strspn(word,
		       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@/:+-") ==
		       strlen(word);
}

/* A commit becomes part of a path, too. */
static bool is_commit(const char *word)
{
	return word && *word && strspn(word, "0123456789abcdef") == strlen(word);
}

/* What was typed for the scenario, from where the run was started; "." where it is not told. */
static const char *typed_dir(const struct strv *words, const char *scenario)
{
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i], *slash = strrchr(word, '/');

		if (str_eq(slash ? slash + 1 : word, scenario) && is_plain(word) && *word != '/' &&
			!strstr(word, ".."))
			return word;
	}
	return ".";
}

/* The two commits in turns, ABBA, each in a checkout that is called as the scenario: a scenario without
 * a name of its own is called as its directory, and must be the same one in both. */
static void add_turns(struct str *s, const char *a, const char *b, const struct cell *c,
	const char *dir, const char *options)
{
	str_addf(s,
		"d=$(git rev-parse --show-cdup)../tare; for c in %.12s %.12s; do "
		"git worktree add $d-$c/%s $c; done; for c in",
		a, b, c->scenario);
	for (int i = 0; i < PROOF_PAIRS; i++)
		str_addf(s, " %.12s %.12s", i % 2 ? b : a, i % 2 ? a : b);
	str_addf(s,
		"; do (cd \"$d-$c/%s/$(git rev-parse --show-prefix)\" && "
		"tare run %s %s --tag $c) || break; done; tare compare %.12s %.12s",
		c->scenario, dir, options, a, b);
}

char *proof_command(const struct track *t, const struct run *before, const struct run *after)
{
	const struct cell *c = t->cell->cell;
	_cleanup_(str_done) struct str s = STR_INIT, engine = STR_INIT, options = STR_INIT;
	_cleanup_(strv_done) struct strv words = STRV_INIT;

	engine_word(&engine, after, c->engine);
	if (!is_commit(before->commit) || !is_commit(after->commit) ||
		str_eq(before->commit, after->commit) || !is_plain(c->scenario) ||
		!is_plain(c->variant) || strstr(c->scenario, "..") || !is_plain(str_get(&engine)))
		return NULL;
	strv_split(&words, after->command ? after->command : "", ' ');
	str_addf(&options, "--engine %s --cache %s --state %s --edit %s --output %s",
		str_get(&engine), cache_name(c->cache), state_names[c->state], edit_names[c->edit],
		output_names[c->output]);
	if (!str_eq(c->variant, "default"))
		str_addf(&options, " --variant %s", c->variant);
	str_add(&options, " --samples 1");
	add_turns(&s, before->commit, after->commit, c, typed_dir(&words, c->scenario),
		str_get(&options));
	return str_take(&s);
}
