/* Plots by gnuplot: one process, its script and all data on its standard input, and nothing of the
 * user's in the script but encoded strings. It runs in the directory that it writes to, so that the
 * script holds no path. */
#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "reports/answer.h"
#include "reports/encode.h"
#include "reports/reports.h"
#include "reports/trend.h"

#define TRENDS_SHOWN 8
#define PLOT_WIDTH   1200
#define PLOT_HEIGHT  700
#define ROW_HEIGHT   36

static const char preamble[] = "set termoption noenhanced\n"
			       "set encoding utf8\n"
			       "set border 3 linecolor rgb '#8a949e'\n"
			       "set grid linecolor rgb '#e3e6ea' linetype 1 linewidth 1\n"
			       "set tics nomirror scale 0.4 textcolor rgb '#3d454d'\n"
			       "set tmargin 4\n";

/* Draw what `plot` says as NAME.png and NAME.svg, below `name` (foreign) and what is shown of it.
 */
static void draw(struct str *s, const char *file, int height, const char *name, const char *what,
	const char *plot)
{
	static const struct {
		const char *kind, *terminal;
	} files[] = {
		{ "png", "pngcairo noenhanced font 'Sans,13' background rgb '#ffffff'" },
		{ "svg", "svg noenhanced font 'Sans,14' background rgb '#ffffff'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		str_addf(s, "set terminal %s size %d,%d\nset output '%s.%s'\nset label 1 ",
			files[i].terminal, PLOT_WIDTH, height, file, files[i].kind);
		encode_gnuplot(s, name);
		str_addf(s,
			".': %s' at screen 0.02, screen 1 offset 0,-1.6 left noenhanced "
			"font ',15' textcolor rgb '#1b1f24'\n%s\nunset output\n",
			what, plot);
	}
}

static bool is_drawn(const struct cell_sum *c)
{
	return !c->cell->unsupported && c->wall.known;
}

static const char *interval_word(const struct run_summary *rs)
{
	bool ranges = false, intervals = false;

	for (size_t i = 0; i < rs->count; i++) {
		if (!is_drawn(&rs->cells[i]))
			continue;
		ranges |= rs->cells[i].wall.is_range;
		intervals |= !rs->cells[i].wall.is_range;
	}
	return !ranges	    ? "95 % interval"
	       : !intervals ? "range"
			    : "95 % interval (below n = 6 the range)";
}

/* A bar's name; its table's too where there are several. */
static void bar_label(struct str *s, const struct run_summary *rs, const struct cell_sum *c)
{
	if (rs->group_count > 1) {
		cell_words(s, rs, c->cell);
		return;
	}
	str_addf(s, "%s, ", c->cell->engine);
	cell_in_group(s, &rs->groups[0], c->cell);
}

/* How far an interval is drawn: to the median where a time-out leaves it open. */
static double upper(const struct estimate *e)
{
	return e->high_open ? e->at : e->high;
}

/* Rows "y median low high cold label", the first cell at the top; their number. */
static size_t matrix_data(struct str *s, const struct run_summary *rs)
{
	size_t rows = 0, at = 0;

	for (size_t i = 0; i < rs->count; i++)
		rows += is_drawn(&rs->cells[i]);
	str_add(s, "$matrix << EOD\n");
	for (size_t i = 0; i < rs->count; i++) {
		const struct cell_sum *c = &rs->cells[i];
		_cleanup_(str_done) struct str label = STR_INIT;

		if (!is_drawn(c))
			continue;
		bar_label(&label, rs, c);
		if (c->wall.high_open)
			str_add(&label, " (up to a time-out)");
		str_addf(s, "%zu %.6f %.6f %.6f %d ", rows - at++, c->wall.at, c->wall.low,
			upper(&c->wall), c->cell->state == STATE_COLD);
		encode_gnuplot(s, str_get(&label));
		str_addc(s, '\n');
	}
	str_add(s, "EOD\n");
	return rows;
}

static void matrix(struct str *s, const struct run_summary *rs)
{
	_cleanup_(str_done) struct str title = STR_INIT, what = STR_INIT, plot = STR_INIT;
	size_t rows = matrix_data(s, rs);
	int height = 160 + (int)rows * ROW_HEIGHT;

	if (!rows)
		return;
	if (rs->group_count == 1)
		group_title(&title, rs, &rs->groups[0]);
	else
		str_add(&title, rs->cells[0].cell->scenario);
	str_addf(&what, "build time, median and %s", interval_word(rs));
	str_addf(&plot,
		"set xrange [0:*]\nset yrange [0.4:%zu.6]\nset xlabel 's'\nunset ylabel\nunset key\n"
		"set grid noytics xtics\n"
		"plot $matrix using 2:1:(0):2:($1-0.32):($1+0.32):($5 > 0.5 ? 0xa9b3be : 0x1f5fbf):"
		"ytic(6) with boxxyerror fillstyle solid 1 noborder linecolor rgb variable, "
		"$matrix using 2:1:3:4 with xerrorbars pointtype -1 linewidth 1.6 "
		"linecolor rgb '#1b1f24'",
		rows);
	draw(s, "matrix", height > PLOT_HEIGHT ? height : PLOT_HEIGHT, str_get(&title),
		str_get(&what), str_get(&plot));
}

