#include "model/image.h"

void image_done(struct image *i)
{
	for (size_t k = 0; k < i->layer_count; k++)
		free(i->layers[k].media_type);
	free(i->layers);
	strv_done(&i->diff_ids);
	*i = (struct image){ 0 };
}
