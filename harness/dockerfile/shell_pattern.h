/* ${x#pattern}, ${x%pattern} and ${x/pattern/text}. Private to this folder. */
#ifndef DOCKERFILE_SHELL_PATTERN_H
#define DOCKERFILE_SHELL_PATTERN_H

#include "dockerfile/text.h"

/* Cut off what pattern matches at the start or the end, the longest when greedy. */
struct err *shell_trim_prefix(struct span pattern, struct span value, bool greedy, struct str *out);
struct err *shell_trim_suffix(struct span pattern, struct span value, bool greedy, struct str *out);
/* Replace the first match, or all. */
struct err *shell_replace(
	struct span pattern, struct span value, struct span text, bool all, struct str *out);

#endif
