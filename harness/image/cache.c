#include "image/cache.h"

/* A run has some dozens of layers, and nothing grows for ever. */
#define LAYERS_MAX 4096
#define WEIGHT_MAX ((size_t)256 << 20)
#define IMAGES_MAX 256

struct known {
	char id[DIGEST_SIZE];
	struct image image;
};

struct kept {
	struct layer *layer;
	uint64_t used; /* when, in uses of the cache */
};

struct image_cache {
	struct kept layers[LAYERS_MAX];
	size_t layer_count, weight;
	uint64_t uses;
	struct known images[IMAGES_MAX]; /* what was kept first goes first */
	size_t image_count;		 /* ever kept; the place is its remainder */
	struct layer_store *store;	 /* or NULL */
	bool read_all;
};

static size_t images_kept(const struct image_cache *c)
{
	return c->image_count < IMAGES_MAX ? c->image_count : IMAGES_MAX;
}

struct image_cache *image_cache_new(void)
{
	return NEW(struct image_cache);
}

void image_cache_persist(struct image_cache *c)
{
	if (!c->store)
		c->store = layer_store_open();
}

void image_cache_read_all(struct image_cache *c)
{
	c->read_all = true;
}

struct layer_store *cache_layer_store(const struct image_cache *c)
{
	return c ? c->store : NULL;
}

void image_cache_free(struct image_cache *c)
{
	if (c)
		layer_store_close(c->store);
	for (size_t i = 0; c && i < images_kept(c); i++)
		image_done(&c->images[i].image);
	for (size_t i = 0; c && i < c->layer_count; i++)
		layer_unref(c->layers[i].layer);
	free(c);
}

static struct layer *use(struct image_cache *c, struct kept *k)
{
	k->used = ++c->uses;
	return k->layer;
}

static bool has_blob(const struct image_cache *c, const char *digest)
{
	for (size_t i = 0; i < c->layer_count; i++)
		if (str_eq(c->layers[i].layer->facts.digest, digest))
			return true;
	return false;
}

struct layer *cache_find_blob(struct image_cache *c, const char *digest)
{
	for (size_t i = 0; !c->read_all && i < c->layer_count; i++)
		if (str_eq(c->layers[i].layer->facts.digest, digest))
			return use(c, &c->layers[i]);
	return NULL;
}

struct layer *cache_find_diff(struct image_cache *c, const char *diff_id)
{
	for (size_t i = 0; !c->read_all && i < c->layer_count; i++)
		if (str_eq(c->layers[i].layer->facts.diff_id, diff_id))
			return use(c, &c->layers[i]);
	return NULL;
}

static void drop_oldest(struct image_cache *c)
{
	size_t oldest = 0;

	for (size_t i = 1; i < c->layer_count; i++)
		if (c->layers[i].used < c->layers[oldest].used)
			oldest = i;
	c->weight -= layer_weight(c->layers[oldest].layer);
	layer_unref(c->layers[oldest].layer);
	c->layers[oldest] = c->layers[--c->layer_count];
}

void cache_keep_layer(struct image_cache *c, struct layer *l)
{
	size_t weight = layer_weight(l);

	if (has_blob(c, l->facts.digest))
		return;
	while (c->layer_count > 0 &&
		(c->layer_count == LAYERS_MAX || c->weight + weight > WEIGHT_MAX))
		drop_oldest(c);
	c->weight += weight;
	c->layers[c->layer_count++] = (struct kept){ layer_ref(l), ++c->uses };
}

static const struct image *find_image(const struct image_cache *c, const char *id)
{
	for (size_t i = 0; i < images_kept(c); i++)
		if (str_eq(c->images[i].id, id))
			return &c->images[i].image;
	return NULL;
}

const char *cache_made_by(const struct image_cache *c, const char *diff_id)
{
	for (size_t i = 0; i < images_kept(c); i++) {
		const struct image *image = &c->images[i].image;

		for (size_t k = 0; k < image->diff_ids.count && k < image->view_count; k++)
			if (*image->views[k].made_by && str_eq(image->diff_ids.items[k], diff_id))
				return image->views[k].made_by;
	}
	return NULL;
}

void cache_keep_image(struct image_cache *c, const char *id, const struct image *image)
{
	struct known *place;

	if (!*id || strlen(id) >= DIGEST_SIZE || find_image(c, id))
		return;
	place = &c->images[c->image_count++ % IMAGES_MAX];
	image_done(&place->image);
	image_copy(&place->image, image);
	snprintf(place->id, DIGEST_SIZE, "%s", id);
}

bool image_cached(const struct image_cache *c, const char *id, struct image *out)
{
	const struct image *known = id && *id && !c->read_all ? find_image(c, id) : NULL;

	if (known)
		image_copy(out, known);
	return known != NULL;
}
