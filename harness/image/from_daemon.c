#include "base/clock.h"
#include "base/json.h"
#include "image/document.h"
#include "image/from.h"

#define SAVE_LIMIT_NS (30 * MINUTE_NS)

/* Tags, digests and names of Docker have no other characters, and these need no escaping. */
static struct err *check_name(const char *name)
{
	if (*name && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				  "._-/:@") == strlen(name))
		return NULL;
	return err_new(ERR_INPUT, "no image can be called that: %s", name);
}

static struct err *inspect(const struct image_source *src, struct json_doc **out)
{
	_cleanup_(freep) char *url = xasprintf("http://docker/images/%s/json", src->ref);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	const struct http h = { .url = url, .socket = src->socket, .ceiling = DOCUMENT_MAX };

	TRY(http_do(&h, &a));
	if (a.status == 404)
		return err_at(err_new(ERR_INPUT, "the daemon has no such image"), "%s", src->ref);
	if (a.status != 200)
		return err_at(err_new(ERR_IO, "the daemon answered with HTTP %ld", a.status), "%s",
			src->ref);
	return json_parse(src->ref, str_get(&a.body), a.body.len, out);
}

/* An image all of whose layers were read before, put together from what the daemon says of it.
 * With containerd's store the id is not the config's: such an image is always saved. */
static struct err *from_known(struct json_at root, const char *id, const struct image_cache *cache,
	bool *done, struct image *out)
{
	struct json_at fs = json_member(root, "RootFS");
	_cleanup_(image_done) struct image image = { .compressed_bytes = -1 };

	*done = false;
	if (json_has(root, "Descriptor") || !fs.value || strlen(id) >= DIGEST_SIZE)
		return NULL;
	TRY(json_strs_or_none(fs, "Layers", &image.diff_ids));
	for (size_t i = 0; i < image.diff_ids.count; i++) {
		const struct layer_facts *f = cache_find_diff(cache, image.diff_ids.items[i]);
		struct image_layer *l;

		if (!f)
			return NULL;
		l = GROW(image.layers, image.layer_count, image.layer_room);
		memcpy(l->digest, f->diff_id, DIGEST_SIZE); /* as a saved one has it */
		l->size_bytes = -1;
		image.size_bytes += f->content_bytes;
	}
	snprintf(image.config, DIGEST_SIZE, "%s", id);
	*out = image;
	image = (struct image){ 0 };
	*done = true;
	return NULL;
}

static struct err *save(
	const struct image_source *src, struct image_cache *cache, struct image *out)
{
	_cleanup_(freep) char *url = xasprintf("http://docker/images/%s/get", src->ref);
	const struct http h = { .url = url, .socket = src->socket, .timeout_ns = SAVE_LIMIT_NS };
	struct http_stream *from;
	struct err *e, *ended;

	TRY(http_stream_open(&h, &from));
	e = image_from_archive(http_stream_of(from), src->ref, cache, out);
	ended = http_stream_close(from);
	if (ended && !e)
		image_done(out);
	if (ended)
		err_free(e);
	return ended ? ended : e;
}

struct err *image_from_daemon(
	const struct image_source *src, struct image_cache *cache, struct image *out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(freep) char *id = NULL;
	bool done;

	TRY(check_name(src->ref));
	TRY(inspect(src, &doc));
	TRY(json_str(json_root(doc), "Id", &id));
	if (image_cached(cache, id, out))
		return NULL;
	TRY(from_known(json_root(doc), id, cache, &done, out));
	if (done)
		return NULL;
	TRY(save(src, cache, out));
	cache_keep_image(cache, id, out);
	return NULL;
}
