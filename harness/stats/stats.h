/* Numbers in, estimates and verdicts out. Pure: no I/O, no globals, no allocation that outlives a
 * call. Times are compared as logs of their ratio. */
#ifndef STATS_STATS_H
#define STATS_STATS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/random.h"
#include "model/words.h"

/* An estimate and its interval. */
struct estimate {
	double at, low, high;
	size_t n;
	bool is_range;   /* below n = 6: minimum and maximum, and so called */
	bool known;      /* false: n is 0, or it falls on a censored value */
	bool high_open;  /* the interval reaches a censored value: high is only a lower limit */
};

/* Median with its 95 % order-statistic interval (distribution-free; Conover 1999, 3.2), n >= 6.
 * censored[i]: x[i] is a lower limit (a time-out), ranked above all; NULL: none is. */
struct estimate stats_median(const double *x, const bool *censored, size_t n);
/* Hodges-Lehmann estimate of the paired differences d and its 95 % Wilcoxon signed-rank interval
 * (Walsh averages; exact null distribution up to n = 25, normal with correction above); the range
 * of d below n = 6. */
struct estimate stats_shift(const double *d, size_t n);

enum pays { PAYS_UNKNOWN, PAYS_AFTER, PAYS_TIE, PAYS_NEVER };
/* After how many builds a prime pays: (prime - cold) / gain, rounded up, at least 1. TIE where the
 * gain's interval holds 0, NEVER where it lies below. UNKNOWN where an input is, or where fewer
 * than three primes ran. *builds is set with PAYS_AFTER only. */
enum pays stats_break_even(struct estimate prime, struct estimate cold, struct estimate gain,
	double *builds);

/* Which are outliers: |x - median| > 3.5 * 1.4826 * MAD, or 3.5 * 1.253314 * the mean deviation
 * where MAD is 0 (Iglewicz & Hoaglin 1993); labelled, never dropped. Fills out[n]. */
void stats_outliers(const double *x, size_t n, bool *out);

/* What is compared: B against A. */
enum verdict { VERDICT_INCONCLUSIVE, VERDICT_SLOWER, VERDICT_FASTER, VERDICT_SAME };
/* NULL-terminated, indexed by the enum; the words of CLI, JSON and reports. */
extern const char *const verdict_names[];

/* What a comparison is decided by. */
struct rules {
	double alpha;     /* of the interval: its level is 1 - alpha */
	double threshold; /* the least change that is called one, as 0.03 for 3 % */
	double margin;    /* within it all is the same */
	size_t max_pairs; /* at most 30: the bounds' table ends there */
	/* What is claimed of the log ratio B - A: a sequential comparison goes on until the
	 * interval lies on one side of it, too. 0: nothing. */
	double claimed;
};
#define RULES_DEFAULT { .alpha = 0.05, .threshold = 0.03, .margin = 0.05, .max_pairs = 30 }
#define MAX_PAIRS     30
#define PAIRS_LEAST   4 /* below, no interval */

/* A shift of logs, B - A, with its interval and p-value. */
struct effect {
	double at, low, high, p;
	size_t n;            /* pairs; of unpaired samples, the smaller arm */
	bool known;          /* low and high are */
	bool low_open;       /* a time-out of A: the truth may lie below low */
	bool high_open;      /* a time-out of B: the truth may lie above high */
	double error;        /* standard error at the last look; for what more builds would do */
	double sd;           /* of a pair's log ratio, then */
	size_t error_n;      /* pairs at that look */
	bool error_known;
};

/* The rule, in its order: slower or faster where the interval excludes 0 and the estimate reaches
 * the threshold; else the same where it lies within the margin; else inconclusive. An open end
 * decides nothing. */
enum verdict stats_verdict(const struct effect *e, const struct rules *r);
/* The least change that the interval as it is could have shown, as 0.03 for 3 %; < 0: unknown. */
double stats_resolution(const struct effect *e);
/* About how many more builds, A and B together, an inconclusive effect needs; < 0: unknown. */
double stats_builds_needed(const struct effect *e, const struct rules *r);
/* How many builds, A and B together, decide a change of `effect` (0.05 for 5 %) with probability
 * `power` where one build varies by `sd` (0.03 for 3 %). */
double stats_power(double sd, double effect, double alpha, double power);

