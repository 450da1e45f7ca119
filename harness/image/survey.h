/* What stands out in an image: where its bytes are, which are wasted, and what one would rather
 * not find in it. */
#ifndef IMAGE_SURVEY_H
#define IMAGE_SURVEY_H

#include "image/rank.h"
#include "image/view.h"

enum notable {
	NOTABLE_SETUID,	  /* a file that is setuid or setgid */
	NOTABLE_WRITABLE, /* by all, and no sticky directory */
	NOTABLE_SECRET,	  /* a usual name of a secret's, in any layer */
	NOTABLE_MANAGER,  /* a package manager that was left in */
	NOTABLE_CA,	  /* a bundle of certificates */
	NOTABLE_KINDS
};
extern const char *const notable_names[NOTABLE_KINDS];

struct notice {
	char *path;
	uint32_t mode;
	uint16_t layer;
	bool hidden; /* in a layer, and not in the final tree */
};
struct notices {
	struct notice *items;
	size_t count, room;
	uint64_t seen; /* what is over NOTICES_MAX is only counted */
};
#define NOTICES_MAX 1000
#define SURVEY_MOST 1000 /* of each ranking, where nobody asks for another number */

struct survey_layer {
	int64_t content, wasted; /* wasted of its own content */
	int64_t hides;		 /* bytes of layers below, and its own, that it hides first */
	uint64_t entries;
};

struct survey {
	struct survey_layer *layers;
	int64_t waste[WASTE_CAUSES];
	uint64_t waste_files[WASTE_CAUSES];
	/* by path: of the final tree, its directories (with all that is in them), and what is
	 * hidden (every layer's file of one path together) */
	struct ranking files, dirs, hidden;
	struct notices notices[NOTABLE_KINDS];
};
/* Look at all of it; rankings hold `most`. */
void survey_read(const struct image_view *v, size_t most, struct survey *out);
/* Zeroes are fine. */
void survey_done(struct survey *s);

#endif
