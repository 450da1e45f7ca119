#include "base/clock.h"
#include "image/document.h"
#include "image/from.h"

#define BLOB_LIMIT_NS (30 * MINUTE_NS)

static const char *const accept_headers[] = {
	"Accept: application/vnd.oci.image.index.v1+json",
	"Accept: application/vnd.docker.distribution.manifest.list.v2+json",
	"Accept: application/vnd.oci.image.manifest.v1+json",
	"Accept: application/vnd.docker.distribution.manifest.v2+json",
	NULL,
};

/* "REPO:TAG" or "REPO@DIGEST", taken apart. */
struct where {
	const char *socket;
	char *repo, *reference;
};

static void where_done(struct where *w)
{
	free(w->repo);
	free(w->reference);
}

static struct err *where_read(const struct image_source *src, struct where *w)
{
	const char *at = strchr(src->ref, '@');
	const char *slash = strrchr(src->ref, '/');
	const char *cut = at ? at : strchr(slash ? slash : src->ref, ':');

	if (!cut)
		return err_new(ERR_INPUT, "%s has neither tag nor digest", src->ref);
	w->socket = src->socket;
	w->repo = xstrndup(src->ref, cut - src->ref);
	w->reference = xstrdup(cut + 1);
	return NULL;
}

static struct err *err_differs(const struct where *w, const char *claimed, const char *is)
{
	return err_at(err_new(ERR_CHECK, "what the registry sent has the digest %s", is), "%s@%s",
		w->repo, claimed);
}

/* A document by tag or digest; the digest is of what came. */
static struct err *get(const struct where *w, const char *kind, const char *reference,
	struct str *body, char digest[DIGEST_SIZE])
{
	_cleanup_(freep) char *url = xasprintf(
		"http://registry/v2/%s/%s/%s", w->repo, kind, reference);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	const struct http h = {
		.url = url, .socket = w->socket, .headers = accept_headers, .ceiling = DOCUMENT_MAX
	};

	TRY(http_do(&h, &a));
	if (a.status == 404)
		return err_at(err_new(ERR_INPUT, "the registry has no such image"), "%s:%s",
			w->repo, reference);
	if (a.status != 200)
		return err_at(err_new(ERR_IO, "the registry answered with HTTP %ld", a.status),
			"%s:%s", w->repo, reference);
	sha256_bytes(str_get(&a.body), a.body.len, digest);
	if (str_starts(reference, "sha256:") && !str_eq(digest, reference))
		return err_differs(w, reference, digest);
	str_addn(body, str_get(&a.body), a.body.len);
	return NULL;
}

/* The manifest, through an index if there is one in between. */
static struct err *get_manifest(const struct where *w, const char *platform, struct document *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(document_done) struct document d = { 0 };
	char digest[DIGEST_SIZE];

	TRY(get(w, "manifests", w->reference, &text, digest));
	TRY(document_read(w->repo, &text, platform, &d));
	if (d.index) {
		char chosen[DIGEST_SIZE];

		memcpy(chosen, d.chosen, DIGEST_SIZE);
		str_clear(&text);
		TRY(get(w, "manifests", chosen, &text, digest));
		TRY(document_read(w->repo, &text, platform, &d));
	}
	if (d.index)
		return err_at(err_new(ERR_INPUT, "an index holds an index"), "%s", w->repo);
	memcpy(d.image.digest, digest, DIGEST_SIZE);
	*out = d;
	d = (struct document){ 0 };
	return NULL;
}

/* Stream one layer. What the registry answered comes before what became of the bytes. */
static struct err *measure(
	const struct where *w, const struct image_layer *l, struct layer_facts *out)
{
	_cleanup_(freep) char *url = xasprintf(
		"http://registry/v2/%s/blobs/%s", w->repo, l->digest);
	const struct http h = { .url = url, .socket = w->socket, .timeout_ns = BLOB_LIMIT_NS };
	struct http_stream *from;
	struct err *e, *ended;

	TRY(http_stream_open(&h, &from));
	e = layer_measure(http_stream_of(from), out);
	ended = http_stream_close(from);
	if (ended) {
		err_free(e);
		return ended;
	}
	TRY(err_at(e, "%s@%s", w->repo, l->digest));
	if (!str_eq(out->digest, l->digest))
		return err_differs(w, l->digest, out->digest);
	if (out->packed_bytes != l->size_bytes)
		return err_at(err_new(ERR_CHECK, "the manifest says %lld bytes, and %lld came",
				      (long long)l->size_bytes, (long long)out->packed_bytes),
			"%s@%s", w->repo, l->digest);
	return NULL;
}

static struct err *add_layer(
	const struct where *w, struct image_cache *cache, size_t i, struct image *image)
{
	const struct layer_facts *known = cache_find_blob(cache, image->layers[i].digest);
	struct layer_facts facts;

	if (known)
		facts = *known;
	else
		TRY(measure(w, &image->layers[i], &facts));
	cache_keep_layer(cache, &facts);
	if (i >= image->diff_ids.count || !str_eq(image->diff_ids.items[i], facts.diff_id))
		return err_at(
			err_new(ERR_CHECK, "layer %zu is not the one that the config names", i),
			"%s@%s", w->repo, image->layers[i].digest);
	image->size_bytes += facts.content_bytes;
	return NULL;
}

static struct err *read_all(
	const struct where *w, const char *platform, struct image_cache *cache, struct document *d)
{
	_cleanup_(str_done) struct str config = STR_INIT;
	char digest[DIGEST_SIZE];

	TRY(get_manifest(w, platform, d));
	TRY(get(w, "blobs", d->image.config, &config, digest));
	TRY(config_read(w->repo, &config, &d->image.diff_ids));
	for (size_t i = 0; i < d->image.layer_count; i++)
		TRY(add_layer(w, cache, i, &d->image));
	return NULL;
}

struct err *image_from_registry(
	const struct image_source *src, struct image_cache *cache, struct image *out)
{
	_cleanup_(document_done) struct document d = { 0 };
	_cleanup_(where_done) struct where w = { 0 };

	TRY(where_read(src, &w));
	TRY(read_all(&w, src->platform, cache, &d));
	*out = d.image;
	d = (struct document){ 0 };
	return NULL;
}
