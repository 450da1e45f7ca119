/* The figures of sequential A/B, of the screening gate and of the interval, by simulation with
 * known truth:
 *
 *   figures [REPLICATIONS [SEED]]
 *
 * A line a noise model and effect: how often each verdict, with its 95 % limits (Wilson 1927), and
 * the mean number of builds, A and B together. */
#include "base/err.h"
#include "base/str.h"
#include "stats/stats.h"
#include "tests/stats/noise.h"

#define REPLICATIONS 4000
#define HISTORY	     40

static const double effects[] = { 0, 0.05, 0.10 };
static const struct rules rules = RULES_DEFAULT;

struct tally {
	size_t verdicts[4], n, screened;
	double builds;
};

static void wilson(size_t k, size_t n, double *low, double *high)
{
	double z = 1.959964, p = (double)k / (double)n, m = (double)n, d = 1 + z * z / m;
	double middle = (p + z * z / (2 * m)) / d;
	double half = z * sqrt(p * (1 - p) / m + z * z / (4 * m * m)) / d;

	*low = middle - half;
	*high = middle + half;
}

/* A machine whose noise goes on from build to build, whatever is built on it. */
struct machine {
	const struct noise *noise;
	struct rng rng;
	double state, effect;
};

static double build(struct machine *m, enum arm arm)
{
	return noise_next(m->noise, &m->rng, &m->state) + (arm == ARM_B ? m->effect : 0);
}

static size_t compare(struct machine *m, uint64_t seed, enum verdict *out)
{
	struct ab ab;
	size_t builds = 0;

	ab_init(&ab, &rules, seed);
	for (enum arm arm; (arm = ab_next(&ab)) != ARM_NONE; builds++)
		ab_observe(&ab, build(m, arm), false);
	*out = ab.verdict;
	return builds;
}

/* One build of B against A's history; only where it is flagged an A/B. */
static size_t gate(struct machine *m, uint64_t seed, enum verdict *out, bool *screened)
{
	double history[HISTORY], limit;

	for (size_t i = 0; i < HISTORY; i++)
		history[i] = build(m, ARM_A);
	*out = VERDICT_SAME;
	*screened = stats_screen(history, HISTORY, &rules, &limit) && build(m, ARM_B) <= limit;
	return *screened ? 1 : 1 + compare(m, seed, out);
}

static struct tally replicate(
	const struct noise *noise, double effect, bool by_gate, size_t n, uint64_t seed)
{
	struct machine m = { .noise = noise, .effect = log1p(effect) };
	struct tally t = { .n = n };

	rng_seed(&m.rng, seed);
	for (size_t i = 0; i < n; i++) {
		enum verdict v;
		bool screened = false;

		m.state = noise->drift * noise_normal(&m.rng);
		t.builds += (double)(by_gate ? gate(&m, rng_next(&m.rng), &v, &screened)
					     : compare(&m, rng_next(&m.rng), &v));
		t.verdicts[v]++;
		t.screened += screened;
	}
	t.builds /= (double)n;
	return t;
}

static void print(const struct noise *noise, double effect, const struct tally *t)
{
	printf("  %-10s %+4.0f %% ", noise->name, effect * 100);
	for (int v = VERDICT_SLOWER; v <= VERDICT_SAME; v++) {
		double low, high;

		wilson(t->verdicts[v], t->n, &low, &high);
		printf("  %s %5.2f (%.2f-%.2f)", verdict_names[v],
			100 * (double)t->verdicts[v] / (double)t->n, 100 * low, 100 * high);
	}
	printf("  builds %.1f\n", t->builds);
}

static void table(bool by_gate, size_t n, uint64_t seed)
{
	double right = 0, builds = 0, cells = ARRAY_SIZE(noises) * ARRAY_SIZE(effects);

	printf("%s, per cent of %zu\n", by_gate ? "screening gate" : "A/B", n);
	for (size_t i = 0; i < ARRAY_SIZE(noises); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(effects); k++) {
			struct tally t = replicate(&noises[i], effects[k], by_gate, n, seed++);
			enum verdict truth = effects[k] > 0 ? VERDICT_SLOWER : VERDICT_SAME;

			print(&noises[i], effects[k], &t);
			right += (double)t.verdicts[truth] / (double)n / cells;
			builds += t.builds / cells;
		}
	}
	printf("  correct %.2f %%, mean builds %.2f\n", 100 * right, builds);
}

/* How often the interval has lost the truth after all pairs there can be, whatever builds vary by:
 * looks choose their horizon by what they saw, so that none may be worse off. */
static void coverage(size_t n, uint64_t seed)
{
	static const double sds[] = { 0.01, 0.03, 0.04, 0.05, 0.06, 0.08, 0.12 };
	struct rng rng;

	printf("interval of level 95 %%, lost the truth in per cent of %zu\n", n);
	rng_seed(&rng, seed);
	for (size_t i = 0; i < ARRAY_SIZE(sds); i++) {
		size_t lost = 0;
		double low, high;

		for (size_t k = 0; k < n; k++) {
			struct pair p[MAX_PAIRS];
			struct effect e = { 0 };

			for (size_t j = 0; j < MAX_PAIRS; j++) {
				p[j] = (struct pair){ .a = sds[i] * noise_normal(&rng),
					.b = sds[i] * noise_normal(&rng),
					.b_first = rng_next(&rng) >> 63 };
				stats_pairs_add(&e, p, j + 1, rules.alpha);
			}
			lost += e.low > 0 || e.high < 0;
		}
		wilson(lost, n, &low, &high);
		printf("  noise %2.0f %%  %.2f (%.2f-%.2f)\n", 100 * sds[i],
			100 * (double)lost / (double)n, 100 * low, 100 * high);
	}
}

int main(int argc, char **argv)
{
	int64_t n = REPLICATIONS, seed = 1000;

	if ((argc > 1 && (!str_to_i64(argv[1], &n) || n < 1)) ||
		(argc > 2 && !str_to_i64(argv[2], &seed))) {
		fputs("usage: figures [REPLICATIONS [SEED]]\n", stderr);
		return 2;
	}
	table(false, (size_t)n, (uint64_t)seed);
	table(true, (size_t)n, (uint64_t)seed);
	coverage((size_t)n, (uint64_t)seed);
	return 0;
}
