/* Plots by gnuplot: one process, its script and all data on its standard input, and nothing of the
 * user's in the script but encoded strings, single-quoted: there is no double quote in it. It runs
 * in the directory that it writes to, so that the script holds no path. */
#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "reports/answer.h"
#include "reports/encode.h"
#include "reports/plots_parts.h"
#include "reports/reports.h"

#define PLOT_WIDTH  1200
#define PLOT_HEIGHT 700
#define ROW_HEIGHT  36
#define ROWS_SHOWN  60

static const char preamble[] = "set termoption noenhanced\n"
			       "set encoding utf8\n"
			       "set datafile separator tab\n"
			       "set border 3 linecolor rgb '#8a949e'\n"
			       "set grid linecolor rgb '#e3e6ea' linetype 1 linewidth 1\n"
			       "set tics nomirror scale 0.4 textcolor rgb '#3d454d'\n"
			       "set tmargin 4\n";

void plot_draw(struct str *s, const char *file, size_t rows, const char *name, const char *what,
	const char *plot)
{
	static const struct {
		const char *kind, *terminal;
	} files[] = {
		{ "png", "pngcairo noenhanced font 'Sans,13' background rgb '#ffffff'" },
		{ "svg", "svg noenhanced font 'Sans,14' background rgb '#ffffff'" },
	};
	size_t height = 160 + rows * ROW_HEIGHT;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		str_addf(s, "set terminal %s size %d,%zu\nset output '%s.%s'\nset label 1 ",
			files[i].terminal, PLOT_WIDTH, height > PLOT_HEIGHT ? height : PLOT_HEIGHT,
			file, files[i].kind);
		encode_gnuplot(s, name);
		str_addf(s,
			".': %s' at screen 0.02, screen 1 offset 0,-1.6 left noenhanced "
			"font ',15' textcolor rgb '#1b1f24'\n%s\nunset output\n",
			what, plot);
	}
}

static bool is_drawn(const struct cell_sum *c)
{
	return c->has_row && !c->cell->unsupported && c->wall.known;
}

static void cells_of(const struct report *r, struct plot_cells *out)
{
	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->count; k++) {
			struct plot_cell *c;

			if (!is_drawn(&r->leads[i]->cells[k]))
				continue;
			if (out->count == ROWS_SHOWN) {
				out->left_out++;
				continue;
			}
			c = GROW(out->items, out->count, out->room);
			c->rs = r->leads[i];
			c->cell = &r->leads[i]->cells[k];
		}
}

const char *plot_interval_word(const struct plot_cells *cells)
{
	bool ranges = false, intervals = false;

	for (size_t i = 0; i < cells->count; i++) {
		ranges |= cells->items[i].cell->wall.is_range;
		intervals |= !cells->items[i].cell->wall.is_range;
	}
	return !ranges	    ? "95 % interval"
	       : !intervals ? "range"
			    : "95 % interval (below n = 6 the range)";
}

/* A row's name; its table's too where there are several. */
void plot_label(struct str *s, const struct plot_cells *cells, const struct plot_cell *c)
{
	if (cells->items[0].rs != cells->items[cells->count - 1].rs || c->rs->group_count > 1) {
		cell_name(s, c->cell->cell);
		return;
	}
	str_addf(s, "%s, ", c->cell->cell->engine);
	cell_in_group(s, &c->rs->groups[0], c->cell->cell);
}

void plot_title(struct str *s, const struct plot_cells *cells)
{
	const struct run_summary *rs = cells->items[0].rs;

	if (rs != cells->items[cells->count - 1].rs)
		str_add(s, "the latest run of each scenario");
	else if (rs->group_count == 1)
		group_title(s, rs, &rs->groups[0]);
	else
		str_add(s, rs->cells[0].cell->scenario);
}

double plot_upper(const struct estimate *e)
{
	return e->high_open ? e->at : e->high;
}

static void rest_words(struct str *s, const struct plot_cells *cells)
{
	if (cells->left_out)
		str_addf(s, ", the first %zu of %zu cells", cells->count,
			cells->count + cells->left_out);
}

/* Rows "y median low high cold label", the first cell at the top. */
static void matrix(struct str *s, const struct plot_cells *cells)
{
	_cleanup_(str_done) struct str title = STR_INIT, what = STR_INIT, plot = STR_INIT;

	str_add(s, "$matrix << EOD\n");
	for (size_t i = 0; i < cells->count; i++) {
		const struct cell_sum *c = cells->items[i].cell;
		_cleanup_(str_done) struct str label = STR_INIT;

		plot_label(&label, cells, &cells->items[i]);
		if (c->wall.high_open)
			str_add(&label, " (up to a time-out)");
		str_addf(s, "%zu\t%.6f\t%.6f\t%.6f\t%d\t", cells->count - i, c->wall.at,
			c->wall.low, plot_upper(&c->wall), c->cell->state == STATE_COLD);
		encode_gnuplot_field(s, str_get(&label));
		str_addc(s, '\n');
	}
	str_add(s, "EOD\n");
	plot_title(&title, cells);
	str_addf(&what, "build time, median and %s", plot_interval_word(cells));
	rest_words(&what, cells);
	str_addf(&plot,
		"set xrange [0:*]\nset yrange [0.4:%zu.6]\nset xlabel 's'\nunset ylabel\nunset key\n"
		"set grid noytics xtics\n"
		"plot $matrix using 2:1:(0):2:($1-0.32):($1+0.32):($5 > 0.5 ? 0xa9b3be : 0x1f5fbf):"
		"ytic(6) with boxxyerror fillstyle solid 1 noborder linecolor rgb variable, "
		"$matrix using 2:1:3:4 with xerrorbars pointtype -1 linewidth 1.6 "
		"linecolor rgb '#1b1f24'",
		cells->count);
	plot_draw(s, "matrix", cells->count, str_get(&title), str_get(&what), str_get(&plot));
}

static struct err *run_gnuplot(const char *dir, const char *script)
{
	static const char *const argv[] = { "gnuplot", "-d", "-", NULL };
	_cleanup_(freep) char *program = path_find_program(NULL, argv[0]);
	struct proc_result result = { 0 };
	struct proc p = { .argv = argv, .cwd = dir, .input = script };
	struct err *e;

	if (!program)
		return err_next(err_new(ERR_TOOL, "plots are drawn by gnuplot, which is not here"),
			"install gnuplot-nox, or leave out --plots: all else is done without it");
	e = proc_check(&p, &result);
	proc_result_done(&result);
	return err_wrap(e, "drawing the plots");
}

void plots_script(struct str *s, const struct report *r)
{
	struct plot_cells cells = { 0 };

	str_add(s, preamble);
	cells_of(r, &cells);
	if (cells.count) {
		matrix(s, &cells);
		plot_samples(s, &cells);
	}
	plot_runners(s, r);
	plot_trend(s, r);
	free(cells.items);
}

struct err *report_plots(const struct report *r, const char *dir)
{
	_cleanup_(str_done) struct str script = STR_INIT;

	plots_script(&script, r);
	TRY(dir_make(dir, 0755));
	return run_gnuplot(dir, str_get(&script));
}
