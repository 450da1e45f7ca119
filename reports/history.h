/* Cells over the runs that measured them: what trends show, and what the latest run is judged by.
 * Collected once from the store; renderers only read it. */
#ifndef REPORTS_HISTORY_H
#define REPORTS_HISTORY_H

#include "reports/summary.h"

/* What a trend is drawn of. */
enum headline { HEAD_WALL, HEAD_STEPS, HEAD_REGISTRY, HEAD_SIZE, HEADLINES };
struct headline_info {
	const char *title; /* "Build time" */
	const char *name;  /* the metric's; "steps executed" is one less another */
	const char *unit;  /* UCUM: s, 1, By */
	bool exact;
};
extern const struct headline_info headline_table[HEADLINES];

/* A value of a headline: "41.94 s", "212 MB"; "–" where it is not known. */
void headline_show(struct str *s, enum headline h, const struct estimate *e);

/* A run of the database. */
struct past_run {
	struct run *run; /* with its environment and engines */
	size_t machine;	 /* runs on the same CPU model and cores share it: index into machines */
};

/* One run of a cell. */
struct track_run {
	const struct past_run *of;
	bool on_branch;
	bool finding; /* a counted sample of it is one */
	size_t n, voids, failures;
	int64_t sample;	   /* the counted one whose time is nearest the median; 0: none */
	int64_t input_set; /* of that sample */
	struct estimate v[HEADLINES];
	char *marker; /* what of engine or base is new since the run before; encoded; or NULL */
};

/* Where a line changed its level. */
struct change {
	size_t before, at;    /* in track.runs: the last of the old level, the first of the new */
	size_t from, to;      /* of line.at: the first point of the old level, the end of the new */
	struct effect effect; /* logs, new against old */
	double total;	      /* new - old, of medians, in the metric's unit */
	char *step;	      /* the one with the largest share of it; encoded; or NULL */
	double step_s;	      /* its share, in seconds */
	const char *suspect;  /* a marker between the two; or NULL */
};

/* One headline of a track: its points on the branch; times of one machine alone. */
struct line {
	enum headline headline;
	size_t machine; /* of times */
	size_t *at;	/* in track.runs, oldest first; values known */
	size_t count, room;
	struct change *changes; /* oldest first */
	size_t change_count, change_room;
};

/* A cell on one kind of base: a stand-in starts a series of its own. */
struct track {
	const struct run_summary *rs; /* the run that leads, whose cell this is; borrowed */
	const struct cell_sum *cell;
	bool standin;
	struct track_run *runs; /* oldest first */
	size_t count, room;
	struct line *lines; /* times first, of the latest machine first */
	size_t line_count, line_room;
};

struct history {
	char *branch; /* whose runs are joined; NULL: of no branch */
	struct past_run *runs;
	size_t run_count;
	struct strv machines; /* "Example CPU 3000, 2 cores"; encoded */
	struct track *tracks;
	size_t count, room;
};

/* Read the tracks of the leads' cells up to the start of the run that leads each; of at most `last`
 * runs a cell (0: all). The leads are borrowed until history_done. */
struct err *history_load(struct store *st, struct run_summary *const *leads, size_t count,
	const char *branch, size_t last, struct history *out);
/* Zeroes are fine. */
void history_done(struct history *h);

/* The last run of a track where it is the one that leads and is on the branch; else NULL. */
const struct track_run *track_latest(const struct track *t);
/* The line of a headline that the latest run is on; NULL: none. */
const struct line *track_line(const struct track *t, enum headline h);
/* The last runs of a line as a row of bars; UTF-8. Appended. */
void track_spark(struct str *s, const struct track *t, const struct line *l);
#define SERIES_LEAST 3	/* fewer runs show no course */
#define SERIES_RUNS  60 /* as far back as one run's table looks */
/* A table of the cells that have a line of at least so many runs, with a sparkline each; nothing
 * where none has, or where the terminal shows no bars and `least` is above 1. */
struct err *series_table(const struct history *h, size_t least, FILE *f, struct term t);
/* Where the level began that holds now: index into line.at. */
size_t line_level(const struct line *l);

#endif
