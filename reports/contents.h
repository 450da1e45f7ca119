/* What is in an image's layers, and what differs between those of two: layer, package, file. */
#ifndef REPORTS_CONTENTS_H
#define REPORTS_CONTENTS_H

#include "model/image.h"

enum part_kind { PART_LAYER, PART_PACKAGE, PART_FILE, PART_KINDS };

/* What has other bytes in b than in a. Text is foreign, not encoded. */
struct part {
	enum part_kind kind;
	size_t layer;			 /* of b; of a where it is gone; from 1 */
	const char *name;		 /* what made the layer; "pip numpy"; a path. Borrowed */
	const char *manager, *from, *to; /* of packages: versions; NULL: not there. Borrowed */
	bool in_a, in_b;
	int64_t a_bytes, b_bytes; /* 0: not there */
	int64_t unsure; /* a path that is listed on one side may have so many bytes on the other */
};
struct parts {
	struct part *items; /* by kind, the largest change first */
	size_t count, room;
};

/* Whether it is known what the layers of both hold. */
bool contents_known(const struct image *a, const struct image *b);
/* Fill *out; both images live longer. */
void parts_between(const struct image *a, const struct image *b, struct parts *out);
void parts_done(struct parts *p);
/* b - a. */
int64_t part_bytes(const struct part *p);

/* "layer 5 of 7, RUN pip install -r requirements.txt, +40.6 MB; pip numpy 2.2.0 added +40.1 MB;
 * file usr/lib/…/_multiarray_umath.so +22.8 MB": of each kind the one with the largest share of
 * `total` bytes. Encoded. Nothing where none has a share. */
void parts_words(struct str *s, const struct parts *p, const struct image *b, double total);
/* "dpkg curl 8.5 added, dpkg wget 1.21 removed, and 3 more". Encoded. */
void packages_words(struct str *s, const struct parts *p);
/* A part by its name: "layer 5, RUN make", "pip numpy 2.1.0 → 2.2.0", "usr/bin/x". Not encoded. */
void part_name(struct str *s, const struct part *p);

#endif
