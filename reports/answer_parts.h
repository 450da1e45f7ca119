/* Private to the answers: their two kinds, and words they share. */
#ifndef REPORTS_ANSWER_PARTS_H
#define REPORTS_ANSWER_PARTS_H

#include "reports/summary.h"

/* "41.9 s (range 41.2–42.6)". */
void wall_words(struct str *s, const struct estimate *e);
/* "3.2 ×, 95 %: 3.0–3.5", or the range, so called. */
void ratio_words(struct str *s, const struct estimate *r);
/* "a dependency change". */
const char *edit_phrase(enum edit e);

/* Warm cells after a source edit on a kept store, one an engine: what it costs, and which line
 * makes it so. Engines where the same lines do share a sentence. */
void answer_sources(const struct cell_sum **cells, size_t count, struct strv *out);
/* An engine's cache modes ranked after one edit; *store: the kept store's cell where no mode was
 * imported, so that nothing is ranked. Nothing is added then. */
void answer_modes(const struct run_summary *rs, const struct sum_group *g, const char *engine,
	enum edit edit, struct strv *out, const struct cell_sum **store);
/* A kept store alone, of an edit other than source. */
void answer_store(const struct cell_sum *c, struct strv *out);

/* What the run decided by itself, a sentence a comparison, losses first. */
void answer_decided(const struct run_summary *rs, bool named, struct strv *out);
/* "pip-order, ", where a sentence is to name it. */
void add_scenario(struct str *s, bool named, const struct cell *c);

#endif
