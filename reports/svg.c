#include "reports/svg.h"

#include <math.h>

#include "base/clock.h"
#include "reports/encode.h"

#define BAR_HEIGHT   22
#define AXIS_HEIGHT  24
#define TREND_HEIGHT 132
#define TREND_TOP    18
#define TREND_BASE   108
#define TREND_MARGIN 4.0 /* per cent left and right of the outer points */

struct axis axis_to(double most)
{
	struct axis a = { 1, 0.25 };
	double raw, magnitude;

	if (!(most > 0))
		return a;
	raw = most / 4;
	magnitude = pow(10, floor(log10(raw)));
	a.step = magnitude * (raw <= magnitude		    ? 1
				     : raw <= 2 * magnitude ? 2
				     : raw <= 5 * magnitude ? 5
							    : 10);
	a.end = a.step * ceil(most / a.step);
	return a;
}

/* A number with two decimals whatever the locale, as SVG wants it. */
static void svg_number(struct str *s, double v)
{
	long hundredths = lround(v * 100);

	str_addf(s, "%s%ld.%02ld", hundredths < 0 ? "-" : "", labs(hundredths) / 100,
		labs(hundredths) % 100);
}

/* ` name="12.50%"`. */
static void share(struct str *s, const char *name, double per_cent)
{
	str_addf(s, " %s=\"", name);
	svg_number(s, per_cent);
	str_add(s, "%\"");
}

static void line_across(
	struct str *s, const char *class, double x1, double x2, double y1, double y2)
{
	str_addf(s, "<line class=\"%s\"", class);
	share(s, "x1", x1);
	share(s, "x2", x2);
	str_add(s, " y1=\"");
	svg_number(s, y1);
	str_add(s, "\" y2=\"");
	svg_number(s, y2);
	str_add(s, "\"/>");
}

static void text_at(struct str *s, double x, double y, const char *anchor, const char *text)
{
	str_add(s, "<text");
	share(s, "x", x);
	str_add(s, " y=\"");
	svg_number(s, y);
	str_addf(s, "\" text-anchor=\"%s\">", anchor);
	encode_html(s, text);
	str_add(s, "</text>");
}

static void grid_lines_across(struct str *s, struct axis a, int height)
{
	for (double v = 0; v <= a.end * 1.001; v += a.step)
		line_across(s, "grid", v / a.end * 100, v / a.end * 100, 0, height);
}

static void bar_whisker(struct str *s, const struct estimate *e, struct axis a)
{
	double mid = BAR_HEIGHT / 2.0, low = e->low / a.end * 100;
	/* an interval that a time-out leaves open runs off the drawing, without an end */
	double high = e->high_open ? 100 : e->high / a.end * 100;

	line_across(s, "whisker", low, high, mid, mid);
	line_across(s, "whisker", low, low, mid - 4, mid + 4);
	if (!e->high_open)
		line_across(s, "whisker", high, high, mid - 4, mid + 4);
}

void svg_bar(struct str *s, const struct estimate *e, struct axis a, bool cold)
{
	str_addf(s, "<svg class=\"plot\" height=\"%d\" aria-hidden=\"true\">", BAR_HEIGHT);
	grid_lines_across(s, a, BAR_HEIGHT);
	if (e->known) {
		str_addf(s, "<rect class=\"bar%s\" x=\"0\" y=\"5\" height=\"%d\"",
			cold ? " cold" : "", BAR_HEIGHT - 10);
		share(s, "width", e->at / a.end * 100);
		str_add(s, "/>");
	}
	if (e->known && e->n > 1)
		bar_whisker(s, e, a);
	str_add(s, "</svg>\n");
}

static void tick_text(struct str *s, struct axis a, double v)
{
	bool ms = a.end < 1;
	double shown = ms ? v * 1e3 : v, step = ms ? a.step * 1e3 : a.step;

	str_addf(s, "%.*f %s", step < 1 ? 1 : 0, shown, ms ? "ms" : "s");
}

