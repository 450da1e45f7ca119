/* One layer: a tar, packed or not, read once. What is kept of it is flat: entries, their names,
 * the packages that its files speak of; no contents. */
#ifndef IMAGE_LAYER_H
#define IMAGE_LAYER_H

#include "image/stream.h"

struct layer_facts {
	char digest[DIGEST_SIZE];  /* of the bytes as they came */
	char diff_id[DIGEST_SIZE]; /* of the tar */
	int64_t packed_bytes;	   /* as they came */
	int64_t content_bytes; /* of all regular files: hard links, whiteouts and the rest hold 0 */
	bool packed;	       /* it was gzip or zstd */
};

enum entry_type {
	ENTRY_FILE,
	ENTRY_HARDLINK,
	ENTRY_SYMLINK,
	ENTRY_CHARDEV,
	ENTRY_BLOCKDEV,
	ENTRY_DIR,
	ENTRY_FIFO,
	ENTRY_WHITEOUT, /* its path is what it hides */
	ENTRY_OPAQUE,	/* its path is the directory whose content it hides */
};

/* In the order of the tar. Paths are clean: no "." or "..", no slash at either end, "" the root. */
struct layer_entry {
	uint64_t hash[2]; /* XXH3-128 of what is stored of a file's content */
	int64_t size;	  /* a sparse file's holes included */
	int64_t mtime;	  /* seconds */
	uint32_t path,
		link; /* where in the layer's text; link of hard links (clean) and symlinks; of an
		       * executable what starts it, image/program.h */
	uint32_t mode, uid, gid;
	uint32_t device; /* major << 20 | minor */
	uint8_t type;	 /* enum entry_type */
	bool sparse;
};

enum package_manager {
	PACKAGE_DPKG,
	PACKAGE_APK,
	PACKAGE_RPM,
	PACKAGE_PIP,
	PACKAGE_NPM,
	PACKAGE_JAVA,
	PACKAGE_GO,
	PACKAGE_CARGO,
	PACKAGE_MANAGERS
};
extern const char *const package_manager_names[PACKAGE_MANAGERS];

/* What a file of the layer says of a package: that it is there, or which files it owns. */
struct layer_package {
	uint32_t entry;		/* the file that says so */
	uint32_t name, version; /* in the layer's text; version "" where only files are listed */
	uint32_t key;		/* joins what several files say of one package */
	uint32_t owned, owned_count; /* in the layer's list of hashes of paths */
	uint8_t manager;	     /* enum package_manager */
};

struct layer {
	struct layer_facts facts;
	int references;
	struct layer_entry *entries;
	size_t count, room;
	char *text;
	size_t text_size, text_room;
	struct layer_package *packages;
	size_t package_count, package_room;
	uint64_t *owned;
	size_t owned_count, owned_room;
	uint32_t unread; /* package databases too large or of a kind that is not read */
};

/* Read `from` to its end. ERR_INPUT when it is no tar, or unpacks to more than `ceiling` bytes
 * (0: a ceiling that only a bomb reaches). */
struct err *layer_read(struct stream *from, int64_t ceiling, struct layer **out);
/* The same of a blob that is said to have a digest: ERR_CHECK where it has another, also where it
 * is damaged. */
struct err *layer_read_blob(
	struct stream *from, int64_t ceiling, const char *claimed, struct layer **out);
/* The same without digests, which are "" in its facts. */
struct err *layer_read_unhashed(struct stream *from, int64_t ceiling, struct layer **out);
/* Read it to its end for its digest and size alone. */
struct err *layer_digest(struct stream *from, char digest[DIGEST_SIZE], int64_t *bytes_out);

/* One more owner. Returns l. Not for threads. */
struct layer *layer_ref(struct layer *l);
/* One owner less; the last one frees it. NULL is fine. */
void layer_unref(struct layer *l);
DEFINE_CLEANUP(struct layer *, layer_unref)

/* Bytes of memory that it takes. */
size_t layer_weight(const struct layer *l);

static inline const char *layer_text(const struct layer *l, uint32_t at)
{
	return l->text + at;
}

#endif
