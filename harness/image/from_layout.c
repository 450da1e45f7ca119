/* An OCI image layout. */
#include "image/from.h"
#include "image/gather.h"

#define NESTED_MAX 4 /* indexes in an index */

static char *blob_name(const char *digest)
{
	return xasprintf("blobs/sha256/%s", digest + strlen("sha256:"));
}

/* A document by its digest, which is compared. */
static struct err *blob_text(const struct box *b, const char *digest, struct str *out)
{
	_cleanup_(freep) char *name = blob_name(digest);
	char is[DIGEST_SIZE];

	str_clear(out);
	TRY(box_text(b, name, out));
	sha256_bytes(str_get(out), out->len, is);
	if (str_eq(is, digest))
		return NULL;
	return err_at(err_new(ERR_CHECK, "its digest is %s", is), "%s: %s", box_path(b), name);
}

/* From index.json through what lies between to the manifest. */
static struct err *find_manifest(
	const struct box *b, const char *tag, const char *platform, struct image *out)
{
	_cleanup_(document_done) struct document d = { 0 };
	_cleanup_(str_done) struct str text = STR_INIT;
	char digest[DIGEST_SIZE] = "", attestation[DIGEST_SIZE] = "";

	TRY(box_text(b, "index.json", &text));
	TRY(document_read(box_path(b), &text, platform, tag, &d));
	for (int i = 0; d.index && i < NESTED_MAX; i++) {
		memcpy(digest, d.chosen, DIGEST_SIZE);
		memcpy(attestation, d.attestation, DIGEST_SIZE);
		TRY(blob_text(b, digest, &text));
		document_done(&d);
		TRY(document_read(box_path(b), &text, platform, NULL, &d));
	}
	if (d.index)
		return err_at(err_new(ERR_INPUT, "indexes lie in each other too deep"), "%s",
			box_path(b));
	memcpy(d.image.digest, digest, DIGEST_SIZE);
	memcpy(d.image.attestation, attestation, DIGEST_SIZE);
	*out = d.image;
	d = (struct document){ 0 };
	return NULL;
}

struct layout {
	const struct box *box;
	const struct image *image;
};

static struct err *open_layer(void *ctx, size_t i, struct stream **out)
{
	const struct layout *l = ctx;
	_cleanup_(freep) char *name = blob_name(l->image->layers[i].digest);
	struct part_stream *p;

	TRY(box_stream(l->box, name, &p));
	*out = p ? &p->s : NULL;
	return NULL;
}

static bool stat_layer(void *ctx, size_t i, struct stat *out)
{
	const struct layout *l = ctx;
	_cleanup_(freep) char *name = blob_name(l->image->layers[i].digest);

	return box_stat(l->box, name, out);
}

static struct err *close_layer(void *ctx, struct stream *s)
{
	part_stream_free((struct part_stream *)s);
	return NULL;
}

struct err *image_from_layout(
	const struct box *b, const char *tag, const struct image_options *o, struct image_view *v)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	struct layout l = { b, &v->image };
	const struct blobs blobs = { &l, box_path(b), false, stat_layer, open_layer, close_layer };

	TRY(find_manifest(b, tag, o->platform, &v->image));
	TRY(blob_text(b, v->image.config, &text));
	TRY(config_read(box_path(b), &text, &v->config));
	return gather_layers(&blobs, o, v);
}
