/* The regular expressions that BuildKit makes of ignore patterns and of ${x#pattern}: the part of
 * Go's syntax that can appear there, with its leftmost-first meaning, in linear time. Private to
 * this folder. */
#ifndef DOCKERFILE_REGEX_H
#define DOCKERFILE_REGEX_H

#include "dockerfile/text.h"

struct regex;

/* ERR_INPUT when Go would refuse it, when it asks for \p{..} (not known here), or when it is
 * larger than 100,000 instructions. */
struct err *regex_new(struct span text, struct regex **out);
/* The leftmost match at or after byte `from`; false when there is none. */
bool regex_find(struct regex *re, struct span s, size_t from, size_t *start_out, size_t *end_out);
void regex_free(struct regex *re);
DEFINE_CLEANUP(struct regex *, regex_free)

#endif
