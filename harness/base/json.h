/* Reading JSON that knows where it is, over jansson. A json_at is a value with the file and the
 * JSON pointer (RFC 6901) it stands at, so that every message names its place. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdint.h>

#include "base/str.h"

struct json_doc; /* a parsed file: owns the tree and all json_at of it */

struct json_at {
	struct json_doc *doc;
	const json_t *value;
	const char *pointer; /* "" is the root; owned by the document */
};

/* Parse text (at most 16 MiB, at most 128 deep, duplicate keys refused) that came from `file`.
 * ERR_INPUT with file:line:column on a syntax error. */
struct err *json_parse(const char *file, const char *text, size_t n, struct json_doc **out);
struct json_at json_root(struct json_doc *doc);
void json_doc_free(struct json_doc *doc);
DEFINE_CLEANUP(struct json_doc *, json_doc_free)

/* An ERR_INPUT about this place: at is "FILE: POINTER". */
struct err *json_error(struct json_at at, const char *what, ...)
	__attribute__((format(printf, 2, 3)));

#define KEYS(...) ((const char *const[]){ __VA_ARGS__, NULL })
/* The value must be an object with these members at most; a typo is no default (did you mean). */
struct err *json_only(struct json_at at, const char *const *keys);
bool json_has(struct json_at at, const char *key);
/* Member or element; the value of the result is NULL when absent. */
struct json_at json_member(struct json_at at, const char *key);
struct json_at json_element(struct json_at at, size_t index);
size_t json_count(struct json_at at); /* elements of an array, 0 for all else */

/* Members, required: ERR_INPUT when absent or of another type. Strings are the caller's. */
struct err *json_str(struct json_at at, const char *key, char **out);
struct err *json_int(struct json_at at, const char *key, int64_t *out);
struct err *json_bool(struct json_at at, const char *key, bool *out);
/* Members, optional: *out is the default (a copy of it for strings; NULL allowed) when absent. */
struct err *json_str_or(struct json_at at, const char *key, const char *def, char **out);
struct err *json_int_or(struct json_at at, const char *key, int64_t def, int64_t *out);
struct err *json_bool_or(struct json_at at, const char *key, bool def, bool *out);
struct err *json_duration_or(struct json_at at, const char *key, int64_t def_ns, int64_t *ns_out);
/* A member that is an array of strings, added to out; absent is empty. */
struct err *json_strs_or_none(struct json_at at, const char *key, struct strv *out);
/* The value itself as a string, borrowed. */
struct err *json_text(struct json_at at, const char **out);
/* One of `words` (NULL-terminated): its index; else ERR_INPUT with a suggestion. */
struct err *json_word(struct json_at at, const char *key, const char *const *words, int *out);

/* Writing: a jansson string of any bytes: what is no UTF-8 becomes escaped text,
 * "\\xe9", so that the output is valid JSON and distinguishes all names. New reference. */
json_t *json_bytes(const char *bytes);
/* An array of them. */
json_t *json_texts(const struct strv *v);
/* Print a value to f, two-space indent, as built, in ASCII (a terminal sees no control or
 * bidirectional character), with a newline. Takes the reference. */
struct err *json_print(json_t *value, FILE *f);

#endif
