/* The places an image is read from. Each fills v's image, config and layers. */
#ifndef IMAGE_FROM_H
#define IMAGE_FROM_H

#include "base/json.h"
#include "image/box.h"
#include "image/cache.h"
#include "image/view.h"

/* Manifest, config and layers by HTTP, each once. */
struct err *image_from_registry(
	const struct image_source *src, const struct image_options *o, struct image_view *v);
/* What the daemon says of an image; ERR_INPUT where it has none of that name. */
struct err *daemon_inspect(const struct image_source *src, struct json_doc **out);
/* Saved by the daemon, where it cannot be told from what it said and is known already. */
struct err *image_from_daemon(const struct image_source *src, struct json_doc *said,
	const struct image_options *o, struct image_view *v);
/* A docker-archive, packed or not, in whatever order its members come. `where` is for errors. */
struct err *image_from_stream(struct stream *from, const char *where, const struct image_options *o,
	struct image_view *v);
/* A docker-archive on disk. */
struct err *image_from_archive(
	const struct box *b, const struct image_options *o, struct image_view *v);
/* An OCI layout, a directory or a tar; `tag` may be NULL. */
struct err *image_from_layout(
	const struct box *b, const char *tag, const struct image_options *o, struct image_view *v);
/* Of podman's store: ERR_TOOL without podman. */
struct err *image_from_podman(const char *ref, const struct image_options *o, struct image_view *v);
/* Whether podman is there and has it. */
bool podman_has(const char *ref);

#endif