void svg_axis(struct str *s, struct axis a)
{
	str_addf(s, "<svg class=\"axis\" height=\"%d\" aria-hidden=\"true\">", AXIS_HEIGHT);
	for (double v = 0; v <= a.end * 1.001; v += a.step) {
		_cleanup_(str_done) struct str text = STR_INIT;
		bool last = v + a.step > a.end * 1.001;

		tick_text(&text, a, v);
		text_at(s, v / a.end * 100, 15,
			v <= 0 ? "start"
			: last ? "end"
			       : "middle",
			str_get(&text));
	}
	str_add(s, "</svg>\n");
}

static double across(const struct cell_trend *t, int64_t at)
{
	int64_t first = t->runs[0].start_unix_ns;
	int64_t span = t->runs[t->count - 1].start_unix_ns - first;

	if (span <= 0)
		return 50;
	return TREND_MARGIN + (double)(at - first) / (double)span * (100 - 2 * TREND_MARGIN);
}

static double down(struct axis a, double v)
{
	return TREND_BASE - v / a.end * (TREND_BASE - TREND_TOP);
}

/* How far up an interval is drawn: to the median where a time-out leaves it open. */
static double upper(const struct estimate *e)
{
	return e->high_open ? e->at : e->high;
}

static struct axis trend_axis(const struct cell_trend *t)
{
	double most = 0;

	for (size_t i = 0; i < t->count; i++)
		if (t->runs[i].wall.known)
			most = fmax(most, upper(&t->runs[i].wall));
	return axis_to(most);
}

static void trend_frame(struct str *s, const struct cell_trend *t, struct axis a)
{
	_cleanup_(str_done) struct str top = STR_INIT, first = STR_INIT, last = STR_INIT;

	line_across(s, "grid", 0, 100, TREND_TOP, TREND_TOP);
	line_across(s, "grid", 0, 100, TREND_BASE, TREND_BASE);
	tick_text(&top, a, a.end);
	text_at(s, 0, TREND_TOP - 5, "start", str_get(&top));
	text_at(s, 0, TREND_BASE - 5, "start", "0");
	time_show(&first, t->runs[0].start_unix_ns);
	time_show(&last, t->runs[t->count - 1].start_unix_ns);
	first.buf[10] = last.buf[10] = '\0'; /* the day is enough */
	text_at(s, t->count > 1 ? 0 : 50, TREND_BASE + 16, t->count > 1 ? "start" : "middle",
		str_get(&first));
	if (t->count > 1)
		text_at(s, 100, TREND_BASE + 16, "end", str_get(&last));
}

static void trend_point(struct str *s, const struct cell_trend *t, size_t i, struct axis a)
{
	const struct trend_run *r = &t->runs[i];
	double x = across(t, r->start_unix_ns);

	if (!r->wall.known)
		return;
	if (i && t->runs[i - 1].wall.known)
		line_across(s, "trend", across(t, t->runs[i - 1].start_unix_ns), x,
			down(a, t->runs[i - 1].wall.at), down(a, r->wall.at));
	if (r->wall.n > 1)
		line_across(s, "whisker", x, x, down(a, r->wall.low), down(a, upper(&r->wall)));
	str_addf(s, "<circle class=\"mark%s\" r=\"4\"", r->finding ? " finding" : "");
	share(s, "cx", x);
	str_add(s, " cy=\"");
	svg_number(s, down(a, r->wall.at));
	str_add(s, "\"/>");
}

void svg_trend(struct str *s, const struct cell_trend *t, const char *label)
{
	struct axis a = trend_axis(t);

	str_addf(s, "<svg height=\"%d\" role=\"img\" aria-label=\"", TREND_HEIGHT);
	encode_html(s, label);
	str_add(s, "\">");
	if (t->count) {
		trend_frame(s, t, a);
		for (size_t i = 0; i < t->count; i++)
			trend_point(s, t, i, a);
	}
	str_add(s, "</svg>\n");
}
