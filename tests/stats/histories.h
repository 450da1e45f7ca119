/* Simulated build histories with known changes: 200 points each. */
#ifndef TESTS_STATS_HISTORIES_H
#define TESTS_STATS_HISTORIES_H

#include "tests/stats/noise.h"

#define POINTS	    200
#define HISTORIES   200
#define STEPS_MOST  3
#define STEPS_APART 15

enum nuisance { CLEAN, STEPS, SPIKES, DRIFT, MODES, AUTO, NUISANCE_ONLY };

struct history {
	enum nuisance kind;
	double x[POINTS]; /* logs */
	size_t changes[STEPS_MOST], change_count;
	double step[STEPS_MOST], cv;
};

static inline double log_uniform(struct rng *r, double low, double high)
{
	return low * pow(high / low, rng_unit(r));
}

static inline enum nuisance kind_of(size_t i)
{
	static const size_t last[] = { 30, 90, 120, 140, 170, 185, 200 };
	enum nuisance k = CLEAN;

	while (i >= last[k])
		k++;
	return k;
}

/* At least STEPS_APART from each other and from both ends. */
static inline void draw_changes(struct history *h, struct rng *r)
{
	size_t wanted = 1 + rng_below(r, STEPS_MOST);

	while (h->change_count < wanted) {
		size_t at = STEPS_APART + rng_below(r, POINTS - 2 * STEPS_APART), i = 0;

		for (; i < h->change_count; i++)
			if (at < h->changes[i] + STEPS_APART && h->changes[i] < at + STEPS_APART)
				break;
		if (i < h->change_count)
			continue;
		h->changes[h->change_count] = at;
		h->step[h->change_count++] = log1p(log_uniform(r, 0.02, 0.30)) *
					     (rng_next(r) >> 63 ? 1 : -1);
	}
}

static inline void add_nuisance(struct history *h, enum nuisance kind, struct rng *r)
{
	double share = 0.1 + 0.3 * rng_unit(r), mode = log1p(0.05 + 0.25 * rng_unit(r));
	double slope = log_uniform(r, 0.02, 0.2) * (rng_next(r) >> 63 ? 1 : -1);
	double rate = 0.02 + 0.08 * rng_unit(r), rho = 0.4 + 0.4 * rng_unit(r), state = 0;

	for (size_t t = 0; t < POINTS; t++) {
		if (kind == SPIKES && rng_unit(r) < rate)
			h->x[t] += log1p(0.3 + rng_unit(r) * 1.2);
		if (kind == DRIFT)
			h->x[t] += slope * (double)t / POINTS;
		if (kind == MODES && rng_unit(r) < share)
			h->x[t] += mode;
		if (kind == AUTO) {
			state = rho * state + sqrt(1 - rho * rho) * h->cv * noise_normal(r);
			h->x[t] += state;
		}
	}
}

/* The i-th of HISTORIES. */
static inline void history_draw(struct history *h, size_t i, struct rng *r)
{
	enum nuisance kind = kind_of(i);

	*h = (struct history){ .kind = kind, .cv = log_uniform(r, 0.01, 0.10) };
	if (kind != CLEAN && kind != NUISANCE_ONLY)
		draw_changes(h, r);
	for (size_t t = 0; t < POINTS; t++) {
		h->x[t] = log(100) + (kind == AUTO ? 0 : h->cv * noise_normal(r));
		for (size_t k = 0; k < h->change_count; k++)
			h->x[t] += t >= h->changes[k] ? h->step[k] : 0;
	}
	add_nuisance(h, kind == NUISANCE_ONLY ? SPIKES + i % 4 : kind, r);
}

#endif
