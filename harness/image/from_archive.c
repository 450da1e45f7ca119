/* A docker-archive as a stream: its members come in any order, names are links to names, and
 * which of them are layers is known only once manifest.json was seen. So whatever could be a layer
 * is measured as it passes, and what is JSON is kept. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "image/document.h"
#include "image/from.h"

#define MEMBERS_MAX 100000
#define LINKS_MAX   16
#define TEXTS_MAX   (64 << 20)
#define TAR_BLOCK   512

struct member {
	char *path;
	char *link; /* where it points, from the archive's root; or NULL */
	bool layer; /* it could be measured as one */
	struct layer_facts facts;
	struct str text; /* of JSON */
};

struct archive_read {
	const char *where;
	struct image_cache *cache;
	struct member *members;
	size_t count, room;
	size_t text_bytes;
};

/* The content of the member at hand, as a stream. */
struct member_stream {
	struct stream s;
	struct archive *a;
	const char *where;
	const void *first; /* already read */
	size_t first_size;
	bool ended;
};

struct outer {
	struct stream *from;
	struct err *failed;
};

static ssize_t on_outer(struct archive *a, void *ctx, const void **bytes)
{
	struct outer *o = ctx;
	size_t n = 0;

	if (!o->failed)
		o->failed = stream_next(o->from, bytes, &n);
	if (!o->failed)
		return (ssize_t)n;
	archive_set_error(a, EIO, "%s", o->failed->what);
	return -1;
}

static void archive_drop(struct archive **a)
{
	archive_read_free(*a);
}

static void read_done(struct archive_read *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->members[i].path);
		free(r->members[i].link);
		str_done(&r->members[i].text);
	}
	free(r->members);
}

static struct err *err_archive(const char *where, struct archive *a)
{
	const char *why = archive_error_string(a);

	return err_at(
		err_new(ERR_INPUT, "this is no docker-archive: %s", why ? why : "it is empty"),
		"%s", where);
}

/* The next block; blocks of a sparse member are not told apart, no engine writes one. */
static struct err *member_block(struct member_stream *m, const void **bytes_out, size_t *n_out)
{
	la_int64_t offset;
	int code = m->ended ? ARCHIVE_EOF
			    : archive_read_data_block(m->a, bytes_out, n_out, &offset);

	m->ended = code == ARCHIVE_EOF;
	if (m->ended)
		*n_out = 0;
	return m->ended || code == ARCHIVE_OK ? NULL : err_archive(m->where, m->a);
}

static struct err *member_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct member_stream *m = (struct member_stream *)s;

	*bytes_out = m->first;
	*n_out = m->first_size;
	m->first_size = 0;
	/* an empty block is not the end */
	while (*n_out == 0 && !m->ended)
		TRY(member_block(m, bytes_out, n_out));
	return NULL;
}

static bool is_json(const char *bytes, size_t n)
{
	while (n > 0 && strchr(" \t\r\n", *bytes) && *bytes) {
		bytes++;
		n--;
	}
	/* a tar may begin with a file called so, and has its magic then */
	return n > 0 && (*bytes == '{' || *bytes == '[') &&
	       (n < 263 || memcmp(bytes + 257, "ustar", 5) != 0);
}

static struct err *keep_text(struct archive_read *r, struct member_stream *m, struct str *text)
{
	const void *bytes;
	size_t n;

	do {
		TRY(stream_next(&m->s, &bytes, &n));
		str_addn(text, bytes, n);
		r->text_bytes += n;
		if (text->len > DOCUMENT_MAX || r->text_bytes > TEXTS_MAX)
			return err_at(err_new(ERR_INPUT, "its JSON is too large"), "%s", r->where);
	} while (n > 0);
	return NULL;
}

/* The facts of a layer seen before under the name that this blob has, if that is a digest. */
static const struct layer_facts *known_blob(const struct archive_read *r, const char *path)
{
	_cleanup_(freep) char *digest = NULL;

	if (!str_starts(path, "blobs/sha256/"))
		return NULL;
	digest = xasprintf("sha256:%s", path + strlen("blobs/sha256/"));
	return cache_find_blob(r->cache, digest);
}

