/* Private to comparing. */
#ifndef IMAGE_COMPARE_BUILD_H
#define IMAGE_COMPARE_BUILD_H

#include "image/compare.h"

void compare_files(struct comparison *c);
void compare_packages(struct comparison *c);
void compare_configs(struct comparison *c);
/* The first layer whose tar differs, and why. */
void compare_builds(struct comparison *c);

#endif
