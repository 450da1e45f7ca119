/* Which engines a command works with: those named, or those found. */
#ifndef CMD_ENGINES_H
#define CMD_ENGINES_H

#include "run/run.h"

struct engines {
	struct run_engine *items; /* usable ones */
	size_t count, room;
	struct err *unusable;     /* of the first that was named and cannot be used; else NULL */
	struct strv notes;        /* one line for each found and not usable */
};

/* Probe the engines of `words`; none: every engine there is. ERR_TOOL when none is usable. */
struct err *engines_choose(const struct strv *words, struct engines *out);
void engines_done(struct engines *e);
/* "docker 20.10.24, podman 4.3.1"; appended. */
void engines_show(struct str *s, const struct engines *e);

#endif
