#include "model/image.h"

struct layer_contents *contents_new(void)
{
	struct layer_contents *c = NEW(struct layer_contents);

	c->references = 1;
	return c;
}

struct layer_contents *contents_ref(struct layer_contents *c)
{
	c->references++;
	return c;
}

void contents_unref(struct layer_contents *c)
{
	if (!c || --c->references > 0)
		return;
	for (size_t i = 0; i < c->package_count; i++) {
		free(c->packages[i].manager);
		free(c->packages[i].name);
		free(c->packages[i].version);
	}
	for (size_t i = 0; i < c->file_count; i++)
		free(c->files[i].path);
	free(c->packages);
	free(c->files);
	free(c);
}

static void views_done(struct image *i)
{
	for (size_t k = 0; k < i->view_count; k++) {
		free(i->views[k].made_by);
		contents_unref(i->views[k].of);
	}
	free(i->views);
}

static void views_copy(struct image *to, const struct image *from)
{
	to->views = xcalloc(from->view_count, sizeof(*to->views));
	to->view_room = from->view_count;
	for (size_t i = 0; i < from->view_count; i++) {
		to->views[i] = from->views[i];
		to->views[i].made_by = xstrdup(from->views[i].made_by);
		if (from->views[i].of)
			contents_ref(to->views[i].of);
	}
}

void image_done(struct image *i)
{
	for (size_t k = 0; k < i->layer_count; k++)
		free(i->layers[k].media_type);
	free(i->layers);
	views_done(i);
	strv_done(&i->diff_ids);
	free(i->lacks);
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
	to->lacks = from->lacks ? xstrdup(from->lacks) : NULL;
	to->diff_ids = (struct strv)STRV_INIT;
	strv_addv(&to->diff_ids, (const char *const *)from->diff_ids.items);
	views_copy(to, from);
}
