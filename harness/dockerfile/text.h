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

/* What is asked of every byte is inline. */
static inline struct span span_of(const char *s)
{
	return (struct span){ s ? s : "", s ? strlen(s) : 0 };
}

static inline bool span_eq(struct span s, const char *text)
{
	return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

static inline bool span_starts(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

/* The piece from byte `from` on. */
static inline struct span span_from(struct span s, size_t from)
{
	return (struct span){ s.p + from, s.n - from };
}

/* Equal, told from most others by their first bytes. */
static inline bool same_word(const char *a, const char *b)
{
	return *a == *b && strcmp(a, b) == 0;
}

char *span_dup(struct span s) __attribute__((returns_nonnull, warn_unused_result));

/* The first rune of s; RUNE_END when it is empty. Bytes that are no UTF-8 are RUNE_BAD, one byte
 * wide. */
rune rune_first_wide(struct span s, size_t *width_out);
static inline rune rune_first(struct span s, size_t *width_out)
{
	*width_out = 1;
	return s.n > 0 && (unsigned char)*s.p < 0x80 ? (unsigned char)*s.p
						     : rune_first_wide(s, width_out);
}

/* The last rune of s, in the same way. */
rune rune_last(struct span s, size_t *width_out);
/* Append r as UTF-8; RUNE_BAD for what is no code point. */
void rune_add(struct str *s, rune r);
bool rune_is_wide_space(rune r);
static inline bool rune_is_space(rune r)
{
	return r < 0x80 ? r == ' ' || (r >= '\t' && r <= '\r') : rune_is_wide_space(r);
}

bool rune_is_letter(rune r);
bool rune_is_digit(rune r);

/* Without white space (Unicode's) on the left, or on both sides. */
struct span span_trim_left(struct span s);
struct span span_trim(struct span s);
/* Without either of two bytes on the right. */
static inline struct span span_trim_right_of(struct span s, char a, char b)
{
	while (s.n > 0 && (s.p[s.n - 1] == a || s.p[s.n - 1] == b))
		s.n--;
	return s;
}

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
