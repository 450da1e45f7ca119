#include "reports/history.h"

#include <math.h>

#include "reports/figure.h"
#include "reports/history_parts.h"

const struct headline_info headline_table[HEADLINES] = {
	[HEAD_WALL] = { "Build time", "build.wall", "s", false },
	[HEAD_STEPS] = { "Steps executed", "steps executed", "1", true },
	[HEAD_REGISTRY] = { "From the registry", "registry.rx", "By", false },
	[HEAD_SIZE] = { "Image size", "image.size", "By", true },
};

void headline_show(struct str *s, enum headline h, const struct estimate *e)
{
	if (headline_table[h].exact)
		figure_exact(s, headline_table[h].unit, e);
	else
		figure_estimate(s, headline_table[h].unit, e);
}

/* In the order that store_past is asked in. */
enum asked { WALL, TOTAL, CACHED, RX, SIZE };
static const enum metric asked[PAST_METRICS] = { [WALL] = M_BUILD_WALL,
	[TOTAL] = M_STEPS_TOTAL,
	[CACHED] = M_STEPS_CACHED,
	[RX] = M_REGISTRY_RX,
	[SIZE] = M_IMAGE_SIZE };

static bool counts(const struct past *p)
{
	return !p->failed && !p->is_void && p->known[WALL];
}

/* A headline of one sample; only a build's time says something where it was ended at its limit. */
static bool headline_of(const struct past *p, enum headline h, double *v)
{
	static const enum asked plain[HEADLINES] = { WALL, CACHED, RX, SIZE };

	if (!counts(p) || !p->known[plain[h]] || (h != HEAD_WALL && p->censored) ||
		(h == HEAD_STEPS && !p->known[TOTAL]))
		return false;
	*v = h == HEAD_STEPS ? p->v[TOTAL] - p->v[CACHED] : p->v[plain[h]];
	return true;
}

static struct estimate median_of(const struct past *p, size_t count, enum headline h)
{
	_cleanup_(freep) double *x = xcalloc(count, sizeof(*x));
	_cleanup_(freep) bool *censored = xcalloc(count, sizeof(*censored));
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (!headline_of(&p[i], h, &x[n]))
			continue;
		censored[n++] = p[i].censored;
	}
	return stats_median(x, censored, n);
}

/* The samples of one run, which stand together. */
static void read_run(struct track_run *r, const struct past *p, size_t count)
{
	double nearest = INFINITY;

	for (int h = 0; h < HEADLINES; h++)
		r->v[h] = median_of(p, count, (enum headline)h);
	for (size_t i = 0; i < count; i++) {
		double far = r->v[HEAD_WALL].known ? fabs(p[i].v[WALL] - r->v[HEAD_WALL].at) : 0;

		r->voids += p[i].is_void;
		r->failures += p[i].failed && !p[i].is_void;
		if (!counts(&p[i]))
			continue;
		r->n++;
		r->finding |= p[i].finding;
		if (p[i].censored || far >= nearest)
			continue;
		nearest = far;
		r->sample = p[i].sample;
		r->input_set = p[i].input_set;
	}
}

