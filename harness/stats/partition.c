/* Exact dynamic programme with functional pruning (Maidstone et al. 2017) and clipped residuals
 * (Fearnhead & Rigaill 2019): after each point, the least cost as a function of the present level,
 * in pieces that are quadratics. A piece that lies above the cost of starting anew gives way to
 * that constant, so that few pieces are left and the time is about linear. */
#include "stats/partition.h"

#include <math.h>

#include "base/err.h"

/* a m^2 + b m + c for levels from `from` to `to`; the stretch began at `start`. */
struct piece {
	double from, to, a, b, c;
	size_t start;
};

struct pieces {
	struct piece *items;
	size_t count, room;
};

static void add(struct pieces *out, const struct piece *p, double from, double to)
{
	struct piece *last = out->count ? &out->items[out->count - 1] : NULL, *to_add;

	if (!(from < to))
		return;
	if (last && last->start == p->start && last->a == p->a && last->b == p->b &&
		last->c == p->c) {
		last->to = to;
		return;
	}
	to_add = GROW(out->items, out->count, out->room);
	*to_add = *p;
	to_add->from = from;
	to_add->to = to;
}

/* The lesser of a piece and the constant of starting anew. */
static void add_lesser(struct pieces *out, const struct piece *p, const struct piece *anew)
{
	double middle, reach, least;

	if (p->a <= 0) {
		add(out, p->c <= anew->c ? p : anew, p->from, p->to);
		return;
	}
	middle = -p->b / (2 * p->a);
	least = p->c + p->b * middle / 2;
	if (least >= anew->c) {
		add(out, anew, p->from, p->to);
		return;
	}
	reach = sqrt((anew->c - least) / p->a);
	add(out, anew, p->from, fmin(p->to, middle - reach));
	add(out, p, fmax(p->from, middle - reach), fmin(p->to, middle + reach));
	add(out, anew, fmax(p->from, middle + reach), p->to);
}

/* One more point: its clipped square is added, which cuts pieces where clipping begins. */
static void add_point(struct pieces *out, const struct piece *p, double x, double clip)
{
	struct piece near = *p, far = *p;

	far.c += clip * clip;
	near.a += 1;
	near.b -= 2 * x;
	near.c += x * x;
	add(out, &far, p->from, fmin(p->to, x - clip));
	add(out, &near, fmax(p->from, x - clip), fmin(p->to, x + clip));
	add(out, &far, fmax(p->from, x + clip), p->to);
}

static double least_of(const struct piece *p)
{
	double m = p->a > 0 ? fmin(fmax(-p->b / (2 * p->a), p->from), p->to) : p->from;

	return (p->a * m + p->b) * m + p->c;
}

static double best(const struct pieces *all, size_t *start)
{
	double least = INFINITY;

	for (size_t i = 0; i < all->count; i++) {
		double v = least_of(&all->items[i]);

		if (v < least) {
			least = v;
			*start = all->items[i].start;
		}
	}
	return least;
}

static size_t trace(const size_t *start_of, size_t n, size_t *starts)
{
	size_t count = 0;

	for (size_t end = n; start_of[end - 1] > 0; end = start_of[end - 1])
		starts[count++] = start_of[end - 1];
	for (size_t i = 0; i < count / 2; i++) {
		size_t t = starts[i];

		starts[i] = starts[count - 1 - i];
		starts[count - 1 - i] = t;
	}
	return count;
}

size_t stats_partition(const double *x, size_t n, double clip, double penalty, size_t *starts)
{
	_cleanup_(freep) size_t *start_of = xcalloc(n + 1, sizeof(*start_of));
	struct pieces now = { 0 }, next = { 0 };
	struct piece anew = { .from = INFINITY, .to = -INFINITY };
	size_t count;

	if (!n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		anew.from = fmin(anew.from, x[i]);
		anew.to = fmax(anew.to, x[i]);
	}
	anew.from -= clip;
	anew.to += clip;
	add(&now, &anew, anew.from, anew.to);
	for (size_t i = 0; i < n; i++) {
		next.count = 0;
		for (size_t k = 0; i > 0 && k < now.count; k++)
			add_lesser(&next, &now.items[k], &anew);
		if (i > 0) {
			struct pieces t = now;

			now = next;
			next = t;
		}
		next.count = 0;
		for (size_t k = 0; k < now.count; k++)
			add_point(&next, &now.items[k], x[i], clip);
		struct pieces t = now;

		now = next;
		next = t;
		anew.c = best(&now, &start_of[i]) + penalty;
		anew.start = i + 1;
	}
	free(now.items);
	free(next.items);
	count = trace(start_of, n, starts);
	return count;
}
