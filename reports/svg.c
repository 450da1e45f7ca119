#include "reports/svg.h"

#include <math.h>

#include "reports/encode.h"

#define BAR_HEIGHT  22
#define AXIS_HEIGHT 24

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

void svg_number(struct str *s, double v)
{
	long tenths = lround(v * 10);

	str_addf(s, "%s%ld", tenths < 0 ? "-" : "", labs(tenths) / 10);
	if (tenths % 10)
		str_addf(s, ".%ld", labs(tenths) % 10);
}

void svg_share(struct str *s, const char *name, double per_cent)
{
	str_addf(s, " %s=\"", name);
	svg_number(s, per_cent);
	str_add(s, "%\"");
}

static void line_across(
	struct str *s, const char *class, double x1, double x2, double y1, double y2)
{
	str_addf(s, "<line class=\"%s\"", class);
	svg_share(s, "x1", x1);
	svg_share(s, "x2", x2);
	str_add(s, " y1=\"");
	svg_number(s, y1);
	str_add(s, "\" y2=\"");
	svg_number(s, y2);
	str_add(s, "\"/>");
}

void svg_text(struct str *s, double x, double y, const char *anchor, const char *text)
{
	str_add(s, "<text");
	svg_share(s, "x", x);
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

void svg_bar(struct str *s, const struct estimate *e, struct axis a, bool hollow)
{
	str_addf(s, "<svg class=\"plot\" height=\"%d\" aria-hidden=\"true\">", BAR_HEIGHT);
	grid_lines_across(s, a, BAR_HEIGHT);
	if (e->known) {
		str_addf(s, "<rect class=\"bar%s\" x=\"0\" y=\"5\" height=\"%d\"",
			hollow ? " hollow" : "", BAR_HEIGHT - 10);
		svg_share(s, "width", e->at / a.end * 100);
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
		svg_text(s, v / a.end * 100, 15,
			v <= 0 ? "start"
			: last ? "end"
			       : "middle",
			str_get(&text));
	}
	str_add(s, "</svg>\n");
}
