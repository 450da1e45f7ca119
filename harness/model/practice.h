/* A practice whose claims the library measures. */
#ifndef MODEL_PRACTICE_H
#define MODEL_PRACTICE_H

#include "base/str.h"

struct practice {
	int64_t row;	 /* its number, from 1 */
	char *text;	 /* in a few words */
	char *elsewhere; /* why no scenario measures it here; NULL: some do */
};
struct practices {
	struct practice *items;
	size_t count, room;
};
void practices_done(struct practices *p);

#endif
