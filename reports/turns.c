#include "reports/turns.h"

#include "base/clock.h"
#include "reports/compare.h"

/* Longer after each other, two runs did not meet the same machine. */
#define GAP_MOST (10 * MINUTE_NS)

struct turn {
	const struct run *run;
	bool of_b;
	int block;
};

/* What becomes the summary's. */
struct rows {
	struct cell *cells;
	size_t cell_count, cell_room;
	struct sample *samples;
	size_t sample_count, sample_room;
};

static void rows_done(struct rows *r)
{
	cells_free(r->cells, r->cell_count);
	samples_free(r->samples, r->sample_count);
}

static int by_start(const void *x, const void *y)
{
	const struct run *a = ((const struct turn *)x)->run, *b = ((const struct turn *)y)->run;

	if (a->start_unix_ns != b->start_unix_ns)
		return a->start_unix_ns < b->start_unix_ns ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static bool followed(const struct turn *a, const struct turn *b)
{
	_cleanup_(freep) char *other = compare_machines(a->run, b->run);

	/* what overlaps ran beside each other: in turns is only what waited for the other */
	return a->of_b != b->of_b && !other && a->run->end_unix_ns > 0 &&
	       b->run->start_unix_ns >= a->run->end_unix_ns &&
	       b->run->start_unix_ns - a->run->end_unix_ns <= GAP_MOST;
}

static void take_turns(struct turn *turns, size_t count)
{
	qsort(turns, count, sizeof(*turns), by_start);
	for (size_t i = 0; i < count; i++) {
		turns[i].block = (int)i;
		if (i + 1 == count || !followed(&turns[i], &turns[i + 1]))
			continue;
		turns[i + 1].block = (int)i;
		i++;
	}
}

/* Both sides measured the same cells: B's go by another id. */
static int64_t side_id(const struct turn *t, int64_t id)
{
	return t->of_b ? -id : id;
}

static void add_cell(struct rows *to, struct cell *c)
{
	for (size_t i = 0; i < to->cell_count; i++)
		if (to->cells[i].id == c->id) {
			cell_done(c);
			return;
		}
	*GROW(to->cells, to->cell_count, to->cell_room) = *c;
}

static struct err *add_run(struct store *st, const struct turn *t, struct rows *to)
{
	struct cell *cells;
	struct sample *samples;
	size_t count;

	TRY(store_cells(st, t->run->id, &cells, &count));
	for (size_t i = 0; i < count; i++) {
		cells[i].id = side_id(t, cells[i].id);
		add_cell(to, &cells[i]);
	}
	free(cells);
	TRY(store_samples(st, t->run->id, &samples, &count));
	for (size_t i = 0; i < count; i++) {
		samples[i].cell_id = side_id(t, samples[i].cell_id);
		samples[i].block = t->block;
		samples[i].ordinal = (int)to->sample_count;
		*GROW(to->samples, to->sample_count, to->sample_room) = samples[i];
	}
	free(samples);
	return NULL;
}

struct err *turns_load(struct store *st, const struct turns_side *a, const struct turns_side *b,
	struct run_summary **out)
{
	size_t count = a->count + b->count;
	_cleanup_(freep) struct turn *turns = xcalloc(count + 1, sizeof(*turns));
	_cleanup_(rows_done) struct rows rows = { 0 };

	for (size_t i = 0; i < count; i++)
		turns[i] = i < a->count ? (struct turn){ .run = a->runs[i] }
					: (struct turn){ .run = b->runs[i - a->count], .of_b = true };
	take_turns(turns, count);
	for (size_t i = 0; i < count; i++)
		TRY(add_run(st, &turns[i], &rows));
	*out = summary_of(turns[count - 1].run, rows.cells, rows.cell_count, rows.samples,
		rows.sample_count);
	rows = (struct rows){ 0 };
	return NULL;
}

bool turns_of_b(const struct cell *c)
{
	return c->id < 0;
}

void turns_side_done(struct turns_side *s)
{
	runs_free(s->runs, s->count);
}
