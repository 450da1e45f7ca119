#include "image/document.h"
#include "image/from.h"
#include "image/gather.h"
#include "image/remote.h"

/* The manifest, through an index if there is one in between. */
static struct err *get_manifest(struct remote *r, const char *platform, struct image *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(document_done) struct document d = { 0 };
	char digest[DIGEST_SIZE], attestation[DIGEST_SIZE] = "";

	TRY(remote_get(r, "manifests", r->reference, &text, digest));
	TRY(document_read(r->repo, &text, platform, NULL, &d));
	if (d.index) {
		char chosen[DIGEST_SIZE];

		memcpy(chosen, d.chosen, DIGEST_SIZE);
		memcpy(attestation, d.attestation, DIGEST_SIZE);
		str_clear(&text);
		TRY(remote_get(r, "manifests", chosen, &text, digest));
		TRY(document_read(r->repo, &text, platform, NULL, &d));
	}
	if (d.index)
		return err_at(err_new(ERR_INPUT, "an index holds an index"), "%s", r->repo);
	memcpy(d.image.digest, digest, DIGEST_SIZE);
	memcpy(d.image.attestation, attestation, DIGEST_SIZE);
	*out = d.image;
	d = (struct document){ 0 };
	return NULL;
}

struct blobs_of {
	struct remote *registry;
	const struct image *image;
};

/* A stream and the transfer that it is the body of. */
struct blob_stream {
	struct stream s;
	struct http_stream *http;
};

static struct err *blob_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	return stream_next(http_stream_of(((struct blob_stream *)s)->http), bytes_out, n_out);
}

static struct err *open_layer(void *ctx, size_t i, struct stream **out)
{
	const struct blobs_of *r = ctx;
	struct http_stream *http;
	struct blob_stream *b;

	TRY(remote_blob(r->registry, r->image->layers[i].digest, &http));
	b = NEW(struct blob_stream);
	b->s.next = blob_next;
	b->http = http;
	*out = &b->s;
	return NULL;
}

static struct err *close_layer(void *ctx, struct stream *s)
{
	struct blob_stream *b = (struct blob_stream *)s;
	struct err *e = http_stream_close(b->http);

	free(b);
	return e;
}

/* The rest of what get_manifest found. */
static struct err *read_all(struct remote *r, const struct image_options *o, struct image_view *v)
{
	_cleanup_(str_done) struct str config = STR_INIT;
	struct blobs_of from = { r, &v->image };
	const struct blobs blobs = { &from, r->repo, false, NULL, open_layer, close_layer };
	char digest[DIGEST_SIZE];

	TRY(remote_get(r, "blobs", v->image.config, &config, digest));
	TRY(config_read(r->repo, &config, &v->config));
	return gather_layers(&blobs, o, v);
}

struct err *image_from_registry(
	const struct image_source *src, const struct image_options *o, struct image_view *v)
{
	_cleanup_(remote_done) struct remote r = { 0 };
	_cleanup_(places_done) struct places places = { 0 };

	TRY(remote_init(&r, src->ref, src->socket));
	if (!src->socket)
		TRY(remote_places(&r, &places));
	/* a mirror that has it not, or does not answer, is passed over */
	for (size_t i = 0; i + 1 < places.count; i++) {
		_cleanup_(err_freep) struct err *e = NULL;

		remote_move(&r, &places.items[i]);
		e = get_manifest(&r, o->platform, &v->image);
		if (!e)
			return read_all(&r, o, v);
	}
	if (places.count)
		remote_move(&r, &places.items[places.count - 1]);
	TRY(get_manifest(&r, o->platform, &v->image));
	return read_all(&r, o, v);
}
