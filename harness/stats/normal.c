#include "stats/normal.h"

#include <math.h>

double stats_normal_above(double z)
{
	return erfc(z / M_SQRT2) / 2;
}

double stats_normal_upper(double tail)
{
	double low = -40, high = 40;

	for (int i = 0; i < 80; i++) {
		double mid = (low + high) / 2;

		if (stats_normal_above(mid) > tail)
			low = mid;
		else
			high = mid;
	}
	return (low + high) / 2;
}
