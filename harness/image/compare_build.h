/* Private to comparing. */
#ifndef IMAGE_COMPARE_BUILD_H
#define IMAGE_COMPARE_BUILD_H

#include "image/compare.h"

/* The two trees, name by name. */
void compare_files(struct comparison *c);
/* Added, removed and upgraded ones. */
void compare_packages(struct comparison *c);
/* What runs, as whom, and what is said about it. */
void compare_configs(struct comparison *c);
/* The first layer whose tar differs, and why. */
void compare_builds(struct comparison *c);

#endif