static struct err *measure(struct archive_read *r, struct member *to, struct member_stream *m)
{
	const struct layer_facts *known = known_blob(r, to->path);
	_cleanup_(err_freep) struct err *e = NULL;
	char digest[DIGEST_SIZE];
	int64_t bytes;

	if (known) {
		to->facts = *known;
		to->layer = true;
		TRY(layer_digest(&m->s, digest, &bytes));
		if (!str_eq(digest, to->facts.digest))
			return err_at(err_new(ERR_CHECK, "its digest is %s", digest), "%s: %s",
				r->where, to->path);
		return NULL;
	}
	e = layer_measure(&m->s, &to->facts);
	to->layer = !e;
	/* what is no tar may be some other file of the archive; a broken archive ends all */
	return e && e->at ? TAKE_PTR(e) : NULL;
}

static struct err *add_file(struct archive_read *r, struct archive *a, struct member *to)
{
	struct member_stream *m = NEW(struct member_stream);
	_cleanup_(freep) void *owned = m;

	*m = (struct member_stream){ .s.next = member_next, .a = a, .where = r->where };
	TRY(member_next(&m->s, &m->first, &m->first_size));
	if (is_json(m->first, m->first_size))
		return keep_text(r, m, &to->text);
	return measure(r, to, m);
}

/* A path without "." and "..", from the archive's root. */
static char *clean_path(const char *dir_of, const char *path)
{
	_cleanup_(strv_done) struct strv parts = STRV_INIT;
	const char *slash = dir_of && *path != '/' ? strrchr(dir_of, '/') : NULL;
	_cleanup_(freep) char *full = slash ? xasprintf("%.*s/%s", (int)(slash - dir_of), dir_of,
						      path)
					    : xstrdup(path);
	struct str out = STR_INIT;

	strv_split(&parts, full, '/');
	for (size_t i = 0; i < parts.count; i++) {
		const char *p = parts.items[i];
		char *last = out.len ? strrchr(out.buf, '/') : NULL;

		if (str_eq(p, "..") && out.len) {
			out.len = last ? (size_t)(last - out.buf) : 0;
			out.buf[out.len] = '\0';
		} else if (*p && !str_eq(p, ".") && !str_eq(p, "..")) {
			str_addf(&out, "%s%s", out.len ? "/" : "", p);
		}
	}
	return str_take(&out);
}

static struct err *add_member(struct archive_read *r, struct archive *a, struct archive_entry *e)
{
	const char *path = archive_entry_pathname(e), *hard = archive_entry_hardlink(e);
	struct member *m;

	if (r->count == MEMBERS_MAX)
		return err_at(err_new(ERR_INPUT, "it has more than %d members", MEMBERS_MAX), "%s",
			r->where);
	if (!path)
		return NULL;
	m = GROW(r->members, r->count, r->room);
	m->path = clean_path(NULL, path);
	if (hard)
		m->link = clean_path(NULL, hard);
	else if (archive_entry_filetype(e) == AE_IFLNK && archive_entry_symlink(e))
		m->link = clean_path(m->path, archive_entry_symlink(e));
	else if (archive_entry_filetype(e) == AE_IFREG)
		return add_file(r, a, m);
	return NULL;
}

static struct err *walk(struct archive_read *r, struct stream *from)
{
	_cleanup_(archive_drop) struct archive *a = archive_read_new();
	struct outer o = { .from = from };
	struct archive_entry *entry;
	struct err *e = NULL;
	int code = ARCHIVE_FATAL;

	archive_read_support_format_tar(a);
	if (archive_read_open(a, &o, NULL, on_outer, NULL) == ARCHIVE_OK)
		while (!e && (code = archive_read_next_header(a, &entry)) >= ARCHIVE_WARN &&
			code != ARCHIVE_EOF)
			e = add_member(r, a, entry);
	if (!e && code != ARCHIVE_EOF)
		e = err_archive(r->where, a);
	if (o.failed) {
		err_free(e);
		return o.failed;
	}
	return e ? e : stream_drain(from);
}

