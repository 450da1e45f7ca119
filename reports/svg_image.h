/* An image as a map of areas in proportion to bytes. */
#ifndef REPORTS_SVG_IMAGE_H
#define REPORTS_SVG_IMAGE_H

#include "model/image.h"
#include "reports/svg.h"

/* Layers, in each its packages and what belongs to none, in those the largest files: of an image
 * whose contents are known. `label` says what it shows, for those who do not see it; foreign. */
void svg_image(struct str *s, const struct image *i, const char *label);

#endif