/* A data block a cell, "time median low high", and the plot command that draws them all. */
static size_t trend_data(struct str *s, const struct run_summary *rs, const struct cell_trend *t,
	size_t count, struct str *plot)
{
	/* Okabe and Ito's, told apart by those who see fewer colours, without the yellow */
	static const char *const colours[TRENDS_SHOWN] = { "1b1f24", "e69f00", "56b4e9", "009e73",
		"0072b2", "d55e00", "cc79a7", "8a949e" };
	size_t runs = 0;

	for (size_t i = 0; i < count; i++) {
		_cleanup_(str_done) struct str words = STR_INIT;

		cell_words(&words, rs, t[i].cell->cell);
		str_addf(s, "$cell%zu << EOD\n", i);
		for (size_t k = 0; k < t[i].count; k++)
			if (t[i].runs[k].wall.known)
				str_addf(s, "%lld %.6f %.6f %.6f\n",
					(long long)(t[i].runs[k].start_unix_ns / SECOND_NS),
					t[i].runs[k].wall.at, t[i].runs[k].wall.low,
					upper(&t[i].runs[k].wall));
		str_add(s, "EOD\n");
		str_addf(plot,
			"%s $cell%zu using 1:2:3:4 with yerrorlines linewidth 1.8 "
			"linecolor rgb '#%s' pointsize 1.2 pointtype %zu title ",
			i ? "," : "plot", i, colours[i], i + 4);
		encode_gnuplot(plot, str_get(&words));
		runs = t[i].count > runs ? t[i].count : runs;
	}
	return runs;
}

/* Days, or hours where all runs are of one or two days; a lone point gets an axis to stand on. */
static void time_axis(
	struct str *s, const struct cell_trend *t, size_t count, const struct run *run)
{
	int64_t day = 24 * 3600, last = run->start_unix_ns / SECOND_NS, first = last;
	_cleanup_(str_done) struct str when = STR_INIT;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < t[i].count; k++) {
			int64_t at = t[i].runs[k].start_unix_ns / SECOND_NS;

			first = at < first ? at : first;
			last = at > last ? at : last;
		}
	str_add(s, "set xdata time\nset timefmt '%s'\n");
	if (first < last) {
		str_addf(s,
			"set format x \"%s\"\nset xrange [*:*]\n"
			"set offsets graph 0.05, graph 0.05, 0, 0\n",
			last - first > 2 * day ? "%d %b\\n%Y" : "%H:%M\\n%d %b");
		return;
	}
	time_show(&when, first * SECOND_NS);
	str_addf(s, "set xrange ['%lld':'%lld']\nset xtics (\"%.10s\" %lld)\n",
		(long long)(first - day), (long long)(first + day), str_get(&when),
		(long long)first);
}

static void trend(
	struct str *s, const struct run_summary *rs, const struct cell_trend *t, size_t count)
{
	_cleanup_(str_done) struct str what = STR_INIT, plot = STR_INIT, all = STR_INIT;
	size_t runs = trend_data(s, rs, t, count, &plot);

	if (!runs)
		return;
	if (runs == 1)
		str_addf(&what, "build time, one run so far, median and %s", interval_word(rs));
	else
		str_addf(&what, "build time over %zu runs, median and %s", runs, interval_word(rs));
	time_axis(&all, t, count, rs->run);
	str_add(&all, "set yrange [0:*]\nset xlabel\nset ylabel 's' rotate by 0\n"
		      "set grid xtics ytics\nset ytics autofreq\n"
		      "set key outside right top Left reverse samplen 2 textcolor rgb '#3d454d'\n");
	str_add(&all, str_get(&plot));
	draw(s, "trend", PLOT_HEIGHT, rs->cells[0].cell->scenario, str_get(&what), str_get(&all));
}

static struct err *run_gnuplot(const char *dir, const char *script)
{
	static const char *const argv[] = { "gnuplot", "-d", "-", NULL };
	struct proc_result result = { 0 };
	struct proc p = { .argv = argv, .cwd = dir, .input = script };
	struct err *e = proc_check(&p, &result);

	proc_result_done(&result);
	return err_next(
		err_wrap(e, "drawing the plots"), "install gnuplot-nox, or leave out --plots");
}

struct err *report_plots(struct store *st, const struct run *run, const char *dir)
{
	_cleanup_(summary_freep) struct run_summary *rs = NULL;
	_cleanup_(str_done) struct str script = STR_INIT;
	struct cell_trend *trends;
	size_t count;

	TRY(summary_load(st, run, &rs));
	TRY(trends_load(st, rs, TRENDS_SHOWN, &trends, &count));
	str_add(&script, preamble);
	matrix(&script, rs);
	trend(&script, rs, trends, count);
	trends_free(trends, count);
	TRY(dir_make(dir, 0755));
	return run_gnuplot(dir, str_get(&script));
}
