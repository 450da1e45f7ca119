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

struct err *daemon_inspect(const struct image_source *src, struct json_doc **out)
{
	_cleanup_(freep) char *url = xasprintf("http://docker/images/%s/json", src->ref);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	const struct http h = { .url = url, .socket = src->socket, .ceiling = DOCUMENT_MAX };

	TRY(check_name(src->ref));
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
static struct err *from_known(struct json_at root, const char *id, const struct image_options *o,
	struct image_view *v, bool *done)
{
	struct json_at fs = json_member(root, "RootFS"), config = json_member(root, "Config");
	_cleanup_(strv_done) struct strv diff_ids = STRV_INIT;

	*done = false;
	if (!o->cache || json_has(root, "Descriptor") || !fs.value || strlen(id) >= DIGEST_SIZE)
		return NULL;
	TRY(json_strs_or_none(fs, "Layers", &diff_ids));
	for (size_t i = 0; i < diff_ids.count; i++)
		if (!cache_find_diff(o->cache, diff_ids.items[i]))
			return NULL;
	view_room(v, diff_ids.count);
	for (size_t i = 0; i < diff_ids.count; i++) {
		struct layer *known = cache_find_diff(o->cache, diff_ids.items[i]);
		struct image_layer *l = GROW(
			v->image.layers, v->image.layer_count, v->image.layer_room);

		memcpy(l->digest, known->facts.diff_id, DIGEST_SIZE); /* as a saved one has it */
		l->size_bytes = -1;
		v->layers[i] = layer_ref(known);
	}
	TRY(json_str_or(config.value ? config : root, "User", "", &v->config.user));
	strv_addv(&v->config.diff_ids, (const char *const *)diff_ids.items);
	snprintf(v->image.config, DIGEST_SIZE, "%s", id);
	v->image.compressed_bytes = v->image.config_bytes = -1;
	*done = true;
	return NULL;
}

static struct err *save(
	const struct image_source *src, const struct image_options *o, struct image_view *v)
{
	_cleanup_(freep) char *url = xasprintf("http://docker/images/%s/get", src->ref);
	const struct http h = { .url = url, .socket = src->socket, .timeout_ns = SAVE_LIMIT_NS };
	struct http_stream *from;
	struct err *e, *ended;

	TRY(http_stream_open(&h, NULL, &from));
	e = image_from_stream(http_stream_of(from), src->ref, o, v);
	ended = http_stream_close(from);
	if (ended)
		err_free(e);
	return ended ? ended : e;
}

struct err *image_from_daemon(const struct image_source *src, struct json_doc *said,
	const struct image_options *o, struct image_view *v)
{
	_cleanup_(freep) char *id = NULL;
	bool done;

	TRY(json_str(json_root(said), "Id", &id));
	TRY(from_known(json_root(said), id, o, v, &done));
	return done ? NULL : save(src, o, v);
}
