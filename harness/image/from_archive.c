/* What `docker save` writes. On disk it is read in any order, its layers side by side. As a stream
 * its members come as they come, names are links to names, and which of them are layers is known
 * only once manifest.json was seen: whatever could be a layer is read as it passes. */
#include "image/document.h"
#include "image/from.h"
#include "image/gather.h"
#include "image/members.h"

#define TEXTS_MAX (64 << 20)

static struct err *err_lacks(const char *where, const char *what)
{
	return err_at(err_new(ERR_INPUT, "the archive lacks %.200s", what), "%s", where);
}

/* Both layouts of archives name the config by its digest. */
static struct err *check_config(const char *where, const char *path, const char *digest)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	if (strncmp(name, digest + strlen("sha256:"), 64) == 0)
		return NULL;
	return err_at(
		err_new(ERR_CHECK, "the config's digest is %s", digest), "%s: %s", where, path);
}

static struct err *add_config(
	const char *where, const char *path, const struct str *text, struct image_view *v)
{
	sha256_bytes(str_get(text), text->len, v->image.config);
	v->image.config_bytes = (int64_t)text->len;
	TRY(check_config(where, path, v->image.config));
	return config_read(where, text, &v->config);
}

/* The digest in a name of docker's since 25, "blobs/sha256/HEX"; else "". */
static void digest_of_name(const char *path, char digest[DIGEST_SIZE])
{
	bool blob = str_starts(path, "blobs/sha256/") && strlen(path) == 77;

	snprintf(digest, DIGEST_SIZE, "%s%s", blob ? "sha256:" : "", blob ? path + 13 : "");
}

/* What is known once the layers were read: their own digests, and whether all were packed, as then
 * the archive tells what a registry would hold. */
static void describe(struct image_view *v)
{
	struct image *image = &v->image;
	bool packed = image->layer_count > 0;

	image->compressed_bytes = 0;
	for (size_t i = 0; i < image->layer_count; i++) {
		const struct layer_facts *f = &v->layers[i]->facts;

		memcpy(image->layers[i].digest, f->digest, DIGEST_SIZE);
		image->layers[i].size_bytes = f->packed ? f->packed_bytes : -1;
		image->compressed_bytes += f->packed_bytes;
		packed &= f->packed;
	}
	if (!packed)
		image->compressed_bytes = -1;
}

struct on_disk {
	const struct box *box;
	const struct strv *names;
};

static struct err *open_layer(void *ctx, size_t i, struct stream **out)
{
	const struct on_disk *d = ctx;
	struct part_stream *p;

	TRY(box_stream(d->box, d->names->items[i], &p));
	if (!p)
		return err_lacks(box_path(d->box), "one of its layers");
	*out = &p->s;
	return NULL;
}

static struct err *close_layer(void *ctx, struct stream *s)
{
	part_stream_free((struct part_stream *)s);
	return NULL;
}

/* A layer is told from others by what the config says its tar's digest is. */
static struct err *list_layers(const char *where, const struct strv *names, struct image_view *v)
{
	for (size_t i = 0; i < names->count; i++) {
		struct image_layer *l = GROW(
			v->image.layers, v->image.layer_count, v->image.layer_room);

		l->size_bytes = -1;
		digest_of_name(names->items[i], l->digest);
		if (!*l->digest && i < v->config.diff_ids.count)
			snprintf(l->digest, DIGEST_SIZE, "%s", v->config.diff_ids.items[i]);
		if (!*l->digest)
			return err_at(err_new(ERR_CHECK,
					      "layer %zu is not the one that the config names", i),
				"%s: %s", where, names->items[i]);
	}
	return NULL;
}

struct err *image_from_archive(
	const struct box *b, const struct image_options *o, struct image_view *v)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(freep) char *config = NULL;
	struct on_disk d = { b, &names };
	const struct blobs blobs = { &d, box_path(b), true, NULL, open_layer, close_layer };
	/* an archive is always read: its names prove nothing */
	struct image_options all = *o;

	all.cache = NULL;
	all.store = NULL;
	if (!box_has(b, "manifest.json"))
		return err_lacks(box_path(b), "manifest.json");
	TRY(box_text(b, "manifest.json", &text));
	TRY(archive_manifest_read(box_path(b), &text, &config, &names));
	str_clear(&text);
	if (!box_has(b, config))
		return err_lacks(box_path(b), "its config");
	TRY(box_text(b, config, &text));
	TRY(add_config(box_path(b), config, &text, v));
	TRY(list_layers(box_path(b), &names, v));
	TRY(gather_layers(&blobs, &all, v));
	describe(v);
	return NULL;
}

/* A stream of members. */
struct passing {
	const char *where;
	const struct image_options *o;
	struct tar *tar;
	struct members members;
	size_t text_bytes;
};

static void passing_done(struct passing *p)
{
	tar_free(p->tar);
	members_done(&p->members);
}

/* The content of the member at hand. */
struct member_stream {
	struct stream s;
	struct tar *tar;
	const void *first; /* already read */
	size_t first_size;
	struct err *broken; /* the archive's error, which is not the layer's */
};

