/* Text as Go reads it, which is what BuildKit is written in: runes, white space, letters. Private
 * to this folder. */
#ifndef DOCKERFILE_TEXT_H
#define DOCKERFILE_TEXT_H

#include <stdint.h>

#include "base/str.h"

typedef int32_t rune;
#define RUNE_END (-1)
#define RUNE_BAD 0xfffd

/* A borrowed piece of text. */
struct span {
	const char *p;
	size_t n;
};

struct span span_of(const char *s);
char *span_dup(struct span s) __attribute__((returns_nonnull, warn_unused_result));
bool span_eq(struct span s, const char *text);
bool span_starts(struct span s, const char *prefix);
/* The piece from byte `from` on. */
struct span span_from(struct span s, size_t from);

/* The first rune of s; RUNE_END when it is empty. Bytes that are no UTF-8 are RUNE_BAD, one byte
 * wide. */
rune rune_first(struct span s, size_t *width_out);
/* The last rune of s, in the same way. */
rune rune_last(struct span s, size_t *width_out);
/* Append r as UTF-8; RUNE_BAD for what is no code point. */
void rune_add(struct str *s, rune r);
bool rune_is_space(rune r);
bool rune_is_letter(rune r);
bool rune_is_digit(rune r);

/* Without white space (Unicode's) on the left, or on both sides. */
struct span span_trim_left(struct span s);
struct span span_trim(struct span s);
/* Without these bytes on the right. */
struct span span_trim_right_of(struct span s, const char *bytes);

/* Lower and upper case of ASCII and of the few runes whose other case is ASCII (K, i, s): all that
 * a keyword can be spelt with. */
char *text_lower(struct span s) __attribute__((returns_nonnull, warn_unused_result));
char *text_upper(struct span s) __attribute__((returns_nonnull, warn_unused_result));

/* Go's path.Clean. */
char *path_clean(struct span s) __attribute__((returns_nonnull, warn_unused_result));
/* Go's filepath.Match: '*' and '?' stop at a slash. *bad_out tells a malformed pattern, as far as
 * matching had to look. */
bool path_match(struct span pattern, struct span name, bool *bad_out);

#endif
