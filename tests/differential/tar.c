/* Our reader of tars against libarchive's.
 *
 *   differential-tar MUTATIONS FILE...
 *
 * Each file as it stands, where both must list the same entries (path, type, size, link, mode, owner,
 * time); and MUTATIONS times with some of its bytes changed, mostly those of headers, whose checksums are
 * mended. Then, and of what a fuzzer found (fuzz-*), they must list the same as long as both go on, but
 * for what is listed below: tare goes with Go's archive/tar, as engines do. (Of 45,015, 3000 of each, 3 are left: a file with a long name of GNU's
 * and one of PAX, where Go takes the former, and a name for a sparse file that is none.) */
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "../must.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "image/tar.h"
#include "image/tar_header.h"

#define FILE_MAX    (4 << 20)
#define ENTRIES_MAX 4096
#define TYPE_AT	    156
#define SPARSE_AT   483 /* the size of an old GNU sparse file */

struct memory {
	struct stream s;
	const char *bytes;
	size_t left;
};

/* What a reader says: a line an entry, and whether it ended well. */
struct listing {
	struct strv lines;
	char *refused; /* why; or NULL */
	bool odd[ENTRIES_MAX]; /* an entry that libarchive reads in another way, and what follows it */
};

/* Why one of them may refuse what the other reads. */
static const struct {
	const char *says, *reason;
} refusals[] = {
	{ "number that is none", "libarchive reads a number as far as it is one" },
	{ "owner is no number", "and cuts it to what fits" },
	{ "sparse file has no size", "likewise" },
	{ "a PAX ", "and goes on after a record that is none" },
	{ "ends too early", "and takes a cut-off end for one" },
	{ "Unrecognized archive format", "libarchive's first header must look like one" },
	{ "Damaged tar archive", "its checksums may have nothing behind them" },
	{ "Non-regular file cannot be sparse", "tare reads no map of holes" },
	{ "Malformed sparse map data", "likewise" },
};

static void listing_done(struct listing *l)
{
	strv_done(&l->lines);
	free(l->refused);
}

static struct err *memory_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct memory *m = (struct memory *)s;

	*bytes_out = m->bytes;
	*n_out = m->left;
	m->left = 0;
	return NULL;
}

static void add_line(struct listing *l, char type, const char *path, const char *link, int64_t size,
	const struct tar_entry *e)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/') /* a directory's name may end with it */
		n--;
	strv_addf(&l->lines, "%c %.*s%s%s, %lld bytes, %o %u:%u %lld", type, (int)n, path,
		*link ? " -> " : "", link, (long long)size, e->mode, e->uid, e->gid, (long long)e->mtime);
}

/* Go's archive/tar, and so tare, takes "a/" for a directory only where no type is said; a hard link may
 * have no target; a sparse file's size stands where GNU has it, whatever the magic and the map. And libarchive
 * does not know names that are no UTF-8. */
static bool is_odd(const struct tar_entry *e)
{
	size_t n = strlen(e->path);

	return e->sparse || (e->type == TAR_FILE && n > 0 && e->path[n - 1] == '/') ||
	       (e->type == TAR_HARDLINK && !*e->link) || mbstowcs(NULL, e->path, 0) == (size_t)-1 ||
	       mbstowcs(NULL, e->link, 0) == (size_t)-1;
}

static void list_ours(const struct str *text, struct listing *out)
{
	struct memory m = { .s.next = memory_next, .bytes = str_get(text), .left = text->len };
	_cleanup_(tar_freep) struct tar *t = tar_new(&m.s);
	_cleanup_(err_freep) struct err *e = NULL;
	struct tar_entry entry;
	bool more = true;

	while (!e && out->lines.count < ENTRIES_MAX) {
		e = tar_next(t, &entry, &more);
		if (e || !more)
			break;
		out->odd[out->lines.count] = is_odd(&entry);
		add_line(out, (char)entry.type, entry.path,
			entry.type == TAR_HARDLINK || entry.type == TAR_SYMLINK ? entry.link : "",
			entry.size, &entry);
	}
	if (e)
		out->refused = xstrdup(e->what);
}

static char type_of(struct archive_entry *e)
{
	if (archive_entry_hardlink(e))
		return TAR_HARDLINK;
	switch (archive_entry_filetype(e)) {
	case AE_IFLNK:
		return TAR_SYMLINK;
	case AE_IFCHR:
		return TAR_CHARDEV;
	case AE_IFBLK:
		return TAR_BLOCKDEV;
	case AE_IFDIR:
		return TAR_DIR;
	case AE_IFIFO:
		return TAR_FIFO;
	default:
		return TAR_FILE;
	}
}

/* A long name of no bytes is none to Go, and the name to libarchive. */
static bool is_nameless(char type, const char *path, const char *link)
{
	bool linked = type == TAR_SYMLINK || type == TAR_HARDLINK;

	return !path || !*path || (linked && (!link || !*link));
}

static void add_theirs(struct archive_entry *e, struct listing *out)
{
	struct tar_entry entry = { .mode = (uint32_t)archive_entry_perm(e) & 07777,
		.uid = (uint32_t)archive_entry_uid(e),
		.gid = (uint32_t)archive_entry_gid(e),
		.mtime = archive_entry_mtime(e) };
	const char *path = archive_entry_pathname(e), *hard = archive_entry_hardlink(e),
		   *soft = archive_entry_symlink(e);
	char type = type_of(e);

	out->odd[out->lines.count] = is_nameless(type, path, hard ? hard : soft);
	add_line(out, type, path ? path : "", hard ? hard : soft ? soft : "",
		type == TAR_FILE ? archive_entry_size(e) : 0, &entry);
}