/* The member of that name, through links; NULL when there is none. */
static const struct member *find(const struct archive_read *r, const char *path)
{
	const struct member *m = NULL;

	for (int hops = 0; hops < LINKS_MAX; hops++) {
		m = NULL;
		/* of two members of one name the later one counts, as when a tar is unpacked */
		for (size_t i = r->count; i-- > 0 && !m;)
			if (str_eq(r->members[i].path, path))
				m = &r->members[i];
		if (!m || !m->link)
			return m;
		path = m->link;
	}
	return NULL;
}

static struct err *err_lacks(const struct archive_read *r, const char *what)
{
	return err_at(err_new(ERR_INPUT, "the archive lacks %.200s", what), "%s", r->where);
}

static struct err *add_config(const struct archive_read *r, const char *name, struct image *image)
{
	_cleanup_(freep) char *path = clean_path(NULL, name);
	const struct member *m = find(r, path);
	const char *base = strrchr(path, '/');

	if (!m || m->text.len == 0)
		return err_lacks(r, "its config");
	sha256_bytes(str_get(&m->text), m->text.len, image->config);
	/* both layouts name it by its digest */
	base = base ? base + 1 : path;
	if (strncmp(base, image->config + strlen("sha256:"), 64) != 0)
		return err_at(err_new(ERR_CHECK, "the config's digest is %s", image->config),
			"%s: %s", r->where, path);
	return config_read(r->where, &m->text, &image->diff_ids);
}

static struct err *add_layer(
	const struct archive_read *r, const char *name, size_t i, struct image *image, bool *packed)
{
	_cleanup_(freep) char *path = clean_path(NULL, name);
	const struct member *m = find(r, path);
	struct image_layer *l;

	if (!m || !m->layer)
		return err_lacks(r, m ? "a tar where it should have a layer" : "one of its layers");
	if (i >= image->diff_ids.count || !str_eq(image->diff_ids.items[i], m->facts.diff_id))
		return err_at(
			err_new(ERR_CHECK, "layer %zu is not the one that the config names", i),
			"%s: %s", r->where, path);
	l = GROW(image->layers, image->layer_count, image->layer_room);
	memcpy(l->digest, m->facts.digest, DIGEST_SIZE);
	l->size_bytes = m->facts.packed ? m->facts.packed_bytes : -1;
	*packed &= m->facts.packed;
	image->size_bytes += m->facts.content_bytes;
	image->compressed_bytes += m->facts.packed_bytes;
	cache_keep_layer(r->cache, &m->facts);
	return NULL;
}

static struct err *put_together(const struct archive_read *r, struct image *image)
{
	const struct member *manifest = find(r, "manifest.json");
	_cleanup_(strv_done) struct strv layers = STRV_INIT;
	_cleanup_(freep) char *config = NULL;
	bool packed = true;

	if (!manifest || manifest->text.len == 0)
		return err_lacks(r, "manifest.json");
	TRY(archive_manifest_read(r->where, &manifest->text, &config, &layers));
	TRY(add_config(r, config, image));
	for (size_t i = 0; i < layers.count; i++)
		TRY(add_layer(r, layers.items[i], i, image, &packed));
	if (!packed || layers.count == 0)
		image->compressed_bytes = -1;
	cache_keep_image(r->cache, image->config, image);
	return NULL;
}

struct err *image_from_archive(
	struct stream *from, const char *where, struct image_cache *cache, struct image *out)
{
	_cleanup_(read_done) struct archive_read r = { .where = where, .cache = cache };
	_cleanup_(image_done) struct image image = { 0 };

	TRY(walk(&r, from));
	TRY(put_together(&r, &image));
	*out = image;
	image = (struct image){ 0 };
	return NULL;
}
