/* Deliberate mistakes, for tests that the checks see them. Only tare-sabotaged, and the benchmark of
 * what the checks cost, are built with TARE_SABOTAGE; in any other program these hooks are empty, and
 * nothing of them is in it. */
#ifndef RUN_SABOTAGE_H
#define RUN_SABOTAGE_H

#include "run/private.h"

/* When in a sample a mistake is made. */
enum sabotage_point {
	SABOTAGE_PLACED,   /* store, tag and refs are chosen; still selected is the store before it */
	SABOTAGE_EDITED,   /* the edit is made; what it reaches is not known yet */
	SABOTAGE_SELECTED, /* the store is selected, and not looked at yet */
	SABOTAGE_READY,    /* all stands ready, the clock starts next */
	SABOTAGE_TOLD,     /* the commands ended; nothing is read back yet */
	SABOTAGE_COLLECTED, /* what the commands told is noted; the image is read next */
	SABOTAGE_IMAGE,    /* the image is read; what stands at the refs is not */
	SABOTAGE_RECORDED, /* the sample is in the database */
};

#ifdef TARE_SABOTAGE

/* Make the mistake that the environment's TARE_SABOTAGE names, where its sample and point is. */
struct err *sabotage(struct trial *t, enum sabotage_point at);
/* The same for mistakes in the commands that are about to be timed. */
struct err *sabotage_commands(struct trial *t, struct cmds *cmds);
/* sabotage_relay.c: open a way past the relay, and push that way. */
struct err *sabotage_open_way(struct trial *t);
void sabotage_take_way(struct trial *t, struct strv *argv);
/* Whether TARE_SABOTAGE names this one. */
bool sabotage_is(const char *name);
/* Whether TARE_SKIP_CHECK names this check: it is not made, as if somebody had deleted it. */
bool sabotage_skips(enum check k);

#else

static inline struct err *sabotage(struct trial *t, enum sabotage_point at)
{
	return NULL;
}

static inline struct err *sabotage_commands(struct trial *t, struct cmds *cmds)
{
	return NULL;
}

static inline bool sabotage_skips(enum check k)
{
	return false;
}

#endif
#endif
