/* The headers and contents of a tar, as engines read it (Go's archive/tar): ustar, GNU and PAX.
 * Names are bytes, whatever the locale; what a header claims is never allocated. */
#ifndef IMAGE_TAR_H
#define IMAGE_TAR_H

#include "image/stream.h"

#define TAR_PATH_MAX 4096 /* PATH_MAX: nothing could unpack a longer one */

enum tar_type {
	TAR_FILE = '0',
	TAR_HARDLINK = '1',
	TAR_SYMLINK = '2',
	TAR_CHARDEV = '3',
	TAR_BLOCKDEV = '4',
	TAR_DIR = '5',
	TAR_FIFO = '6',
};

/* path and link are the reader's, valid until the next call. */
struct tar_entry {
	enum tar_type type;
	const char *path, *link; /* as they stand there; link is "" where there is none */
	int64_t size;		 /* content bytes, the holes of a sparse file included */
	int64_t stored;		 /* bytes that follow */
	int64_t mtime;		 /* seconds */
	uint32_t mode, uid, gid, major, minor;
	bool sparse;
};

struct tar;
/* `from` is borrowed. */
struct tar *tar_new(struct stream *from);
/* NULL is fine. */
void tar_free(struct tar *t);
DEFINE_CLEANUP(struct tar *, tar_free)

/* The next entry, whatever of the last one's content was not read skipped; *more_out is false at
 * the end. ERR_INPUT when it is no tar. */
struct err *tar_next(struct tar *t, struct tar_entry *out, bool *more_out);
/* The next piece of the entry's content as stored; *n_out is 0 at its end. Valid until the next
 * call. */
struct err *tar_content(struct tar *t, const void **bytes_out, size_t *n_out);
/* Where that content begins, counted from the beginning of the stream. */
int64_t tar_offset(const struct tar *t);

#endif
