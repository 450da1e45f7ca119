/* Variables in scope: a hash table that keeps their order. Private to this folder. */
#ifndef DOCKERFILE_ENV_H
#define DOCKERFILE_ENV_H

#include "dockerfile/text.h"

struct env_var {
	char *name, *value;
};
struct env {
	struct env_var *items;
	size_t count, room;
	uint32_t *slots; /* index + 1 into items; 0: free */
	size_t slot_count;
};

void env_set(struct env *e, const char *name, const char *value);
/* NULL when it is not set. */
const char *env_get(const struct env *e, struct span name);
void env_copy(struct env *to, const struct env *from);
void env_done(struct env *e);

#endif
