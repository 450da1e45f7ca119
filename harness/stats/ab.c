#include <math.h>

#include "base/err.h"
#include "stats/bounds.h"
#include "stats/normal.h"
#include "stats/stats.h"

/* Once a decision by the last pair is less likely than this, the rest is not worth its builds. */
#define HOPE_LEAST 0.01
#define HOPE_FROM  10

static void flip(struct ab *ab)
{
	ab->pairs[ab->count] = (struct pair){ .b_first = rng_next(&ab->rng) >> 63 };
}

void ab_init(struct ab *ab, const struct rules *rules, uint64_t seed)
{
	*ab = (struct ab){ .rules = *rules };
	if (ab->rules.max_pairs > MAX_PAIRS)
		ab->rules.max_pairs = MAX_PAIRS;
	rng_seed(&ab->rng, seed);
	ab->done = !ab->rules.max_pairs;
	if (!ab->done)
		flip(ab);
}

enum arm ab_next(const struct ab *ab)
{
	if (ab->done)
		return ARM_NONE;
	return ab->pairs[ab->count].b_first != ab->half ? ARM_B : ARM_A;
}

/* How likely the last look decides, were its estimate drawn from what is known now: normal around
 * this one, its variance the part that the rest adds. A time-out leaves one direction only. */
static double hope(const struct ab *ab)
{
	const struct effect *e = &ab->effect;
	double n = (double)e->error_n, last = (double)ab->rules.max_pairs;
	double final = e->error * sqrt(n / last), spread = e->error * sqrt(1 - n / last);
	double reach = stats_bound(ab->rules.max_pairs, e->sd, ab->rules.alpha) * final;
	double inside = log1p(ab->rules.margin) - reach;
	double outside = fmax(reach, log1p(ab->rules.threshold));
	double slower = stats_normal_above((outside - e->at) / spread);
	double faster = stats_normal_above((outside + e->at) / spread);
	double same = stats_normal_above((-inside - e->at) / spread) -
		      stats_normal_above((inside - e->at) / spread);

	return (e->low_open ? 0 : slower) + (e->high_open ? 0 : faster) +
	       (e->low_open || e->high_open ? 0 : fmax(0, same));
}

/* The same for what is claimed: that the last interval lies on one side of it. */
static double hope_of_claim(const struct ab *ab)
{
	const struct effect *e = &ab->effect;
	double n = (double)e->error_n, last = (double)ab->rules.max_pairs;
	double final = e->error * sqrt(n / last), spread = e->error * sqrt(1 - n / last);
	double reach = stats_bound(ab->rules.max_pairs, e->sd, ab->rules.alpha) * final;
	double far = e->at - ab->rules.claimed;

	return stats_normal_above((reach - far) / spread) + stats_normal_above((reach + far) / spread);
}

/* Whether the interval has the claim on one side; an open end tells nothing of its own. */
static bool tells_claim(const struct ab *ab)
{
	const struct effect *e = &ab->effect;
	double claimed = ab->rules.claimed;

	return !(fabs(claimed) > 0) || (e->known && ((e->low > claimed && !e->low_open) ||
							   (e->high < claimed && !e->high_open)));
}

static void judge(struct ab *ab)
{
	bool decided, told = tells_claim(ab);

	ab->verdict = stats_verdict(&ab->effect, &ab->rules);
	decided = ab->verdict != VERDICT_INCONCLUSIVE;
	ab->done = (decided && told) || ab->count >= ab->rules.max_pairs;
	if (!ab->done && ab->count >= HOPE_FROM && ab->effect.error_n == ab->count)
		ab->done = (decided || hope(ab) < HOPE_LEAST) &&
			   (told || hope_of_claim(ab) < HOPE_LEAST);
}

void ab_observe(struct ab *ab, double x, bool open)
{
	struct pair *p = &ab->pairs[ab->count];

	if (ab_next(ab) == ARM_B) {
		p->b = x;
		p->b_open = open;
	} else {
		p->a = x;
		p->a_open = open;
	}
	ab->half = !ab->half;
	if (ab->half)
		return;
	ab_pair(ab, &(struct pair){ p->a, p->b, p->b_first, p->a_open, p->b_open });
	if (!ab->done)
		flip(ab);
}

void ab_pair(struct ab *ab, const struct pair *p)
{
	if (p->a_open && p->b_open) { /* says nothing of either, but was paid for */
		ab_lose(ab);
		return;
	}
	ab->pairs[ab->count++] = *p;
	stats_pairs_add(&ab->effect, ab->pairs, ab->count, ab->rules.alpha);
	judge(ab);
}

void ab_lose(struct ab *ab)
{
	ab->rules.max_pairs--;
	judge(ab);
}

double ab_settle(struct ab *const *abs, size_t n, double alpha)
{
	_cleanup_(freep) double *p = xcalloc(n + 1, sizeof(*p));
	double level;

	for (size_t i = 0; i < n; i++)
		p[i] = abs[i]->count ? abs[i]->effect.p : 1;
	level = stats_many_level(p, n, alpha);
	for (size_t i = 0; i < n; i++) {
		struct ab *ab = abs[i];

		if (ab->rules.alpha == level)
			continue;
		ab->rules.alpha = level;
		if (ab->count)
			ab->effect = stats_pairs(ab->pairs, ab->count, level);
		judge(ab);
	}
	return level;
}

void ab_void(struct ab *ab)
{
	ab->half = false;
	flip(ab);
}
