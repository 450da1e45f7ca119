/* Files by name that can be read in any order: a directory, or a tar on disk that is not packed. */
#ifndef IMAGE_BOX_H
#define IMAGE_BOX_H

#include <sys/stat.h>

#include "image/stream.h"

struct box;
/* ERR_INPUT when it is none. */
struct err *box_open_dir(const char *path, struct box **out);
/* `fd` is a regular file, borrowed; `path` is for errors. */
struct err *box_open_tar(int fd, const char *path, struct box **out);
/* NULL is fine. */
void box_free(struct box *b);
DEFINE_CLEANUP(struct box *, box_free)

/* The path it was opened by. */
const char *box_path(const struct box *b);
/* Whether there is a file of that name, also behind links of the archive. */
bool box_has(const struct box *b, const char *name);
/* Of a directory: the regular file of that name. False where there is none, and of an archive,
 * whose parts are no files. */
bool box_stat(const struct box *b, const char *name, struct stat *out);
/* Append a whole file, of DOCUMENT_MAX bytes at most. */
struct err *box_text(const struct box *b, const char *name, struct str *out);

/* A part of a regular file. */
struct part_stream {
	struct stream s;
	int fd; /* its own, or borrowed */
	bool owned;
	int64_t at, left;
	char buffer[STREAM_BUFFER];
};
/* A file's bytes; *out is NULL where there is no such file. From any thread. */
struct err *box_stream(const struct box *b, const char *name, struct part_stream **out);
/* NULL is fine. */
void part_stream_free(struct part_stream *p);
DEFINE_CLEANUP(struct part_stream *, part_stream_free)

#endif
