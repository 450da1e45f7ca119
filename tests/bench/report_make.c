/* Make a database with a history that is made up: report-make DB CELLS RUNS SAMPLES [plain]. */
#include "report_history.h"

int main(int argc, char **argv)
{
	int64_t n[3] = { 0 };
	struct store *st;

	for (int i = 0; i < 3; i++)
		if (argc < 5 || !str_to_i64(argv[2 + i], &n[i]) || n[i] < 0) {
			fputs("usage: report-make DB CELLS RUNS SAMPLES [plain]\n", stderr);
			return 2;
		}

	const struct made_history h = { (int)n[0], (int)n[1], (int)n[2],
		argc > 5 && str_eq(argv[5], "plain") };

	must(store_open(argv[1], STORE_WRITE, &st));
	history_make(&h, st);
	store_close(st);
	return 0;
}
