/* The store: one SQLite file. Every SQL statement there is lives in this folder. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "model/decision.h"
#include "model/run.h"

enum store_mode { STORE_READ, STORE_WRITE };
struct store;

/* The database's path: `given` (--db), else $XDG_DATA_HOME/tare/tare.db, HOME/.local/share/tare/
 * tare.db, else ./tare.db. */
char *store_where(const char *given) __attribute__((warn_unused_result));
/* WRITE makes and migrates it. ERR_INPUT: no tare database (left untouched, byte for byte), or
 * newer than this program; ERR_IO: unreadable or read-only; ERR_AGAIN: another process wrote for
 * ten seconds. READ of an absent or empty file is ERR_INPUT: nothing was measured yet; of an older
 * one it migrates. */
struct err *store_open(const char *path, enum store_mode mode, struct store **out);
/* Leaves one file: the log is written back by the last who closes. NULL is fine. */
void store_close(struct store *st);
DEFINE_CLEANUP(struct store *, store_close)
/* As it was given. */
const char *store_path(const struct store *st);

/* Writing. Each is one transaction, durable on return (synchronous=FULL): all of it, or an error
 * and nothing. A run that has ended takes no more (ERR_INPUT). */
struct err *store_add_run(struct store *st, struct run *run);   /* sets run->id */
/* In place of the one that was there. */
struct err *store_set_plan(struct store *st, int64_t run, const char *plan_json);
/* From now on immutable; what the run keeps of each cell is computed here. */
struct err *store_end_run(struct store *st, struct run *run, int64_t end_unix_ns);
/* The cell as a dimension; a run lists it by store_list_cell, or with its first sample. */
struct err *store_add_cell(struct store *st, struct cell *cell); /* found or added; sets cell->id */
/* The sample with its values, steps, checks, manifest, image, inputs; sets sample->id. ERR_CHECK for
 * one that has an id: it is recorded already. */
struct err *store_add_sample(struct store *st, struct sample *s);
/* The cell (found or added; sets cell->id) is listed among those of the run, with its reason where
 * it is unsupported. Called for each cell before the first sample, it sets the order that
 * store_cells gives; cells that were not listed follow by first sample. */
struct err *store_list_cell(struct store *st, int64_t run, struct cell *cell);
/* A cell of the run that was not measured: unsupported, with its reason. */
struct err *store_add_unsupported(struct store *st, int64_t run, const struct cell *cell);
/* What the run has decided so far, in place of what it had before. */
struct err *store_set_decisions(
	struct store *st, int64_t run, const struct decision *c, size_t count);

/* Reading. Arrays are the caller's (runs_free, samples_free, cells_free). */
/* "latest", "latest~N", or a unique prefix of the UUID's last 12 digits. ERR_INPUT otherwise. */
struct err *store_find_run(struct store *st, const char *name, struct run **out);
/* Newest first by start; at most `limit` (0: all). Without plans and engines. */
struct err *store_runs(struct store *st, size_t limit, struct run ***out, size_t *count);
/* Those with this tag, oldest first; none: *count is 0. */
struct err *store_tagged(struct store *st, const char *tag, struct run ***out, size_t *count);
/* The newest run of this command line's plan that has no end; *out NULL when none. */
struct err *store_unfinished(struct store *st, struct run **out);
/* Cells of a run, unsupported ones with their reason, in the plan's order (by first use). */
struct err *store_cells(struct store *st, int64_t run, struct cell **out, size_t *count);
/* Samples of a run in order, with values, steps, checks, image and inputs; without manifests. */
struct err *store_samples(struct store *st, int64_t run, struct sample **out, size_t *count);
/* What the run compared by itself, in its order; one array, to be freed. None: *count is 0. */
struct err *store_decisions(
	struct store *st, int64_t run, struct decision **out, size_t *count);
/* Of one sample; empty and without a digest where it has none. */
struct err *store_manifest(struct store *st, int64_t sample, struct manifest *out);
/* One metric of one cell, a point a sample, newest first by the run's start; counted samples only
 * (timed, ok or timeout, not void). */
struct point {
	int64_t run, start_unix_ns, sample;
	double v;
	bool finding;  /* a check of class finding failed */
	bool censored; /* a time-out: v is a lower limit */
	bool standin;  /* built on a stand-in: a series of its own */
};
struct err *store_series(struct store *st, int64_t cell, enum metric m, size_t limit,
	struct point **out, size_t *count);
/* The same samples with all their values, newest first. */
struct trend {
	int64_t run, start_unix_ns, sample;
	bool finding, censored, standin;
	struct values values;
};
struct err *store_trend(struct store *st, int64_t cell, size_t limit, struct trend **out,
	size_t *count);
/* What finished runs keep of one metric of one cell, a point a run, newest first. */
struct run_point {
	int64_t run, start_unix_ns;
	size_t n;
	bool known; /* false: the median falls on a time-out */
	double median, low, high; /* low and high: least and greatest */
};
struct err *store_history(struct store *st, int64_t cell, enum metric m, size_t limit,
	struct run_point **out, size_t *count);
/* What a trend is drawn from: a cell's timed samples, newest first by the run's start, whatever became
 * of them, each with its values of these metrics; of the newest `runs` runs that list the cell (0:
 * all). */
#define PAST_METRICS 5
struct past {
	int64_t run, sample;
	int64_t input_set; /* what it was built on, for store_read_inputs; 0: not known */
	bool failed;	   /* it did not end by itself */
	bool is_void, finding, censored, standin;
	bool known[PAST_METRICS];
	double v[PAST_METRICS];
};
struct err *store_past(struct store *st, int64_t cell, const enum metric metrics[PAST_METRICS],
	size_t runs, struct past **out, size_t *count);
/* Added to out->inputs. */
struct err *store_read_inputs(struct store *st, int64_t input_set, struct sample *out);
/* Steps, phases and known values of one sample, into *out, which holds none. */
struct err *store_read_steps(struct store *st, int64_t sample, struct sample *out);
/* What is in the layers of a sample's image, into out->views, which is empty; it stays so where
 * that was not recorded. */
struct err *store_read_contents(struct store *st, int64_t sample, struct image *out);
/* The engines of a run that store_runs gave. */
struct err *store_read_engines(struct store *st, struct run *run);
/* Of each scenario the newest finished run on a branch (NULL: on none): their ids, newest first. */
struct err *store_latest_runs(struct store *st, const char *branch, int64_t **out, size_t *count);
/* One run, with its plan and engines; *out NULL where there is none. */
struct err *store_run_by_id(struct store *st, int64_t id, struct run **out);
/* Median wall seconds of the last samples of a cell, primes included; < 0 where there are none. */
struct err *store_expected_wall(struct store *st, const struct cell *cell, double *seconds);

void runs_free(struct run **runs, size_t count);
void samples_free(struct sample *s, size_t count);
void trend_free(struct trend *t, size_t count);
void cells_free(struct cell *c, size_t count);

#endif
