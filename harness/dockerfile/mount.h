/* RUN --mount. Private to this folder. */
#ifndef DOCKERFILE_MOUNT_H
#define DOCKERFILE_MOUNT_H

#include "dockerfile/env.h"
#include "dockerfile/shell.h"

struct mount {
	char *type;		      /* bind, cache, tmpfs, secret, ssh */
	char *from, *source, *target; /* NULL: not given */
};

/* Read a mount, its values expanded. ERR_INPUT where BuildKit refuses it. */
struct err *mount_parse(
	const char *text, const struct shell *sh, const struct env *env, struct mount *out);
void mount_done(struct mount *m);
/* The fields of one line of CSV. */
struct err *csv_fields(struct span line, struct strv *out);

#endif
