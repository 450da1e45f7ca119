/* Areas in proportion to values (Bruls, Huizing & van Wijk 2000, "Squarified treemaps"). */
#ifndef REPORTS_TREEMAP_H
#define REPORTS_TREEMAP_H

#include <stddef.h>

struct area {
	double x, y, width, height;
};

/* Lay values[n], descending and above 0, out in `in`; fills out[n]. */
void treemap(const double *values, size_t n, struct area in, struct area *out);

#endif
