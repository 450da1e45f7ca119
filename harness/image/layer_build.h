/* Private to the reading of a layer: what its parts add to it. */
#ifndef IMAGE_LAYER_BUILD_H
#define IMAGE_LAYER_BUILD_H

#include "image/layer.h"
#include "image/tar.h"

/* Add n bytes and a NUL to the text; where they stand. ERR_INPUT when there is no room for more. */
struct err *layer_add_text(struct layer *l, const char *bytes, size_t n, uint32_t *at_out);
/* Write `path` without "." and "..", from the root, to `out` (TAR_PATH_MAX); its length. */
size_t tar_path_clean(const char *path, char *out);
/* What a path is looked up by. */
uint64_t tar_path_hash(const char *path, size_t n);

/* A file whose content speaks of packages. */
enum package_file {
	PACKAGE_FILE_NONE,
	DPKG_STATUS,
	DPKG_STATUS_D,
	DPKG_SUMS,
	DPKG_LIST,
	APK_INSTALLED,
	PIP_METADATA,
	PIP_RECORD,
	NPM_PACKAGE,
	JAVA_ARCHIVE, /* only its name is read */
	RPM_DATABASE, /* not read */
	GO_PROGRAM,   /* perhaps: an executable */
};
/* Which of them an entry at that (clean) path is. */
enum package_file package_file_of(const char *path, const struct tar_entry *e);
#define PACKAGE_FILE_MAX (8 << 20)
/* Add what the text of such a file says; what is damaged says nothing. `entry` is the file's. */
struct err *package_file_read(
	struct layer *l, uint32_t entry, enum package_file kind, const struct str *text);

/* A search for the build information that Go puts into programs, in pieces of content. */
struct go_search {
	struct str head; /* the end of the piece before, or what was found */
	bool found;
};
/* Begin anew, keeping its room. */
void go_search_begin(struct go_search *g);
/* The next piece, of any size. */
void go_search_add(struct go_search *g, const void *bytes, size_t n);
/* Add the modules of what was found. */
struct err *go_search_end(struct go_search *g, struct layer *l, uint32_t entry);

/* Add a package, `name` and `version` of n bytes; its files are added to `owned` after it. */
struct err *layer_add_package(struct layer *l, enum package_manager m, uint32_t entry,
	const char *key, const char *name, const char *version);
/* Add a path to the files of the package that was added last. */
void layer_add_owned(struct layer *l, const char *path, size_t n);

#endif
