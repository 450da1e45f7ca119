#include "reports/cause.h"

#include <ctype.h>

#define NOTE_COLUMNS 44 /* of a step's text in a footnote */

const char *step_text(const struct step *st)
{
	const char *t = st->text ? st->text : "";
	const char *end = *t == '[' ? strchr(t, ']') : NULL;

	if (!end)
		return t;
	for (t = end + 1; *t == ' ';)
		t++;
	return t;
}

static double step_seconds(const struct step *st)
{
	if (st->start_ns < 0 || st->end_ns < st->start_ns)
		return -1;
	return (double)(st->end_ns - st->start_ns) / 1e9;
}

struct cause cause_of(const struct sample *s)
{
	struct cause c = { 0 };

	for (size_t i = 0; i < s->steps.count; i++) {
		const struct step *st = &s->steps.items[i];

		if (!st->cached && st->line && (!c.first || st->line < c.first->line))
			c.first = st;
	}
	if (c.first && step_seconds(c.first) > 0)
		c.first_s = step_seconds(c.first);
	for (size_t i = 0; c.first && i < s->steps.count; i++) {
		const struct step *st = &s->steps.items[i];
		double took = step_seconds(st);

		if (st->cached || st->line <= c.first->line || took < 0 || took <= c.dear_s)
			continue;
		c.dear = st;
		c.dear_s = took;
	}
	return c;
}

/* Clip UTF-8 text that is safe to show to a number of columns. */
static void clip(struct str *s, const char *text, size_t columns)
{
	_cleanup_(str_done) struct str kept = STR_INIT;

	if ((size_t)term_columns(text) <= columns) {
		str_add(s, text);
		return;
	}
	for (const char *p = text; *p;) {
		size_t n = 1;

		while ((p[n] & 0xC0) == 0x80)
			n++;
		str_addn(&kept, p, n);
		if ((size_t)term_columns(str_get(&kept)) >= columns)
			break;
		str_addn(s, p, n);
		p += n;
	}
	str_add(s, "…");
}

void step_words(struct str *s, const struct step *st, size_t columns)
{
	_cleanup_(str_done) struct str safe = STR_INIT;
	const char *text = step_text(st);
	size_t word = 0;

	while (isalpha((unsigned char)text[word]))
		word++;
	term_encode(&safe, text, columns ? strlen(text) : word);
	str_addf(s, "line %d ", st->line);
	clip(s, str_get(&safe), columns ? columns : 12);
}

static bool takes_context(const struct step *st)
{
	const char *text = step_text(st);

	return (str_starts(text, "COPY ") && !str_starts(text, "COPY --from=")) ||
	       str_starts(text, "ADD ");
}

static const char *edit_what(enum edit e)
{
	return e == EDIT_SOURCE ? "the source"
	       : e == EDIT_DEPS ? "the dependencies"
	       : e == EDIT_MODE ? "the changed mode bits"
				: NULL;
}

/* Whether the edit is what the first step that ran takes in: else only the order is told. */
static bool takes_edit(const struct cell_sum *c, const struct cause *k)
{
	return edit_what(c->cell->edit) && !c->findings && takes_context(k->first);
}

double cause_note(struct str *s, const struct cell_sum *c)
{
	struct cause k = c->typical ? cause_of(c->typical) : (struct cause){ 0 };

	if (!k.first || c->cached >= c->steps)
		return 0;
	step_words(s, k.first, NOTE_COLUMNS);
	if (takes_edit(c, &k))
		str_addf(s, " takes in %s", edit_what(c->cell->edit));
	else
		str_add(s, " is the first that ran");
	if (k.first_s > 0 && k.first_s >= k.dear_s) {
		str_add(s, " and is itself the longest");
		return k.first_s;
	}
	if (!k.dear)
		return 0;
	str_add(s, takes_edit(c, &k) ? " before " : "; the longest after it is ");
	step_words(s, k.dear, NOTE_COLUMNS);
	return k.dear_s;
}
