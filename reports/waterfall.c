#include "reports/waterfall.h"

#include "reports/cause.h"

static bool ran(const struct step *s)
{
	return !s->cached && s->start_ns >= 0 && s->end_ns >= s->start_ns;
}

/* Engines tell a step's end and the next one's begin a moment apart, or the other way round. */
#define SLACK_NS 50000000

static bool is_before(const struct step *s, const struct step *of)
{
	return ran(s) && s->end_ns <= of->start_ns + SLACK_NS && s->start_ns < of->start_ns;
}

/* In a build without side-by-side steps, each waited for the one before it. */
static size_t last_before(const struct steps *steps, size_t of)
{
	size_t best = steps->count;

	for (size_t i = 0; i < steps->count; i++)
		if (i != of && is_before(&steps->items[i], &steps->items[of]) &&
			(best == steps->count ||
				steps->items[i].end_ns > steps->items[best].end_ns))
			best = i;
	return best;
}

static size_t find_ref(const struct steps *steps, const struct step_ref *r)
{
	size_t i = 0;

	while (i < steps->count &&
		(steps->items[i].stage != r->stage || steps->items[i].index != r->index))
		i++;
	return i;
}

/* The step among what `of` depends on that ended last, through those that came from the cache; each
 * is looked at once. */
static size_t last_needed(const struct steps *steps, size_t of, bool *seen)
{
	const struct step *s = &steps->items[of];
	size_t best = steps->count;

	for (size_t k = 0; k < s->parent_count; k++) {
		size_t i = find_ref(steps, &s->parents[k]);

		if (i == steps->count || seen[i])
			continue;
		seen[i] = true;
		if (!ran(&steps->items[i]))
			i = last_needed(steps, i, seen);
		if (i < steps->count && (best == steps->count ||
						steps->items[i].end_ns > steps->items[best].end_ns))
			best = i;
	}
	return best;
}

/* Whether steps ran side by side, or may have. */
static bool is_parallel(const struct steps *steps)
{
	bool known = false, beside = steps->structured;

	for (size_t i = 0; i < steps->count; i++) {
		known |= steps->items[i].parent_count > 0;
		for (size_t k = 0; k < i && !beside; k++) {
			const struct step *a = &steps->items[k], *b = &steps->items[i];

			beside = ran(a) && ran(b) && a->start_ns + SLACK_NS < b->end_ns &&
				 b->start_ns + SLACK_NS < a->end_ns;
		}
	}
	return known && beside;
}

void critical_path(const struct steps *steps, bool *on_path)
{
	_cleanup_(freep) bool *seen = xcalloc(steps->count + 1, sizeof(*seen));
	bool parallel = is_parallel(steps);
	size_t at = steps->count;

	for (size_t i = 0; i < steps->count; i++)
		if (ran(&steps->items[i]) &&
			(at == steps->count || steps->items[i].end_ns > steps->items[at].end_ns))
			at = i;
	/* each one is not seen yet, or began before the one that waited for it: so this ends */
	while (at < steps->count) {
		on_path[at] = true;
		seen[at] = true;
		at = parallel ? last_needed(steps, at, seen) : last_before(steps, at);
	}
}

static size_t find_like(const struct steps *steps, const struct step *s, const bool *taken)
{
	for (size_t i = 0; i < steps->count; i++)
		if (!taken[i] && steps->items[i].line == s->line &&
			str_eq(step_text(&steps->items[i]), step_text(s)))
			return i;
	for (size_t i = 0; i < steps->count; i++)
		if (!taken[i] && s->stage >= 0 && steps->items[i].stage == s->stage &&
			steps->items[i].index == s->index)
			return i;
	return steps->count;
}

static int by_line(const void *pa, const void *pb)
{
	const struct fall_row *a = pa, *b = pb;
	const struct step *sa = a->b ? a->b : a->a, *sb = b->b ? b->b : b->a;

	if (sa->line != sb->line)
		return sa->line < sb->line ? -1 : 1;
	return sa->index != sb->index ? (sa->index < sb->index ? -1 : 1) : 0;
}

static double end_of(const struct sample *s)
{
	double end = s->values.known[M_BUILD_WALL] ? s->values.v[M_BUILD_WALL] : 0;

	for (size_t i = 0; i < s->steps.count; i++) {
		double e = (double)s->steps.items[i].end_ns / 1e9;

		end = e > end ? e : end;
	}
	return end;
}

void waterfall_of(struct waterfall *w, const struct run_summary *rs, const struct sum_group *g,
	const struct cell_sum *a, const struct cell_sum *b)
{
	const struct steps *sa = &a->typical->steps, *sb = &b->typical->steps;
	_cleanup_(freep) bool *taken = xcalloc(sa->count + 1, sizeof(*taken));
	_cleanup_(freep) bool *path_a = xcalloc(sa->count + 1, sizeof(*path_a));
	_cleanup_(freep) bool *path_b = xcalloc(sb->count + 1, sizeof(*path_b));

	*w = (struct waterfall){ .rs = rs, .group = g, .a = a, .b = b };
	critical_path(sa, path_a);
	critical_path(sb, path_b);
	for (size_t i = 0; i < sb->count; i++) {
		struct fall_row *r = GROW(w->rows, w->count, w->room);
		size_t k = find_like(sa, &sb->items[i], taken);

		r->b = &sb->items[i];
		r->b_critical = path_b[i];
		r->lost = b->cell->state == STATE_WARM && !r->b->cached;
		if (k == sa->count)
			continue;
		taken[k] = true;
		r->a = &sa->items[k];
		r->a_critical = path_a[k];
	}
	for (size_t i = 0; i < sa->count; i++)
		if (!taken[i])
			*GROW(w->rows, w->count, w->room) = (struct fall_row){ .a = &sa->items[i],
				.a_critical = path_a[i] };
	if (w->count)
		qsort(w->rows, w->count, sizeof(*w->rows), by_line);
	w->end_s = end_of(a->typical) > end_of(b->typical) ? end_of(a->typical)
							   : end_of(b->typical);
}

void waterfall_done(struct waterfall *w)
{
	free(w->rows);
}
