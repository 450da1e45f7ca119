/* Cells -> the order of builds; what is next, and what became of it. */
#include <limits.h>

#include "plan/private.h"

/* Three priming builds where their cost is part of the answer. */
#define PRIMES_FOR_BREAK_EVEN 3

static int primes_of(const struct plan *p, const struct plan_cell *c)
{
	int wanted = p->spec.cache_all ? PRIMES_FOR_BREAK_EVEN : 1;

	if (!c->primed)
		return 0;
	if (c->primed_each)
		return p->spec.until_decided ? INT_MAX : p->spec.samples;
	return wanted < p->spec.samples ? wanted : p->spec.samples;
}

static void add_slot(struct plan *p, enum sample_kind kind, size_t cell, int block, int prime)
{
	struct plan_slot *s = GROW(p->slots, p->slot_count, p->slot_room);

	*s = (struct plan_slot){ .kind = kind, .cell = cell, .block = block, .prime = prime };
}

/* Whether a priming build of this number is laid out that can still succeed, or did. */
static bool has_prime(const struct plan *p, size_t cell, int prime)
{
	for (size_t i = 0; i < p->slot_count; i++) {
		const struct plan_slot *s = &p->slots[i];

		if (s->kind == SAMPLE_PRIME && s->cell == cell && s->prime == prime &&
			(!s->done || (s->status == STATUS_OK && !s->is_void && !s->skipped)))
			return true;
	}
	return false;
}

/* The priming build that a block's sample uses: they take turns. One that failed is made anew, under
 * a number of its own. */
static int prime_of(const struct plan *p, size_t cell, int block)
{
	int primes = primes_of(p, &p->cells[cell]);

	if (block < primes || has_prime(p, cell, block % primes))
		return block % primes;
	for (int k = block; k >= primes; k--)
		if (has_prime(p, cell, k))
			return k;
	return block;
}

/* One block of a scenario's cells: first its priming builds, then a sample of each cell. */
static void lay_block(struct plan *p, struct rng *r, size_t *cells, size_t n, int block)
{
	rng_shuffle(r, cells, n);
	for (size_t i = 0; i < n; i++) {
		if (!p->cells[cells[i]].primed)
			continue;
		int prime = prime_of(p, cells[i], block);

		if (!has_prime(p, cells[i], prime))
			add_slot(p, SAMPLE_PRIME, cells[i], block, prime);
	}
	rng_shuffle(r, cells, n);
	for (size_t i = 0; i < n; i++)
		add_slot(p, SAMPLE_TIMED, cells[i], block,
			p->cells[cells[i]].primed ? prime_of(p, cells[i], block) : 0);
}

/* The cells of a scenario that can be built and are wanted (NULL: all); fills cells. */
static size_t gather(const struct plan *p, size_t scenario, const bool *wanted, size_t *cells)
{
	size_t n = 0;

	for (size_t i = 0; i < p->cell_count; i++)
		if (p->cells[i].scenario == scenario && !p->cells[i].cell.unsupported &&
			(!wanted || wanted[i]))
			cells[n++] = i;
	return n;
}

static size_t scenario_count(const struct plan *p)
{
	return p->cell_count ? p->cells[p->cell_count - 1].scenario + 1 : 0;
}

void lay_wanted(struct plan *p, const bool *wanted)
{
	_cleanup_(freep) size_t *cells = xcalloc(p->cell_count + 1, sizeof(*cells));

	for (size_t s = 0; s < scenario_count(p); s++)
		lay_block(p, &p->rng, cells, gather(p, s, wanted, cells), p->blocks);
	p->blocks++;
}

void lay_out(struct plan *p)
{
	_cleanup_(freep) size_t *cells = xcalloc(p->cell_count + 1, sizeof(*cells));

	rng_seed(&p->rng, p->spec.seed);
	if (p->spec.until_decided) {
		lay_wanted(p, NULL);
		return;
	}
	for (size_t s = 0; s < scenario_count(p); s++) {
		size_t n = gather(p, s, NULL, cells);

		for (int block = 0; block < p->spec.samples; block++)
			lay_block(p, &p->rng, cells, n, block);
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

void plan_observe(struct plan *p, struct plan_slot *slot, const struct sample *s)
{
	bool is_void = checks_void(&s->checks);

	slot->done = true;
	slot->status = s->status;
	slot->is_void = is_void;
	slot->wall_s = s->values.known[M_BUILD_WALL] ? s->values.v[M_BUILD_WALL] : 0;

	struct plan_slot was = *slot;

	if (was.kind == SAMPLE_PRIME && (s->status != STATUS_OK || is_void))
		skip_primed_by(p, &was);
	else if (was.kind == SAMPLE_TIMED && is_void && !p->spec.until_decided)
		replace(p, was.cell, was.prime);
	close_block(p);
}

void plan_drop(struct plan *p, size_t cell, char *why)
{
	free(p->cells[cell].cell.unsupported);
	p->cells[cell].cell.unsupported = why;
	for (size_t i = 0; i < p->slot_count; i++)
		if (p->slots[i].cell == cell)
			p->slots[i].done = p->slots[i].skipped = true;
	close_block(p);
}

/* A sample of a later block shows that the earlier ones came to their end: what they still lack was
 * skipped. */
static void reach_block(struct plan *p, int block)
{
	while (p->spec.until_decided && p->blocks <= block) {
		int before = p->blocks;

		for (size_t i = 0; i < p->slot_count; i++)
			if (p->slots[i].kind == SAMPLE_TIMED && !p->slots[i].done)
				p->slots[i].done = p->slots[i].skipped = true;
		close_block(p);
		if (p->blocks == before)
			return;
	}
}

void plan_replay(struct plan *p, const struct cell *cell, const struct sample *s)
{
	_cleanup_(freep) char *key = cell_key(cell);

	if (s->kind == SAMPLE_PRIME || s->status == STATUS_INTERRUPTED)
		return;
	reach_block(p, s->block);
	for (size_t i = 0; i < p->slot_count; i++) {
		struct plan_slot *slot = &p->slots[i];
		_cleanup_(freep) char *own = cell_key(&p->cells[slot->cell].cell);

		if (slot->kind == SAMPLE_TIMED && slot->block == s->block && !slot->done &&
			strcmp(own, key) == 0) {
			plan_observe(p, slot, s);
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
