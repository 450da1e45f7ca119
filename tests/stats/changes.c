/* The figures of change points, on simulated histories with known truth:
 *
 *   changes [SETS [SEED]]     figures over so many sets of 200 histories
 *   changes --print SEED      one set as JSON lines, for other programs to be judged by
 */
#include "base/err.h"
#include "base/str.h"
#include "stats/stats.h"
#include "tests/stats/histories.h"

#define WITHIN 2

static const size_t later[] = { 3, 5, 10 };

struct score {
	size_t true_found, found, truth, strong, strong_found, seen[3];
	size_t false_of[NUISANCE_ONLY + 1];
};

static bool near(size_t a, size_t b)
{
	return a <= b + WITHIN && b <= a + WITHIN;
}

/* One to one, in order; which changes were found. */
static size_t match(const size_t *found, size_t n, const struct history *h, bool *hit)
{
	_cleanup_(freep) bool *used = xcalloc(n + 1, sizeof(*used));
	size_t hits = 0;

	for (size_t k = 0; k < h->change_count; k++) {
		hit[k] = false;
		for (size_t i = 0; i < n && !hit[k]; i++)
			if (!used[i] && near(found[i], h->changes[k]))
				used[i] = hit[k] = true;
		hits += hit[k];
	}
	return hits;
}

static bool seen_after(const struct history *h, size_t k, size_t points)
{
	size_t found[POINTS], n = stats_changes(h->x, h->changes[k] + points, found);

	for (size_t i = 0; i < n; i++)
		if (near(found[i], h->changes[k]))
			return true;
	return false;
}

static void judge(struct score *s, const struct history *h)
{
	size_t found[POINTS], n = stats_changes(h->x, POINTS, found), hits;
	bool hit[STEPS_MOST];

	hits = match(found, n, h, hit);
	s->found += n;
	s->true_found += hits;
	s->truth += h->change_count;
	s->false_of[h->kind] += n - hits;
	for (size_t k = 0; k < h->change_count; k++) {
		if (fabs(h->step[k]) < 3 * h->cv)
			continue;
		s->strong++;
		s->strong_found += hit[k];
		for (size_t i = 0; i < ARRAY_SIZE(later); i++)
			s->seen[i] += seen_after(h, k, later[i]);
	}
}

static void print(const struct score *s, size_t sets)
{
	double precision = (double)s->true_found / (double)s->found;
	double recall = (double)s->true_found / (double)s->truth, strong = (double)s->strong;
	size_t false_alarms = s->found - s->true_found;

	printf("F1 %.3f  precision %.3f  recall %.3f  false alarms a 1000 points %.2f\n",
		2 * precision * recall / (precision + recall), precision, recall,
		1000.0 * (double)false_alarms / (double)(sets * HISTORIES * POINTS));
	printf("strong steps %.3f of %zu; seen 3, 5, 10 points later %.3f %.3f %.3f\n",
		(double)s->strong_found / strong, s->strong, (double)s->seen[0] / strong,
		(double)s->seen[1] / strong, (double)s->seen[2] / strong);
	printf("false alarms: clean %zu, steps %zu, spikes %zu, drift %zu, two modes %zu, AR(1) %zu, "
	       "without a change %zu\n",
		s->false_of[CLEAN], s->false_of[STEPS], s->false_of[SPIKES], s->false_of[DRIFT],
		s->false_of[MODES], s->false_of[AUTO], s->false_of[NUISANCE_ONLY]);
}

static void print_history(const struct history *h)
{
	printf("{\"changes\":[");
	for (size_t k = 0; k < h->change_count; k++)
		printf("%s%zu", k ? "," : "", h->changes[k]);
	printf("],\"values\":[");
	for (size_t t = 0; t < POINTS; t++)
		printf("%s%.6f", t ? "," : "", exp(h->x[t]));
	printf("]}\n");
}

int main(int argc, char **argv)
{
	bool only_print = argc == 3 && strcmp(argv[1], "--print") == 0;
	int64_t sets = 5, seed = 500;
	struct score score = { 0 };
	struct rng rng;

	if ((!only_print && argc > 1 && (!str_to_i64(argv[1], &sets) || sets < 1)) ||
		(argc > 2 && !str_to_i64(argv[2], &seed))) {
		fputs("usage: changes [SETS [SEED]] | --print SEED\n", stderr);
		return 2;
	}
	rng_seed(&rng, (uint64_t)seed);
	for (size_t i = 0; i < (size_t)(only_print ? 1 : sets) * HISTORIES; i++) {
		struct history h;

		history_draw(&h, i % HISTORIES, &rng);
		if (only_print)
			print_history(&h);
		else
			judge(&score, &h);
	}
	if (!only_print)
		print(&score, (size_t)sets);
	return 0;
}