static struct err *member_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct member_stream *m = (struct member_stream *)s;
	struct err *e;

	*bytes_out = m->first;
	*n_out = m->first_size;
	m->first_size = 0;
	if (*n_out > 0)
		return NULL;
	e = tar_content(m->tar, bytes_out, n_out);
	if (!e)
		return NULL;
	m->broken = e;
	return err_new(ERR_IO, "the archive broke off");
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

static struct err *keep_text(struct passing *p, struct member_stream *m, struct str *text)
{
	const void *bytes;
	size_t n;

	do {
		TRY(stream_next(&m->s, &bytes, &n));
		str_addn(text, bytes, n);
		p->text_bytes += n;
		if (text->len > DOCUMENT_MAX || p->text_bytes > TEXTS_MAX)
			return err_at(err_new(ERR_INPUT, "its JSON is too large"), "%s", p->where);
	} while (n > 0);
	return NULL;
}

/* A blob whose name is the digest of a layer that is known: only its digest is computed. */
static struct err *known_layer(
	struct passing *p, struct member *to, struct member_stream *m, struct layer *known)
{
	char digest[DIGEST_SIZE];
	int64_t bytes;

	TRY(layer_digest(&m->s, digest, &bytes));
	if (!str_eq(digest, known->facts.digest))
		return err_at(err_new(ERR_CHECK, "its digest is %s", digest), "%s: %s", p->where,
			to->path);
	to->layer = layer_ref(known);
	return NULL;
}

static struct err *read_member(struct passing *p, struct member *to)
{
	struct member_stream m = { .s.next = member_next, .tar = p->tar };
	char digest[DIGEST_SIZE];
	struct layer *known;
	struct err *e;

	TRY(tar_content(p->tar, &m.first, &m.first_size));
	if (is_json(m.first, m.first_size)) {
		e = keep_text(p, &m, &to->text);
	} else {
		digest_of_name(to->path, digest);
		known = p->o->cache && *digest ? cache_find_blob(p->o->cache, digest) : NULL;
		if (known)
			e = known_layer(p, to, &m, known);
		else
			e = layer_read(&m.s, p->o->ceiling, &to->layer);
		/* what is no tar may be some other file of the archive */
		if (e && !known && !m.broken) {
			err_free(e);
			e = NULL;
		}
	}
	if (m.broken) {
		err_free(e);
		return m.broken;
	}
	return e;
}

static struct err *pass(struct passing *p)
{
	struct tar_entry e;
	struct member *m;
	bool more;

	for (;;) {
		TRY(tar_next(p->tar, &e, &more));
		if (!more)
			break;
		TRY(members_add(&p->members, &e, tar_offset(p->tar), &m));
		if (m && !m->link)
			TRY(read_member(p, m));
	}
	return p->members.count > 0 ? NULL : err_new(ERR_INPUT, "it is empty");
}

static struct err *take_layers(struct passing *p, const struct strv *names, struct image_view *v)
{
	view_room(v, names->count);
	TRY(list_layers(p->where, names, v));
	for (size_t i = 0; i < names->count; i++) {
		struct member *m = members_find(&p->members, names->items[i]);
		const struct strv *diff_ids = &v->config.diff_ids;

		if (!m || !m->layer)
			return err_lacks(p->where,
				m ? "a tar where it should have a layer" : "one of its layers");
		if (i >= diff_ids->count || !str_eq(diff_ids->items[i], m->layer->facts.diff_id))
			return err_at(err_new(ERR_CHECK,
					      "layer %zu is not the one that the config names", i),
				"%s: %s", p->where, names->items[i]);
		v->layers[i] = layer_ref(m->layer);
		if (p->o->cache)
			cache_keep_layer(p->o->cache, m->layer);
	}
	return NULL;
}

static struct err *put_together(struct passing *p, struct image_view *v)
{
	struct member *manifest = members_find(&p->members, "manifest.json"), *config;
	_cleanup_(strv_done) struct strv names = STRV_INIT;
	_cleanup_(freep) char *path = NULL;

	if (!manifest || manifest->text.len == 0)
		return err_lacks(p->where, "manifest.json");
	TRY(archive_manifest_read(p->where, &manifest->text, &path, &names));
	config = members_find(&p->members, path);
	if (!config || config->text.len == 0)
		return err_lacks(p->where, "its config");
	TRY(add_config(p->where, path, &config->text, v));
	TRY(take_layers(p, &names, v));
	describe(v);
	return NULL;
}

struct err *image_from_stream(
	struct stream *from, const char *where, const struct image_options *o, struct image_view *v)
{
	_cleanup_(unpack_stream_freep) struct unpack_stream *unpack = unpack_stream_new(from);
	_cleanup_(passing_done) struct passing p = { .where = where, .o = o };

	p.tar = tar_new(unpack_stream_of(unpack));
	TRY(err_at(pass(&p), "%s", where));
	TRY(stream_drain(unpack_stream_of(unpack)));
	return put_together(&p, v);
}
