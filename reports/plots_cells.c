/* Plots of one run's cells: their samples, and runners. */
#include "reports/encode.h"
#include "reports/plots_parts.h"
#include "reports/runners.h"

static int ascending(const void *pa, const void *pb)
{
	double a = *(const double *)pa, b = *(const double *)pb;

	return (a > b) - (a < b);
}

/* The sorted times of a cell's counted samples. */
static double *times_of(const struct plot_cell *c, size_t *n)
{
	const struct run_summary *rs = c->rs;
	double *x = xcalloc(rs->sample_count + 1, sizeof(*x));

	*n = 0;
	for (size_t i = 0; i < rs->sample_count; i++)
		if (rs->samples[i].cell_id == c->cell->cell->id && sample_counts(&rs->samples[i]))
			x[(*n)++] = rs->samples[i].values.v[M_BUILD_WALL];
	qsort(x, *n, sizeof(*x), ascending);
	return x;
}

/* Linear between neighbours (Hyndman & Fan 1996, type 7). */
static double quantile(const double *x, size_t n, double q)
{
	double at = q * (double)(n - 1);
	size_t i = (size_t)at;

	return i + 1 < n ? x[i] + (at - (double)i) * (x[i + 1] - x[i]) : x[n - 1];
}

static void cell_samples(
	struct str *boxes, struct str *points, const struct plot_cells *cells, size_t i)
{
	_cleanup_(str_done) struct str label = STR_INIT;
	size_t n, y = cells->count - i;
	_cleanup_(freep) double *x = times_of(&cells->items[i], &n);

	if (!n)
		return;
	plot_label(&label, cells, &cells->items[i]);
	str_addf(boxes, "%zu\t%.6f\t%.6f\t%.6f\t%.6f\t%.6f\t", y, quantile(x, n, 0.5),
		quantile(x, n, 0.25), quantile(x, n, 0.75), x[0], x[n - 1]);
	encode_gnuplot_field(boxes, str_get(&label));
	str_addc(boxes, '\n');
	for (size_t k = 0; k < n; k++)
		str_addf(points, "%zu\t%.6f\n", y, x[k]);
}

void plot_samples(struct str *s, const struct plot_cells *cells)
{
	_cleanup_(str_done) struct str boxes = STR_INIT, points = STR_INIT, title = STR_INIT,
				       plot = STR_INIT;

	for (size_t i = 0; i < cells->count; i++)
		cell_samples(&boxes, &points, cells, i);
	str_addf(s, "$boxes << EOD\n%sEOD\n$samples << EOD\n%sEOD\n", str_get(&boxes),
		str_get(&points));
	plot_title(&title, cells);
	str_addf(&plot,
		"set xrange [0:*]\nset yrange [0.4:%zu.6]\nset xlabel 's'\nunset ylabel\nunset key\n"
		"set grid noytics xtics\n"
		"plot $boxes using 2:1:5:6 with xerrorbars pointtype -1 linewidth 1.2 linecolor rgb '#8a949e', "
		"$boxes using 2:1:3:4:($1-0.26):($1+0.26):ytic(7) with boxxyerror "
		"fillstyle solid 1 noborder linecolor rgb '#c5d6f0', "
		"$boxes using 2:1:2:2:($1-0.26):($1+0.26) with boxxyerror linewidth 2 linecolor rgb '#1f5fbf', "
		"$samples using 2:1 with points pointtype 7 pointsize 0.5 linecolor rgb '#1b1f24'",
		cells->count);
	plot_draw(s, "samples", cells->count, str_get(&title),
		"build time, each sample, quartiles and range", str_get(&plot));
}

static size_t runner_rows(const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->count; k++)
			n += runner_with_size(r->leads[i], k);
	return n;
}

void plot_runners(struct str *s, const struct report *r)
{
	size_t rows = runner_rows(r), at = 0;
	_cleanup_(str_done) struct str plot = STR_INIT;

	if (!rows)
		return;
	str_add(s, "$runners << EOD\n");
	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->count; k++) {
			const struct cell_sum *c = &r->leads[i]->cells[k];
			_cleanup_(freep) char *label = NULL;

			if (!runner_with_size(r->leads[i], k))
				continue;
			label = xasprintf(
				"%s/%s, %s", c->cell->scenario, c->cell->variant, c->cell->engine);
			str_addf(s, "%zu\t%.3f\t", rows - at++, c->metrics[M_IMAGE_SIZE].at / 1e6);
			encode_gnuplot_field(s, label);
			str_addc(s, '\n');
		}
	str_addf(&plot,
		"set xrange [0:*]\nset yrange [0.4:%zu.6]\nset xlabel 'MB'\nunset ylabel\nunset key\n"
		"set grid noytics xtics\n"
		"plot $runners using 2:1:(0):2:($1-0.32):($1+0.32):ytic(3) with boxxyerror "
		"fillstyle solid 1 noborder linecolor rgb '#1f5fbf'",
		rows);
	str_add(s, "EOD\n");
	plot_draw(
		s, "runners", rows, "runners", "image size, content of all layers", str_get(&plot));
}
