/* A cell over its runs. The drawing is stretched to its place, so it is made of strokes that keep
 * their width; a dot is a stroke without length. */
#include <math.h>

#include "base/clock.h"
#include "reports/encode.h"
#include "reports/figure.h"
#include "reports/svg.h"

#define PLACE	     10	 /* units across of one place */
#define HEIGHT	     200 /* units down */
#define LARGE_PIXELS 120
#define SMALL_PIXELS 56
#define TOP_PIXELS   16
#define FOOT_PIXELS  20
/* A flat line fills the drawing with its noise unless the axis spans this much of the value. */
#define SPAN_LEAST 0.1

/* What is drawn at one place: the points of the runs that share it. */
struct place {
	struct estimate main;  /* of the line; with several runs the median and range of theirs */
	struct estimate other; /* of other branches */
	bool finding, marker, change;
};

struct plot {
	const struct trend_view *v;
	struct place *places;
	size_t count, share;
	double low, high; /* of the axis */
};

size_t trend_share(const struct track *t, size_t from)
{
	size_t older = t->count - from - 1;

	return older < TREND_PLACES ? 1 : (older + TREND_PLACES - 2) / (TREND_PLACES - 1);
}

size_t trend_places(const struct track *t, size_t from)
{
	size_t share = trend_share(t, from);

	return (t->count - from - 1 + share - 1) / share + 1;
}

size_t trend_first(const struct track *t, size_t from, size_t place)
{
	size_t first = from + place * trend_share(t, from);

	if (place >= trend_places(t, from))
		return t->count;
	return first < t->count - 1 ? first : t->count - 1;
}

/* The place of a run. */
static size_t place_of(const struct plot *p, size_t run)
{
	return run + 1 == p->v->track->count ? p->count - 1 : (run - p->v->from) / p->share;
}

/* The points of some runs as one: a lone one keeps its interval. */
static struct estimate join(const struct estimate *e, size_t count)
{
	_cleanup_(freep) double *x = NULL;
	struct estimate all;

	if (count < 2)
		return count ? e[0] : (struct estimate){ 0 };
	x = xcalloc(count, sizeof(*x));
	for (size_t i = 0; i < count; i++)
		x[i] = e[i].at;
	all = stats_median(x, NULL, count);
	all.low = all.high = x[0];
	for (size_t i = 0; i < count; i++) {
		all.low = fmin(all.low, x[i]);
		all.high = fmax(all.high, x[i]);
	}
	return all;
}

static bool on_line(const struct line *l, size_t run)
{
	size_t low = 0, high = l ? l->count : 0;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (l->at[mid] < run)
			low = mid + 1;
		else
			high = mid;
	}
	return l && low < l->count && l->at[low] == run;
}

/* A run of another branch; its time counts where the line's machine measured it. */
static bool is_other(const struct plot *p, const struct track_run *r)
{
	const struct line *l = p->v->line;

	return !r->on_branch && r->v[p->v->headline].known &&
	       (!l || l->headline != HEAD_WALL || l->machine == r->of->machine);
}

static void fill_place(struct plot *p, size_t place)
{
	const struct track *t = p->v->track;
	size_t from = trend_first(t, p->v->from, place), n = 0, others = 0;
	size_t to = trend_first(t, p->v->from, place + 1);
	_cleanup_(freep) struct estimate *main = xcalloc(p->share, sizeof(*main));
	_cleanup_(freep) struct estimate *other = xcalloc(p->share, sizeof(*other));
	struct place *at = &p->places[place];

	for (size_t i = from; i < to; i++) {
		const struct track_run *r = &t->runs[i];

		if (on_line(p->v->line, i)) {
			main[n++] = r->v[p->v->headline];
			at->finding |= r->finding;
		} else if (is_other(p, r)) {
			other[others++] = r->v[p->v->headline];
		}
		at->marker |= r->marker != NULL;
	}
	at->main = join(main, n);
	at->other = join(other, others);
}

static void mark_changes(struct plot *p)
{
	const struct line *l = p->v->line;

	for (size_t i = 0; l && i < l->change_count; i++)
		if (l->changes[i].at >= p->v->from)
			p->places[place_of(p, l->changes[i].at)].change = true;
}

/* How far up an interval is drawn: to the median where a time-out leaves it open. */
static double upper(const struct estimate *e)
{
	return e->high_open ? e->at : e->high;
}

static bool is_count(const struct plot *p)
{
	return str_eq(headline_table[p->v->headline].unit, "1");
}

