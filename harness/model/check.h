/* Checks: claims about a sample that were read back from an artefact. One table; ids are stored
 * as bits: append only, at most 63. */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum check_class { CHECK_VOID, CHECK_FINDING };

/*      id                 class    name                 a sentence a user understands, when it failed */
#define CHECKS(X)                                                                                  \
	X(COLD_EXECUTED, VOID, "cold-executed", "a cold build found a step in a cache")            \
	X(STORE_EMPTY, VOID, "store-empty", "the builder's store was not empty before a cold build") \
	X(PRIMED, VOID, "primed", "the build that should have primed the cache did not succeed")   \
	X(WARM_CACHED, FINDING, "warm-cached", "a step ran although nothing it reads had changed") \
	X(EDIT_BUSTED, VOID, "edit-busted", "the edit did not reach the step that reads it")       \
	X(STEPS_COMPLETE, VOID, "steps-complete", "the engine's log does not show every step")     \
	X(BASE_PINNED, VOID, "base-pinned", "the base that was built on is not the pinned one")    \
	X(BASE_PULLED, VOID, "base-pulled", "an empty builder got its base from elsewhere than the lab's registry") \
	X(RELAY_USED, VOID, "relay-used", "image or cache did not pass through the lab's relay")   \
	X(IMPORTED, VOID, "imported", "the cache that should be imported was not")                 \
	X(EXPORTED, VOID, "exported", "the cache that should be exported was not")                 \
	X(IMAGE_FOUND, VOID, "image-found", "the image that was built cannot be read back")        \
	X(IMAGE_OURS, VOID, "image-ours", "the image read back is not the one this build made")    \
	X(CLOCK_STEADY, VOID, "clock-steady", "the machine's clock jumped or the machine was suspended") \
	X(LOG_ORDERED, VOID, "log-ordered", "the engine's times contradict the clock")             \
	X(DEPS_DOWNLOADED, FINDING, "deps-downloaded", "a dependency edit downloaded nothing") \
	X(NO_TIMEOUT, FINDING, "no-timeout", "the build was ended at its time limit")              \
	X(LOG_WHOLE, FINDING, "log-whole", "the engine left out a part of a step's log")           \
	X(STEPS_CERTAIN, FINDING, "steps-certain", "a step's output imitates the engine's progress") \
	X(EDIT_MADE, VOID, "edit-made", "what was changed in the context is not this cell's edit") \
	X(CACHE_MODE, VOID, "cache-mode", "the cache that was exported is not of the mode asked for") \
	X(COMPRESSION, VOID, "compression", "the layers are not compressed as was asked for")      \
	X(IMAGE_OWN, VOID, "image-own", "the image read back is one that another build made")      \
	X(ONCE, VOID, "once", "it was not this sample's turn: blocks are not one sample of each cell")

enum check {
#define X(id, class, name, text) CHECK_##id,
	CHECKS(X)
#undef X
	CHECK_COUNT
};

struct check_info {
	const char *name;
	enum check_class class;
	const char *text;
};
extern const struct check_info check_table[CHECK_COUNT];

struct check_fail {
	enum check check;
	char *detail; /* the evidence: what was expected, what was found, where */
};

/* The checks of one sample: which were made, which failed, and with what evidence. */
struct checks {
	uint64_t made, failed; /* bit i: check i */
	struct check_fail *fails;
	size_t fail_count, fail_room;
};

void checks_pass(struct checks *c, enum check k);
void checks_fail(struct checks *c, enum check k, const char *detail, ...)
	__attribute__((format(printf, 3, 4)));
bool checks_void(const struct checks *c);    /* a check of class void failed */
bool checks_finding(const struct checks *c); /* a check of class finding failed */
void checks_done(struct checks *c);

#endif
