#include "image/layer.h"

#include <xxhash.h>

#include "image/layer_build.h"
#include "image/program.h"

#define PACKED_MAX  (INT64_C(64) << 30)
#define TAR_MAX	    (INT64_C(256) << 30) /* a bomb ends here */
#define CONTENT_MAX (INT64_C(1) << 50)	 /* only a sparse file claims more than it brings */
#define ENTRIES_MAX 20000000
#define TEXT_MAX    UINT32_MAX

const char *const package_manager_names[PACKAGE_MANAGERS] = { "dpkg", "apk", "rpm", "pip", "npm",
	"java", "go", "cargo" };

/* What reading a layer needs besides. */
struct reading {
	struct layer *l;
	struct tar *tar;
	XXH3_state_t *xxh;
	struct str text; /* of a file that speaks of packages */
	struct content_search go, cargo;
	struct jar_search jar;
	struct str head;    /* of an executable that comes in pieces */
	struct str starter; /* of the last one; many have the same */
	uint32_t starter_at;
};

static void reading_done(struct reading *r)
{
	tar_free(r->tar);
	XXH3_freeState(r->xxh);
	str_done(&r->text);
	str_done(&r->go.head);
	str_done(&r->cargo.head);
	jar_search_done(&r->jar);
	str_done(&r->head);
	str_done(&r->starter);
	layer_unref(r->l);
}

struct err *layer_add_text(struct layer *l, const char *bytes, size_t n, uint32_t *at_out)
{
	if (n >= TEXT_MAX - l->text_size)
		return err_new(ERR_INPUT, "a layer's names are more than 4 GiB");
	if (l->text_room - l->text_size <= n) {
		l->text_room = l->text_room * 2 > l->text_size + n ? l->text_room * 2
								   : l->text_size + n + 4096;
		l->text = xrealloc(l->text, l->text_room, 1);
	}
	*at_out = (uint32_t)l->text_size;
	memcpy(l->text + l->text_size, bytes, n);
	l->text[l->text_size + n] = '\0';
	l->text_size += n + 1;
	return NULL;
}

size_t tar_path_clean(const char *path, char *out)
{
	size_t len = 0;

	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && path[0] == '.' && path[1] == '.') {
			while (len > 0 && out[--len] != '/')
				;
		} else if (n > 0 && !(n == 1 && *path == '.')) {
			if (len > 0)
				out[len++] = '/';
			memcpy(out + len, path, n);
			len += n;
		}
		path += n + (path[n] == '/');
	}
	out[len] = '\0';
	return len;
}

uint64_t tar_path_hash(const char *path, size_t n)
{
	return XXH3_64bits(path, n);
}

/* Turn ".wh.NAME" into NAME; *keep is false for what engines leave out. */
static enum entry_type whiteout(char *path, size_t *len, bool *keep)
{
	char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = *len - (size_t)(name - path);

	*keep = true;
	if (strncmp(name, ".wh.", 4) != 0)
		return ENTRY_FILE;
	if (strcmp(name, ".wh..wh..opq") == 0) {
		*len = slash ? (size_t)(slash - path) : 0;
		path[*len] = '\0';
		return ENTRY_OPAQUE;
	}
	*keep = strncmp(name, ".wh..wh.", 8) != 0 && n > 4 && strcmp(name, ".wh..") != 0 &&
		strcmp(name, ".wh...") != 0;
	memmove(name, name + 4, n - 3);
	*len -= 4;
	return ENTRY_WHITEOUT;
}

static struct err *add_link(struct layer *l, struct layer_entry *to, const struct tar_entry *e)
{
	char clean[TAR_PATH_MAX];
	size_t n;

	if (to->type == ENTRY_SYMLINK)
		return layer_add_text(l, e->link, strlen(e->link), &to->link);
	if (to->type != ENTRY_HARDLINK)
		return NULL;
	n = tar_path_clean(e->link, clean);
	return layer_add_text(l, clean, n, &to->link);
}

/* *index_out is -1 where it is left out. */
static struct err *add_entry(struct layer *l, const struct tar_entry *e, int64_t *index_out)
{
	char path[TAR_PATH_MAX];
	size_t n = tar_path_clean(e->path, path);
	struct layer_entry *to;
	enum entry_type hides;
	bool keep;

	*index_out = -1;
	hides = whiteout(path, &n, &keep);
	if (!keep)
		return NULL;
	if (l->count == ENTRIES_MAX)
		return err_new(ERR_INPUT, "a layer has more than %d entries", ENTRIES_MAX);
	*index_out = (int64_t)l->count;
	to = GROW(l->entries, l->count, l->room);
	to->type = hides != ENTRY_FILE ? hides : (enum entry_type)(e->type - TAR_FILE);
	to->size = to->type == ENTRY_FILE ? e->size : 0;
	to->mtime = e->mtime;
	to->mode = e->mode;
	to->uid = e->uid;
	to->gid = e->gid;
	to->sparse = e->sparse;
	if (to->type == ENTRY_CHARDEV || to->type == ENTRY_BLOCKDEV)
		to->device = e->major << 20 | (e->minor & 0xfffff);
	if (to->size < 0 || to->size > CONTENT_MAX - l->facts.content_bytes)
		return err_new(ERR_INPUT, "a layer claims files of impossible size");
	l->facts.content_bytes += to->size;
	TRY(layer_add_text(l, path, n, &to->path));
	return add_link(l, to, e);
}

