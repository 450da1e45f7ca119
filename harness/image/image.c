#include "image/image.h"

#include "base/json.h"
#include "image/from.h"

static struct err *from_fd(
	const struct image_source *src, const struct image_options *o, struct image_view *v)
{
	_cleanup_(freep) struct fd_stream *from = fd_stream_new(src->fd);

	return image_from_stream(&from->s, src->ref ? src->ref : "archive", o, v);
}

static struct err *finish(
	struct image_view *v, const struct image_cache *cache, struct image *out)
{
	TRY(image_view_finish(v));
	image_contents(v, cache);
	image_copy(out, &v->image);
	return NULL;
}

/* Under its config, if that is known: then the same image is not saved twice. */
static struct err *finish_saved(struct image_view *v, struct image_cache *cache, struct image *out)
{
	TRY(finish(v, cache, out));
	cache_keep_image(cache, out->config, out);
	return NULL;
}

static struct err *from_daemon(const struct image_source *src, const struct image_options *o,
	struct image_view *v, struct image *out)
{
	_cleanup_(json_doc_freep) struct json_doc *said = NULL;
	_cleanup_(freep) char *id = NULL;

	TRY(daemon_inspect(src, &said));
	TRY(json_str(json_root(said), "Id", &id));
	if (image_cached(o->cache, id, out))
		return NULL;
	TRY(image_from_daemon(src, said, o, v));
	TRY(finish_saved(v, o->cache, out));
	cache_keep_image(o->cache, id, out);
	return NULL;
}

static struct err *read_into(const struct image_source *src, struct image_cache *cache,
	struct image_view *v, struct image *out)
{
	const struct image_options o = {
		.platform = src->platform, .cache = cache, .store = cache_layer_store(cache)
	};

	switch (src->from) {
	case IMAGE_FROM_REGISTRY:
		TRY(image_from_registry(src, &o, v));
		return finish(v, cache, out);
	case IMAGE_FROM_DAEMON:
		return from_daemon(src, &o, v, out);
	case IMAGE_FROM_ARCHIVE:
		TRY(from_fd(src, &o, v));
		return finish_saved(v, cache, out);
	}
	return err_new(ERR_INPUT, "an image cannot be read from there");
}

struct err *image_read_whole(const struct image_source *src, struct image_cache *cache,
	struct image_view **view, struct image *out)
{
	_cleanup_(image_view_freep) struct image_view *v = NEW(struct image_view);

	TRY(read_into(src, cache, v, out));
	*view = v->tree ? TAKE_PTR(v) : NULL;
	return NULL;
}

struct err *image_read(const struct image_source *src, struct image_cache *cache, struct image *out)
{
	_cleanup_(image_view_freep) struct image_view *v = NULL;

	return image_read_whole(src, cache, &v, out);
}
