/* Small packed parts of files, in memory. */
#ifndef IMAGE_INFLATE_H
#define IMAGE_INFLATE_H

#include <stddef.h>

enum inflate_kind { INFLATE_RAW, INFLATE_ZLIB };
/* Unpack the beginning of a stream, of which n bytes are there, to `out`; how many bytes came. 0
 * where it is none. */
size_t inflate_some(enum inflate_kind kind, const void *bytes, size_t n, void *out, size_t room);

#endif
