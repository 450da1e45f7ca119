/* What a dependency more looks like, by package manager. */
#ifndef SCENARIO_DEPS_H
#define SCENARIO_DEPS_H

#include "scenario/scenario.h"

/* A manifest that a build reads, and its lock file beside it. */
struct manifest_found {
	const char *path, *text;      /* borrowed; the path is relative to the context */
	const char *lock, *lock_text; /* NULL: none that the build can see */
	const char *dockerfile;	      /* its text */
};

struct package_manager {
	const char *name;     /* "pip" */
	const char *manifest; /* "requirements.txt" */
	const char *lock;     /* "package-lock.json"; NULL: it has none */
	/* Add the edits of one small package more, pinned, that needs no other. NULL when done, with
	 * s->edits longer; else why not, static. */
	const char *(*add)(struct scenario *s, const struct manifest_found *m);
};
/* Ends with a NULL name. In the order in which a directory is asked. */
extern const struct package_manager package_managers[];

#endif
