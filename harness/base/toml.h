/* TOML 1.0: settings of other programs, read as a sequence of what stands there. */
#ifndef BASE_TOML_H
#define BASE_TOML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum toml_kind {
	TOML_TABLE,  /* "[table]", an element of "[[table]]", or "key = {" began; key is NULL */
	TOML_STRING, /* text */
	TOML_BOOL,   /* truth */
	TOML_OTHER,  /* a number or a date: nobody here needs one */
};
/* Borrowed for the call. An array is each of its values, of the same key. */
struct toml_item {
	enum toml_kind kind;
	const char *table; /* names joined by dots; "" above the first table */
	const char *key;
	const char *text;
	bool truth;
};

/* Call `on` for each item in turn; an error of its own ends it, with the place. ERR_INPUT with
 * "where:line" for what is no TOML. (What TOML forbids of two lines together, as a key twice, is not
 * looked for.) */
struct err *toml_read(const char *where, const char *text, size_t n,
	struct err *(*on)(void *ctx, const struct toml_item *item), void *ctx);

#endif