/* What became of a claim about two cells. */
enum claimed { CLAIM_HOLDS, CLAIM_FAILS, CLAIM_INCONCLUSIVE };
/* NULL-terminated, indexed by the enum. */
extern const char *const claimed_names[];
/* That the first is less (more) than the second, the larger by the smaller at least `minimum` (>= 1;
 * 1: any difference); e is the effect of the first against the second. It holds where the whole
 * interval lies beyond that, fails where all of it lies on the other side. `same`: as stats_verdict
 * has it, within minimum - 1 where that is above 0, else within the margin. */
enum claimed stats_claim(
	const struct effect *e, enum claim_way way, double minimum, const struct rules *r);
/* The same of exact values: low and high are the least and greatest of the rebuilds, which decide
 * nothing where they differ by what is claimed. `same`: to the last byte where minimum is 1. */
enum claimed stats_claim_exact(const struct estimate *of, const struct estimate *than,
	enum claim_way way, double minimum);

/* Two builds of one block, as logs. */
struct pair {
	double a, b;
	bool b_first;        /* B was built before A */
	bool a_open, b_open; /* timed out: at least that */
};
/* The effect after n interleaved pairs, in the order in which they were built. Its interval is what
 * the looks so far have left of the repeated confidence intervals, so that it holds however often
 * one looks (alpha spending, Lan & DeMets 1983); not known below four pairs. */
struct effect stats_pairs(const struct pair *p, size_t n, double alpha);
/* The same, one pair after the other: p[n - 1] is new. *e starts as zeroes. */
void stats_pairs_add(struct effect *e, const struct pair *p, size_t n, double alpha);
/* Which builds of n pairs lie far from the others of their arm; fills a_out[n] and b_out[n]. */
void stats_pair_outliers(const struct pair *p, size_t n, bool *a_out, bool *b_out);
/* Unpaired samples, as logs: the median of all differences b - a with its Mann-Whitney interval
 * and p-value (exact up to 50 values without ties, else normal with corrections for ties and
 * continuity). Sorts a and b. */
struct effect stats_unpaired(double *a, size_t na, double *b, size_t nb, double alpha);

/* Benjamini & Hochberg 1995: the level at which each of n comparisons is decided, so that of those
 * found to differ at most `alpha` are expected to be false. */
double stats_many_level(const double *p, size_t n, double alpha);

/* Events of two arms: k of n each. */
struct rates {
	double p;          /* Fisher's exact test, two-sided */
	double resolution; /* by how much B's rate must exceed A's for these n to show it; < 0: none can */
};
struct rates stats_rates(size_t ka, size_t na, size_t kb, size_t nb, double alpha);

/* Sequential A/B: which arm is built next, until it is decided. Each pair is two builds in an order
 * drawn from the seed. Pure: what was not observed has no part in it. */
enum arm { ARM_A, ARM_B, ARM_NONE };
struct ab {
	struct rules rules;
	struct rng rng;
	struct pair pairs[MAX_PAIRS];
	size_t count;         /* whole pairs */
	bool half;            /* one build of the next pair is done */
	struct effect effect;
	enum verdict verdict;
	bool done;
};
void ab_init(struct ab *ab, const struct rules *rules, uint64_t seed);
/* ARM_NONE when decided, at the most pairs, or where the rest could hardly decide. */
enum arm ab_next(const struct ab *ab);
/* The log of the build that ab_next asked for; open: it timed out, at least that. */
void ab_observe(struct ab *ab, double x, bool open);
/* It was void: its pair is built anew. */
void ab_void(struct ab *ab);
/* The same machine where a block holds more than two arms, each of its comparisons an ab: a whole
 * pair; a pair that was paid for and says nothing, because one of its builds failed. Neither once
 * max_pairs are counted or lost. */
void ab_pair(struct ab *ab, const struct pair *p);
void ab_lose(struct ab *ab);
/* Decide n comparisons together, each at the level that controls the false discoveries of all
 * (Benjamini & Hochberg 1995, on the repeated p-values). The level becomes their rules' and is
 * returned; one that was done may be so no longer. */
double ab_settle(struct ab *const *abs, size_t n, double alpha);

/* Where a history changed: fills starts[n] with the first points of new regimes, ascending, and
 * returns how many. x are logs, oldest first. */
size_t stats_changes(const double *x, size_t n, size_t *starts);
/* Of lag 1 (Box & Jenkins 1976); 0 where all are equal. */
double stats_autocorrelation(const double *x, size_t n);

/* Screening: may one build be told from its history without an A/B? `x` are logs since the last
 * change, oldest first. False where there are too few. A build above *limit buys an A/B. */
bool stats_screen(const double *x, size_t n, const struct rules *r, double *limit);

#endif