static void keep_hash(struct layer_entry *e, XXH128_hash_t h)
{
	e->hash[0] = h.low64;
	e->hash[1] = h.high64;
}

static void keep_head(struct reading *r, const void *bytes, size_t n)
{
	size_t room = PROGRAM_HEAD_MAX - r->head.len;

	if (room)
		str_addn(&r->head, bytes, n < room ? n : room);
}

/* What starts it, where it may be run. */
static struct err *note_starter(struct reading *r, struct layer_entry *e, const void *head, size_t n)
{
	_cleanup_(str_done) struct str starter = STR_INIT;

	if (!(e->mode & 0111))
		return NULL;
	program_starter(head, n, &starter);
	if (starter.len && !str_eq(str_get(&starter), str_get(&r->starter))) {
		TRY(layer_add_text(r->l, str_get(&starter), starter.len, &r->starter_at));
		str_clear(&r->starter);
		str_add(&r->starter, str_get(&starter));
	}
	e->link = starter.len ? r->starter_at : 0;
	return NULL;
}

/* Of content that is not needed but for its hash and its head; most files come in one piece. */
static struct err *hash_content(struct reading *r, struct layer_entry *e, int64_t stored)
{
	const void *bytes;
	size_t n;

	TRY(tar_content(r->tar, &bytes, &n));
	if ((int64_t)n == stored) {
		keep_hash(e, XXH3_128bits(bytes, n));
		return note_starter(r, e, bytes, n);
	}
	XXH3_128bits_reset(r->xxh);
	str_clear(&r->head);
	while (n > 0) {
		XXH3_128bits_update(r->xxh, bytes, n);
		keep_head(r, bytes, n);
		TRY(tar_content(r->tar, &bytes, &n));
	}
	keep_hash(e, XXH3_128bits_digest(r->xxh));
	return note_starter(r, e, str_get(&r->head), r->head.len);
}

static void begin_look(struct reading *r)
{
	XXH3_128bits_reset(r->xxh);
	str_clear(&r->text);
	content_search_begin(&r->go);
	content_search_begin(&r->cargo);
	jar_search_begin(&r->jar);
	str_clear(&r->head);
}

static void look_at_piece(
	struct reading *r, enum package_file kind, const void *bytes, size_t n)
{
	if (kind == PROGRAM) {
		content_search_add(&r->go, &go_wanted, bytes, n);
		content_search_add(&r->cargo, &cargo_wanted, bytes, n);
	} else if (kind == JAVA_ARCHIVE) {
		jar_search_add(&r->jar, bytes, n);
	} else {
		str_addn(&r->text, bytes, n);
	}
}

/* Add what was seen of packages. */
static struct err *end_look(struct reading *r, uint32_t index, enum package_file kind)
{
	struct err *e;
	bool readable;

	switch (kind) {
	case PROGRAM:
		TRY(go_modules_add(r->l, index, &r->go));
		return cargo_crates_add(r->l, index, &r->cargo);
	case JAVA_ARCHIVE:
		return jar_search_end(&r->jar, r->l, index);
	case RPM_SQLITE:
		e = rpm_read(r->l, index, &r->text, &readable);
		r->l->unread += !readable;
		str_done(&r->text); /* it is large */
		return e;
	default:
		return package_file_read(r->l, index, kind, &r->text);
	}
}

/* The same, each piece looked at on its way. */
static struct err *look_at_content(struct reading *r, uint32_t index, enum package_file kind)
{
	const void *bytes;
	size_t n;

	begin_look(r);
	do {
		TRY(tar_content(r->tar, &bytes, &n));
		XXH3_128bits_update(r->xxh, bytes, n);
		keep_head(r, bytes, n);
		look_at_piece(r, kind, bytes, n);
	} while (n > 0);
	keep_hash(&r->l->entries[index], XXH3_128bits_digest(r->xxh));
	TRY(note_starter(r, &r->l->entries[index], str_get(&r->head), r->head.len));
	return end_look(r, index, kind);
}

/* Files that are read as a whole have a ceiling; those that are searched have none. */
static bool is_too_large(enum package_file kind, int64_t size)
{
	if (kind == PACKAGE_FILE_NONE || kind == PROGRAM || kind == JAVA_ARCHIVE)
		return false;
	return size > (kind == RPM_SQLITE ? RPM_FILE_MAX : PACKAGE_FILE_MAX);
}

static struct err *read_content(struct reading *r, uint32_t index, const struct tar_entry *e)
{
	struct layer *l = r->l;
	enum package_file kind = package_file_of(layer_text(l, l->entries[index].path), e);

	if (kind == RPM_DATABASE || is_too_large(kind, e->stored))
		l->unread++;
	else if (kind != PACKAGE_FILE_NONE)
		return look_at_content(r, index, kind);
	return hash_content(r, &l->entries[index], e->stored);
}

