#include "reports/notes.h"

#include "reports/cause.h"

/* Number (from 1) of this text, added if new. */
static size_t notes_add(struct notes *n, const char *text, bool flagged, double took_s)
{
	size_t i = 0;

	while (i < n->count && !str_eq(n->items[i].text, text))
		i++;
	if (i == n->count) {
		struct footnote *f = GROW(n->items, n->count, n->room);

		*f = (struct footnote){ .text = xstrdup(text), .flagged = flagged };
	}
	spread_add(&n->items[i].took_s, took_s);
	return i + 1;
}

void note_show(struct str *s, const struct notes *n, size_t i)
{
	struct spread r = n->items[i].took_s;
	struct scale k = scale_seconds(r);
	_cleanup_(str_done) struct str low = STR_INIT, high = STR_INIT;

	str_add(s, n->items[i].text);
	if (r.high <= 0)
		return;
	figure_number(&low, k, r.low);
	figure_number(&high, k, r.high);
	if (str_eq(str_get(&low), str_get(&high)))
		str_addf(s, " (%s %s)", str_get(&low), k.suffix);
	else
		str_addf(s, " (%s–%s %s)", str_get(&low), str_get(&high), k.suffix);
}

void notes_done(struct notes *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->items[i].text);
	free(n->items);
}

/* Add the text, if there is any, and empty it. */
static void note_timed(struct notes *n, struct cell_notes *out, enum note_place p, struct str *text,
	bool flagged, double took_s)
{
	size_t i = 0, number;

	if (!text->len)
		return;
	number = notes_add(n, str_get(text), flagged, took_s);
	str_clear(text);
	while (out->at[p][i] && out->at[p][i] != number)
		i++;
	if (i < NOTES_PER_PLACE)
		out->at[p][i] = number;
}

static void note(
	struct notes *n, struct cell_notes *out, enum note_place p, struct str *text, bool flagged)
{
	note_timed(n, out, p, text, flagged, 0);
}

/* Whether a sample is one of the cell's: a priming build may belong to a cell beside it. */
static bool is_of(const struct run_summary *rs, const struct sample *s, const struct cell_sum *c,
	enum sample_kind kind)
{
	for (size_t i = 0; i < rs->count; i++)
		if (rs->cells[i].cell->id == s->cell_id)
			return kind == SAMPLE_PRIME ? cells_share_primes(rs->cells[i].cell, c->cell)
						    : rs->cells[i].cell == c->cell;
	return false;
}

/* The first build of a cell that failed: what it said is said of all. A priming build that timed
 * out has failed, too. */
static const struct sample *first_failed(
	const struct run_summary *rs, const struct cell_sum *c, enum sample_kind kind)
{
	for (size_t i = 0; i < rs->sample_count; i++) {
		const struct sample *s = &rs->samples[i];

		if (is_of(rs, s, c, kind) && s->kind == kind &&
			(s->status == STATUS_FAILED ||
				(kind == SAMPLE_PRIME && s->status == STATUS_TIMEOUT)))
			return s;
	}
	return NULL;
}

static void add_failure(struct str *s, const struct sample *first)
{
	if (first->failure) {
		str_add(s, ": ");
		term_encode(s, first->failure, strlen(first->failure));
	} else if (first->exit_code) {
		str_addf(s, ": exit status %d", first->exit_code);
	}
}

static void note_failures(struct notes *n, const struct run_summary *rs, const struct cell_sum *c,
	struct cell_notes *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	const struct sample *s = first_failed(rs, c, SAMPLE_TIMED);
	const struct sample *prime = first_failed(rs, c, SAMPLE_PRIME);

	if (s) {
		str_addf(&text, "%zu of %zu builds failed", c->failures,
			c->failures + c->n + c->voids);
		add_failure(&text, s);
		note(n, out, NOTE_TIME, &text, true);
	}
	if (prime) {
		str_addf(&text, "%zu of %zu priming builds failed", c->prime_failures, c->primes);
		add_failure(&text, prime);
		note(n, out, NOTE_TIME, &text, true);
	}
	if (c->n || c->failures || c->voids || prime || c->cell->unsupported)
		return;
	str_add(&text, "not measured: the run ended before its first sample did");
	note(n, out, NOTE_TIME, &text, true);
}

static void note_timeouts(struct notes *n, const struct cell_sum *c, struct cell_notes *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	if (!c->timeouts)
		return;
	str_addf(&text, "%zu of %zu builds ended at the time limit (", c->timeouts, c->n);
	figure_limit(&text, c->limit_s);
	str_add(&text, "): they rank above all others");
	note(n, out, NOTE_TIME, &text, true);
}

/* Failed checks of one class over a cell's timed samples, a footnote a check. */
static void note_checks(struct notes *n, const struct run_summary *rs, const struct cell_sum *c,
	enum check_class class, struct cell_notes *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	for (int k = 0; k < CHECK_COUNT; k++) {
		size_t failed = 0, timed = 0;

		/* a time-out has a footnote of its own, with its limit */
		if (check_table[k].class != class || k == CHECK_NO_TIMEOUT)
			continue;
		for (size_t i = 0; i < rs->sample_count; i++) {
			const struct sample *s = &rs->samples[i];

			if (s->cell_id != c->cell->id || s->kind != SAMPLE_TIMED)
				continue;
			timed++;
			failed += s->checks.failed >> k & 1;
		}
		if (failed)
			str_addf(&text, "%s in %zu of %zu samples: %s",
				class == CHECK_VOID ? "void" : "finding", failed, timed,
				check_table[k].text);
		note(n, out, NOTE_TIME, &text, true);
	}
}

