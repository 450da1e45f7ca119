/* What BuildKit shows about a vertex is foreign text: a name, an error, lines of a log. Here it is
 * told what they say. Pure; nothing here keeps state. */
#ifndef ENGINE_SHOWN_H
#define ENGINE_SHOWN_H

#include "base/hash.h"
#include "base/str.h"

enum shown_kind {
	SHOWN_OTHER,
	SHOWN_STEP, /* a RUN, COPY, ADD or WORKDIR */
	SHOWN_BASE, /* a base or frontend is resolved or pulled */
	SHOWN_CACHE_IMPORT,
	SHOWN_IMAGE_EXPORT,
	SHOWN_CACHE_EXPORT,
	SHOWN_PUSH,
};

/* "[linux/amd64 build 3/4] RUN make" taken apart. */
struct shown {
	enum shown_kind kind;
	const char *stage; /* not terminated; NULL: none shown */
	size_t stage_len;
	int position, total; /* 0: none */
	const char *text;    /* what follows the bracket */
	bool merge;          /* puts what a COPY --link copied on top of what is below */
};
/* Take a vertex's name apart; pointers are into it. */
struct shown shown_name(const char *name);

/* The base that a name or status tells as "… REF@sha256:…": its familiar reference, new, and its
 * digest; NULL when it tells none. */
char *shown_base(const char *text, char digest[DIGEST_SIZE]);
/* The first "sha256:" and 64 hex digits in text; false when there is none. */
bool shown_digest(const char *text, char digest[DIGEST_SIZE]);

/* "… exit code: 7" -> 7; -1 when the text tells none. */
int shown_exit_code(const char *error);
/* Whether a vertex ended because another one failed. */
bool shown_canceled(const char *error);
/* Whether a line of a step's log is the engine's notice that it leaves the rest out. */
bool shown_clipped(const char *line, size_t n);
/* The line of "NAME:LINE" that stands above the excerpt of a failed Dockerfile; 0: it is none. */
int shown_place(const char *line, size_t n);
/* The first line of text, new; at most 1 KiB of it. */
char *shown_first_line(const char *text);

#endif
