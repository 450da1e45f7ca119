/* What builds take in simulations, with known truth: logs of times around 0. */
#ifndef TESTS_STATS_NOISE_H
#define TESTS_STATS_NOISE_H

#include <math.h>

#include "base/random.h"

static inline double noise_normal(struct rng *r)
{
	return sqrt(-2 * log(1 - rng_unit(r))) * cos(2 * M_PI * rng_unit(r));
}

/* White noise of `white`, on an AR(1) of `drift` with `rho`; `spikes` of the builds take twice as
 * long. */
struct noise {
	const char *name;
	double white, drift, rho, spikes;
};

static const struct noise noises[] = {
	{ "white 3 %", 0.03, 0, 0, 0 },
	{ "white 8 %", 0.08, 0, 0, 0 },
	{ "AR(1) 0.5", 0.02, 0.05, 0.5, 0 },
	{ "AR(1) 0.95", 0.02, 0.05, 0.95, 0 },
	{ "spikes", 0.03, 0, 0, 0.08 },
};

/* The drift goes on from *state; start it with noise_normal times m->drift. */
static inline double noise_next(const struct noise *m, struct rng *r, double *state)
{
	double x = *state + m->white * noise_normal(r);

	*state = m->rho * *state + sqrt(1 - m->rho * m->rho) * m->drift * noise_normal(r);
	return x + (m->spikes > 0 && rng_unit(r) < m->spikes ? M_LN2 : 0);
}

#endif
