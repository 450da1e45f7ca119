#include "reports/treemap.h"

#include <math.h>

/* The worst ratio of sides among values[from, to) in one row along `side`, of areas scaled so. */
static double worst(const double *values, size_t from, size_t to, double side, double scale)
{
	double sum = 0, ratio = 0;

	for (size_t i = from; i < to; i++)
		sum += values[i] * scale;
	for (size_t i = from; i < to; i++) {
		double a = values[i] * scale;
		double r = fmax(side * side * a / (sum * sum), sum * sum / (side * side * a));

		ratio = fmax(ratio, r);
	}
	return ratio;
}

/* Place one row along the shorter side; what is left of the area. */
static struct area place_row(const double *values, size_t from, size_t to, struct area in,
	double scale, struct area *out)
{
	int wide = in.width >= in.height;
	double side = wide ? in.height : in.width, sum = 0, at = 0, depth;

	for (size_t i = from; i < to; i++)
		sum += values[i] * scale;
	depth = sum / side;
	for (size_t i = from; i < to; i++) {
		double length = values[i] * scale / depth;

		out[i] = wide ? (struct area){ in.x, in.y + at, depth, length }
			      : (struct area){ in.x + at, in.y, length, depth };
		at += length;
	}
	return wide ? (struct area){ in.x + depth, in.y, in.width - depth, in.height }
		    : (struct area){ in.x, in.y + depth, in.width, in.height - depth };
}

void treemap(const double *values, size_t n, struct area in, struct area *out)
{
	double sum = 0, scale;

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	scale = sum > 0 ? in.width * in.height / sum : 0;
	for (size_t from = 0, to; from < n; from = to) {
		double side = fmin(in.width, in.height);

		to = from + 1;
		while (to < n && worst(values, from, to + 1, side, scale) <=
					 worst(values, from, to, side, scale))
			to++;
		in = place_row(values, from, to, in, scale, out);
	}
}
