#include "cmd/watch.h"

#include "base/clock.h"
#include "reports/compare.h"
#include "reports/table.h"

struct watch {
	FILE *f;
	struct term term;
	bool quiet, verbose;
	bool open_line;        /* the cursor stands in the line that is rewritten */
	char *label;           /* " 7/22  podman  store  warm  source" */
	double expected_s;
	int64_t began_ns;      /* this build */
	int64_t start_ns;      /* the first build */
	size_t built;
	int closed;            /* blocks whose comparisons were told */
	enum verdict *told;    /* of each comparison, as it was told last */
	size_t told_count;
};

struct watch *watch_new(FILE *f, bool quiet, bool verbose)
{
	struct watch *w = NEW(struct watch);

	w->f = f;
	w->term = term_of(f);
	w->quiet = quiet;
	w->verbose = verbose;
	return w;
}

static void clear_line(struct watch *w)
{
	if (w->open_line)
		fputs("\r\033[K", w->f);
	w->open_line = false;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	clear_line(w);
	fflush(w->f);
	free(w->label);
	free(w->told);
	free(w);
}

/* The last character of UTF-8 text, all its bytes. */
static void drop_character(struct str *s)
{
	while (s->len && (s->buf[--s->len] & 0xc0) == 0x80)
		;
	s->buf[s->len] = '\0';
}

/* Cut text to the terminal's width and show it in place of the last. */
static void rewrite(struct watch *w, struct str *line)
{
	while (line->len && term_columns(str_get(line)) >= w->term.width)
		drop_character(line);
	clear_line(w);
	fputs(str_get(line), w->f);
	fflush(w->f);
	w->open_line = true;
}

static void say_plain(struct watch *w, const char *line)
{
	clear_line(w);
	fprintf(w->f, "%s\n", line);
	fflush(w->f);
}

/* "7:50 left", from the pace so far; nothing before the first build has ended. */
static void add_left(struct watch *w, struct str *s, size_t left)
{
	int64_t each_s;

	if (!w->built)
		return;
	each_s = (int64_t)left * ((w->began_ns - w->start_ns) / (int64_t)w->built) / SECOND_NS;
	str_addf(s, "   %lld:%02lld left", (long long)(each_s / 60), (long long)(each_s % 60));
}

static char *label_of(const struct plan *p, const struct plan_slot *slot)
{
	const struct cell *c = &p->cells[slot->cell].cell;
	struct str s = STR_INIT;

	str_addf(&s, "%3zu", plan_total(p) - plan_left(p) + 1);
	if (p->spec.until_decided)
		str_addf(&s, "  block %d  ", slot->block + 1);
	else
		str_addf(&s, "/%zu  ", plan_total(p));
	if (strcmp(c->variant, "default") != 0)
		str_addf(&s, "%s  ", c->variant);
	str_addf(&s, "%s  %s  ", c->engine, cache_name(c->cache));
	if (slot->kind == SAMPLE_PRIME)
		str_add(&s, "prime");
	else
		str_addf(&s, "%s  %s", state_names[c->state], edit_names[c->edit]);
	return str_take(&s);
}

/* "   slow +61 % (95 %: +40 to +85 %, n = 4)". */
static void add_standing(
	struct str *s, struct term t, const struct plan *p, const struct plan_comparison *c)
{
	_cleanup_(decided_names_done) struct decided_names n = { STR_INIT, STR_INIT, STR_INIT };
	_cleanup_(str_done) struct str effect = STR_INIT;

	decided_names(&p->cells[c->a].cell, &p->cells[c->b].cell, &n);
	str_addf(s, "   %s ", str_get(&n.b));
	effect_show(&effect, &c->ab.effect, c->ab.rules.alpha);
	plain_text(s, t, str_get(&effect));
}

/* The comparison that is furthest from its verdict, as far as it has come. False: the run
 * has a fixed end, so that the time left can be told. */
static bool add_open(struct str *s, struct term t, const struct plan *p)
{
	const struct plan_comparison *open = NULL;

	for (size_t i = 0; i < p->comparison_count; i++) {
		const struct plan_comparison *c = &p->comparisons[i];
		const struct effect *e = &c->ab.effect;

		if (plan_is_settled(p, c) || !e->known)
			continue;
		if (!open || e->high - e->low > open->ab.effect.high - open->ab.effect.low)
			open = c;
	}
	if (open)
		add_standing(s, t, p, open);
	return p->spec.until_decided;
}

