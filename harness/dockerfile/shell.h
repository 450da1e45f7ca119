/* BuildKit's variable expansion: quotes, escapes, $x and every form of ${x...}. Private to this
 * folder. */
#ifndef DOCKERFILE_SHELL_H
#define DOCKERFILE_SHELL_H

#include "dockerfile/env.h"

struct shell {
	rune escape;
	bool raw_quotes;  /* keep quotes */
	bool raw_escapes; /* keep escapes */
	bool skip_quotes; /* quotes are characters like any */
	bool skip_unset;  /* leave unset variables as they stand */
};

/* Expand to one word. Variables that were found are set in `used` too, unless that is NULL.
 * ERR_INPUT on bad syntax, on ${x?}, when nested deeper than 200, and when the result exceeds
 * 1 MiB. */
struct err *shell_word(const struct shell *sh, struct span word, const struct env *env,
	struct env *used, char **out);
/* Expand, and split at white space that is not quoted; adds to out. */
struct err *shell_words(const struct shell *sh, struct span text, struct strv *out);

#endif
