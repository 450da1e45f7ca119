#include "model/image.h"

void image_done(struct image *i)
{
	for (size_t k = 0; k < i->layer_count; k++)
		free(i->layers[k].media_type);
	free(i->layers);
	strv_done(&i->diff_ids);
	*i = (struct image){ 0 };
}

void image_copy(struct image *to, const struct image *from)
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
