#include "store/sample.h"

#include <math.h>

static struct err *add_step(
	struct store *st, int64_t sample, size_t place, const struct step *s, int64_t def)
{
	static const char sql_add[] =
		"INSERT INTO step (sample, place, step_def, start_ns, end_ns, cached, failed, "
		"ambiguous, clipped, exit_code, error) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, sample);
	sqlite3_bind_int64(q, 2, (int64_t)place);
	sqlite3_bind_int64(q, 3, def);
	store_bind_size(q, 4, s->start_ns);
	store_bind_size(q, 5, s->end_ns);
	sqlite3_bind_int(q, 6, s->cached);
	sqlite3_bind_int(q, 7, s->failed);
	sqlite3_bind_int(q, 8, s->ambiguous);
	sqlite3_bind_int(q, 9, s->clipped);
	store_bind_size(q, 10, s->exit_code);
	store_bind_text(q, 11, s->error);
	return store_run(st, q);
}

static const enum metric phase_metrics[PHASE_COUNT] = {
	[PHASE_BASE_PULL] = M_PHASE_BASE_PULL,
	[PHASE_CACHE_IMPORT] = M_PHASE_CACHE_IMPORT,
	[PHASE_EXECUTE] = M_PHASE_EXECUTE,
	[PHASE_IMAGE_EXPORT] = M_PHASE_IMAGE_EXPORT,
	[PHASE_PUSH] = M_PHASE_PUSH,
	[PHASE_CACHE_EXPORT] = M_PHASE_CACHE_EXPORT,
};

/* What the value of its metric says of a phase. */
static struct phase_time phase_of_value(const struct values *v, int phase)
{
	enum metric m = phase_metrics[phase];

	return (struct phase_time){ v->known[m], llround(v->v[m] * 1e9), NULL };
}

static struct err *add_phase(struct store *st, int64_t sample, const char *name,
	const struct phase_time *p)
{
	static const char sql_add[] =
		"INSERT INTO phase (sample, phase, ns, error) VALUES (?1, ?2, ?3, ?4)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, sample);
	store_bind_text(q, 2, name);
	if (p->known)
		sqlite3_bind_int64(q, 3, p->ns);
	store_bind_text(q, 4, p->error);
	return store_run(st, q);
}

static struct err *put_phase(struct store *st, const struct sample *s, int phase)
{
	const struct phase_time *p = &s->steps.phase[phase];
	struct phase_time value = phase_of_value(&s->values, phase);

	if (!p->error && p->known == value.known && (!p->known || p->ns == value.ns))
		return NULL;
	return add_phase(st, s->id, phase_names[phase], p);
}

static struct err *add_parent(struct store *st, int64_t def, int64_t parent)
{
	static const char sql_add[] =
		"INSERT OR IGNORE INTO step_parent (step_def, parent) VALUES (?1, ?2)";
	sqlite3_stmt *q;

	TRY(store_stmt(st, sql_add, &q));
	sqlite3_bind_int64(q, 1, def);
	sqlite3_bind_int64(q, 2, parent);
	return store_run(st, q);
}

/* Of a new row: the rows of the steps that it is built on; those that the engine told of. */
static struct err *add_parents(
	struct store *st, const struct steps *all, const int64_t *defs, size_t of)
{
	const struct step *s = &all->items[of];

	for (size_t k = 0; k < s->parent_count; k++)
		for (size_t i = 0; i < all->count; i++)
			if (all->items[i].stage == s->parents[k].stage &&
				all->items[i].index == s->parents[k].index)
				TRY(add_parent(st, defs[of], defs[i]));
	return NULL;
}

static struct err *add_steps(struct store *st, const struct sample *s)
{
	_cleanup_(freep) int64_t *defs = xcalloc(s->steps.count + 1, sizeof(*defs));
	_cleanup_(freep) bool *added = xcalloc(s->steps.count + 1, sizeof(*added));

