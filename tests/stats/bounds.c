/* Writes harness/stats/bounds_table.h: the bounds of the repeated confidence intervals for the
 * statistic of stats/pairs.c, by simulation.
 *
 *   ninja tests/stats/make-bounds && tests/stats/make-bounds [PATHS] > harness/stats/bounds_table.h
 *
 * Each path is what thirty pairs of normal noise without any effect give. At each look the bound
 * is set so that of all paths as many have crossed by then as the spending function allows (Lan &
 * DeMets 1983); for each level and each horizon (harness/stats/bounds.c) on its own. */
#include <math.h>

#include "base/str.h"
#include "stats/bounds.h"
#include "stats/order.h"
#include "stats/pairs.h"

#define PATHS 400000
#define SEED  20261125

static const double levels[] = { 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005 };

static double normal(struct rng *r)
{
	return sqrt(-2 * log(1 - rng_unit(r))) * cos(2 * M_PI * rng_unit(r));
}

/* |t| of each look of each path, a row a look. */
static float *simulate(size_t paths)
{
	float *t = xcalloc(paths * BOUNDS_LOOKS, sizeof(*t));
	struct rng rng;

	rng_seed(&rng, SEED);
	for (size_t path = 0; path < paths; path++) {
		struct pair p[BOUNDS_LAST];
		size_t look = 0;

		for (size_t i = 0; i < BOUNDS_LAST; i++)
			p[i] = (struct pair){ .a = normal(&rng),
				.b = normal(&rng),
				.b_first = rng_next(&rng) >> 63 };
		for (size_t n = BOUNDS_FIRST; n <= BOUNDS_LAST; n++) {
			struct pair_fit f;

			if (!stats_is_look(n))
				continue;
			f = stats_pair_fit(p, n);
			t[look++ * paths + path] = (float)fabs(f.middle / f.error);
		}
	}
	return t;
}

/* The bound of one look: paths that are left beyond it are as many as may still cross. */
static double cross(const float *t, bool *gone, size_t paths, double allowed, size_t *crossed)
{
	_cleanup_(freep) double *left = xcalloc(paths, sizeof(*left));
	size_t n = 0, may = (size_t)fmax(1, allowed - (double)*crossed);
	double bound;

	for (size_t i = 0; i < paths; i++)
		if (!gone[i])
			left[n++] = t[i];
	stats_sort(left, n);
	bound = left[n - may];
	for (size_t i = 0; i < paths; i++) {
		if (gone[i] || t[i] < bound)
			continue;
		gone[i] = true;
		++*crossed;
	}
	return bound;
}

static void bounds_of(
	const float *t, size_t paths, const struct horizon *h, double alpha, double *bounds)
{
	_cleanup_(freep) bool *gone = xcalloc(paths, sizeof(*gone));
	size_t look = 0, crossed = 0;

	for (size_t n = BOUNDS_FIRST; n <= BOUNDS_LAST; n++) {
		if (!stats_is_look(n))
			continue;
		bounds[look] = cross(t + look * paths, gone, paths,
			alpha * stats_spent(h, n) * (double)paths, &crossed);
		look++;
	}
}

static void print_levels(size_t paths)
{
	printf("/* Made by tests/stats/bounds.c from %zu paths, seed %d: do not edit. A part a horizon, a row a\n"
	       " * look, a column a level; for stats/bounds.c alone. */\n"
	       "static const double bounds_alpha[] = {",
		paths, SEED);
	for (size_t l = 0; l < ARRAY_SIZE(levels); l++)
		printf("%s %g", l ? "," : "", levels[l]);
	printf(" };\n");
}

static void print_horizon(const float *t, size_t paths, const struct horizon *h)
{
	double bounds[ARRAY_SIZE(levels)][BOUNDS_LOOKS];

	for (size_t l = 0; l < ARRAY_SIZE(levels); l++)
		bounds_of(t, paths, h, levels[l], bounds[l]);
	printf("\t{\n");
	for (size_t look = 0; look < BOUNDS_LOOKS; look++) {
		printf("\t\t{");
		for (size_t l = 0; l < ARRAY_SIZE(levels); l++)
			printf("%s %.4f", l ? "," : "", bounds[l][look]);
		printf(" },\n");
	}
	printf("\t},\n");
}

int main(int argc, char **argv)
{
	int64_t paths = PATHS;
	_cleanup_(freep) float *t = NULL;

	if (argc > 1 && (!str_to_i64(argv[1], &paths) || paths < 10000)) {
		fputs("PATHS is a number of at least 10000\n", stderr);
		return 2;
	}
	t = simulate((size_t)paths);
	print_levels((size_t)paths);
	printf("static const double bounds_table[][%d][%zu] = {\n", BOUNDS_LOOKS,
		ARRAY_SIZE(levels));
	for (size_t h = 0; h < BOUNDS_HORIZONS; h++)
		print_horizon(t, (size_t)paths, &stats_horizons[h]);
	printf("};\n");
	return 0;
}
