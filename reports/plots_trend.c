/* The plot of build times over runs. */
#include "base/clock.h"
#include "reports/encode.h"
#include "reports/plots_parts.h"

#define TRENDS_SHOWN 8

/* The build times that are drawn, in the tracks' order. */
struct drawn {
	const struct track *track[TRENDS_SHOWN];
	const struct line *line[TRENDS_SHOWN];
	size_t count, left_out;
};

static void choose(const struct report *r, struct drawn *d)
{
	for (size_t i = 0; i < r->history.count; i++) {
		const struct track *t = &r->history.tracks[i];

		/* times come first, of the latest machine first: one line a track */
		if (!t->line_count || t->lines[0].headline != HEAD_WALL)
			continue;
		if (d->count == TRENDS_SHOWN) {
			d->left_out++;
			continue;
		}
		d->track[d->count] = t;
		d->line[d->count++] = &t->lines[0];
	}
}

static int64_t start_s(const struct drawn *d, size_t i, size_t point)
{
	return d->track[i]->runs[d->line[i]->at[point]].of->run->start_unix_ns / SECOND_NS;
}

/* A data block a line, "time median low high", and the plot command that draws them all. */
static void line_data(struct str *s, const struct drawn *d, size_t i, struct str *plot)
{
	/* Okabe and Ito's, told apart by those who see fewer colours, without the yellow */
	static const char *const colours[TRENDS_SHOWN] = { "1b1f24", "e69f00", "56b4e9", "009e73",
		"0072b2", "d55e00", "cc79a7", "8a949e" };
	_cleanup_(str_done) struct str words = STR_INIT;

	cell_name(&words, d->track[i]->cell->cell);
	str_addf(s, "$cell%zu << EOD\n", i);
	for (size_t k = 0; k < d->line[i]->count; k++) {
		const struct estimate *e = &d->track[i]->runs[d->line[i]->at[k]].v[HEAD_WALL];

		str_addf(s, "%lld\t%.6f\t%.6f\t%.6f\n", (long long)start_s(d, i, k), e->at, e->low,
			plot_upper(e));
	}
	str_add(s, "EOD\n");
	str_addf(plot,
		"%s $cell%zu using 1:2:3:4 with yerrorlines linewidth 1.4 "
		"linecolor rgb '#%s' pointsize 0.8 pointtype %zu title ",
		i ? "," : "plot", i, colours[i], i + 4);
	encode_gnuplot(plot, str_get(&words));
}

/* Days, or hours where all runs are of one or two days; a lone point gets an axis to stand on. */
static void time_axis(struct str *s, const struct drawn *d)
{
	int64_t day = 24 * 3600, first = start_s(d, 0, 0), last = first;
	_cleanup_(str_done) struct str when = STR_INIT;

	for (size_t i = 0; i < d->count; i++) {
		int64_t a = start_s(d, i, 0), b = start_s(d, i, d->line[i]->count - 1);

		first = a < first ? a : first;
		last = b > last ? b : last;
	}
	str_add(s, "set xdata time\nset timefmt '%s'\n");
	if (first < last) {
		str_addf(s,
			"set format x '%s'\nset xrange [*:*]\nset offsets graph 0.05, graph 0.05, 0, 0\n",
			last - first > 2 * day ? "%d %b %Y" : "%H:%M, %d %b");
		return;
	}
	time_show(&when, first * SECOND_NS);
	str_addf(s, "set xrange ['%lld':'%lld']\nset xtics ('%.10s' %lld)\n",
		(long long)(first - day), (long long)(first + day), str_get(&when),
		(long long)first);
}

void plot_trend(struct str *s, const struct report *r)
{
	_cleanup_(str_done) struct str what = STR_INIT, plot = STR_INIT, all = STR_INIT;
	struct drawn d = { 0 };
	size_t most = 0;

	choose(r, &d);
	if (!d.count)
		return;
	for (size_t i = 0; i < d.count; i++) {
		line_data(s, &d, i, &plot);
		most = d.line[i]->count > most ? d.line[i]->count : most;
	}
	if (most == 1)
		str_add(&what, "build time, one run so far, median and interval");
	else
		str_addf(&what, "build time over %zu runs, median and interval", most);
	if (d.left_out)
		str_addf(&what, ", the first %zu of %zu series", d.count, d.count + d.left_out);
	time_axis(&all, &d);
	str_add(&all, "set yrange [0:*]\nset xlabel\nset ylabel 's' rotate by 0\n"
		      "set grid xtics ytics\nset ytics autofreq\n"
		      "set key below Left reverse samplen 2 maxcols 2 textcolor rgb '#3d454d'\n");
	str_add(&all, str_get(&plot));
	plot_draw(s, "trend", 0, d.track[0]->cell->cell->scenario, str_get(&what), str_get(&all));
}