/* From 0, unless that would hide what changed. */
static void find_axis(struct plot *p)
{
	double low = INFINITY, high = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct place *at = &p->places[i];

		if (at->main.known) {
			low = fmin(low, at->main.low);
			high = fmax(high, upper(&at->main));
		}
		if (at->other.known) {
			low = fmin(low, at->other.at);
			high = fmax(high, at->other.at);
		}
	}
	p->high = high > 0 ? high : 1;
	p->low = low < p->high / 2 || !isfinite(low) || is_count(p) ? 0 : low;
	if (p->low > 0 && p->high - p->low < SPAN_LEAST * p->high) {
		double pad = (SPAN_LEAST * p->high - (p->high - p->low)) / 2;

		p->low -= pad;
		p->high += pad;
	}
}

static long across(size_t place)
{
	return (long)place * PLACE + PLACE / 2;
}

static long down(const struct plot *p, double v)
{
	return lround((p->high - v) / (p->high - p->low) * HEIGHT);
}

static void path(struct str *s, const char *class, const struct str *d)
{
	if (d->len)
		str_addf(s, "<path class=\"%s\" d=\"%s\"/>", class, str_get(d));
}

static void draw_upright(struct str *s, const struct plot *p)
{
	_cleanup_(str_done) struct str markers = STR_INIT, changes = STR_INIT, spans = STR_INIT;

	for (size_t i = 0; i < p->count; i++) {
		const struct place *at = &p->places[i];

		if (at->marker)
			str_addf(&markers, "M%ld 0V%d", across(i), HEIGHT);
		if (at->change)
			str_addf(&changes, "M%ld 0V%d", across(i) - PLACE / 2, HEIGHT);
		if (at->main.known && at->main.n > 1 &&
			down(p, at->main.low) - down(p, upper(&at->main)) > 1)
			str_addf(&spans, "M%ld %ldV%ld", across(i), down(p, at->main.low),
				down(p, upper(&at->main)));
	}
	path(s, "marker", &markers);
	path(s, "change", &changes);
	path(s, "span", &spans);
}

/* The medians of the stretches between change points. */
static void draw_levels(struct str *s, const struct plot *p)
{
	const struct line *l = p->v->line;
	_cleanup_(freep) double *x = xcalloc(l->count, sizeof(*x));
	_cleanup_(str_done) struct str d = STR_INIT;

	for (size_t k = 0, from = 0; k <= l->change_count; k++) {
		size_t to = from, n = 0;

		for (; to < l->count && (k == l->change_count || l->at[to] < l->changes[k].at);
			to++)
			x[n++] = p->v->track->runs[l->at[to]].v[p->v->headline].at;
		if (n && l->at[to - 1] >= p->v->from) {
			size_t a = l->at[from] > p->v->from ? l->at[from] : p->v->from;

			str_addf(&d, "M%ld %ldH%ld", across(place_of(p, a)) - PLACE / 2,
				down(p, stats_median(x, NULL, n).at),
				across(place_of(p, l->at[to - 1])) + PLACE / 2);
		}
		from = to;
	}
	path(s, "level", &d);
}

/* A line that is flat is drawn in one stroke. */
static void draw_line(struct str *s, const struct plot *p)
{
	_cleanup_(str_done) struct str d = STR_INIT;
	long before = -1, flat_to = -1;

	for (size_t i = 0; i < p->count; i++) {
		long y;

		if (!p->places[i].main.known)
			continue;
		y = down(p, p->places[i].main.at);
		if (y == before) {
			flat_to = across(i);
			continue;
		}
		if (flat_to >= 0)
			str_addf(&d, "H%ld", flat_to);
		str_addf(&d, "%c%ld %ld", before < 0 ? 'M' : 'L', across(i), y);
		before = y;
		flat_to = -1;
	}
	if (flat_to >= 0)
		str_addf(&d, "H%ld", flat_to);
	path(s, "trend", &d);
}

/* Of exact figures only what is not as before: they have no scatter to show. */
static bool has_dot(const struct plot *p, size_t i, const struct estimate *before)
{
	const struct estimate *e = &p->places[i].main;

	return !headline_table[p->v->headline].exact || !before || before->at < e->at ||
	       before->at > e->at || i + 1 == p->count;
}

