/* The figures of an image as metrics. */
#include "image/image.h"

/* What the final tree is like. */
static void tree_values(const struct image *i, struct values *v)
{
	const struct {
		enum metric metric;
		int64_t value;
	} figures[] = {
		{ M_IMAGE_VISIBLE, i->visible_bytes },
		{ M_IMAGE_FILES, i->files },
		{ M_IMAGE_PACKAGES, i->packages },
		{ M_IMAGE_SETUID, i->setuid },
		{ M_IMAGE_ROOT_USER, i->root_user },
		{ M_IMAGE_SHELL, i->shell },
		{ M_IMAGE_CA_BUNDLE, i->ca_bundle },
	};

	for (size_t k = 0; k < ARRAY_SIZE(figures); k++) {
		if (figures[k].value >= 0)
			values_set(v, figures[k].metric, (double)figures[k].value);
		values_absent(v, figures[k].metric, "%s",
			figures[k].metric == M_IMAGE_PACKAGES && i->files >= 0
				? "a package database is there that is not read"
				: "a layer of the image is not there");
	}
}

void image_values(const struct image *i, struct values *out)
{
	static const char partial[] = "a layer of the image is not there";

	values_set(out, M_IMAGE_LAYERS, (double)i->layer_count);
	if (i->compressed_bytes >= 0)
		values_set(out, M_IMAGE_COMPRESSED, (double)i->compressed_bytes);
	values_absent(out, M_IMAGE_COMPRESSED, "what it was read from holds no packed layers");
	tree_values(i, out);
	if (i->size_bytes >= 0 && i->visible_bytes >= 0) {
		values_set(out, M_IMAGE_SIZE, (double)i->size_bytes);
		values_set(out, M_IMAGE_WASTED, (double)(i->size_bytes - i->visible_bytes));
		if (i->size_bytes > 0)
			values_set(out, M_IMAGE_EFFICIENCY,
				(double)i->visible_bytes / (double)i->size_bytes);
		values_absent(out, M_IMAGE_EFFICIENCY, "the image has no content");
	}
	values_absent(out, M_IMAGE_SIZE, "%s", partial);
	values_absent(out, M_IMAGE_WASTED, "%s", partial);
	values_absent(out, M_IMAGE_EFFICIENCY, "%s", partial);
}
