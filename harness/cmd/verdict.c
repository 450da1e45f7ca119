#include "cmd/verdict.h"

#include "base/term.h"

struct tally {
	int counted, failed, voided;
	const struct sample *failure, *void_sample; /* the first */
};

static struct tally count(const struct cell *c, const struct sample *samples, size_t n)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct sample *s = &samples[i];

		if (s->cell_id != c->id || s->kind != SAMPLE_TIMED)
			continue;
		if (checks_void(&s->checks)) {
			if (!t.voided++)
				t.void_sample = s;
		} else if (s->status == STATUS_FAILED) {
			if (!t.failed++)
				t.failure = s;
		} else {
			t.counted++;
		}
	}
	return t;
}

static char *cell_words(const struct cell *c)
{
	return xasprintf("%s/%s, %s, %s, %s edit", c->scenario, c->variant, c->engine,
		cache_name(c->cache), c->edit == EDIT_NONE ? "no" : edit_names[c->edit]);
}

/* The last line of a log that says something. */
static void last_line(struct str *to, const char *log)
{
	const char *end = log + strlen(log), *from;

	while (end > log && (end[-1] == '\n' || end[-1] == '\r' || end[-1] == ' '))
		end--;
	for (from = end; from > log && from[-1] != '\n';)
		from--;
	term_encode(to, from, (size_t)(end - from));
}

static struct err *err_failed(const struct cell *c, const struct sample *s)
{
	_cleanup_(freep) char *words = cell_words(c);
	_cleanup_(str_done) struct str line = STR_INIT;

	last_line(&line, s->log_tail ? s->log_tail : "");
	return err_next(err_at(err_new(ERR_BUILD, "no answer for a cell: %s%s%s",
				       s->failure ? s->failure : "the build failed",
				       line.len ? ": " : "", str_get(&line)),
				"%s", words),
		"tare show --json has the end of its log");
}

/* Why it is void: not a finding that it has besides. */
static const struct check_fail *void_reason(const struct checks *c)
{
	const struct check_fail *f = c->fails;

	while (check_table[f->check].class != CHECK_VOID)
		f++;
	return f;
}

static struct err *err_void(const struct cell *c, const struct sample *s)
{
	_cleanup_(freep) char *words = cell_words(c);
	const struct check_fail *f = void_reason(&s->checks);

	return err_next(err_at(err_new(ERR_CHECK, "no answer for a cell: its samples are void: %s (%s)",
				       check_table[f->check].text, f->detail ? f->detail : ""),
				"%s", words),
		"the samples are kept; run it again when the cause is gone");
}

/* Half of an arm fails to build: what is left of it is no answer to a comparison. */
static bool fails_compared(const struct cell *c, const struct tally *t,
	const struct decision *compared, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if ((compared[i].a == c->id || compared[i].b == c->id) && t->failed >= t->counted)
			return t->failed > 0;
	return false;
}

static struct err *judge(const struct cell *cells, size_t cell_count, const struct sample *samples,
	size_t n, const struct decision *compared, size_t compared_count)
{
	struct err *e = NULL;

	for (size_t i = 0; i < cell_count; i++) {
		struct tally t = count(&cells[i], samples, n);

		if (cells[i].unsupported ||
			(t.counted && !fails_compared(&cells[i], &t, compared, compared_count)))
			continue;
		if (t.failed) { /* 4 comes before 7 */
			err_free(e);
			return err_failed(&cells[i], t.failure);
		}
		if (t.voided && !e)
			e = err_void(&cells[i], t.void_sample);
	}
	return e;
}

struct err *run_verdict(struct store *st, const struct run *run)
{
	struct sample *samples = NULL;
	struct cell *cells = NULL;
	_cleanup_(freep) struct decision *compared = NULL;
	size_t n = 0, cell_count = 0, compared_count = 0;
	struct err *e = store_samples(st, run->id, &samples, &n);

	if (!e)
		e = store_cells(st, run->id, &cells, &cell_count);
	if (!e)
		e = store_decisions(st, run->id, &compared, &compared_count);
	if (!e)
		e = judge(cells, cell_count, samples, n, compared, compared_count);
	samples_free(samples, n);
	cells_free(cells, cell_count);
	return e;
}
