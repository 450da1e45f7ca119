/* Files and directories. Paths in errors are those given. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/str.h"

/* Read a whole regular file of at most `ceiling` bytes (ERR_INPUT above it) onto out. */
struct err *file_read(const char *path, size_t ceiling, struct str *out);
/* The same relative to a directory, never outside it: openat2 with RESOLVE_BENEATH. */
struct err *file_read_beneath(int dir, const char *path, size_t ceiling, struct str *out);
/* Open beneath `dir` (RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS); -1 and errno on failure. */
int open_beneath(int dir, const char *path, int flags);
/* Write all n bytes to fd, across short writes and EINTR. `path` is for the error. */
struct err *file_write_all(int fd, const char *path, const void *bytes, size_t n);
/* Replace the file at path by these bytes: written beside it, fsynced, renamed. */
struct err *file_replace(const char *path, mode_t mode, const void *bytes, size_t n);
/* mkdir -p; directories that exist are fine. */
struct err *dir_make(const char *path, mode_t mode);
/* rm -r without following links or crossing into other file systems; absent is fine. Does not
 * chase permissions: as root or owner only. */
struct err *dir_remove(const char *path);
bool path_exists(const char *path);
/* A + "/" + B, one slash between. */
char *path_join(const char *a, const char *b) __attribute__((warn_unused_result));
/* Where an executable is: `name` as given if it holds a slash, else searched in `dir` (if not
 * NULL), then in PATH, /usr/sbin, /sbin and /usr/local/sbin. NULL when nowhere. */
char *path_find_program(const char *dir, const char *name) __attribute__((warn_unused_result));

#endif
