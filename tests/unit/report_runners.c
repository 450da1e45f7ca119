/* The runners of a run: what a terminal shows of them, and what of it the page does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>

#include "report_fixture.h"
#include "reports/answer.h"
#include "reports/runners.h"

static void tell_build(struct tale *t, int64_t cell, double size, double packages, double shell)
{
	struct sample s = tale_sample(t, cell, SAMPLE_TIMED, 0, 40);

	values_set(&s.values, M_IMAGE_SIZE, size);
	values_set(&s.values, M_IMAGE_PACKAGES, packages);
	values_set(&s.values, M_IMAGE_SHELL, shell);
	values_set(&s.values, M_IMAGE_CA_BUNDLE, shell);
	tale_add(t, &s);
}

static void tell_starts(struct tale *t, int64_t cell, int n, double wall_s)
{
	for (int i = 0; i < n; i++) {
		struct sample s = tale_sample(t, cell, SAMPLE_START, i, 1000);

		s.values = (struct values){ 0 };
		values_set(&s.values, M_START_WALL, wall_s + i * 0.01);
		values_set(&s.values, M_START_PULL_WALL, wall_s * 3);
		values_set(&s.values, M_START_PULL_BYTES, 30 * MB);
		values_set(&s.values, M_START_OK, 1);
		tale_add(t, &s);
	}
}

static void tell_no_start(struct tale *t, int64_t cell)
{
	struct sample s = tale_sample(t, cell, SAMPLE_START, 0, 1000);

	s.values = (struct values){ 0 };
	s.status = STATUS_FAILED;
	s.failure = xstrdup("/app needs /lib64/ld-linux-x86-64.so.2, which the image lacks");
	values_set(&s.values, M_START_OK, 0);
	tale_add(t, &s);
}

static void tell(struct tale *t)
{
	int64_t full = tale_cell_of(t, "runner-go", "full", "podman"), scratch = tale_cell_of(t, "runner-go", "scratch", "podman");
	int64_t trap = tale_cell_of(t, "runner-go", "trap", "podman");

	tell_build(t, full, 120 * MB, 88, 1);
	tell_build(t, scratch, 8.5 * MB, 3, 0);
	tell_build(t, trap, 8 * MB, 15, 1);
	tell_starts(t, full, 3, 0.3);
	tell_starts(t, scratch, 3, 0.2);
	tell_no_start(t, trap);
}

static const int widths[] = { 200, 80, 60 };

/* No line is wider than the terminal, what does not start is told in full, and no build time is
 * taken from a start. */
static void test_terminal(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(widths); i++) {
		_cleanup_(summary_freep) struct run_summary *rs = NULL;
		_cleanup_(freep) char *text = NULL;
		struct term term = { .width = widths[i], .utf8 = true };
		struct tale t;
		size_t size;
		FILE *f = open_memstream(&text, &size);

		tale_open(&t);
		tell(&t);
		must(summary_load(t.st, t.run, &rs));
		must(runners_show(rs, f, term));
		fclose(f);
		print_message("%s", text);
		assert_non_null(strstr(text, "runners of go, 3 starts each\n"));
		assert_non_null(strstr(text, "trap, podman: no start: /app needs"));
		assert_true(strstr(text, "full") < strstr(text, "scratch"));
		for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
			_cleanup_(freep) char *one = xstrndup(line, strcspn(line, "\n"));

			assert_true(term_columns(one) <= widths[i]);
		}
		for (size_t k = 0; k < rs->count; k++) {
			assert_int_equal(rs->cells[k].n, 1);
			assert_int_equal(rs->cells[k].failures, 0);
			assert_true(rs->cells[k].wall.at == 40);
		}
		tale_done(&t);
	}
}

/* The smallest image that starts is what is recommended, whatever is smaller and does not. */
static void test_answer(void **state)
{
	_cleanup_(summary_freep) struct run_summary *rs = NULL;
	_cleanup_(strv_done) struct strv said = STRV_INIT;
	struct tale t;

	tale_open(&t);
	tell(&t);
	must(summary_load(t.st, t.run, &rs));
	answer_runners(rs, &said);
	assert_int_equal(said.count, 1);
	assert_string_equal(said.items[0],
		"runner-go, podman: scratch is 8.50 MB where full is 120 MB (14 × smaller), with 3 "
		"packages instead of 88; it starts in 210 ms (range 200–220) instead of 310 ms (range "
		"300–320).");
	tale_done(&t);
}

/* What starts give belongs to their cell's summary in the store, and builds do not count them. */
static void test_summary(void **state)
{
	struct run_point *points;
	struct tale t;
	size_t count;
	int64_t cell;

	tale_open(&t);
	tell(&t);
	cell = tale_cell_of(&t, "runner-go", "full", "podman");
	tale_end(&t);
	must(store_history(t.st, cell, M_START_WALL, 0, &points, &count));
	assert_int_equal(count, 1);
	assert_int_equal(points[0].n, 3);
	assert_true(points[0].median > 0.3 && points[0].median < 0.32);
	free(points);
	must(store_history(t.st, cell, M_BUILD_WALL, 0, &points, &count));
	assert_int_equal(points[0].n, 1);
	free(points);
	tale_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_summary),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
