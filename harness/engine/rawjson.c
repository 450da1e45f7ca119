#include "engine/rawjson.h"

#include <jansson.h>
#include <openssl/evp.h>

#include "base/clock.h"
#include "base/file.h"

#define INPUTS_MAX 1024

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* A time of day as ns since the spawn; false when the member is absent or no time. */
static bool time_of(const struct rawjson *r, const json_t *object, const char *key, int64_t *ns_out)
{
	const char *text = text_of(object, key);
	int64_t unix_ns;
	_cleanup_(err_freep) struct err *e = text ? time_parse(text, &unix_ns) : NULL;

	if (!text || e)
		return false;
	*ns_out = unix_ns - r->spawn_unix_ns;
	return true;
}

static void take_inputs(struct vertex *v, const json_t *inputs)
{
	const json_t *input;
	size_t i;

	if (v->inputs.count)
		return;
	json_array_foreach (inputs, i, input)
		if (json_is_string(input) && i < INPUTS_MAX)
			strv_add(&v->inputs, json_string_value(input));
}

/* Started once more: the same start with a later end is the same interval. A vertex that was
 * "cached" and is started again with its inputs runs after all: its cache could not be loaded.
 * Without inputs it is a layer that gets pulled late, and cached stays true. */
static void take_times(const struct rawjson *r, struct vertex *v, const json_t *from)
{
	bool cached = json_is_true(json_object_get(from, "cached"));
	int64_t start_ns, end_ns;

	if (!time_of(r, from, "started", &start_ns))
		return;
	if (cached)
		v->cached = true;
	else if (json_object_get(from, "inputs"))
		v->cached = false;
	v->started = true;
	v->open_ns = -1;
	if (time_of(r, from, "completed", &end_ns))
		spans_add(&v->busy, start_ns, end_ns);
	else
		v->open_ns = start_ns;
}

static void take_error(struct vertex *v, const json_t *from)
{
	const char *error = text_of(from, "error");

	/* of a cache that could not be loaded: the step runs then, and may well succeed */
	free(TAKE_PTR(v->error));
	if (error && *error)
		v->error = xstrdup(error);
}

static void take_vertex(struct rawjson *r, const json_t *from, struct steps *steps)
{
	const char *id = text_of(from, "digest"), *name = text_of(from, "name");
	const char *group = text_of(json_object_get(from, "progressGroup"), "id");
	struct vertex *v = id ? vertexes_get(&r->all, id) : NULL;

	if (!v)
		return;
	if (name)
		vertex_name(&r->all, v, name);
	if (group && !v->group)
		v->group = xstrdup(group);
	take_inputs(v, json_object_get(from, "inputs"));
	take_times(r, v, from);
	take_error(v, from);
	if (v->shown.kind == SHOWN_CACHE_IMPORT && !steps->import_ref)
		steps->import_ref = xstrdup(v->name + strlen("importing cache manifest from "));
	vertex_step(&r->all, v, steps);
}

static void take_status(struct rawjson *r, const json_t *from, struct steps *steps)
{
	const char *id = text_of(from, "id"), *vertex = text_of(from, "vertex");
	struct vertex *v = id && vertex ? vertexes_get(&r->all, vertex) : NULL;
	int64_t start_ns, end_ns;

	if (v && time_of(r, from, "started", &start_ns) && time_of(r, from, "completed", &end_ns))
		vertex_status(&r->all, v, id, start_ns, end_ns, steps);
}

/* Whether any line of a log's bytes is the notice that it was clipped. */
static bool clipped_in(const char *bytes, size_t n)
{
	for (const char *end = bytes + n; bytes < end;) {
		const char *nl = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t len = (size_t)((nl ? nl : end) - bytes);

		if (shown_clipped(bytes, len))
			return true;
		bytes += len + 1;
	}
	return false;
}

/* What base64 pads is none of it. */
static size_t decoded_size(const json_t *data, int got)
{
	const char *text = json_string_value(data);
	size_t n = json_string_length(data), size = (size_t)got;

	for (; size && n && text[n - 1] == '='; n--)
		size--;
	return size;
}

static void take_log(struct rawjson *r, const json_t *from, struct steps *steps)
{
	const json_t *data = json_object_get(from, "data");
	const char *vertex = text_of(from, "vertex");
	struct vertex *v = vertex && json_is_string(data) ? vertexes_get(&r->all, vertex) : NULL;
	size_t n = json_string_length(data);
	_cleanup_(freep) unsigned char *bytes = NULL;
	int got;

	if (!v || v->step < 0 || n > INT32_MAX)
		return;
	bytes = xcalloc(n + 1, 1);
	got = EVP_DecodeBlock(bytes, (const unsigned char *)json_string_value(data), (int)n);
	if (got > 0)
		str_add_tail(&steps->log, (const char *)bytes, decoded_size(data, got), LOG_KEPT_BYTES);
	if (got > 0 && clipped_in((const char *)bytes, (size_t)got))
		steps->items[v->step].clipped = true;
}

static void take_each(struct rawjson *r, const json_t *list,
	void (*take)(struct rawjson *r, const json_t *from, struct steps *steps),
	struct steps *steps)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		take(r, item, steps);
}

/* "Dockerfile:5", and below it a rule: the excerpt of what failed. */
static void plain_line(struct rawjson *r, const char *line, size_t n)
{
	if (r->place && n > 4 && memcmp(line, "----", 4) == 0)
		r->all.failed_line = r->place;
	r->place = shown_place(line, n);
}

void rawjson_line(struct rawjson *r, const char *line, size_t n, struct steps *steps)
{
	json_t *root = n && line[0] == '{' ? json_loadb(line, n, 0, NULL) : NULL;

	steps->structured = true;
	if (!root) {
		plain_line(r, line, n);
		return;
	}
	take_each(r, json_object_get(root, "vertexes"), take_vertex, steps);
	take_each(r, json_object_get(root, "statuses"), take_status, steps);
	take_each(r, json_object_get(root, "logs"), take_log, steps);
	json_decref(root);
}

void rawjson_end(struct rawjson *r, int64_t at_ns, struct steps *steps)
{
	vertexes_end(&r->all, at_ns, steps);
}
