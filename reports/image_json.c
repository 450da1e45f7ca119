/* tare inspect --json. */
#include "base/json.h"
#include "reports/image_words.h"

/* null for what is not known. */
static json_t *known(int64_t v)
{
	return v >= 0 ? json_integer(v) : json_null();
}

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_bytes(text) : json_null();
}

static json_t *figures(const struct image_view *v)
{
	const struct image *i = &v->image;
	bool whole = i->size_bytes >= 0;
	json_t *j = json_pack("{s:o, s:o, s:o, s:o, s:I, s:o}", "image.size", known(i->size_bytes),
		"image.compressed", known(i->compressed_bytes), "image.visible",
		known(i->visible_bytes), "image.wasted",
		known(whole ? i->size_bytes - i->visible_bytes : -1), "image.layers",
		(json_int_t)v->layer_count, "image.files", known(i->files));

	/* without content there is no part of it that is visible */
	json_object_set_new(j, "image.efficiency",
		i->size_bytes > 0 ? json_real((double)i->visible_bytes / (double)i->size_bytes)
				  : json_null());
	json_object_set_new(j, "image.packages", known(i->packages));
	json_object_set_new(j, "image.setuid", known(i->setuid));
	json_object_set_new(j, "image.root_user", known(i->root_user));
	json_object_set_new(j, "image.shell", known(i->shell));
	json_object_set_new(j, "image.ca_bundle", known(i->ca_bundle));
	return j;
}

static json_t *strings(const struct strv *v)
{
	json_t *j = json_array();

	for (size_t i = 0; i < v->count; i++)
		json_array_append_new(j, json_bytes(v->items[i]));
	return j;
}

static json_t *config(const struct image_config *c)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "os",
		text_or_null(c->os), "architecture", text_or_null(c->architecture), "created",
		text_or_null(c->created), "user", text_or_null(c->user), "workdir",
		text_or_null(c->workdir), "entrypoint", strings(&c->entrypoint), "cmd",
		strings(&c->cmd), "env", strings(&c->env), "ports", strings(&c->ports), "volumes",
		strings(&c->volumes), "labels", strings(&c->labels));
}

static json_t *layer(const struct image_view *v, const struct survey *s, size_t i)
{
	const struct image_layer *l = &v->image.layers[i];
	const struct survey_layer *k = &s->layers[i];
	_cleanup_(freep) char *made_by = layer_words(v, i);
	const char *diff_id = i < v->config.diff_ids.count ? v->config.diff_ids.items[i] : "";
	bool there = v->layers[i] != NULL;

	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "number", (int)i + 1,
		"digest", text_or_null(l->digest), "diff_id", text_or_null(diff_id), "instruction",
		text_or_null(made_by), "size", known(there ? k->content : -1), "wasted",
		known(there ? k->wasted : -1), "hides", known(there ? k->hides : -1), "compressed",
		known(l->size_bytes), "entries", known(there ? (int64_t)k->entries : -1));
}

static json_t *ranking(const struct ranking *r, bool waste)
{
	json_t *j = json_array();

	for (size_t i = 0; i < r->count; i++) {
		const struct ranked *k = &r->items[i];
		json_t *o = json_pack("{s:o, s:I, s:I, s:i}", "path", json_bytes(k->path), "bytes",
			(json_int_t)k->bytes, "files", (json_int_t)k->files, "layer",
			(int)k->layer + 1);

		if (waste) {
			json_object_set_new(o, "hidden_by",
				k->hidden_by == NO_LAYER ? json_null()
							 : json_integer(k->hidden_by + 1));
			json_object_set_new(o, "cause", json_string(waste_names[k->cause]));
		}
		json_array_append_new(j, o);
	}
	return j;
}

static json_t *causes(const struct survey *s)
{
	json_t *j = json_object();

	for (int c = 0; c < WASTE_CAUSES; c++)
		json_object_set_new(j, waste_names[c],
			json_pack("{s:I, s:I}", "bytes", (json_int_t)s->waste[c], "files",
				(json_int_t)s->waste_files[c]));
	return j;
}

static json_t *packages(const struct packages *p)
{
	json_t *j = json_array();

	for (size_t i = 0; i < p->count; i++) {
		const struct package *k = &p->items[i];

		json_array_append_new(
			j, json_pack("{s:s, s:o, s:o, s:I, s:I, s:i}", "manager",
				   package_manager_names[k->manager], "name", json_bytes(k->name),
				   "version", json_bytes(k->version), "bytes", (json_int_t)k->bytes,
				   "files", (json_int_t)k->files, "layer", (int)k->layer + 1));
	}
	return json_pack("{s:o, s:I, s:I, s:i}", "items", j, "ownerless_bytes",
		(json_int_t)p->ownerless_bytes, "ownerless_files", (json_int_t)p->ownerless_files,
		"unread_databases", (int)p->unread);
}

static json_t *notices(const struct survey *s)
{
	json_t *j = json_object();

	for (int kind = 0; kind < NOTABLE_KINDS; kind++) {
		const struct notices *n = &s->notices[kind];
		json_t *items = json_array();

		for (size_t i = 0; i < n->count; i++)
			json_array_append_new(items,
				json_pack("{s:o, s:i, s:i, s:b}", "path",
					json_bytes(n->items[i].path), "mode", (int)n->items[i].mode,
					"layer", (int)n->items[i].layer + 1, "hidden",
					n->items[i].hidden));
		json_object_set_new(j, notable_names[kind],
			json_pack("{s:I, s:o}", "count", (json_int_t)n->seen, "items", items));
	}
	return j;
}

json_t *report_image_json(const struct image_view *v, const struct survey *s)
{
	json_t *layers = json_array();

	for (size_t i = 0; i < v->layer_count; i++)
		json_array_append_new(layers, layer(v, s, i));
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"schema", 1, "image", json_bytes(v->taken), "digest", text_or_null(v->image.digest),
		"config_digest", text_or_null(v->image.config), "partial", text_or_null(v->partial),
		"lacks", text_or_null(v->image.lacks), "metrics", figures(v), "config", config(&v->config), "layers", layers, "wasted",
		json_pack("{s:o, s:o}", "causes", causes(s), "paths", ranking(&s->hidden, true)),
		"files", ranking(&s->files, false), "directories", ranking(&s->dirs, false),
		"packages", packages(&v->packages), "notable", notices(s), "unplaced",
		json_integer((json_int_t)v->tree->lost));
}
