/* Cells -> the order of builds; what is next, and what became of it. */
#include "base/random.h"
#include "plan/private.h"

/* Three priming builds where their cost is part of the answer. */
#define PRIMES_FOR_BREAK_EVEN 3

static int primes_of(const struct plan *p, const struct plan_cell *c)
{
	int wanted = p->spec.cache_all ? PRIMES_FOR_BREAK_EVEN : 1;

	if (!c->primed)
		return 0;
	if (c->primed_each)
		return p->spec.samples;
	return wanted < p->spec.samples ? wanted : p->spec.samples;
}

static void add_slot(struct plan *p, enum sample_kind kind, size_t cell, int block, int prime)
{
	struct plan_slot *s = GROW(p->slots, p->slot_count, p->slot_room);

	*s = (struct plan_slot){ .kind = kind, .cell = cell, .block = block, .prime = prime };
}

/* Fisher-Yates. */
static void shuffle(struct rng *r, size_t *items, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = rng_below(r, i), t = items[i - 1];

		items[i - 1] = items[k];
		items[k] = t;
	}
}

/* One block of a scenario's cells: first its priming builds, then a sample of each cell. */
static void lay_block(struct plan *p, struct rng *r, size_t *cells, size_t n, int block)
{
	shuffle(r, cells, n);
	for (size_t i = 0; i < n; i++)
		if (block < primes_of(p, &p->cells[cells[i]]))
			add_slot(p, SAMPLE_PRIME, cells[i], block, block);
	shuffle(r, cells, n);
	for (size_t i = 0; i < n; i++) {
		int primes = primes_of(p, &p->cells[cells[i]]);

		add_slot(p, SAMPLE_TIMED, cells[i], block, primes ? block % primes : 0);
	}
}

void lay_out(struct plan *p, size_t scenario_count)
{
	_cleanup_(freep) size_t *cells = xcalloc(p->cell_count, sizeof(*cells));
	struct rng r;

	rng_seed(&r, p->spec.seed);
	for (size_t s = 0; s < scenario_count; s++) {
		size_t n = 0;

		for (size_t i = 0; i < p->cell_count; i++)
			if (p->cells[i].scenario == s && !p->cells[i].cell.unsupported)
				cells[n++] = i;
		for (int block = 0; block < p->spec.samples; block++)
			lay_block(p, &r, cells, n, block);
	}
}

/* A priming build is of no use once no sample is left that needs it. */
static bool is_needed(const struct plan *p, const struct plan_slot *prime)
{
	for (size_t i = 0; i < p->slot_count; i++) {
		const struct plan_slot *s = &p->slots[i];

		if (s->kind == SAMPLE_TIMED && s->cell == prime->cell && s->prime == prime->prime &&
			!s->done)
			return true;
	}
	return false;
}

struct plan_slot *plan_next(struct plan *p)
{
	for (size_t i = 0; i < p->slot_count; i++) {
		struct plan_slot *s = &p->slots[i];

		if (s->kind == SAMPLE_PRIME && !s->done && !is_needed(p, s))
			s->done = s->skipped = true;
		if (!s->done)
			return s;
	}
	return NULL;
}

static void skip_primed_by(struct plan *p, const struct plan_slot *prime)
{
	for (size_t i = 0; i < p->slot_count; i++) {
		struct plan_slot *s = &p->slots[i];

		if (s->kind == SAMPLE_TIMED && s->cell == prime->cell && s->prime == prime->prime &&
			!s->done)
			s->done = s->skipped = true;
	}
}

/* One more block at the end for a void sample; a cell that is always void comes to an end. */
static void replace(struct plan *p, size_t cell, int prime)
{
	struct plan_cell *c = &p->cells[cell];
	int block = p->spec.samples + c->replaced;

	if (c->replaced >= p->spec.samples)
		return;
	if (c->primed_each) {
		prime = block;
		add_slot(p, SAMPLE_PRIME, cell, block, prime);
	}
	add_slot(p, SAMPLE_TIMED, cell, block, prime);
	c->replaced++;
}

void plan_observe(struct plan *p, struct plan_slot *slot, enum sample_status status, bool is_void)
{
	struct plan_slot was = *slot;

	slot->done = true;
	if (was.kind == SAMPLE_PRIME && (status != STATUS_OK || is_void))
		skip_primed_by(p, &was);
	else if (was.kind == SAMPLE_TIMED && is_void)
		replace(p, was.cell, was.prime);
}

void plan_drop(struct plan *p, size_t cell, char *why)
{
	free(p->cells[cell].cell.unsupported);
	p->cells[cell].cell.unsupported = why;
	for (size_t i = 0; i < p->slot_count; i++)
		if (p->slots[i].cell == cell)
			p->slots[i].done = p->slots[i].skipped = true;
}

void plan_replay(struct plan *p, const struct cell *cell, const struct sample *s)
{
	_cleanup_(freep) char *key = cell_key(cell);

	if (s->kind == SAMPLE_PRIME || s->status == STATUS_INTERRUPTED)
		return;
	for (size_t i = 0; i < p->slot_count; i++) {
		struct plan_slot *slot = &p->slots[i];
		_cleanup_(freep) char *own = cell_key(&p->cells[slot->cell].cell);

		if (slot->kind == SAMPLE_TIMED && slot->block == s->block && !slot->done &&
			strcmp(own, key) == 0) {
			plan_observe(p, slot, s->status, checks_void(&s->checks));
			return;
		}
	}
}

size_t plan_left(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->slot_count; i++)
		n += !p->slots[i].done;
	return n;
}

size_t plan_total(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->slot_count; i++)
		n += !p->slots[i].skipped;
	return n;
}
