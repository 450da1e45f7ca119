#include "image/layer.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "base/str.h"

#define PACKED_MAX  (INT64_C(64) << 30)
#define TAR_MAX	    (INT64_C(256) << 30) /* a bomb ends here */
#define CONTENT_MAX (INT64_C(1) << 50)	 /* only a sparse file claims more than it brings */
#define ENTRIES_MAX 20000000

/* libarchive pulls the tar from a stream, and an error of ours passes it by. */
struct tar_source {
	struct stream *from;
	struct err *failed;
	bool empty; /* nothing came at all */
};

static ssize_t on_read(struct archive *a, void *ctx, const void **bytes)
{
	struct tar_source *t = ctx;
	size_t n = 0;

	if (!t->failed)
		t->failed = stream_next(t->from, bytes, &n);
	if (t->failed) {
		archive_set_error(a, EIO, "%s", t->failed->what);
		return -1;
	}
	t->empty &= n == 0;
	return (ssize_t)n;
}

static void archive_drop(struct archive **a)
{
	archive_read_free(*a);
}

static bool is_whiteout(const char *path)
{
	const char *name = path ? strrchr(path, '/') : NULL;

	return path && str_starts(name ? name + 1 : path, ".wh.");
}

/* Content bytes that an entry brings. A name that does not fit the locale is NULL here: then it
 * is no whiteout's, which are ASCII up to the dot. */
static int64_t entry_bytes(struct archive_entry *e)
{
	if (archive_entry_filetype(e) != AE_IFREG || archive_entry_hardlink(e) ||
		is_whiteout(archive_entry_pathname(e)))
		return 0;
	return archive_entry_size(e);
}

static struct err *add_entries(struct archive *a, struct tar_source *t, int64_t *sum_out)
{
	struct archive_entry *entry;
	int64_t sum = 0, bytes;
	int code;

	for (int i = 0; i < ENTRIES_MAX; i++) {
		code = archive_read_next_header(a, &entry);
		if (code == ARCHIVE_EOF || (code < ARCHIVE_WARN && t->empty && !t->failed)) {
			*sum_out = sum;
			return NULL;
		}
		if (code < ARCHIVE_WARN)
			return err_new(ERR_INPUT, "a layer is no tar: %s", archive_error_string(a));
		bytes = entry_bytes(entry);
		if (bytes < 0 || bytes > CONTENT_MAX - sum)
			return err_new(ERR_INPUT, "a layer claims files of impossible size");
		sum += bytes;
	}
	return err_new(ERR_INPUT, "a layer has more than %d entries", ENTRIES_MAX);
}

static struct err *tar_content(struct stream *tar, int64_t *sum_out)
{
	_cleanup_(archive_drop) struct archive *a = archive_read_new();
	struct tar_source t = { .from = tar, .empty = true };
	struct err *e;

	archive_read_support_format_tar(a);
	if (archive_read_open(a, &t, NULL, on_read, NULL) != ARCHIVE_OK && !t.empty)
		e = err_new(ERR_INPUT, "a layer is no tar: %s", archive_error_string(a));
	else
		e = add_entries(a, &t, sum_out);
	if (!t.failed)
		return e;
	/* also where libarchive had seen the end already, and went on without the rest */
	err_free(e);
	return t.failed;
}

struct err *layer_measure(struct stream *from, struct layer_facts *out)
{
	_cleanup_(hash_stream_done) struct hash_stream packed = { 0 }, tar = { 0 };
	_cleanup_(unpack_stream_freep) struct unpack_stream *unpack = NULL;
	struct layer_facts f = { 0 };

	hash_stream_init(&packed, from, PACKED_MAX);
	unpack = unpack_stream_new(&packed.s);
	hash_stream_init(&tar, unpack_stream_of(unpack), TAR_MAX);
	TRY(tar_content(&tar.s, &f.content_bytes));
	/* a tar ends before its padding does, and both digests are of all of it */
	TRY(stream_drain(&tar.s));
	TRY(stream_drain(&packed.s));
	f.packed = unpack_stream_was_packed(unpack);
	f.packed_bytes = packed.bytes;
	hash_stream_end(&packed, f.digest);
	hash_stream_end(&tar, f.diff_id);
	*out = f;
	return NULL;
}

struct err *layer_digest(struct stream *from, char digest[DIGEST_SIZE], int64_t *bytes_out)
{
	_cleanup_(hash_stream_done) struct hash_stream h = { 0 };

	hash_stream_init(&h, from, PACKED_MAX);
	TRY(stream_drain(&h.s));
	*bytes_out = h.bytes;
	hash_stream_end(&h, digest);
	return NULL;
}
