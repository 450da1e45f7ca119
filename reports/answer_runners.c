/* The runners of a scenario: what the smallest that starts saves against the largest. */
#include "reports/answer.h"
#include "reports/answer_parts.h"
#include "reports/runners.h"

static void packages_words(struct str *s, const struct runner *least, const struct runner *most)
{
	const struct estimate *a = least->v[M_IMAGE_PACKAGES], *b = most->v[M_IMAGE_PACKAGES];

	if (!a || !b)
		return;
	str_addf(s, ", with %.0f package%s instead of %.0f", a->at, a->at == 1 ? "" : "s", b->at);
}

static void start_words(struct str *s, const struct runner *least, const struct runner *most)
{
	const struct estimate *a = least->v[M_START_WALL], *b = most->v[M_START_WALL];

	if (!a || !b)
		return;
	str_add(s, "; it starts in ");
	wall_words(s, a);
	str_add(s, " instead of ");
	wall_words(s, b);
}

static void sentence(struct str *s, const struct runner *least, const struct runner *most)
{
	const struct cell *a = least->cell, *b = most->cell;
	const struct estimate *ea = least->v[M_IMAGE_SIZE], *eb = most->v[M_IMAGE_SIZE];

	term_encode(s, a->scenario, strlen(a->scenario));
	str_add(s, ", ");
	term_encode(s, a->engine, strlen(a->engine));
	str_add(s, ": ");
	term_encode(s, a->variant, strlen(a->variant));
	str_add(s, " is ");
	figure_exact(s, "By", ea);
	str_add(s, " where ");
	term_encode(s, b->variant, strlen(b->variant));
	str_add(s, " is ");
	figure_exact(s, "By", eb);
	if (ea->at > 0)
		str_addf(s, " (%.*f × smaller)", eb->at / ea->at < 10 ? 1 : 0, eb->at / ea->at);
	packages_words(s, least, most);
	start_words(s, least, most);
	str_addc(s, '.');
}

/* Of an engine's runners, which stand from the largest to the smallest: those that start, or that
 * nobody tried to. */
static void answer_engine(const struct runners *all, const char *engine, struct strv *out)
{
	const struct runner *most = NULL, *least = NULL;
	struct str s = STR_INIT;

	for (size_t i = 0; i < all->count; i++) {
		const struct runner *r = &all->items[i];

		if (!str_eq(r->cell->engine, engine) || !r->v[M_IMAGE_SIZE] || r->no_start)
			continue;
		most = most ? most : r;
		least = r;
	}
	if (!least || least->v[M_IMAGE_SIZE]->at >= most->v[M_IMAGE_SIZE]->at)
		return;
	sentence(&s, least, most);
	strv_own(out, str_take(&s));
}

void answer_runners(const struct run_summary *rs, struct strv *out)
{
	for (size_t i = 0; i < rs->count; i++) {
		_cleanup_(runners_done) struct runners all = { 0 };
		_cleanup_(strv_done) struct strv engines = STRV_INIT;

		if (!runner_language(rs->cells[i].cell) || !runners_begin(rs, i))
			continue;
		runners_of(rs, i, &all);
		for (size_t k = 0; k < all.count; k++) {
			const char *engine = all.items[k].cell->engine;

			if (strv_has(&engines, engine))
				continue;
			strv_add(&engines, engine);
			answer_engine(&all, engine, out);
		}
	}
}
