/* What a source edit costs on a kept store, and which line of the Dockerfile makes it so. */
#include "reports/answer_parts.h"
#include "reports/cause.h"
#include "reports/figure.h"

/* A cell with the lines that its time went to. */
struct source {
	const struct cell_sum *c;
	struct cause k;
	bool told;
};

static bool one_line_dominates(const struct source *s)
{
	return s->k.dear && s->k.dear_s >= s->c->wall.at / 2;
}

static bool same_lines(const struct source *a, const struct source *b)
{
	return one_line_dominates(a) && one_line_dominates(b) &&
	       a->k.first->line == b->k.first->line && a->k.dear->line == b->k.dear->line &&
	       str_eq(step_text(a->k.dear), step_text(b->k.dear));
}

/* "line 5 (RUN pip install)". */
static void line_words(struct str *s, const struct step *st)
{
	_cleanup_(str_done) struct str words = STR_INIT;
	const char *text;

	step_words(&words, st, 44);
	text = strchr(str_get(&words), ' ');
	text = text ? strchr(text + 1, ' ') : NULL;
	str_addf(s, "line %d (%s)", st->line, text ? text + 1 : "");
}

static const char *joint(size_t i, size_t count)
{
	return i == 0 ? "" : i + 1 < count ? ", " : " and ";
}

static void add_costs(struct str *s, struct source **group, size_t count)
{
	str_add(s, "A source edit costs ");
	for (size_t i = 0; i < count; i++) {
		str_add(s, joint(i, count));
		wall_words(s, &group[i]->c->wall);
		str_add(s, " on ");
		term_encode(s, group[i]->c->cell->engine, strlen(group[i]->c->cell->engine));
	}
}

static void add_lines(struct str *s, struct source **group, size_t count)
{
	const struct cause *k = &group[0]->k;

	str_add(s, " although no dependency changed: ");
	for (size_t i = 0; i < count; i++) {
		str_add(s, joint(i, count));
		figure_seconds(s, group[i]->k.dear_s);
	}
	str_add(s, " of it is ");
	line_words(s, k->dear);
	if (str_starts(step_text(k->first), "COPY") || str_starts(step_text(k->first), "ADD")) {
		str_add(s, ", which runs again after ");
		line_words(s, k->first);
		str_addf(s, ". If line %d does not need all of it, copy what it needs first",
			k->dear->line);
	}
}

static void tell(struct source **group, size_t count, struct strv *out)
{
	struct str s = STR_INIT;
	const struct cell_sum *cold = group[0]->c->cold;

	add_costs(&s, group, count);
	if (one_line_dominates(group[0])) {
		add_lines(&s, group, count);
	} else if (cold && cold->wall.known) {
		str_add(&s, ", a cold build ");
		wall_words(&s, &cold->wall);
	}
	str_addc(&s, '.');
	strv_own(out, str_take(&s));
}

void answer_sources(const struct cell_sum **cells, size_t count, struct strv *out)
{
	_cleanup_(freep) struct source *all = xcalloc(count + 1, sizeof(*all));
	_cleanup_(freep) struct source **group = xcalloc(count + 1, sizeof(struct source *));

	for (size_t i = 0; i < count; i++) {
		all[i].c = cells[i];
		if (cells[i]->typical)
			all[i].k = cause_of(cells[i]->typical);
	}
	for (size_t i = 0; i < count; i++) {
		size_t n = 0;

		for (size_t k = i; k < count && !all[i].told; k++)
			if (!all[k].told && (k == i || same_lines(&all[i], &all[k])))
				group[n++] = &all[k];
		for (size_t k = 0; k < n; k++)
			group[k]->told = true;
		if (n)
			tell(group, n, out);
	}
}