static void draw_dots(struct str *s, const struct plot *p)
{
	_cleanup_(str_done) struct str dots = STR_INIT, hollow = STR_INIT, others = STR_INIT;
	const struct estimate *before = NULL;

	for (size_t i = 0; i < p->count; i++) {
		const struct place *at = &p->places[i];

		if (at->other.known)
			str_addf(&others, "M%ld %ldh0", across(i), down(p, at->other.at));
		if (!at->main.known)
			continue;
		if (at->finding)
			str_addf(&hollow, "M%ld %ldh0", across(i), down(p, at->main.at));
		else if (has_dot(p, i, before))
			str_addf(&dots, "M%ld %ldh0", across(i), down(p, at->main.at));
		before = &at->main;
	}
	path(s, "others", &others);
	path(s, "dots", &dots);
	path(s, "dots finding", &hollow);
	path(s, "dots inside", &hollow);
}

static void value_text(struct str *s, const struct plot *p, double v, double x, double y)
{
	struct estimate e = { .at = p->high, .low = p->low, .high = p->high, .n = 2 };
	_cleanup_(str_done) struct str text = STR_INIT;

	figure_show(&text, scale_estimate(headline_table[p->v->headline].unit, &e), v);
	svg_text(s, x, y, "start", str_get(&text));
}

static void run_text(struct str *s, const struct run *run, double x, double y, const char *anchor)
{
	_cleanup_(str_done) struct str text = STR_INIT, day = STR_INIT;

	if (run->commit) {
		str_addf(&text, "%.7s ", run->commit);
	}
	time_show(&day, run->start_unix_ns);
	str_addn(&text, str_get(&day), 10);
	svg_text(s, x, y, anchor, str_get(&text));
}

/* Each place's value, an empty one where it is that of the place before: what the script tells. */
static void add_values(struct str *s, const struct plot *p)
{
	_cleanup_(str_done) struct str before = STR_INIT;

	str_add(s, " data-v=\"");
	for (size_t i = 0; i < p->count; i++) {
		_cleanup_(str_done) struct str text = STR_INIT;

		if (p->places[i].main.known)
			headline_show(&text, p->v->headline, &p->places[i].main);
		else
			str_addc(&text, '-');
		str_add(s, i ? "|" : "");
		if (!str_eq(str_get(&before), str_get(&text)))
			str_add(s, str_get(&text));
		str_clear(&before);
		str_add(&before, str_get(&text));
	}
	str_addf(s, "\" data-y=\"%.6g %.6g\"", p->low, p->high);
}

static void draw(struct str *s, const struct plot *p)
{
	int pixels = p->v->small ? SMALL_PIXELS : LARGE_PIXELS;
	const struct track *t = p->v->track;

	str_addf(s, "<svg class=\"%s\" height=\"%d\" role=\"img\" aria-label=\"",
		p->v->small ? "spark" : "graph",
		TOP_PIXELS + pixels + (p->v->small ? 2 : FOOT_PIXELS));
	encode_html(s, p->v->label);
	str_addc(s, '"');
	if (!p->v->small)
		add_values(s, p);
	str_addc(s, '>');
	value_text(s, p, p->high, 0, TOP_PIXELS - 5);
	str_addf(s,
		"<svg y=\"%d\" height=\"%d\" viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\">"
		"<path class=\"grid\" d=\"M0 0H%zuM0 %dH%zu\"/>",
		TOP_PIXELS, pixels, p->count * PLACE, HEIGHT, p->count * PLACE, HEIGHT,
		p->count * PLACE);
	draw_upright(s, p);
	if (p->v->line) {
		if (!p->v->small && p->v->line->change_count)
			draw_levels(s, p);
		draw_line(s, p);
	}
	draw_dots(s, p);
	str_add(s, "</svg>");
	if (!p->v->small) {
		int foot = TOP_PIXELS + pixels + FOOT_PIXELS - 5;

		value_text(s, p, p->low, 0, TOP_PIXELS + pixels - 4);
		run_text(s, t->runs[p->v->from].of->run, 0, foot, "start");
		if (p->count > 1)
			run_text(s, t->runs[t->count - 1].of->run, 100, foot, "end");
	}
	str_add(s, "</svg>\n");
}

void svg_trend(struct str *s, const struct trend_view *v)
{
	struct plot p = { .v = v, .share = trend_share(v->track, v->from) };

	p.count = trend_places(v->track, v->from);
	p.places = xcalloc(p.count, sizeof(*p.places));
	for (size_t i = 0; i < p.count; i++)
		fill_place(&p, i);
	mark_changes(&p);
	find_axis(&p);
	draw(s, &p);
	free(p.places);
}
