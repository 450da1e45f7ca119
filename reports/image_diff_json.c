/* tare diff --json. */
#include "base/json.h"
#include "reports/image_words.h"

static json_t *known(int64_t v)
{
	return v >= 0 ? json_integer(v) : json_null();
}

static json_t *number_of(uint16_t layer)
{
	return layer == NO_LAYER ? json_null() : json_integer(layer + 1);
}

static json_t *side(const struct image_view *v)
{
	const struct image *i = &v->image;
	int64_t wasted = i->size_bytes < 0 ? -1 : i->size_bytes - i->visible_bytes;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o}", "image",
		json_bytes(v->taken), "digest", *i->digest ? json_string(i->digest) : json_null(),
		"partial", v->partial ? json_bytes(v->partial) : json_null(), "image.size",
		known(i->size_bytes), "image.compressed", known(i->compressed_bytes),
		"image.visible", known(i->visible_bytes), "image.wasted", known(wasted),
		"image.layers", (json_int_t)v->layer_count, "image.files", known(i->files),
		"image.packages", known(i->packages), "image.setuid", known(i->setuid));
}

static json_t *layers(const struct comparison *c)
{
	json_t *j = json_array();

	for (size_t i = 0; i < c->b->layer_count; i++) {
		_cleanup_(freep) char *made_by = layer_words(c->b, i);

		json_array_append_new(
			j, json_pack("{s:i, s:o, s:I, s:o}", "number", (int)i + 1, "same_as",
				   c->same_layer[i] >= 0 ? json_integer(c->same_layer[i] + 1)
							 : json_null(),
				   "differing_bytes", (json_int_t)c->b_layers[i], "instruction",
				   *made_by ? json_bytes(made_by) : json_null()));
	}
	return j;
}

static json_t *packages(const struct comparison *c)
{
	json_t *j = json_array();

	for (size_t i = 0; i < c->package_count; i++) {
		const struct package_change *k = &c->packages[i];

		json_array_append_new(
			j, json_pack("{s:s, s:o, s:o, s:o, s:I, s:I}", "manager",
				   package_manager_names[k->manager], "name", json_bytes(k->name),
				   "from", k->from ? json_bytes(k->from) : json_null(), "to",
				   k->to ? json_bytes(k->to) : json_null(), "first_bytes",
				   (json_int_t)k->a_bytes, "second_bytes", (json_int_t)k->b_bytes));
	}
	return j;
}

static json_t *words(unsigned bits, const char *const *names, int count)
{
	json_t *j = json_array();

	for (int i = 0; i < count; i++)
		if (bits >> i & 1)
			json_array_append_new(j, json_string(names[i]));
	return j;
}

static json_t *files(const struct comparison *c)
{
	json_t *j = json_array();

	for (size_t i = 0; i < c->count; i++) {
		const struct difference *d = &c->items[i];

		json_array_append_new(
			j, json_pack("{s:o, s:o, s:I, s:I, s:o, s:o}", "path", json_bytes(d->path),
				   "changes", words(d->what, change_names, CHANGES), "first_bytes",
				   (json_int_t)d->a_bytes, "second_bytes", (json_int_t)d->b_bytes,
				   "first_layer", number_of(d->a_layer), "second_layer",
				   number_of(d->b_layer)));
	}
	return j;
}

static json_t *counts(const struct comparison *c)
{
	json_t *j = json_object();

	for (int w = 0; w < CHANGES; w++)
		json_object_set_new(j, change_names[w], json_integer((json_int_t)c->counts[w]));
	return j;
}

static json_t *dirs(const struct comparison *c)
{
	json_t *j = json_array();
	const struct ranking *both[] = { &c->grown, &c->shrunk };

	for (int sign = 0; sign < 2; sign++)
		for (size_t i = 0; i < both[sign]->count; i++) {
			const struct ranked *r = &both[sign]->items[i];

			json_array_append_new(
				j, json_pack("{s:o, s:I}", "path", json_bytes(r->path), "bytes",
					   (json_int_t)(sign ? -r->bytes : r->bytes)));
		}
	return j;
}

static json_t *config(const struct comparison *c)
{
	json_t *j = json_array();

	for (size_t i = 0; i < c->config_count; i++) {
		const struct config_change *d = &c->config[i];

		json_array_append_new(j, json_pack("{s:s, s:o, s:o}", "what", d->what, "from",
						 d->from ? json_bytes(d->from) : json_null(), "to",
						 d->to ? json_bytes(d->to) : json_null()));
	}
	return j;
}

json_t *report_diff_json(const struct comparison *c)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	diff_sentence(&s, c);
	return json_pack(
		"{s:i, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}",
		"schema", 1, "first", side(c->a), "second", side(c->b), "layers", layers(c),
		"shared_layers", (json_int_t)c->shared, "pull.delta", known(c->pull_delta),
		"counts", counts(c), "packages", packages(c), "same_packages",
		(json_int_t)c->same_packages, "files", files(c), "directories", dirs(c), "config",
		config(c), "first_differing_layer",
		c->first_differs < 0 ? json_null() : json_integer(c->first_differs + 1), "differs",
		words(c->differs, differs_names, DIFFERS_KINDS), "answer", json_bytes(str_get(&s)));
}
