/* A scenario as the text of its file. */
#include "scenario/private.h"

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_bytes(text));
}

static json_t *edit_json(const struct edit_spec *e)
{
	json_t *o = json_object();
	char flip[8];

	set_text(o, "edit", edit_names[e->edit]);
	set_text(o, "file", e->file);
	set_text(o, "find", e->how == EDIT_REPLACE ? e->find : NULL);
	set_text(o, e->how == EDIT_APPEND ? "append" : "replace",
		e->how == EDIT_CHMOD ? NULL : e->text);
	snprintf(flip, sizeof(flip), "%04o", e->mode_xor & 0777);
	set_text(o, "flip", e->how == EDIT_CHMOD && e->mode_xor != FLIP_BITS ? flip : NULL);
	set_text(o, "says", e->says);
	return o;
}

static json_t *variant_json(const struct variant *v)
{
	json_t *o = json_object();

	set_text(o, "name", v->name);
	set_text(o, "dockerfile", v->dockerfile);
	set_text(o, "target", v->target);
	return o;
}

char *scenario_text(const struct scenario *s)
{
	json_t *o = json_object(), *variants = json_array(), *edits = json_array();
	_cleanup_(freep) char *text = NULL;

	for (size_t i = 0; i < s->variant_count; i++)
		json_array_append_new(variants, variant_json(&s->variants[i]));
	for (size_t i = 0; i < s->edit_count; i++)
		json_array_append_new(edits, edit_json(&s->edits[i]));
	set_text(o, "name", s->name);
	json_object_set_new(o, "variants", variants);
	json_object_set_new(o, "edits", edits);
	text = json_dumps(o, JSON_INDENT(2));
	json_decref(o);
	return xasprintf("%s\n", text);
}