/* By binary search: runs are in the order of their ids. */
static const struct past_run *run_of(const struct history *h, int64_t id)
{
	size_t low = 0, high = h->run_count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (h->runs[mid].run->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < h->run_count && h->runs[low].run->id == id ? &h->runs[low] : NULL;
}

static void oldest_first(struct track *t)
{
	for (size_t i = 0; i < t->count / 2; i++) {
		struct track_run r = t->runs[i];

		t->runs[i] = t->runs[t->count - 1 - i];
		t->runs[t->count - 1 - i] = r;
	}
}

/* The runs whose samples stood on this kind of base; a run with no sample that tells is left out.
 */
static void add_runs(
	const struct history *h, struct track *t, const struct past *p, size_t count, int64_t until)
{
	for (size_t i = 0, end; i < count; i = end) {
		const struct past_run *of = run_of(h, p[i].run);

		for (end = i + 1; end < count && p[end].run == p[i].run;)
			end++;
		if (!of || p[i].standin != t->standin || of->run->start_unix_ns > until)
			continue;

		struct track_run *r = GROW(t->runs, t->count, t->room);

		r->of = of;
		r->on_branch = str_eq(of->run->branch, h->branch);
		read_run(r, &p[i], end - i);
	}
	oldest_first(t);
}

static void add_point(struct track *t, enum headline h, size_t run)
{
	size_t machine = h == HEAD_WALL ? t->runs[run].of->machine : 0, i = 0;

	while (i < t->line_count && (t->lines[i].headline != h || t->lines[i].machine != machine))
		i++;
	if (i == t->line_count)
		*GROW(t->lines, t->line_count, t->line_room) = (struct line){ .headline = h,
			.machine = machine };

	struct line *l = &t->lines[i];

	*GROW(l->at, l->count, l->room) = run;
}

/* Newest first, so that the line of the latest machine comes first; then turned round. */
static void add_lines(struct track *t)
{
	for (int h = 0; h < HEADLINES; h++)
		for (size_t i = t->count; i-- > 0;)
			if (t->runs[i].on_branch && t->runs[i].v[h].known)
				add_point(t, (enum headline)h, i);
	for (size_t i = 0; i < t->line_count; i++) {
		struct line *l = &t->lines[i];

		for (size_t k = 0; k < l->count / 2; k++) {
			size_t swap = l->at[k];

			l->at[k] = l->at[l->count - 1 - k];
			l->at[l->count - 1 - k] = swap;
		}
	}
}

static struct err *add_track(struct store *st, struct history *h, const struct run_summary *rs,
	const struct cell_sum *c, bool standin, const struct past *p, size_t count)
{
	struct track *t = GROW(h->tracks, h->count, h->room);

	*t = (struct track){ .rs = rs, .cell = c, .standin = standin };
	add_runs(h, t, p, count, rs->run->start_unix_ns);
	if (!t->count) {
		h->count--;
		return NULL;
	}
	add_lines(t);
	TRY(track_markers(st, t));
	return track_changes(st, t);
}

static struct err *add_tracks(struct store *st, struct history *h, const struct run_summary *rs,
	const struct cell_sum *c, size_t last)
{
	_cleanup_(freep) struct past *p = NULL;
	size_t count;

	TRY(store_past(st, c->cell->id, asked, last, &p, &count));
	TRY(add_track(st, h, rs, c, c->standin, p, count));
	return add_track(st, h, rs, c, !c->standin, p, count);
}

static size_t machine_of(struct history *h, const struct run *r)
{
	const char *model = facts_get(&r->env, "cpu.model"),
		   *cores = facts_get(&r->env, "cpu.cores");
	_cleanup_(str_done) struct str s = STR_INIT;
	size_t i = 0;

	term_encode(&s, model ? model : "unknown CPU", strlen(model ? model : "unknown CPU"));
	if (cores) {
		str_add(&s, ", ");
		term_encode(&s, cores, strlen(cores));
		str_add(&s, str_eq(cores, "1") ? " core" : " cores");
	}
	while (i < h->machines.count && !str_eq(h->machines.items[i], str_get(&s)))
		i++;
	if (i == h->machines.count)
		strv_add(&h->machines, str_get(&s));
	return i;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct past_run *)a)->run->id,
		y = ((const struct past_run *)b)->run->id;

	return (x > y) - (x < y);
}

static struct err *load_runs(struct store *st, struct history *h)
{
	struct run **runs;
	size_t count;

	TRY(store_runs(st, 0, &runs, &count));
	h->runs = xcalloc(count + 1, sizeof(*h->runs));
	h->run_count = count;
	for (size_t i = 0; i < count; i++)
		h->runs[i] = (struct past_run){ runs[i], machine_of(h, runs[i]) };
	free(runs);
	qsort(h->runs, count, sizeof(*h->runs), by_id);
	for (size_t i = 0; i < count; i++)
		TRY(store_read_engines(st, h->runs[i].run));
	return NULL;
}

struct err *history_load(struct store *st, struct run_summary *const *leads, size_t count,
	const char *branch, size_t last, struct history *out)
{
	out->branch = branch ? xstrdup(branch) : NULL;
	TRY(load_runs(st, out));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < leads[i]->count; k++) {
			const struct cell_sum *c = &leads[i]->cells[k];

			if (c->has_row && !c->cell->unsupported)
				TRY(add_tracks(st, out, leads[i], c, last));
		}
	return NULL;
}

static void track_done(struct track *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->runs[i].marker);
	free(t->runs);
	for (size_t i = 0; i < t->line_count; i++) {
		for (size_t k = 0; k < t->lines[i].change_count; k++)
			free(t->lines[i].changes[k].step);
		free(t->lines[i].changes);
		free(t->lines[i].at);
	}
	free(t->lines);
}

void history_done(struct history *h)
{
	for (size_t i = 0; i < h->count; i++)
		track_done(&h->tracks[i]);
	for (size_t i = 0; i < h->run_count; i++)
		run_free(h->runs[i].run);
	free(h->tracks);
	free(h->runs);
	free(h->branch);
	strv_done(&h->machines);
}

const struct track_run *track_latest(const struct track *t)
{
	const struct track_run *r = t->count ? &t->runs[t->count - 1] : NULL;

	return r && r->on_branch && r->of->run->id == t->rs->run->id ? r : NULL;
}

const struct line *track_line(const struct track *t, enum headline h)
{
	const struct track_run *latest = track_latest(t);

	for (size_t i = 0; latest && i < t->line_count; i++) {
		const struct line *l = &t->lines[i];

		if (l->headline == h && &t->runs[l->at[l->count - 1]] == latest)
			return l;
	}
	return NULL;
}

size_t line_level(const struct line *l)
{
	const struct change *last = l->change_count ? &l->changes[l->change_count - 1] : NULL;
	size_t i = 0;

	while (last && i < l->count && l->at[i] != last->at)
		i++;
	return i;
}
