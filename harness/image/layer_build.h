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
	CARGO_INSTALLED,
	RPM_SQLITE,
	RPM_DATABASE, /* of older kinds: not read */
	JAVA_ARCHIVE,
	PROGRAM, /* perhaps Go's or Rust's: an executable */
};
/* Which of them an entry at that (clean) path is. */
enum package_file package_file_of(const char *path, const struct tar_entry *e);
#define PACKAGE_FILE_MAX (8 << 20)
#define RPM_FILE_MAX	 (128 << 20)
/* Add what the text of such a file says; what is damaged says nothing. `entry` is the file's. */
struct err *package_file_read(
	struct layer *l, uint32_t entry, enum package_file kind, const struct str *text);

/* A search for one place in content that comes in pieces; what follows the place is kept. */
struct content_search {
	struct str head; /* the end of the piece before, or what was found */
	bool begun, found, in_vain;
};
struct content_wanted {
	size_t look; /* bytes that tell the place */
	size_t keep; /* bytes from there on that are wanted */
	bool elf;    /* only in programs */
	/* The first such place of n bytes that `look` bytes follow; or NULL. */
	const char *(*find)(const char *bytes, size_t n);
};
/* Begin anew, keeping its room. */
void content_search_begin(struct content_search *s);
/* The next piece, of any size. */
void content_search_add(struct content_search *s, const struct content_wanted *what,
	const void *bytes, size_t n);

/* The build information that Go puts into programs; add the modules of what was found. */
extern const struct content_wanted go_wanted;
struct err *go_modules_add(struct layer *l, uint32_t entry, const struct content_search *s);
/* The list of crates that cargo auditable puts into programs; likewise. */
extern const struct content_wanted cargo_wanted;
struct err *cargo_crates_add(struct layer *l, uint32_t entry, const struct content_search *s);

/* .crates.toml: what cargo installed. */
struct err *cargo_installed_read(struct layer *l, uint32_t entry, const char *text);

/* What Java's archives say of themselves and of those in them, in pieces of content. */
struct jar_search {
	struct str held;  /* bytes that were not looked at yet */
	struct strv found; /* "GROUP:ARTIFACT" and its version, one after the other */
	struct strv inner; /* names of archives inside */
	char *manifest;	   /* the version that the manifest says; or NULL */
	bool manifest_seen;
};
/* Begin anew. */
void jar_search_begin(struct jar_search *j);
/* The next piece, of any size; none (n is 0) at the end. */
void jar_search_add(struct jar_search *j, const void *bytes, size_t n);
/* Add the packages that were found; else the one that the file's name tells. */
struct err *jar_search_end(struct jar_search *j, struct layer *l, uint32_t entry);
/* Zeroes are fine. */
void jar_search_done(struct jar_search *j);

/* rpm's database as SQLite writes it; `text` is changed. What is damaged says nothing; false where
 * nothing of it can be read. */
struct err *rpm_read(struct layer *l, uint32_t entry, struct str *text, bool *readable_out);

/* Add a package, `name` and `version` of n bytes; its files are added to `owned` after it. */
struct err *layer_add_package(struct layer *l, enum package_manager m, uint32_t entry,
	const char *key, const char *name, const char *version);
/* Add a path to the files of the package that was added last. */
void layer_add_owned(struct layer *l, const char *path, size_t n);

#endif
