/* The checks that have files of their own; the table is in checks.c. Each says of a finished trial
 * that claim k holds, or with what evidence it does not; where it has nothing to go by it says
 * nothing. */
#ifndef RUN_CHECKS_H
#define RUN_CHECKS_H

#include "run/private.h"

/* The engine's step that stands at this place of the graph; NULL: it told of none. */
const struct step *trial_told(const struct trial *t, size_t at);

/* checks_cache.c */
void check_imported(struct trial *t, enum check k);
void check_exported(struct trial *t, enum check k);
void check_cache_mode(struct trial *t, enum check k);

/* checks_image.c */
void check_compression(struct trial *t, enum check k);
void check_image_own(struct trial *t, enum check k);

/* checks_plan.c */
void check_once(struct trial *t, enum check k);
void check_deps_downloaded(struct trial *t, enum check k);

#endif
