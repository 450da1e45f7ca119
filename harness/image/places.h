/* Private to the registry source: where an image of a registry may be read. */
#ifndef IMAGE_PLACES_H
#define IMAGE_PLACES_H

#include "image/remote.h"

/* Add one; base becomes theirs. */
void places_add(struct places *p, char *base, const char *host, const char *repo);
/* "https://HOST/v2", or http for what is local or `plain`; new. */
char *remote_base(const char *host, bool plain) __attribute__((returns_nonnull, warn_unused_result));

/* Where registries.conf has an image called "HOST/REPO" read: its mirrors first. *moved_out: its own
 * place is the last of them. ERR_INPUT where a file is none, or blocks it. */
struct err *registries_places(const char *name, bool by_digest, struct places *out, bool *moved_out);

#endif
