/* Which step of a warm build ran first, and which one it made expensive. Facts of one sample's
 * steps in the order of the Dockerfile; why a step ran is for explain. */
#ifndef REPORTS_CAUSE_H
#define REPORTS_CAUSE_H

#include "reports/summary.h"

struct cause {
	const struct step *first; /* the first step, by line, that ran; NULL: none, or not known */
	const struct step *dear;  /* the longest that ran after it; NULL: none, or no times */
	double first_s, dear_s;	  /* how long they took; 0: unknown */
};

struct cause cause_of(const struct sample *s);
/* "line 4 COPY . .", its text encoded and clipped to `columns` (0: the instruction's word alone).
 */
void step_words(struct str *s, const struct step *st, size_t columns);
/* A step's text without the engine's own prefix ("[build 2/5] "); borrowed. */
const char *step_text(const struct step *st);
/* The footnote of a warm cell where steps ran, without the time that its last step took: that is
 * returned, 0 where it is unknown. Nothing is added where nothing is known. */
double cause_note(struct str *s, const struct cell_sum *c);

#endif
