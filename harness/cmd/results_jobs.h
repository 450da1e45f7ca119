/* What has to be built for claims to be judged: one tare run each. */
#ifndef CMD_RESULTS_JOBS_H
#define CMD_RESULTS_JOBS_H

#include "cmd/ask.h"
#include "reports/results.h"

/* The cells of claims that differ in their variants alone; of exact metrics, in their caches, too. */
struct job {
	const struct scenario *scenario; /* borrowed */
	struct strv variants, caches, states, edits;
	bool times; /* a time is claimed: until decided, else one build of each */
};
struct jobs {
	struct job *items;
	size_t count, room;
};

/* The jobs for the claims of the rows asked for, in the scenarios' order. */
void jobs_of(const struct results_ask *ask, struct jobs *out);
/* The tag of its runs, by which it is found again: "results/pip-order/…". A new string. */
char *job_tag(const struct job *j) __attribute__((warn_unused_result));
void jobs_done(struct jobs *jobs);
/* Why an engine cannot build what the claim compares, a new string; NULL when it can. */
char *claim_cannot(
	const struct scenario *s, const struct claim *c, const struct run_engine *engine);

/* A line for each job that has no finished run on some of the engines that can build it, its fields
 * separated by tabs: "run", or "resume" for the run that was interrupted last; the tag; the engines that it
 * lacks; the words for tare run. */
struct err *jobs_print(const struct jobs *jobs, struct store *st, const struct engines *engines,
	FILE *f);

#endif
