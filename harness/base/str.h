/* Growing strings and lists of strings. Both own what they hold and are valid when zeroed. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

struct str {
	char *buf; /* NUL-terminated once anything was added; NULL before */
	size_t len;
	size_t room;
};
#define STR_INIT { 0 }

void str_add(struct str *s, const char *text);
void str_addn(struct str *s, const char *bytes, size_t n);
void str_addc(struct str *s, char c);
void str_addf(struct str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void str_vaddf(struct str *s, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Empty it, keeping its room. */
void str_clear(struct str *s);
/* The text, never NULL; borrowed, valid until the next change. */
const char *str_get(const struct str *s);
/* The text becomes the caller's (never NULL); s is empty afterwards. */
char *str_take(struct str *s) __attribute__((returns_nonnull, warn_unused_result));
void str_done(struct str *s);

/* A NULL-terminated list of strings: `items` can be handed to execve. */
struct strv {
	char **items; /* NULL while empty */
	size_t count;
	size_t room;
};
#define STRV_INIT { 0 }

void strv_add(struct strv *v, const char *text);
void strv_addf(struct strv *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Add a string that becomes the list's. */
void strv_own(struct strv *v, char *text);
/* Add all of a NULL-terminated array. */
void strv_addv(struct strv *v, const char *const *items);
/* Split `text` at each `sep` (empty fields kept) and add the parts. */
void strv_split(struct strv *v, const char *text, char sep);
bool strv_has(const struct strv *v, const char *text);
/* Add it unless it is there. */
void strv_add_once(struct strv *v, const char *text);
/* By byte values. */
void strv_sort(struct strv *v);
/* All of them with `between` in between; appended to s. */
void strv_join(struct str *s, const struct strv *v, const char *between);
void strv_clear(struct strv *v);
void strv_done(struct strv *v);

/* Convenience: add several literals at once. */
#define strv_addl(v, ...) strv_addv((v), (const char *const[]){ __VA_ARGS__, NULL })

/* Bytes of `text` when it is cut to at most `most`, where a character of UTF-8 begins. */
size_t str_cut(const char *text, size_t most);

/* Append n bytes, and keep the last `most` of all. */
void str_add_tail(struct str *s, const char *bytes, size_t n, size_t most);
bool str_eq(const char *a, const char *b); /* NULLs are equal to each other only */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
/* The candidate of a NULL-terminated list that `word` most likely meant, or NULL when none is
 * near (Damerau-Levenshtein distance at most a third of its length). */
const char *str_nearest(const char *word, const char *const *candidates);
/* Arguments for "%s%s%s": "; did you mean NEAR?", or nothing when near is NULL. */
#define STR_MEANT(near) (near) ? "; did you mean " : "", (near) ? (near) : "", (near) ? "?" : ""
/* Parse a whole decimal number; false when anything else is there or it is out of range. */
bool str_to_i64(const char *s, int64_t *out);
bool str_to_double(const char *s, double *out);

#endif
