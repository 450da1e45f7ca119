/* Claims of scenarios against what was recorded: holds, fails, inconclusive or not measured. */
#ifndef REPORTS_CLAIMS_H
#define REPORTS_CLAIMS_H

#include "reports/compare.h"

/* One claim on one engine. What it was asked of is borrowed. */
struct judged {
	const struct scenario *scenario;
	const struct claim *claim;
	const char *engine;
	const char *word; /* of claimed_names, or claim_not_measured; static */
	char *why;	  /* not measured: why; inconclusive: what stands against an answer; or NULL */
	/* The run that it was read from and the two cells; NULL: none has both. */
	const struct run_summary *rs;
	const struct cell_sum *of, *than;
	struct compare_row row; /* of against than; its `why` became this one's */
};
extern const char *const claim_not_measured;

/* Judge a claim of s on an engine by the best of `runs` (newest first): one that can answer before
 * one that cannot, the newer before the older. Times answer where four blocks of one run hold both
 * cells; exact metrics from one build of each. */
void claim_judge(const struct scenario *s, const struct claim *c, const char *engine,
	struct run_summary *const *runs, size_t run_count, struct judged *out);
void judged_done(struct judged *j);

#endif
