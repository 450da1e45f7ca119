/* Private to the tar reader: what one header block and one PAX header say. */
#ifndef IMAGE_TAR_HEADER_H
#define IMAGE_TAR_HEADER_H

#include "base/str.h"

#define TAR_BLOCK 512

struct tar_header {
	char name[TAR_BLOCK], link[101];
	char type;
	int64_t size, mtime, uid, gid, mode, major, minor;
	int64_t real_size; /* of an old GNU sparse file */
	bool extended;	   /* more of its map follows */
};
/* ERR_INPUT when the checksum or a number is wrong. */
struct err *tar_header_read(const unsigned char block[TAR_BLOCK], struct tar_header *out);
/* Whether it is one of the blocks that end a tar. */
bool tar_block_is_zero(const unsigned char block[TAR_BLOCK]);

/* What stands in a PAX header and counts here; -1 or "" where it does not. */
struct pax {
	struct str path, link, sparse_name;
	int64_t size, uid, gid, mtime, real_size;
	bool has_mtime, sparse;
};
/* Empty it, keeping its room. */
void pax_clear(struct pax *p);
/* Zeroes are fine. */
void pax_done(struct pax *p);
/* Add the records of a PAX header: later ones count. ERR_INPUT where it is none. */
struct err *pax_read(const char *text, size_t n, struct pax *out);

#endif
