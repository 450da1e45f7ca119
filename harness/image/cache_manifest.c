#include "image/cache_manifest.h"

#include "base/json.h"

#define LAYERS_IN_CACHE_MAX 10000
#define CONFIG_TYPE	    "application/vnd.buildkit.cacheconfig."
#define INLINE_KEY	    "moby.buildkit.cache.v0"
#define DIFF_ID_KEY	    "containerd.io/uncompressed"

static struct err *entry_read(struct json_at entry, struct cache_manifest *m)
{
	_cleanup_(freep) char *type = NULL, *digest = NULL, *diff_id = NULL;
	struct json_at notes = json_member(entry, "annotations");
	struct cache_layer *layer;

	TRY(json_str_or(entry, "mediaType", "", &type));
	if (str_starts(type, CONFIG_TYPE)) { /* an index lists it among the layers */
		m->is_cache = true;
		return NULL;
	}
	TRY(json_str(entry, "digest", &digest));
	if (notes.value)
		TRY(json_str_or(notes, DIFF_ID_KEY, NULL, &diff_id));
	layer = GROW(m->layers, m->layer_count, m->layer_room);
	snprintf(layer->digest, DIGEST_SIZE, "%s", digest);
	snprintf(layer->diff_id, DIGEST_SIZE, "%s", diff_id ? diff_id : "");
	return NULL;
}

static struct err *manifest_read(struct json_at root, struct cache_manifest *m)
{
	struct json_at layers = json_member(
		root, json_has(root, "manifests") ? "manifests" : "layers");
	struct json_at config = json_member(root, "config");
	_cleanup_(freep) char *type = NULL;

	if (!layers.value || json_count(layers) > LAYERS_IN_CACHE_MAX)
		return json_error(root, "this is no manifest of a cache");
	if (config.value)
		TRY(json_str_or(config, "mediaType", "", &type));
	m->is_cache = type && str_starts(type, CONFIG_TYPE);
	for (size_t i = 0; i < json_count(layers); i++)
		TRY(entry_read(json_element(layers, i), m));
	return NULL;
}

struct err *cache_manifest_read(
	const char *where, const struct str *text, struct cache_manifest *out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(cache_manifest_done) struct cache_manifest m = { 0 };

	TRY(json_parse(where, str_get(text), text->len, &doc));
	TRY(manifest_read(json_root(doc), &m));
	*out = m;
	m = (struct cache_manifest){ 0 };
	return NULL;
}

void cache_manifest_done(struct cache_manifest *m)
{
	free(m->layers);
	*m = (struct cache_manifest){ 0 };
}

struct err *cache_layout_read(const char *where, const struct str *text, char digest[DIGEST_SIZE])
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(freep) char *found = NULL;

	TRY(json_parse(where, str_get(text), text->len, &doc));
	TRY(json_str(json_element(json_member(json_root(doc), "manifests"), 0), "digest", &found));
	if (strlen(found) != DIGEST_SIZE - 1 || !str_starts(found, "sha256:") ||
		strspn(found + 7, "0123456789abcdef") != 64)
		return json_error(json_root(doc), "its manifest has no sha256 digest");
	memcpy(digest, found, DIGEST_SIZE);
	return NULL;
}

struct err *cache_inline_read(const char *where, const struct str *text, bool *out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;

	TRY(json_parse(where, str_get(text), text->len, &doc));
	*out = json_has(json_root(doc), INLINE_KEY);
	return NULL;
}
