#include "image/image.h"

#include "image/from.h"

static struct err *from_fd(
	const struct image_source *src, struct image_cache *cache, struct image *out)
{
	_cleanup_(freep) struct fd_stream *from = fd_stream_new(src->fd);

	return image_from_archive(&from->s, src->ref ? src->ref : "archive", cache, out);
}

struct err *image_read(const struct image_source *src, struct image_cache *cache, struct image *out)
{
	switch (src->from) {
	case IMAGE_FROM_REGISTRY:
		return image_from_registry(src, cache, out);
	case IMAGE_FROM_DAEMON:
		return image_from_daemon(src, cache, out);
	case IMAGE_FROM_ARCHIVE:
		return from_fd(src, cache, out);
	}
	return err_new(ERR_INPUT, "an image cannot be read from there");
}
