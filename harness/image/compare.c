#include "image/compare_build.h"

const char *const change_names[CHANGES] = { "added", "removed", "content", "mode", "owner",
	"time" };
const char *const differs_names[DIFFERS_KINDS] = { "nothing", "attestation", "compression", "config", "order",
	"mtime", "metadata", "content" };

static int find_layer(const struct image_view *v, const char *diff_id)
{
	for (size_t i = 0; i < v->layer_count; i++)
		if (i < v->config.diff_ids.count && str_eq(v->config.diff_ids.items[i], diff_id))
			return (int)i;
	return -1;
}

static void compare_layers(struct comparison *c)
{
	c->same_layer = xcalloc(c->b->layer_count + 1, sizeof(int));
	for (size_t i = 0; i < c->b->layer_count; i++) {
		c->same_layer[i] = i < c->b->config.diff_ids.count
					   ? find_layer(c->a, c->b->config.diff_ids.items[i])
					   : -1;
		c->shared += c->same_layer[i] >= 0;
	}
	c->pull_delta = image_delta(&c->a->image, &c->b->image);
}

void compare_images(
	const struct image_view *a, const struct image_view *b, size_t most, struct comparison *out)
{
	*out = (struct comparison){ .a = a, .b = b, .most = most, .first_differs = -1 };
	out->items = xcalloc(most + 1, sizeof(*out->items));
	out->a_layers = xcalloc(a->layer_count + 1, sizeof(int64_t));
	out->b_layers = xcalloc(b->layer_count + 1, sizeof(int64_t));
	ranking_init(&out->grown, most);
	ranking_init(&out->shrunk, most);
	compare_layers(out);
	compare_files(out);
	compare_packages(out);
	compare_configs(out);
	compare_builds(out);
}

void comparison_done(struct comparison *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->items[i].path);
	for (size_t i = 0; i < c->config_count; i++) {
		free(c->config[i].what);
		free(c->config[i].from);
		free(c->config[i].to);
	}
	free(c->items);
	free(c->a_layers);
	free(c->b_layers);
	free(c->same_layer);
	free(c->packages);
	free(c->config);
	ranking_done(&c->grown);
	ranking_done(&c->shrunk);
	*c = (struct comparison){ 0 };
}
