/* Scenarios: scenario.json read, found and checked; a directory with a Dockerfile is one without. */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "dockerfile/dockerfile.h"
#include "model/manifest.h"
#include "model/practice.h"
#include "model/scenario.h"

/* What overrides the file, from the command line; zeroes: nothing. */
struct scenario_opts {
	const char *project, *file, *target, *platform;
	const struct strv *build_args, *secrets, *ssh; /* K=V; ids */
	bool plain;				       /* as if there were no scenario.json */
	const char *text; /* as if this were what the directory's scenario.json holds */
};

/* Read a directory (or the name of one below $TARE_SCENARIOS, ./scenarios, or the installed
 * library). Without scenario.json its one variant is "default", and its edits are chosen by
 * scenario_guess_edits. ERR_INPUT with did-you-mean for a name that is not there. */
struct err *scenario_load(const char *where, const struct scenario_opts *o, struct scenario **out);
/* All scenarios of the library: names in out. */
struct err *scenario_list(struct strv *out);
/* practices.json of the library: what the rows of its claims are called. None where it has none. */
struct err *practices_load(struct practices *out);

/* Edits for a scenario without any: `source`: a tracked source file that the Dockerfile reads (by
 * extension, a comment in its language is appended); `dockerfile`: a comment after the last RUN,
 * else an ENV before it; `mode`: permission bits of that source file. `deps` is never guessed. */
struct err *scenario_guess_edits(struct scenario *s, const struct variant *v);
/* A deps edit for a scenario without one: a small package more, pinned, in the manifest that the
 * variant's steps read, and in its lock file (pip, npm, go, cargo, maven). *note: why there is none, a
 * new string; NULL: there is one now. */
struct err *scenario_guess_deps(struct scenario *s, const struct variant *v, char **note);
/* s, its one variant and its edits, as the text of a scenario.json: a new string. */
char *scenario_text(const struct scenario *s) __attribute__((warn_unused_result));
/* The edits of this kind for a variant; false when the scenario has none (*why is static). */
bool scenario_has_edit(const struct scenario *s, const struct variant *v, enum edit e,
	const char **why);

/* The files and links of a variant's context that its ignore file lets through, in *out (sorted,
 * digests empty: nothing is read); *left_out counts the entries that it keeps out, a directory as
 * one where nothing in it is let through again. */
struct err *context_list(const struct scenario *s, const struct variant *v, enum ignore_dialect d,
	struct manifest *out, int64_t *left_out);
/* The Dockerfile of a variant: its text, at most 1 MiB; of a scenario.json never from outside its
 * directory. */
struct err *scenario_dockerfile(const struct scenario *s, const struct variant *v, struct str *out);

/* Copy a directory of the scenario's package index to `dir`, which is made. ERR_INPUT where it holds
 * anything but files and directories: whoever serves the copy serves nothing else. */
struct err *index_copy(const struct scenario *s, const char *from, const char *dir);

/* A private copy of a context. The same path for all samples of a cell. */
struct copy {
	char *dir;        /* absolute; holds context/, and dockerfile/ when it lies outside */
	char *context;
	char *dockerfile; /* absolute path of the variant's Dockerfile in the copy */
	struct manifest manifest; /* of the copy as found: after the ignore file */
	struct ignore *ignore;    /* NULL: nothing is ignored */
	struct strv skipped;      /* what no build can read: "run.sock: a socket" */
	struct copy_private *private;
};

/* Copy scenario's context into `dir` (emptied first): reflink, else copy, never a hard link; mode
 * bits as found; regular files, directories and links only, nothing outside (openat2); `skip`
 * (absolute paths, NULL-terminated: the database, the lab) left out; a .git directory is copied
 * only when the ignore file lets it through. */
struct err *copy_make(const struct scenario *s, const struct variant *v, const char *dir,
	const char *const *skip, struct copy **out);
/* The same for an engine whose ignore files are read so (podman and buildah: IGNORE_BUILDAH, which
 * also know .containerignore); copy_make is for IGNORE_MOBY. */
struct err *copy_make_as(const struct scenario *s, const struct variant *v, enum ignore_dialect d,
	const char *dir, const char *const *skip, struct copy **out);
/* Remove such a directory, read-only directories in it included (a context may hold some). */
struct err *copy_remove(const char *dir);
/* Apply edit e with this token (letters, digits, dot, dash, underscore); *change says what exactly
 * changed; the manifest of the context as it now is goes to *now (sealed). The edit before it is taken
 * back first. A mode edit flips another set of bits for each number that a token ends with, as long as
 * there are any, and says so where there are none. ERR_INPUT when the edit's file or text is not
 * there. */
struct err *copy_edit(struct copy *c, const struct scenario *s, const struct variant *v, enum edit e,
	const char *token, char **change, struct manifest *now);
/* Put back what the last edit changed. */
struct err *copy_restore(struct copy *c);
void copy_free(struct copy *c);
DEFINE_CLEANUP(struct copy *, copy_free)

#endif
