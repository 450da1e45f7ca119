/* The one kind of error. What can fail returns `struct err *`: NULL is success; an error
 * says what failed, where, what to do next, and which exit code it ends the program with.
 * Errors are the caller's: hand them on (TRY), wrap them, or free them. Only main prints. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/cleanup.h"

/* The kinds are the exit codes of the command line. */
enum err_kind {
	ERR_REGRESSION = 1, /* a gate or budget is exceeded */
	ERR_INPUT = 2,      /* bad usage or input */
	ERR_TOOL = 3,       /* no usable engine or tool */
	ERR_BUILD = 4,      /* a build failed that the answer needs */
	ERR_AGAIN = 5,      /* interrupted, or the lab is busy: run again */
	ERR_IO = 6,         /* store or I/O error */
	ERR_CHECK = 7,      /* checks failed: no answer */
};

struct err {
	enum err_kind kind;
	char *what; /* one sentence, no full stop */
	char *at;   /* file, line, JSON pointer, command; or NULL */
	char *next; /* what the user can do; or NULL */
};

/* A new error; `what` is a printf format. Never NULL. */
struct err *err_new(enum err_kind kind, const char *what, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));
/* Say where; replaces nothing: the innermost place stays. Returns e. */
struct err *err_at(struct err *e, const char *at, ...) __attribute__((format(printf, 2, 3)));
/* Say what to do next; the first one said stays. Returns e. */
struct err *err_next(struct err *e, const char *next, ...) __attribute__((format(printf, 2, 3)));
/* Prefix what with what we were doing: "DOING: WHAT". NULL stays NULL. Returns e. */
struct err *err_wrap(struct err *e, const char *doing, ...) __attribute__((format(printf, 2, 3)));
/* An ERR_IO from errno `num` about `path`. */
struct err *err_sys(const char *path, int num) __attribute__((returns_nonnull));
/* Free; NULL is fine. */
void err_free(struct err *e);

DEFINE_CLEANUP(struct err *, err_free)

/* Hand an error on to the caller. */
#define TRY(call)                                                                                  \
	do {                                                                                       \
		struct err *try_err_ = (call);                                                     \
		if (try_err_)                                                                      \
			return try_err_;                                                           \
	} while (0)

/* Out of memory ends the program, here alone. They never return NULL. */
void *xcalloc(size_t n, size_t size) __attribute__((returns_nonnull, warn_unused_result));
void *xrealloc(void *p, size_t n, size_t size) __attribute__((warn_unused_result));
char *xstrdup(const char *s) __attribute__((returns_nonnull, warn_unused_result));
char *xstrndup(const char *s, size_t n) __attribute__((returns_nonnull, warn_unused_result));
/* printf to a new string. */
char *xasprintf(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), returns_nonnull, warn_unused_result));

#define NEW(type) ((type *)xcalloc(1, sizeof(type)))

/* Room for one more element in a growing array `items` of `count` and `room`; returns it zeroed. */
#define GROW(items, count, room)                                                                   \
	({                                                                                         \
		if ((count) == (room)) {                                                           \
			(room) = (room) ? (room) * 2 : 8;                                          \
			(items) = xrealloc((items), (room), sizeof(*(items)));                     \
		}                                                                                  \
		memset(&(items)[count], 0, sizeof(*(items)));                                      \
		&(items)[(count)++];                                                               \
	})

#endif
