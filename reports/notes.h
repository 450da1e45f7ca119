/* Footnotes and remarks of a run: one wording for the terminal, the page and JSON. */
#ifndef REPORTS_NOTES_H
#define REPORTS_NOTES_H

#include "reports/figure.h"
#include "reports/summary.h"

enum note_place { NOTE_CACHE, NOTE_TIME, NOTE_STEPS, NOTE_REGISTRY, NOTE_GAIN, NOTE_PLACES };

/* A footnote; cells that differ in a duration alone share it. */
struct footnote {
	char *text;
	bool flagged;	      /* a finding or fault, not a mere remark */
	struct spread took_s; /* what it took in the cells that share it; zeroes: no duration */
};
/* The footnotes of a table. */
struct notes {
	struct footnote *items;
	size_t count, room;
};
/* Footnote i (from 0) in full: "line 4 … before line 5 … (39.8–42.5 s)". */
void note_show(struct str *s, const struct notes *n, size_t i);
void notes_done(struct notes *n);

/* The footnotes of one cell, added to n; numbers per place, 0-terminated. Of places that are not
 * `wanted` there are none. */
#define NOTES_PER_PLACE 6
struct cell_notes {
	size_t at[NOTE_PLACES][NOTES_PER_PLACE + 1];
};
void notes_of(struct notes *n, const struct run_summary *rs, const struct cell_sum *c,
	const bool wanted[NOTE_PLACES], struct cell_notes *out);
extern const bool notes_all[NOTE_PLACES];

/* Remarks on the run as a whole, one text each: a run without an end, engines, stand-in bases, where
 * packages came from. */
void run_remarks(const struct run_summary *rs, struct strv *out);
/* The bases of a run that are stand-ins, added where they are not there yet; and what is said of them. */
void standins_of(const struct run_summary *rs, struct strv *refs);
void standin_words(struct str *s, const struct strv *refs);
/* What void samples there are: for each check a sentence, where it happened, what to do. */
struct void_remark {
	char *what, *at;
};
struct void_remark *run_voids(const struct run_summary *rs, size_t *count);
void void_remarks_free(struct void_remark *v, size_t count);
/* Unsupported cells of an engine in a group with one reason: "local, inline". */
struct unsupported {
	const char *engine, *reason; /* borrowed */
	char *modes;
};
struct unsupported *group_unsupported(
	const struct run_summary *rs, const struct sum_group *g, size_t *count);
void unsupported_free(struct unsupported *u, size_t count);

#endif
