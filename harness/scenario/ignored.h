/* Where a variant's Dockerfile stands to its context, and which ignore file an engine reads. */
#ifndef SCENARIO_IGNORED_H
#define SCENARIO_IGNORED_H

#include "scenario/scenario.h"

/* A Dockerfile is in the context or out of it: one of the two is NULL. */
struct dockerfile_at {
	char *inside;	/* as it is called below the context */
	char *resolved; /* below the context, links followed; NULL: the same as inside */
	char *outside;	/* absolute */
};

struct err *dockerfile_at_find(
	const struct scenario *s, const struct variant *v, struct dockerfile_at *out);
void dockerfile_at_done(struct dockerfile_at *at);

/* The ignore file that an engine of this dialect reads for it; *out stays NULL: it has none. */
struct err *ignored_load(const struct scenario *s, const struct dockerfile_at *at,
	enum ignore_dialect d, struct ignore **out);
/* Paths below the context that a build needs whatever they say: Dockerfile and ignore files. */
void ignored_needed(const struct dockerfile_at *at, struct strv *out);

#endif
