/* Private to the survey: files that are worth a word. */
#ifndef IMAGE_NOTABLE_H
#define IMAGE_NOTABLE_H

#include "image/survey.h"

/* Look at an entry of a layer, whether or not it is seen in the end. */
void notable_entry(struct survey *s, const struct layer *l, uint16_t layer,
	const struct layer_entry *e, const struct fate *f);
/* Look at the final tree. */
void notable_tree(const struct rootfs *t, struct survey *s);

#endif
