/* That the layers are compressed as was asked for, and that the image is this build's own. */
#include "run/checks.h"

/* "application/vnd.oci.image.layer.v1.tar+gzip", "…diff.tar.gzip". */
static bool type_says(const char *media_type, const char *compression)
{
	return media_type && str_ends(media_type, compression);
}

void check_compression(struct trial *t, enum check k)
{
	const struct image *image = &t->sample.image;
	const char *wanted = t->variant->compression;
	struct checks *c = &t->sample.checks;

	if (t->found.packing_error) {
		checks_fail(c, k, "a layer cannot be read: %s", t->found.packing_error->what);
		return;
	}
	for (size_t i = 0; i < t->found.packings.count; i++) {
		size_t at = image->layer_count - 1 - i;
		const char *type = image->layers[at].media_type;

		if (str_eq(t->found.packings.items[i], wanted) && type_says(type, wanted))
			continue;
		checks_fail(c, k, "layer %zu of %zu is %s (%s), not %s", at + 1, image->layer_count,
			t->found.packings.items[i], type ? type : "no media type", wanted);
		return;
	}
	if (t->found.packings.count)
		checks_pass(c, k);
}

/* Whether a step whose layer the image has sees what only this sample's edit holds. */
static bool edit_is_in_image(const struct trial *t)
{
	_cleanup_(freep) bool *in_image = xcalloc(t->now.graph->count + 1, sizeof(*in_image));

	if (!trial_is_warm(t) || t->pc->cell.edit == EDIT_NONE || t->pc->cell.edit == EDIT_MODE)
		return false;
	graph_layers(t->now.graph, in_image);
	for (size_t i = 0; i < t->now.graph->count; i++)
		if (in_image[i] && t->busted[i] && t->why[i])
			return true;
	return false;
}

/* Edits are unique, and so is the image that holds one: the id of any other sample's image, or of
 * its own priming build's, is a sign that another image was read. */
void check_image_own(struct trial *t, enum check k)
{
	const struct loop *l = t->loop;

	if (!edit_is_in_image(t))
		return;
	for (size_t i = 0; i < l->seen_count; i++)
		if (strcmp(l->seen[i].config, t->sample.image.config) == 0) {
			checks_fail(&t->sample.checks, k, "%.19s is the image of build %d, which had "
				"another edit", l->seen[i].config, l->seen[i].ordinal + 1);
			return;
		}
	checks_pass(&t->sample.checks, k);
}
