#include "image/cache.h"

/* Oldest first out: a run has some dozens of layers, and nothing grows for ever. */
#define LAYERS_MAX 4096
#define IMAGES_MAX 256

struct known {
	char id[DIGEST_SIZE];
	struct image image;
};

struct image_cache {
	struct layer_facts layers[LAYERS_MAX];
	size_t layer_count; /* ever kept; the place is its remainder */
	struct known images[IMAGES_MAX];
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
		image_done(&c->images[i].image);
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

static const struct image *find_image(const struct image_cache *c, const char *id)
{
	for (size_t i = 0; i < filled(c->image_count, IMAGES_MAX); i++)
		if (str_eq(c->images[i].id, id))
			return &c->images[i].image;
	return NULL;
}

void cache_keep_image(struct image_cache *c, const char *id, const struct image *image)
{
	struct known *place;

	if (!*id || strlen(id) >= DIGEST_SIZE || find_image(c, id))
		return;
	place = &c->images[c->image_count++ % IMAGES_MAX];
	image_done(&place->image);
	copy_image(&place->image, image);
	snprintf(place->id, DIGEST_SIZE, "%s", id);
}

bool image_cached(const struct image_cache *c, const char *id, struct image *out)
{
	const struct image *known = id && *id ? find_image(c, id) : NULL;

	if (known)
		copy_image(out, known);
	return known != NULL;
}