	for (size_t i = 0; i < s->steps.count; i++) {
		TRY(store_step_def(st, &s->steps.items[i], &defs[i], &added[i]));
		TRY(add_step(st, s->id, i, &s->steps.items[i], defs[i]));
	}
	for (size_t i = 0; i < s->steps.count; i++)
		if (added[i])
			TRY(add_parents(st, &s->steps, defs, i));
	return NULL;
}

struct err *store_put_steps(struct store *st, const struct sample *s)
{
	TRY(add_steps(st, s));
	for (int p = 0; p < PHASE_COUNT; p++)
		TRY(put_phase(st, s, p));
	return NULL;
}

static void read_step(sqlite3_stmt *q, struct step *s)
{
	s->stage = sqlite3_column_int(q, 0);
	s->index = sqlite3_column_int(q, 1);
	s->line = sqlite3_column_int(q, 2);
	s->position = sqlite3_column_int(q, 3);
	s->total = sqlite3_column_int(q, 4);
	s->stage_name = store_col_text(q, 5);
	s->text = store_col_text(q, 6);
	s->start_ns = store_col_size(q, 7);
	s->end_ns = store_col_size(q, 8);
	s->cached = sqlite3_column_int(q, 9);
	s->failed = sqlite3_column_int(q, 10);
	s->ambiguous = sqlite3_column_int(q, 11);
	s->clipped = sqlite3_column_int(q, 12);
	s->exit_code = (int)store_col_size(q, 13);
	s->error = store_col_text(q, 14);
}

/* The index of a phase's name; PHASE_COUNT for any other word. */
static int phase_of(const char *name)
{
	int p = 0;

	while (p < PHASE_COUNT && !str_eq(name, phase_names[p]))
		p++;
	return p;
}

static struct err *get_phases(struct store *st, struct sample *s)
{
	static const char sql_phases[] = "SELECT phase, ns, error FROM phase WHERE sample = ?1";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	for (int p = 0; p < PHASE_COUNT; p++)
		s->steps.phase[p] = phase_of_value(&s->values, p);
	TRY(store_stmt(st, sql_phases, &q));
	sqlite3_bind_int64(q, 1, s->id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		int p = phase_of(store_col_peek(q, 0));
		if (p == PHASE_COUNT)
			continue;
		s->steps.phase[p] = (struct phase_time){ sqlite3_column_type(q, 1) != SQLITE_NULL,
			sqlite3_column_int64(q, 1), store_col_text(q, 2) };
	}
}

static struct err *get_parents(struct store *st, struct sample *s)
{
	static const char sql_parents[] =
		"SELECT s.place, p.stage, p.place FROM step s "
		"JOIN step_parent sp ON sp.step_def = s.step_def JOIN step_def p ON p.id = parent "
		"WHERE sample = ?1 ORDER BY 1, 2, 3";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	bool row;

	TRY(store_stmt(st, sql_parents, &q));
	sqlite3_bind_int64(q, 1, s->id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			return NULL;
		size_t place = (size_t)sqlite3_column_int64(q, 0);
		if (place >= s->steps.count)
			continue;
		struct step *of = &s->steps.items[place];
		*GROW(of->parents, of->parent_count, of->parent_room) = (struct step_ref){
			sqlite3_column_int(q, 1), sqlite3_column_int(q, 2) };
	}
}

struct err *store_get_steps(struct store *st, struct sample *s)
{
	static const char sql_steps[] =
		"SELECT stage, d.place, line, position, total, stage_name, text, start_ns, end_ns, "
		"cached, failed, ambiguous, clipped, exit_code, error "
		"FROM step s JOIN step_def d ON d.id = s.step_def WHERE sample = ?1 "
		"ORDER BY s.place";
	_cleanup_(store_resetp) sqlite3_stmt *q = NULL;
	struct steps *out = &s->steps;
	bool row;

	TRY(store_stmt(st, sql_steps, &q));
	sqlite3_bind_int64(q, 1, s->id);
	for (;;) {
		TRY(store_next(st, q, &row));
		if (!row)
			break;
		read_step(q, GROW(out->items, out->count, out->room));
	}
	TRY(get_parents(st, s));
	return get_phases(st, s);
}
