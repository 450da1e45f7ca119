/* A report on a terminal: the series with a sparkline each, and what is new last. */
#include <math.h>

#include "reports/figure.h"
#include "reports/report.h"
#include "reports/table.h"

#define NEWS_SHOWN   5
#define SPARK_MOST   24
#define LINE_COLUMNS 100

void sparkline(struct str *s, const double *x, size_t n)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	double low = n ? x[0] : 0, high = low;

	for (size_t i = 0; i < n; i++) {
		low = x[i] < low ? x[i] : low;
		high = x[i] > high ? x[i] : high;
	}
	for (size_t i = 0; i < n; i++)
		str_add(s,
			high > low ? bars[(int)((x[i] - low) / (high - low) * 7 + 0.5)] : bars[3]);
}

void track_spark(struct str *s, const struct track *t, const struct line *l)
{
	size_t n = l->count < SPARK_MOST ? l->count : SPARK_MOST;
	double x[SPARK_MOST];

	for (size_t i = 0; i < n; i++)
		x[i] = t->runs[l->at[l->count - n + i]].v[l->headline].at;
	sparkline(s, x, n);
}

/* The last point against the median of its level before it. */
static void against_level(struct str *s, const struct track *t, const struct line *l)
{
	_cleanup_(freep) double *x = xcalloc(l->count, sizeof(*x));
	size_t from = line_level(l), n = l->count - from - 1;
	struct estimate usual;
	double last = t->runs[l->at[l->count - 1]].v[l->headline].at;

	for (size_t i = 0; i < n; i++)
		x[i] = t->runs[l->at[from + i]].v[l->headline].at;
	usual = stats_median(x, NULL, n);
	if (n && usual.at > 0 && last > 0)
		figure_ratio(s, log(last / usual.at));
}

static void track_row(struct table *tb, struct term t, const struct track *track)
{
	const struct line *l = track_line(track, HEAD_WALL);
	_cleanup_(str_done) struct str name = STR_INIT, spark = STR_INIT, now = STR_INIT,
				       change = STR_INIT;
	_cleanup_(freep) char *runs = NULL;

	runs = xasprintf("%zu", l->count);
	cell_name(&name, track->cell->cell);
	if (t.utf8)
		track_spark(&spark, track, l);
	figure_estimate(&now, "s", &track_latest(track)->v[HEAD_WALL]);
	against_level(&change, track, l);
	table_row(tb, (const char *const[]){ str_get(&name), runs, str_get(&spark), str_get(&now),
			      str_get(&change) });
}

static void course(struct str *s, const struct history *past, const struct cell_sum *c)
{
	for (size_t i = 0; i < past->count; i++) {
		const struct track *t = &past->tracks[i];
		const struct line *l = track_line(t, HEAD_WALL);

		if (t->cell != c || !l || l->count < SERIES_LEAST)
			continue;
		str_addf(s, "build.wall over %zu runs  ", l->count);
		track_spark(s, t, l);
		return;
	}
}

void compare_courses(struct compare *c, const struct history *past)
{
	for (size_t i = 0; i < c->pair_count; i++) {
		_cleanup_(str_done) struct str s = STR_INIT;

		course(&s, past, c->pairs[i].b);
		strv_add(&c->courses, str_get(&s));
	}
}

static bool is_series(const struct track *t, size_t least)
{
	const struct line *l = track_line(t, HEAD_WALL);

	return l && l->count >= least;
}

struct err *series_table(const struct history *h, size_t least, FILE *f, struct term t)
{
	struct table *tb;
	size_t rows = 0;

	for (size_t i = 0; i < h->count; i++)
		rows += is_series(&h->tracks[i], least);
	if (!rows || (least > 1 && !t.utf8))
		return NULL;
	tb = table_new(t);
	table_column(tb, "build.wall", false, true);
	table_column(tb, "runs", true, false);
	table_column(tb, t.utf8 ? "trend" : "", false, false);
	table_column(tb, "latest", true, false);
	table_column(tb, "on its level", true, false);
	for (size_t i = 0; i < h->count; i++)
		if (is_series(&h->tracks[i], least))
			track_row(tb, t, &h->tracks[i]);
	return table_print(tb, f);
}

static void news(const struct report *r, FILE *f, struct term t)
{
	int width = t.width < LINE_COLUMNS ? t.width : LINE_COLUMNS;

	for (size_t i = 0; i < r->news_count && i < NEWS_SHOWN; i++) {
		const struct news *n = &r->news[i];
		_cleanup_(str_done) struct str words = STR_INIT, plain = STR_INIT;

		str_addf(&words, "%s: %s (%s)", n->word, n->text, n->where);
		plain_text(&plain, t, str_get(&words));
		paragraph(f, " ", "   ", str_get(&plain), width);
		if (n->proof) {
			str_clear(&plain);
			plain_text(&plain, t, n->proof);
			fprintf(f, "   again  %s\n", str_get(&plain));
		}
	}
	if (r->news_count > NEWS_SHOWN)
		fprintf(f, " and %zu more: tare report --html\n", r->news_count - NEWS_SHOWN);
	if (!r->news_count)
		fprintf(f, "Nothing changed: all %zu figures of the latest run are as before.\n",
			r->watched);
}

struct err *report_table(const struct report *r, FILE *f, struct term t)
{
	TRY(series_table(&r->history, 1, f, t));
	fputc('\n', f);
	news(r, f, t);
	return ferror(f) ? err_new(ERR_IO, "cannot write the report") : NULL;
}