static struct err *read_entries(struct reading *r)
{
	struct tar_entry e;
	int64_t index;
	uint32_t empty;
	bool more;

	TRY(layer_add_text(r->l, "", 0, &empty));
	for (;;) {
		TRY(tar_next(r->tar, &e, &more));
		if (!more)
			return NULL;
		TRY(add_entry(r->l, &e, &index));
		if (index >= 0 && r->l->entries[index].type == ENTRY_FILE)
			TRY(read_content(r, (uint32_t)index, &e));
	}
}

/* What was grown by doubling gives its spare room back. */
static void fit(struct layer *l)
{
	l->room = l->count ? l->count : 1;
	l->entries = xrealloc(l->entries, l->room, sizeof(*l->entries));
	l->text_room = l->text_size;
	l->text = xrealloc(l->text, l->text_room, 1);
	l->owned_room = l->owned_count ? l->owned_count : 1;
	l->owned = xrealloc(l->owned, l->owned_room, sizeof(*l->owned));
}

static struct err *read_tar(struct stream *tar, struct layer **out)
{
	_cleanup_(reading_done) struct reading r = { .l = NEW(struct layer) };

	r.l->references = 1;
	r.tar = tar_new(tar);
	r.xxh = XXH3_createState();
	TRY(read_entries(&r));
	/* a tar ends before its padding does, and its digest is of all of it */
	TRY(stream_drain(tar));
	fit(r.l);
	*out = TAKE_PTR(r.l);
	return NULL;
}

static struct err *read_packed(struct hash_stream *packed, int64_t ceiling, struct layer **out)
{
	_cleanup_(hash_stream_done) struct hash_stream tar = { 0 };
	_cleanup_(unpack_stream_freep) struct unpack_stream *unpack = unpack_stream_new(&packed->s);
	_cleanup_(layer_unrefp) struct layer *l = NULL;
	struct layer_facts *f;

	TRY(unpack_stream_begin(unpack));
	hash_stream_init(&tar, unpack_stream_of(unpack), ceiling ? ceiling : TAR_MAX);
	if (!unpack_stream_was_packed(unpack) || !packed->hash)
		hash_stream_count_only(&tar); /* its digest is the other one, or not wanted */
	TRY(read_tar(&tar.s, &l));
	TRY(stream_drain(&packed->s));
	f = &l->facts;
	f->packed = unpack_stream_was_packed(unpack);
	f->packed_bytes = packed->bytes;
	if (!packed->hash) {
		*out = TAKE_PTR(l);
		return NULL;
	}
	hash_stream_end(packed, f->digest);
	memcpy(f->diff_id, f->digest, DIGEST_SIZE);
	if (f->packed)
		hash_stream_end(&tar, f->diff_id);
	*out = TAKE_PTR(l);
	return NULL;
}

struct err *layer_read(struct stream *from, int64_t ceiling, struct layer **out)
{
	_cleanup_(hash_stream_done) struct hash_stream packed = { 0 };

	hash_stream_init(&packed, from, PACKED_MAX);
	return read_packed(&packed, ceiling, out);
}

struct err *layer_read_unhashed(struct stream *from, int64_t ceiling, struct layer **out)
{
	_cleanup_(hash_stream_done) struct hash_stream packed = { 0 };

	hash_stream_init(&packed, from, PACKED_MAX);
	hash_stream_count_only(&packed);
	return read_packed(&packed, ceiling, out);
}

struct err *layer_read_blob(
	struct stream *from, int64_t ceiling, const char *claimed, struct layer **out)
{
	_cleanup_(hash_stream_done) struct hash_stream packed = { 0 };
	_cleanup_(layer_unrefp) struct layer *l = NULL;
	_cleanup_(err_freep) struct err *e = NULL, *rest = NULL;
	char is[DIGEST_SIZE];

	hash_stream_init(&packed, from, PACKED_MAX);
	e = read_packed(&packed, ceiling, &l);
	if (e && e->kind == ERR_INPUT)
		rest = stream_drain(&packed.s);
	if (e && (e->kind != ERR_INPUT || rest))
		return TAKE_PTR(e);
	/* what is damaged may just not be what it is said to be, and that is the better answer */
	if (e)
		hash_stream_end(&packed, is);
	else
		memcpy(is, l->facts.digest, DIGEST_SIZE);
	if (!str_eq(is, claimed))
		return err_new(ERR_CHECK, "what came has the digest %s", is);
	*out = TAKE_PTR(l);
	return TAKE_PTR(e);
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

struct layer *layer_ref(struct layer *l)
{
	l->references++;
	return l;
}

void layer_unref(struct layer *l)
{
	if (!l || --l->references > 0)
		return;
	free(l->entries);
	free(l->text);
	free(l->packages);
	free(l->owned);
	free(l);
}

size_t layer_weight(const struct layer *l)
{
	return sizeof(*l) + l->room * sizeof(*l->entries) + l->text_room +
	       l->package_room * sizeof(*l->packages) + l->owned_room * sizeof(*l->owned);
}
