#include "image/cache.h"

/* Oldest first out: a run has some dozens of layers, and nothing grows for ever. */
#define LAYERS_MAX 4096
#define IMAGES_MAX 256

struct image_cache {
	struct layer_facts layers[LAYERS_MAX];
	size_t layer_count; /* ever kept; the place is its remainder */
	struct image images[IMAGES_MAX];
	size_t image_count;
};

static size_t filled(size_t count, size_t room)
{
	return count < room ? count : room;
}

struct image_cache *image_cache_new(void)
{
	return NEW(struct image_cache);
}

void image_cache_free(struct image_cache *c)
{
	for (size_t i = 0; c && i < filled(c->image_count, IMAGES_MAX); i++)
		image_done(&c->images[i]);
	free(c);
}

const struct layer_facts *cache_find_blob(const struct image_cache *c, const char *digest)
{
	for (size_t i = 0; i < filled(c->layer_count, LAYERS_MAX); i++)
		if (str_eq(c->layers[i].digest, digest))
			return &c->layers[i];
	return NULL;
}

const struct layer_facts *cache_find_diff(const struct image_cache *c, const char *diff_id)
{
	for (size_t i = 0; i < filled(c->layer_count, LAYERS_MAX); i++)
		if (str_eq(c->layers[i].diff_id, diff_id))
			return &c->layers[i];
	return NULL;
}

void cache_keep_layer(struct image_cache *c, const struct layer_facts *f)
{
	if (!cache_find_blob(c, f->digest))
		c->layers[c->layer_count++ % LAYERS_MAX] = *f;
}

static void copy_image(struct image *to, const struct image *from)
{
	*to = *from;
	to->layers = xcalloc(from->layer_count, sizeof(*to->layers));
	to->layer_room = from->layer_count;
	for (size_t i = 0; i < from->layer_count; i++) {
		to->layers[i] = from->layers[i];
		if (from->layers[i].media_type)
			to->layers[i].media_type = xstrdup(from->layers[i].media_type);
	}
	to->diff_ids = (struct strv)STRV_INIT;
	strv_addv(&to->diff_ids, (const char *const *)from->diff_ids.items);
}

static const struct image *find_image(const struct image_cache *c, const char *config)
{
	for (size_t i = 0; i < filled(c->image_count, IMAGES_MAX); i++)
		if (str_eq(c->images[i].config, config))
			return &c->images[i];
	return NULL;
}

void cache_keep_image(struct image_cache *c, const struct image *image)
{
	struct image *place;

	if (!image->config[0] || find_image(c, image->config))
		return;
	place = &c->images[c->image_count++ % IMAGES_MAX];
	image_done(place);
	copy_image(place, image);
}

bool image_cached(const struct image_cache *c, const char *config, struct image *out)
{
	const struct image *known = config && *config ? find_image(c, config) : NULL;

	if (known)
		copy_image(out, known);
	return known != NULL;
}
