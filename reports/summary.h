/* A run summed up: what every renderer shows, computed once. */
#ifndef REPORTS_SUMMARY_H
#define REPORTS_SUMMARY_H

#include "base/term.h"
#include "stats/stats.h"
#include "store/store.h"

/* One cell. What points into samples and other cells is borrowed from the run_summary. */
struct cell_sum {
	const struct cell *cell;
	/* Samples that count: timed, ok or timed out, not void. The others are shown, not counted.
	 */
	size_t n;
	size_t voids, findings, failures, timeouts;
	/* Priming builds of its mode, whatever cell of it they belong to; those failed or timed
	 * out. */
	size_t primes, prime_failures;
	bool has_row;	      /* false: it holds the priming builds of cells that have rows */
	bool standin;	      /* built on a stand-in base */
	const char *no_start; /* why its image does not start, foreign; NULL: it does, or nobody tried */
	struct estimate wall; /* seconds */
	double limit_s;	      /* the shortest time-out: what a censored median exceeds; 0: none */
	/* The sample that ended and whose time is nearest the median: its steps are shown. */
	const struct sample *typical;
	size_t cached, steps;		       /* of the typical sample; steps 0: unknown */
	size_t cached_low, cached_high;	       /* over all samples that ended */
	struct estimate metrics[METRIC_COUNT]; /* of samples that ended */
	const char *absent[METRIC_COUNT];      /* why a metric has no estimate; or NULL */

	/* Against the cold build without a cache; NULL where there is none, or this is it. */
	const struct cell_sum *cold;
	bool cold_edit_differs; /* no cold build of the same edit: that of another one serves */
	struct estimate gain;	/* seconds, cold - this, within blocks */
	struct estimate ratio;	/* cold / this, within blocks */
	struct estimate prime;	/* seconds, of the priming builds of this mode */
	enum pays pays;		/* TIE and NEVER from an interval only, never from a range */
	double builds;		/* AFTER: how many */
};

/* Rows that are compared with each other: one scenario, variant, output and link. */
struct sum_group {
	size_t first, count;  /* in cells */
	size_t n_low, n_high; /* samples of its measured cells */
	bool one_edit;	      /* all warm cells have the same edit */
	enum edit edit;	      /* that edit */
};

struct run_summary {
	const struct run *run; /* borrowed */
	struct cell *cell_rows;
	size_t cell_row_count;
	struct sample *samples;
	size_t sample_count;
	struct cell_sum *cells; /* by scenario, variant, output, link; engine; cache, state, edit */
	size_t count;
	struct sum_group *groups;
	size_t group_count, group_room;
	struct decision *decided; /* what the run compared by itself */
	size_t decided_count;
};

/* Read the run's rows and sum them up. `run` is borrowed until summary_free. */
struct err *summary_load(struct store *st, const struct run *run, struct run_summary **out);
/* The same from rows at hand, which become the summary's. */
struct run_summary *summary_of(const struct run *run, struct cell *cells, size_t cell_count,
	struct sample *samples, size_t sample_count);
void summary_free(struct run_summary *rs);
DEFINE_CLEANUP(struct run_summary *, summary_free)

/* Whether a sample counts: timed, ended or timed out, not void. */
bool sample_counts(const struct sample *s);
/* Whether its value of m is part of what is said of the cell: of starts those of its image, else one
 * that counts and ended; a time-out takes part in the wall time alone. */
bool sample_tells(const struct sample *s, enum metric m);
/* The builds of a run: its samples but starts of images. */
size_t run_builds(const struct run_summary *rs);
/* Parts of summary_of: put the cells in order; find the tables they fall into. */
void summary_sort(struct run_summary *rs);
void summary_groups(struct run_summary *rs);
/* Whether two cells stand in one table: the same scenario, variant, output and link. */
bool cells_share_table(const struct cell *a, const struct cell *b);
/* Whether two cells are of one mode, and so share their priming builds, whatever the edit after. */
bool cells_share_primes(const struct cell *a, const struct cell *b);
/* a - b in seconds, and a / b, over their blocks; not known without a pair or with a time-out. */
struct estimate paired_shift(
	const struct run_summary *rs, const struct cell_sum *a, const struct cell_sum *b);
struct estimate paired_ratio(
	const struct run_summary *rs, const struct cell_sum *a, const struct cell_sum *b);

/* The scenario that all cells of a run are of, borrowed; NULL: they are of several, or there are none. */
const char *run_scenario(const struct run_summary *rs);
/* A cell outside its table: "docker, registry:max, deps edit"; with its variant and output where
 * the run has several tables, and with its scenario where it has several of those. */
void cell_words(struct str *s, const struct run_summary *rs, const struct cell *c);
/* The first six of the UUID's last 12 digits: how a run is named. */
const char *run_short(const struct run *run, char out[7]);

#endif
