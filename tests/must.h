/* What a test or benchmark cannot go on without. */
#ifndef TESTS_MUST_H
#define TESTS_MUST_H

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

/* Ends the program with what failed and where. */
static inline void must(struct err *e)
{
	if (!e)
		return;
	fprintf(stderr, "%s (at %s)\n", e->what, e->at ? e->at : "?");
	exit(1);
}

#endif