static void list_theirs(const struct str *text, struct listing *out)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	int code;

	archive_read_support_format_tar(a);
	code = archive_read_open_memory(a, text->buf, text->len);
	while (code == ARCHIVE_OK || code == ARCHIVE_WARN) {
		code = archive_read_next_header(a, &e);
		if ((code == ARCHIVE_OK || code == ARCHIVE_WARN) && out->lines.count < ENTRIES_MAX)
			add_theirs(e, out);
	}
	if (code != ARCHIVE_EOF)
		out->refused = xstrdup(archive_error_string(a) ? archive_error_string(a) : "unknown");
	archive_read_free(a);
}

/* Where both begin to differ; false: nowhere. */
static bool differ(const struct listing *a, const struct listing *b, size_t *at_out)
{
	size_t i = 0;

	while (i < a->lines.count && i < b->lines.count &&
		strcmp(a->lines.items[i], b->lines.items[i]) == 0)
		i++;
	*at_out = i;
	return i < a->lines.count || i < b->lines.count || !a->refused != !b->refused;
}

static void show(const char *who, const struct listing *l, size_t at)
{
	printf("  %-10s %s%s\n", who,
		at < l->lines.count ? l->lines.items[at] : l->refused ? "refused: " : "the end",
		at >= l->lines.count && l->refused ? l->refused : "");
}

static bool is_known(const struct listing *l, size_t at)
{
	for (size_t i = 0; i <= at && i < l->lines.count; i++)
		if (l->odd[i])
			return true;
	for (size_t i = 0; l->refused && at >= l->lines.count && i < ARRAY_SIZE(refusals); i++)
		if (strstr(l->refused, refusals[i].says))
			return true;
	return false;
}

static bool same(const char *name, const struct str *text, bool mutated)
{
	_cleanup_(listing_done) struct listing ours = { 0 }, theirs = { 0 };
	size_t at;

	list_ours(text, &ours);
	list_theirs(text, &theirs);
	if (!differ(&ours, &theirs, &at))
		return true;
	if (mutated && (is_known(&ours, at) || is_known(&theirs, at)))
		return true;
	printf("%s, entry %zu:\n", name, at + 1);
	show("tare", &ours, at);
	show("libarchive", &theirs, at);
	return false;
}

static void mend_checksum(unsigned char *block)
{
	unsigned sum = 8 * ' ';

	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += i < 148 || i >= 156 ? block[i] : 0;
	snprintf((char *)block + 148, 8, "%06o", sum);
	block[155] = ' ';
}

static bool is_number(size_t at)
{
	return at >= 100 && at < 148;
}

/* Change a field of a header, or a byte anywhere. */
static void mutate(struct rng *rng, struct str *text)
{
	static const struct {
		unsigned from, size;
	} fields[] = { { 0, 100 }, { 100, 8 }, { 108, 8 }, { 116, 8 }, { 124, 12 }, { 136, 12 },
		{ 156, 1 }, { 157, 100 }, { 257, 8 }, { 345, 138 } };
	static const char bytes[] = "01234567 x/.\0LKgS\x80\xff";
	size_t blocks = text->len / TAR_BLOCK, f = rng_below(rng, ARRAY_SIZE(fields) + 1);
	unsigned char with, *block;
	size_t at;

	if (blocks == 0)
		return;
	block = (unsigned char *)text->buf + rng_below(rng, blocks) * TAR_BLOCK;
	/* of the end both make what they like */
	if (tar_block_is_zero(block))
		return;
	if (f == ARRAY_SIZE(fields)) {
		block[rng_below(rng, SPARSE_AT)] = (unsigned char)rng_below(rng, 256);
		return;
	}
	at = fields[f].from + rng_below(rng, fields[f].size);
	with = (unsigned char)bytes[rng_below(rng, sizeof(bytes) - 1)];
	/* a NUL before a number ends it to libarchive alone; and it takes what stands where a sparse
	 * file's size does for that of any file whose header is GNU's */
	if ((with == '\0' && is_number(at)) || (at == TYPE_AT && block[TYPE_AT] == 'S'))
		return;
	block[at] = with;
	mend_checksum(block);
}

int main(int argc, char **argv)
{
	int64_t mutations = 0, tried = 0, wrong = 0;

	setlocale(LC_CTYPE, "C.UTF-8"); /* for libarchive, which knows names in it alone */
	if (argc < 3 || !str_to_i64(argv[1], &mutations)) {
		fputs("usage: differential-tar MUTATIONS FILE...\n", stderr);
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		_cleanup_(str_done) struct str text = STR_INIT;
		struct rng rng;

		must(file_read(argv[i], FILE_MAX, &text));
		rng_seed(&rng, (uint64_t)i);
		for (int64_t k = 0; k <= mutations; k++, tried++) {
			_cleanup_(str_done) struct str changed = STR_INIT;

			str_addn(&changed, str_get(&text), text.len);
			for (uint64_t n = k ? 1 + rng_below(&rng, 3) : 0; n > 0; n--)
				mutate(&rng, &changed);
			wrong += !same(argv[i], &changed, k > 0 || str_starts(argv[i], "fuzz-"));
		}
	}
	printf("%lld tars, %lld differ\n", (long long)tried, (long long)wrong);
	return wrong ? 1 : 0;
}
