#include "engine/podman_store.h"

#include "base/file.h"
#include "base/json.h"
#include "lab/bases.h"

#define JSON_CEILING (16u << 20)

/* NULL: the file is not there. */
static struct err *read_list(const char *graph, const char *file, struct json_doc **out)
{
	_cleanup_(freep) char *path = path_join(graph, file);
	_cleanup_(str_done) struct str text = STR_INIT;

	*out = NULL;
	if (!path_exists(path))
		return NULL;
	TRY(file_read(path, JSON_CEILING, &text));
	return json_parse(path, str_get(&text), text.len, out);
}

struct err *podman_store_things(const char *graph, int64_t *out)
{
	static const char *const files[] = { "overlay-images/images.json",
		"overlay-layers/layers.json", "overlay-layers/volatile-layers.json" };

	*out = 0;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_(json_doc_freep) struct json_doc *doc = NULL;

		TRY(read_list(graph, files[i], &doc));
		if (doc)
			*out += (int64_t)json_count(json_root(doc));
	}
	return NULL;
}

static void add_input(const char *ref, const char *digest, struct sample *s)
{
	struct input_digest *in;

	for (size_t i = 0; i < s->input_count; i++)
		if (str_eq(s->inputs[i].ref, ref) && str_eq(s->inputs[i].digest, digest))
			return;
	if (strlen(digest) >= DIGEST_SIZE)
		return;
	in = GROW(s->inputs, s->input_count, s->input_room);
	in->ref = xstrdup(ref);
	memcpy(in->digest, digest, strlen(digest) + 1);
}

/* Each manifest that is kept of it is a "manifest-DIGEST" of its big data. */
static void add_manifests(struct json_at image, const char *ref, struct sample *s)
{
	static const char prefix[] = "manifest-";
	_cleanup_(strv_done) struct strv names = STRV_INIT;

	err_free(json_strs_or_none(image, "big-data-names", &names));
	for (size_t i = 0; i < names.count; i++)
		if (str_starts(names.items[i], prefix))
			add_input(ref, names.items[i] + sizeof(prefix) - 1, s);
}

/* What podman calls it: complete, and with a digest without the tag. */
static struct err *full_name(const char *ref, char **out)
{
	_cleanup_(base_name_done) struct base_name n = { 0 };

	TRY(base_name_parse(ref, &n));
	*out = n.digest ? xasprintf("%s/%s@%s", n.host, n.path, n.digest) : xstrdup(n.full);
	return NULL;
}

static bool is_named(struct json_at image, const char *name)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;

	err_free(json_strs_or_none(image, "names", &names));
	return strv_has(&names, name);
}

struct err *podman_store_inputs(const char *graph, const char *ref, struct sample *s)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(freep) char *name = NULL;
	struct json_at images;

	TRY(full_name(ref, &name));
	TRY(read_list(graph, "overlay-images/images.json", &doc));
	images = doc ? json_root(doc) : (struct json_at){ 0 };
	for (size_t i = 0; i < json_count(images); i++)
		if (is_named(json_element(images, i), name))
			add_manifests(json_element(images, i), ref, s);
	return NULL;
}