static void on_begin(void *ctx, const struct plan *p, const struct plan_slot *slot, double expected_s)
{
	struct watch *w = ctx;
	_cleanup_(str_done) struct str line = STR_INIT;

	w->began_ns = clock_mono_ns();
	if (!w->start_ns)
		w->start_ns = w->began_ns;
	free(w->label);
	w->label = label_of(p, slot);
	w->expected_s = expected_s;
	if (w->quiet || !w->term.tty)
		return;
	str_add(&line, w->label);
	if (expected_s > 0)
		str_addf(&line, "   about %.0f s", expected_s);
	if (!add_open(&line, w->term, p))
		add_left(w, &line, plan_left(p));
	rewrite(w, &line);
}

static void on_step(void *ctx, const struct step *step)
{
	struct watch *w = ctx;
	_cleanup_(str_done) struct str line = STR_INIT;

	if (w->quiet || !w->term.tty)
		return;
	str_addf(&line, "%s   ", w->label);
	term_encode(&line, step->text ? step->text : "", strlen(step->text ? step->text : ""));
	rewrite(w, &line);
}

static void add_outcome(struct str *s, const struct sample *sample)
{
	if (sample->values.known[M_BUILD_WALL])
		duration_show(s, (int64_t)(sample->values.v[M_BUILD_WALL] * 1e9));
	if (sample->status != STATUS_OK)
		str_addf(s, "  %s", sample_status_names[sample->status]);
	if (sample->status != STATUS_OK && sample->failure) {
		str_add(s, ": ");
		term_encode(s, sample->failure, strlen(sample->failure)); /* it may quote the build */
	}
	if (sample->checks.fail_count)
		str_addf(s, "  %s: %s", checks_void(&sample->checks) ? "void" : "finding",
			check_table[sample->checks.fails[0].check].text);
}

/* How a comparison stands after a block. */
static void tell(struct watch *w, const struct plan *p, const struct plan_comparison *c)
{
	_cleanup_(str_done) struct str line = STR_INIT, plain = STR_INIT;
	bool settled = plan_is_settled(p, c);

	str_add(&line, settled ? "  decided  " : "  so far   ");
	decided_sentence(&line, &p->cells[c->a].cell, &p->cells[c->b].cell, &c->ab.effect,
		verdict_names[c->ab.verdict], c->ab.rules.alpha);
	plain_text(&plain, w->term, str_get(&line));
	say_plain(w, str_get(&plain));
}

/* In a log each interval as it narrows; on a terminal, where the last line shows one, verdicts. */
static void tell_all(struct watch *w, const struct plan *p)
{
	if (p->closed == w->closed)
		return;
	w->closed = p->closed;
	if (w->told_count < p->comparison_count) {
		w->told = xrealloc(w->told, p->comparison_count, sizeof(*w->told));
		for (; w->told_count < p->comparison_count; w->told_count++)
			w->told[w->told_count] = VERDICT_INCONCLUSIVE;
	}
	for (size_t i = 0; i < p->comparison_count; i++) {
		const struct plan_comparison *c = &p->comparisons[i];
		bool is_new = c->ab.verdict != w->told[i];

		if (c->ab.effect.known && (is_new || (!w->term.tty && !plan_is_settled(p, c))))
			tell(w, p, c);
		w->told[i] = c->ab.verdict;
	}
}

static void on_end(void *ctx, const struct plan *p, const struct plan_slot *slot,
	const struct sample *sample)
{
	struct watch *w = ctx;
	_cleanup_(str_done) struct str line = STR_INIT;
	bool remarkable = sample->status != STATUS_OK || sample->checks.failed;

	w->built++;
	if (w->quiet)
		return;
	if (!w->term.tty || w->verbose || remarkable) {
		str_addf(&line, "%s   ", w->label);
		add_outcome(&line, sample);
		say_plain(w, str_get(&line));
	}
	tell_all(w, p);
}

static void on_say(void *ctx, const char *line)
{
	struct watch *w = ctx;
	_cleanup_(str_done) struct str safe = STR_INIT;

	if (w->quiet)
		return;
	term_encode(&safe, line, strlen(line));
	say_plain(w, str_get(&safe));
}

struct run_watch watch_hooks(struct watch *w)
{
	return (struct run_watch){ on_begin, on_step, on_end, on_say, w };
}

double plan_expected_s(struct store *st, const struct plan *p)
{
	double sum = 0;

	for (size_t i = 0; i < p->slot_count; i++) {
		_cleanup_(cell_done) struct cell prime = { 0 };
		const struct cell *c = &p->cells[p->slots[i].cell].cell;
		double s = -1;

		plan_prime_cell(c, &prime);
		err_free(store_expected_wall(st, p->slots[i].kind == SAMPLE_PRIME ? &prime : c, &s));
		if (s < 0)
			return -1;
		sum += s;
	}
	return sum;
}
