/* What one image needs of another place. */
#include "image/image.h"

static bool has_blob(const struct image *i, const char *digest, size_t before)
{
	for (size_t k = 0; k < before; k++)
		if (str_eq(i->layers[k].digest, digest))
			return true;
	return false;
}

int64_t image_delta(const struct image *has, const struct image *wants)
{
	int64_t sum = 0;

	if (has->compressed_bytes < 0 || wants->compressed_bytes < 0 || wants->config_bytes < 0)
		return -1;
	for (size_t i = 0; i < wants->layer_count; i++) {
		const struct image_layer *l = &wants->layers[i];

		if (!has_blob(has, l->digest, has->layer_count) && !has_blob(wants, l->digest, i))
			sum += l->size_bytes;
	}
	return str_eq(has->config, wants->config) ? sum : sum + wants->config_bytes;
}
