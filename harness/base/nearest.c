#include "base/str.h"

#define LONGEST_WORD 64

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment distance (Damerau 1964, restricted): insertions, deletions,
 * substitutions and swaps of neighbours each cost 1. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t d[LONGEST_WORD + 1][LONGEST_WORD + 1];

	for (size_t i = 0; i <= n; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++) {
			size_t other = a[i - 1] != b[j - 1];

			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + other);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	return d[n][m];
}

const char *str_nearest(const char *word, const char *const *candidates)
{
	const char *best = NULL;
	size_t n = strlen(word), least = (n + 2) / 3 + 1;

	if (n > LONGEST_WORD)
		return NULL;
	for (; *candidates; candidates++) {
		size_t m = strlen(*candidates), d;

		if (m > LONGEST_WORD)
			continue;
		d = distance(word, n, *candidates, m);
		if (d < least) {
			least = d;
			best = *candidates;
		}
	}
	return best;
}
