/* The members of an archive that holds an image: names, links between them, where each lies. */
#ifndef IMAGE_MEMBERS_H
#define IMAGE_MEMBERS_H

#include "image/layer.h"
#include "image/tar.h"

#define MEMBERS_MAX 20000

struct member {
	char *path;
	char *link;	      /* where it points, from the archive's root; or NULL */
	int64_t offset, size; /* of its content in the archive */
	struct layer *layer;  /* where it could be read as one; or NULL */
	struct str text;      /* of JSON that was kept */
};
struct members {
	struct member *items;
	size_t count, room;
};
/* Add the entry at hand. *out is borrowed until the next one; NULL for what is neither file nor
 * link. ERR_INPUT when there are too many. */
struct err *members_add(
	struct members *m, const struct tar_entry *e, int64_t offset, struct member **out);
/* The member of that name, through links; NULL when there is none. */
struct member *members_find(const struct members *m, const char *path);
/* Zeroes are fine. */
void members_done(struct members *m);

#endif