/* A mode with fewer stages kept shows fewer steps cached than its sibling that keeps all. */
static bool keeps_final_stage_only(const struct run_summary *rs, const struct cell_sum *c)
{
	if (c->cell->cache.mode != CACHE_INLINE && c->cell->cache.depth != DEPTH_MIN)
		return false;
	for (size_t i = 0; i < rs->count; i++) {
		const struct cell_sum *o = &rs->cells[i];

		if (o->cell->state == STATE_WARM && o->cell->edit == c->cell->edit &&
			o->cell->output == c->cell->output &&
			str_eq(o->cell->engine, c->cell->engine) &&
			str_eq(o->cell->scenario, c->cell->scenario) &&
			str_eq(o->cell->variant, c->cell->variant) && o->typical &&
			o->cell->cache.depth != DEPTH_MIN && o->cell->cache.mode != CACHE_INLINE &&
			o->steps == c->steps && o->cached > c->cached)
			return true;
	}
	return false;
}

static void note_steps(struct notes *n, const struct run_summary *rs, const struct cell_sum *c,
	struct cell_notes *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	double took_s = 0;

	if (c->cell->state != STATE_WARM || !c->typical)
		return;
	if (keeps_final_stage_only(rs, c))
		str_add(&text, "not exported: min and inline keep only the final stage's layers");
	else
		took_s = cause_note(&text, c);
	note_timed(n, out, NOTE_STEPS, &text, false, took_s);
	if (c->cached_low != c->cached_high)
		str_addf(&text, "steps cached vary between samples: %zu to %zu of %zu",
			c->cached_low, c->cached_high, c->steps);
	note(n, out, NOTE_STEPS, &text, true);
}

/* An all-cached BuildKit import that is pushed back to where it came from pulls no layer. */
static void note_lazy(struct notes *n, const struct cell_sum *c, struct cell_notes *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	const struct estimate *rx = &c->metrics[M_REGISTRY_RX];
	const struct estimate *image = &c->metrics[M_IMAGE_COMPRESSED];
	enum cache_mode m = c->cell->cache.mode;

	if (c->cell->state != STATE_WARM || (m != CACHE_REGISTRY && m != CACHE_INLINE) ||
		!c->steps || c->cached != c->steps || !rx->known || !image->known ||
		rx->at > image->at / 10)
		return;
	str_add(&text, "lazy: with every step cached this engine pulled neither layers nor base; "
		       "no rank against an engine that does");
	note(n, out, NOTE_REGISTRY, &text, false);
}

/* A registry cache without depths is podman's kind. */
static void note_shared(struct notes *n, const struct cell_sum *c, struct cell_notes *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	if (c->cell->cache.mode != CACHE_REGISTRY || c->cell->cache.depth != DEPTH_DEFAULT ||
		c->cell->state != STATE_WARM || !c->n)
		return;
	str_add(&text, "its cache is one repository, a tag a layer, that a priming build and its samples "
		       "share; what a sample adds is taken away after it");
	note(n, out, NOTE_CACHE, &text, false);
}

/* What an update of the catalogue did to the image, and what was not pinned. */
static void note_update(struct notes *n, const struct cell_sum *c, struct cell_notes *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	const struct sample *s = c->typical;

	if (c->cell->edit != EDIT_CATALOGUE || !s || !s->values.known[M_IMAGE_CHANGED])
		return;
	if (s->values.v[M_IMAGE_CHANGED] <= 0) {
		str_add(&text, "no file of the image is another than before the update");
	} else {
		bool one = s->values.v[M_IMAGE_CHANGED] < 2;

		str_addf(&text, "%.0f %s before the update", s->values.v[M_IMAGE_CHANGED],
			one ? "file of the image is another than" : "files of the image are others than");
		if (s->change && *s->change) {
			str_add(&text, ": ");
			term_encode(&text, s->change, strlen(s->change));
		}
	}
	note(n, out, NOTE_TIME, &text, false);
}

static void note_gain(struct notes *n, const struct cell_sum *c, struct cell_notes *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	if (!c->cold || !c->gain.known || !c->cold_edit_differs)
		return;
	if (c->cold->cell->edit == EDIT_NONE)
		str_add(&text, "against the cold build without an edit: none with this edit ran");
	else
		str_addf(&text, "against the cold build after a %s edit: none with this edit ran",
			edit_names[c->cold->cell->edit]);
	note(n, out, NOTE_GAIN, &text, false);
}

const bool notes_all[NOTE_PLACES] = { true, true, true, true, true };

static void note_time(struct notes *n, const struct run_summary *rs, const struct cell_sum *c,
	struct cell_notes *out)
{
	note_failures(n, rs, c, out);
	note_timeouts(n, c, out);
	note_update(n, c, out);
	note_checks(n, rs, c, CHECK_VOID, out);
	note_checks(n, rs, c, CHECK_FINDING, out);
}

void notes_of(struct notes *n, const struct run_summary *rs, const struct cell_sum *c,
	const bool wanted[NOTE_PLACES], struct cell_notes *out)
{
	memset(out, 0, sizeof(*out));
	if (wanted[NOTE_TIME])
		note_time(n, rs, c, out);
	if (wanted[NOTE_STEPS])
		note_steps(n, rs, c, out);
	if (wanted[NOTE_REGISTRY])
		note_lazy(n, c, out);
	if (wanted[NOTE_CACHE])
		note_shared(n, c, out);
	if (wanted[NOTE_GAIN])
		note_gain(n, c, out);
}
